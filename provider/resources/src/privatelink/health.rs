//! Brokers that an apply waited for until its end.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Diagnostic, Path};

use engine::model::{
    BrokerId, Desired, Health, Key, Observed, Role, Slot,
    object::{TargetGroup, target_group::Target},
};
use engine::reconcile::{Convergence, Fact};

/// Why a broker has to be healthy.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    /// Targets that others replace stay until they are.
    OldTargetsStay,
    /// The apply registered it.
    Registered,
}

/// Brokers that a run ended waiting for, with AWS's words for their health: one message for all that
/// are ill in the same way.
pub(super) fn unhealthy(run: &Convergence, desired: &Desired) -> Vec<Diagnostic> {
    let mut ill: BTreeMap<BrokerId, (Reason, String, String)> = BTreeMap::new();
    for (id, target, key) in registered(run, desired) {
        let (word, text) = describe(&target, health(&run.observed, key, &target));
        ill.insert(id, (Reason::Registered, word, text));
    }
    for id in awaited_by_old_targets(run) {
        let targets = group(desired, Role::Broker(id)).map(|group| group.targets.iter());
        let sick = targets.into_iter().flatten().find_map(|target| {
            let health = in_bootstrap(&run.observed, target);
            let is_well = health.is_some_and(|health| health.state == "healthy");
            (!is_well).then(|| describe(target, health))
        });
        if let Some((word, text)) = sick {
            ill.insert(id, (Reason::OldTargetsStay, word, text));
        }
    }
    let mut causes: BTreeMap<(Reason, String), Vec<(BrokerId, String)>> = BTreeMap::new();
    for (id, (reason, word, text)) in ill {
        causes.entry((reason, word)).or_default().push((id, text));
    }
    let told = causes.into_iter();
    told.map(|((reason, _), brokers)| tell(reason, &brokers))
        .collect()
}

fn awaited_by_old_targets(run: &Convergence) -> BTreeSet<BrokerId> {
    let waits = run.left.steps.iter().flat_map(|planned| &planned.waits);
    let ids = waits.filter_map(|wait| match wait.fact {
        Fact::Healthy(id) => Some(id),
        _ => None,
    });
    ids.collect()
}

/// Each ill target with its broker and one of the groups in which it is ill.
fn registered(run: &Convergence, desired: &Desired) -> Vec<(BrokerId, Target, Key)> {
    let mut found = Vec::new();
    for (key, targets) in run.ailing.iter().filter(|_| run.lacks_health_only()) {
        for target in targets {
            let ids = match key.slot {
                Slot::TargetGroup(Role::Broker(id)) => vec![id],
                _ => brokers_at(desired, target),
            };
            found.extend(ids.into_iter().map(|id| (id, target.clone(), *key)));
        }
    }
    found
}

fn brokers_at(desired: &Desired, target: &Target) -> Vec<BrokerId> {
    let groups = desired.objects.values();
    let groups = groups.filter_map(|object| object.as_target_group());
    let own = groups
        .filter(|group| group.targets.contains(target))
        .filter_map(|group| match group.role {
            Role::Broker(id) => Some(id),
            Role::Bootstrap => None,
        });
    own.chain(desired.policy.sole_broker).collect()
}

fn tell(reason: Reason, brokers: &[(BrokerId, String)]) -> Diagnostic {
    let texts: Vec<&str> = brokers.iter().map(|(_, text)| text.as_str()).collect();
    let ids: Vec<String> = brokers.iter().map(|(id, _)| id.to_string()).collect();
    let (summary, path, it) = match ids.as_slice() {
        [id] => (
            format!("Broker {id} is not healthy"),
            Path::of("brokers").key(id),
            "the broker runs and that its security group lets",
        ),
        ids => (
            format!("Brokers {} are not healthy", ids.join(", ")),
            Path::of("brokers"),
            "the brokers run and that their security groups let",
        ),
    };
    let why = match reason {
        Reason::OldTargetsStay => {
            "With wait_for_healthy the old targets stay in the bootstrap group until the new ones \
             are healthy there."
        }
        Reason::Registered => {
            "With wait_for_healthy an apply ends when every broker that it has registered is \
             healthy. All else is done."
        }
    };
    Diagnostic::error(
        summary,
        format!(
            "{}. {why} Make sure that {it} the load balancer's health checks in, then apply again; \
             or set wait_for_healthy = false to go on without it.",
            texts.join("; ")
        ),
    )
    .at(path)
}

/// What kind of illness it is, and the sentence for this target.
fn describe(target: &Target, health: Option<&Health>) -> (String, String) {
    match health {
        None => (
            String::new(),
            format!("AWS has not reported the health of its target {target} yet"),
        ),
        Some(health) => {
            let state = &health.state;
            let word = match health.explanation() {
                why if why.is_empty() => state.clone(),
                why => format!("{state} ({why})"),
            };
            let text = format!("AWS calls its target {target} {word}");
            (word, text)
        }
    }
}

fn group(desired: &Desired, role: Role) -> Option<&TargetGroup> {
    let sole = desired.policy.sole_broker.map(Role::Broker);
    let role = match sole == Some(role) {
        true => Role::Bootstrap,
        false => role,
    };
    let mut objects = desired.objects.iter();
    let (_, object) = objects.find(|(key, _)| key.slot == Slot::TargetGroup(role))?;
    object.as_target_group()
}

/// What the bootstrap group says of a target.
fn in_bootstrap<'a>(observed: &'a Observed, target: &Target) -> Option<&'a Health> {
    observed
        .of(Slot::TargetGroup(Role::Bootstrap))
        .find_map(|(_, seen)| seen.health.get(target))
}

/// What this group says of it, or else bootstrap.
fn health<'a>(observed: &'a Observed, key: Key, target: &Target) -> Option<&'a Health> {
    let own = observed.get(key).and_then(|seen| seen.health.get(target));
    own.or_else(|| in_bootstrap(observed, target))
}
