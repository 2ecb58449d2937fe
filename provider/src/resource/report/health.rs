//! Brokers that old targets wait for.

use std::collections::BTreeSet;

use tfplugin::{Diagnostic, Path};

use crate::{
    model::{
        BrokerId, Desired, Health, Observed, Role, Slot,
        object::{TargetGroup, target_group::Target},
    },
    reconcile::{Convergence, Fact},
};

/// One message for each broker that a run ended waiting for, with AWS's words for its health.
pub(super) fn unhealthy(run: &Convergence, desired: &Desired) -> Vec<Diagnostic> {
    let waits = run.left.steps.iter().flat_map(|planned| &planned.waits);
    let ids: BTreeSet<BrokerId> = waits
        .filter_map(|wait| match wait.fact {
            Fact::Healthy(id) => Some(id),
            _ => None,
        })
        .collect();
    let ailing = |id: &BrokerId| {
        let role = Role::Broker(*id);
        let targets = group(desired, role).map(|group| group.targets.iter());
        let sick = targets.into_iter().flatten().find_map(|target| {
            let health = health(&run.observed, target);
            let is_well = health.is_some_and(|health| health.state == "healthy");
            (!is_well).then(|| describe(target, health))
        });
        sick.map(|text| (*id, text))
    };
    ids.iter().filter_map(ailing).map(tell).collect()
}

fn tell((id, text): (BrokerId, String)) -> Diagnostic {
    Diagnostic::error(
        format!("Broker {id} is not healthy"),
        format!(
            "{text}. With wait_for_healthy the old targets stay in the bootstrap group until it \
             is healthy there. See to it that the broker runs and that its security group lets \
             the load balancer's health checks in, then apply again; or set wait_for_healthy = \
             false to go on without it."
        ),
    )
    .at(Path::of("brokers").key(id.to_string()))
}

fn describe(target: &Target, health: Option<&Health>) -> String {
    match health {
        None => format!("AWS has not reported the health of its target {target} yet"),
        Some(Health { state, reason }) if reason.is_empty() => {
            format!("AWS calls its target {target} {state}")
        }
        Some(Health { state, reason }) => {
            format!("AWS calls its target {target} {state} ({reason})")
        }
    }
}

fn group(desired: &Desired, role: Role) -> Option<&TargetGroup> {
    let mut objects = desired.objects.iter();
    let (_, object) = objects.find(|(key, _)| key.slot == Slot::TargetGroup(role))?;
    object.as_target_group()
}

/// What the bootstrap group says of a target.
fn health<'a>(observed: &'a Observed, target: &Target) -> Option<&'a Health> {
    observed
        .of(Slot::TargetGroup(Role::Bootstrap))
        .find_map(|(_, seen)| seen.health.get(target))
}
