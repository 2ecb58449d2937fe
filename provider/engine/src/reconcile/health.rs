//! Whether what a run registers has become healthy: what `wait_for_healthy` waits for at its end.
//!
//! Nothing of the path waits for it. AWS checks no target before a listener uses its group, and a
//! ring of ports must be able to give way while somebody is ill.

use std::collections::{BTreeMap, BTreeSet};

use super::view::View;
use crate::model::{
    Desired, Key, Object, Observed, Role, Slot,
    object::{
        Change,
        target_group::{self, Target},
    },
};
use crate::reconcile::{Step, Write};

/// Looked at in one go: each is a call, of which AWS allows an account ten a second.
const LOOKED_AT: usize = 8;

/// Targets that these steps registered, that are to stay, and that AWS does not call healthy.
pub(super) fn ailing(
    desired: &Desired,
    observed: &Observed,
    done: &[Step],
) -> BTreeMap<Key, BTreeSet<Target>> {
    let mut ailing: BTreeMap<Key, BTreeSet<Target>> = BTreeMap::new();
    if !desired.policy.wait_for_healthy {
        return ailing;
    }
    let view = View::new(desired, observed);
    for step in done {
        let Write::Change(Change::TargetGroup(target_group::Change::Register(registered))) =
            &step.write
        else {
            continue;
        };
        let wanted = view.wanted(step.key).and_then(Object::as_target_group);
        let (Some(wanted), Some(seen)) = (wanted, view.seen(step.key)) else {
            continue;
        };
        if !view.is_serving(step.key) {
            continue;
        }
        let is_well = |target: &Target| {
            let health = seen.health.get(target);
            health.is_some_and(|health| health.state == "healthy")
        };
        let ill = registered
            .iter()
            .filter(|target| wanted.targets.contains(target) && !is_well(target));
        let ill: BTreeSet<Target> = ill.cloned().collect();
        if !ill.is_empty() {
            ailing.entry(step.key).or_default().extend(ill);
        }
    }
    ailing
}

/// The groups to look at next. Bootstrap tells of every broker in one call, and while somebody is
/// ill there the groups of single brokers need not be asked.
pub(super) fn awaited(ailing: &BTreeMap<Key, BTreeSet<Target>>) -> BTreeSet<Key> {
    let is_bootstrap = |key: &&Key| key.slot == Slot::TargetGroup(Role::Bootstrap);
    match ailing.keys().find(is_bootstrap) {
        Some(bootstrap) => BTreeSet::from([*bootstrap]),
        None => ailing.keys().copied().take(LOOKED_AT).collect(),
    }
}
