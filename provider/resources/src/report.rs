//! What kept a path from being as it should, for people: one message for each cause.

mod advice;
mod causes;
mod health;
mod need;
mod place;

use std::collections::BTreeSet;

use tfplugin::{Diagnostic, Diagnostics, Path};

use crate::path::{part, path};
use causes::{Group, grouped, listed};
use engine::model::{
    Desired, Key, Maybe, Observed, Slot,
    object::{Change, load_balancer, service},
};
use engine::reconcile::{CloudError, Convergence, Foresight, Planned, Step, Write};

/// Steps that can never run, as errors of a plan.
pub fn blocked(foresight: &Foresight, desired: &Desired) -> Diagnostics {
    let certain = foresight
        .blocked
        .iter()
        .filter(|planned| is_certain(&planned.step));
    conflicts(certain, desired, &foresight.end).collect()
}

/// Whom a plan will turn away, for their clients lose their way to the brokers.
pub fn rejected(foresight: &Foresight, before: &Observed) -> Option<Diagnostic> {
    let ids: BTreeSet<&String> = foresight
        .steps()
        .filter_map(|step| match &step.write {
            Write::Change(Change::Service(service::Change::RejectConnections(ids))) => Some(ids),
            _ => None,
        })
        .flatten()
        .collect();
    let connections = before.connections.iter();
    let told: Vec<String> = connections
        .filter(|it| it.endpoint_id.as_ref().is_some_and(|id| ids.contains(id)))
        .map(ToString::to_string)
        .collect();
    (!told.is_empty()).then(|| {
        Diagnostic::warning(
            "Connections will be rejected",
            format!(
                "Clients behind these endpoints lose the brokers, and AWS does not let a rejected \
                 endpoint back in by itself: {}.",
                told.join(", ")
            ),
        )
        .at("endpoint_service")
    })
}

/// What stands at the hostname of a path that exists, and is to make way.
pub fn overwritten(foresight: &Foresight, before: &Observed) -> Option<Diagnostic> {
    let overwrites = |step: &Step| matches!(step.write, Write::Overwrite(_));
    let there: Vec<&str> = before.foreign_aliases().map(String::as_str).collect();
    (foresight.steps().any(overwrites) && !there.is_empty()).then(|| {
        Diagnostic::warning(
            "A record of the hostname will be taken over",
            format!(
                "It was not made by this path: {}. Nothing keeps the old value but this message: a \
                 destroy deletes the record and does not bring it back.",
                there.join(" and ")
            ),
        )
        .at(Path::of("endpoint").attribute("overwrite_record"))
    })
}

/// What is unknown may turn out to change nothing.
fn is_certain(step: &Step) -> bool {
    match &step.write {
        Write::Change(Change::LoadBalancer(load_balancer::Change::SetSubnets(subnets))) => {
            !subnets.contains(&Maybe::Unknown)
        }
        _ => true,
    }
}

/// How a run ended, as messages: none where all is as desired.
pub fn ended(run: &Convergence, desired: &Desired) -> Diagnostics {
    let mut found = Diagnostics::new();
    for group in grouped(&run.failures) {
        found.push(failed(&group, desired, &run.observed));
    }
    found.extend(conflicts(run.blocked.iter(), desired, &run.observed));
    found.extend(run.unseen.as_ref().map(unseen));
    let unfinished = !run.is_settled();
    let mut ill = match unfinished {
        true => health::unhealthy(run, desired),
        false => Vec::new(),
    };
    // Where all that is left waits for the same brokers, it is one message.
    let is_ill = |key: &Key| run.ailing.contains_key(key);
    let all_waits = !run.left.steps.is_empty() && run.left.awaited.iter().all(is_ill);
    let is_told = match ill.as_mut_slice() {
        [only] if run.timed_out && !run.cancelled && !found.has_errors() && all_waits => {
            only.detail = format!("{} {}", only.detail, when_time_was_up(run));
            true
        }
        _ => false,
    };
    found.extend(ill);
    if unfinished && run.cancelled {
        found.push(interrupted(run, desired));
    } else if is_told {
        // With the brokers.
    } else if unfinished && run.timed_out && !(run.lacks_health_only() && found.has_errors()) {
        found.push(timed_out(run, desired));
    }
    for group in grouped(&run.put_off) {
        found.push(put_off(&group, desired, &run.observed));
    }
    if unfinished && !found.has_errors() {
        found.push(stuck(run));
    }
    found.extend(forgotten(&run.forgotten));
    found
}

fn conflicts<'a>(
    planned: impl Iterator<Item = &'a Planned>,
    desired: &Desired,
    observed: &Observed,
) -> impl Iterator<Item = Diagnostic> {
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for planned in planned {
        for conflict in planned.conflicts() {
            if told.insert(conflict.clone()) {
                let summary = format!("Cannot {}", planned.step.in_words());
                let detail = format!("{}.", capital(&conflict.to_string()));
                let path = path(&planned.step, desired, observed);
                found.push(Diagnostic::error(summary, detail).at(path));
            }
        }
    }
    found.into_iter()
}

fn failed(group: &Group<'_>, desired: &Desired, seen: &Observed) -> Diagnostic {
    let mut detail = sentence(&group.error.to_string());
    for advice in advice::advice(group.error) {
        detail = format!("{detail} {advice}");
    }
    if let Some(share) = share(group, desired, seen) {
        detail = format!("{detail} {share}");
    }
    told("Could not", group, detail, desired, seen)
}

/// How much of a quota the path needs, where that is what it lacks.
fn share(group: &Group<'_>, desired: &Desired, seen: &Observed) -> Option<String> {
    let (code, step) = (&group.error.code, group.steps.first()?);
    let wanted = desired.objects.iter().map(|(key, it)| (key.slot, it));
    let there = seen.objects.iter();
    let there = there.map(|(key, seen)| (key.slot, &seen.object));
    let needs = need::count(code, step, wanted)?;
    let has = need::count(code, step, there)?;
    Some(format!(
        "Of that quota this path needs {needs} in all, and has {has} so far."
    ))
}

fn put_off(group: &Group<'_>, desired: &Desired, seen: &Observed) -> Diagnostic {
    let detail = format!(
        "AWS put it off until the end: {} Applying again goes on from here.",
        sentence(&group.error.to_string())
    );
    told("Could not yet", group, detail, desired, seen)
}

fn told(
    verb: &str,
    group: &Group<'_>,
    mut detail: String,
    desired: &Desired,
    seen: &Observed,
) -> Diagnostic {
    let first = group
        .steps
        .first()
        .map_or_else(String::new, |it| it.in_words());
    let summary = match group.steps.len() - 1 {
        0 => format!("{verb} {first}"),
        more => {
            let all = listed(&group.steps);
            detail = format!("{detail} This stopped {} steps: {all}.", more + 1);
            format!("{verb} {first}, and {more} more")
        }
    };
    let steps = group.steps.iter();
    let places = steps.map(|step| place::place(step, group.error, desired, seen));
    let place = causes::common(places);
    // Terraform prints the whole argument that a message is at, and this one has a block a broker.
    if group.steps.len() > 1 && place == Path::of("brokers") {
        return Diagnostic::error(summary, format!("{place}: {detail}"));
    }
    Diagnostic::error(summary, detail).at(place)
}

/// Looking failed before anything was done.
pub fn unreadable(error: &CloudError) -> Diagnostic {
    let mut detail = format!(
        "While looking for the objects of the path: {}",
        sentence(&error.to_string())
    );
    for advice in advice::of_reading(error) {
        detail = format!("{detail} {advice}");
    }
    Diagnostic::error("AWS could not be read", detail)
}

/// Somebody pressed Ctrl-C while AWS was being read, before anything was done.
pub fn interrupted_reading(error: &CloudError) -> Diagnostic {
    let detail = format!(
        "AWS was still being read: {} Nothing was changed.",
        sentence(&error.to_string())
    );
    Diagnostic::error("Interrupted", detail)
}

/// The looking itself failed, again and again.
fn unseen(error: &CloudError) -> Diagnostic {
    let mut detail = sentence(&error.to_string());
    for advice in advice::of_reading(error) {
        detail = format!("{detail} {advice}");
    }
    Diagnostic::error(
        "AWS could not be read any more",
        format!("{detail} The state holds what was last known; applying again goes on from there."),
    )
}

fn sentence(text: &str) -> String {
    format!("{}.", text.trim_end_matches('.'))
}

fn interrupted(run: &Convergence, desired: &Desired) -> Diagnostic {
    Diagnostic::error(
        "Interrupted",
        format!(
            "The state holds what exists. Still to be done: {}. Applying again goes on from here.",
            left(run)
        ),
    )
    .at(awaited(run, desired))
}

fn timed_out(run: &Convergence, desired: &Desired) -> Diagnostic {
    Diagnostic::error("Out of time", when_time_was_up(run)).at(awaited(run, desired))
}

fn when_time_was_up(run: &Convergence) -> String {
    format!(
        "Still to be done when the time was up: {}. The state holds what exists; applying again \
         goes on from here. `timeouts` allows more time.",
        left(run)
    )
}

/// The argument about the object that everything waits for, where it is one.
fn awaited(run: &Convergence, desired: &Desired) -> Path {
    let slots = run.left.awaited.iter().map(|key| key.slot);
    causes::shared(slots.map(|slot| part(slot, desired, &run.observed)))
}

fn stuck(run: &Convergence) -> Diagnostic {
    Diagnostic::error(
        "The path is not complete",
        format!("Nothing more could be done of: {}.", left(run)),
    )
}

/// So many steps are told one by one.
const TOLD: usize = 12;

/// What was left to do, and what each step of it waited for.
fn left(run: &Convergence) -> String {
    let steps = &run.left.steps;
    let mut lines: Vec<String> = Vec::new();
    if steps.len() > TOLD {
        lines.push(listed(&steps.iter().map(|it| &it.step).collect::<Vec<_>>()));
    } else {
        lines.extend(steps.iter().map(|Planned { step, waits }| {
            let mut told: Vec<String> = Vec::new();
            for wait in waits.iter().map(ToString::to_string) {
                if !told.contains(&wait) {
                    told.push(wait);
                }
            }
            match told.is_empty() {
                true => step.in_words(),
                false => format!(
                    "{} (waiting until {})",
                    step.in_words(),
                    told.join(", and until ")
                ),
            }
        }));
    }
    let named: BTreeSet<Slot> = match steps.len() > TOLD {
        true => BTreeSet::new(),
        false => steps.iter().map(|it| it.step.key.slot).collect(),
    };
    let awaited = run.left.awaited.iter();
    let awaited = awaited.filter(|key| !named.contains(&key.slot));
    lines.extend(awaited.map(|key| {
        let seen = run.observed.get(*key);
        match seen.and_then(|seen| seen.outputs.state.known()) {
            Some(state) => format!("wait for {}, which AWS calls {state:?}", key.slot.called()),
            None => format!("wait for {}", key.slot.called()),
        }
    }));
    if lines.is_empty() {
        // All was answered, and AWS could not be seen to hold it.
        lines.push("see whether AWS holds what was asked of it".to_owned());
    }
    lines.join("; ")
}

fn forgotten(keys: &BTreeSet<Key>) -> Option<Diagnostic> {
    if keys.is_empty() {
        return None;
    }
    let names: BTreeSet<String> = keys.iter().map(|key| key.slot.called()).collect();
    let names: Vec<String> = names.into_iter().collect();
    Some(Diagnostic::warning(
        "Objects were left alone",
        format!(
            "They are not configured and were not made by this resource: {}. Delete them \
             yourself if nobody needs them.",
            names.join(", ")
        ),
    ))
}

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use engine::reconcile::{ErrorKind, Plan};

    /// Everything was answered, and before AWS could be seen to hold it, somebody pressed Ctrl-C.
    #[test]
    fn what_is_left_is_never_nothing() {
        let run = Convergence {
            observed: Observed::default(),
            done: Vec::new(),
            failures: Vec::new(),
            blocked: Vec::new(),
            put_off: Vec::new(),
            left: Plan::default(),
            forgotten: BTreeSet::new(),
            ailing: BTreeMap::new(),
            unseen: Some(CloudError {
                operation: "DescribeListeners".to_owned(),
                kind: ErrorKind::Unavailable,
                code: String::new(),
                message: "no answer".to_owned(),
                request_id: None,
            }),
            cancelled: true,
            timed_out: false,
        };
        let said = ended(&run, &Desired::nothing());
        let interrupted = said.iter().find(|it| it.summary == "Interrupted").unwrap();
        let left = "Still to be done: see whether AWS holds what was asked of it.";
        assert!(interrupted.detail.contains(left), "{}", interrupted.detail);
    }
}
