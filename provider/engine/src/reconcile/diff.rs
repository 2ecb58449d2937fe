//! What differs between one wanted object and the one that is there, as writes.
//!
//! The same function completes a newborn and repairs drift, so that no setting can be one that is
//! applied at create only. Unknown values differ from everything, and so are planned as a change.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Object, Policy,
    object::{
        Change, alias, endpoint, listener, load_balancer, security_group, service, target_group,
    },
    tags::Tags,
};
use crate::reconcile::Write;

/// The writes that make `seen` what `wanted` says, in the order they read best. Targets of groups
/// are not among them: when they may join and leave is a matter of the whole path. `zones`: of each
/// subnet.
pub(super) fn diff(
    wanted: &Object,
    seen: &Object,
    policy: &Policy,
    zones: &BTreeMap<String, String>,
) -> Vec<Write> {
    let mut writes = match wanted {
        Object::SecurityGroup(wanted) => {
            let changes = |seen| security_group::diff(wanted, seen);
            of_kind(seen.as_security_group(), changes, Change::SecurityGroup)
        }
        Object::LoadBalancer(wanted) => {
            let changes = |seen| load_balancer::diff(wanted, seen, zones);
            of_kind(seen.as_load_balancer(), changes, Change::LoadBalancer)
        }
        Object::TargetGroup(wanted) => {
            let changes = |seen| target_group::diff(wanted, seen);
            of_kind(seen.as_target_group(), changes, Change::TargetGroup)
        }
        Object::Listener(wanted) => {
            let changes = |seen| listener::diff(wanted, seen);
            of_kind(seen.as_listener(), changes, Change::Listener)
        }
        Object::Service(wanted) => {
            let changes = |seen| service::diff(wanted, seen);
            of_kind(seen.as_service(), changes, Change::Service)
        }
        Object::Endpoint(wanted) => {
            let changes = |seen| endpoint::diff(wanted, seen);
            of_kind(seen.as_endpoint(), changes, Change::Endpoint)
        }
        Object::Alias(wanted) => {
            let changes = |seen| alias::diff(wanted, seen);
            of_kind(seen.as_alias(), changes, Change::Alias)
        }
        Object::Zone(_) => Vec::new(),
    };
    if let (Some(wanted), Some(seen)) = (wanted.tags(), seen.tags()) {
        writes.extend(tags(wanted, seen, &policy.retired_tags));
    }
    writes
}

/// `seen` is of the wanted kind: two kinds of object never share a key.
fn of_kind<'a, K, C>(
    seen: Option<&'a K>,
    changes: impl FnOnce(&'a K) -> Vec<C>,
    of: fn(C) -> Change,
) -> Vec<Write> {
    let changes = seen.map(changes).into_iter().flatten();
    changes.map(of).map(Write::Change).collect()
}

/// Tags that others added stay; of ours only the retired ones go.
fn tags(wanted: &Tags, seen: &Tags, retired: &BTreeSet<String>) -> Option<Write> {
    let set: Tags = wanted
        .iter()
        .filter(|(key, value)| seen.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let remove: BTreeSet<String> = retired
        .iter()
        .filter(|key| seen.contains_key(*key) && !wanted.contains_key(*key))
        .cloned()
        .collect();
    (!set.is_empty() || !remove.is_empty()).then_some(Write::Tag { set, remove })
}
