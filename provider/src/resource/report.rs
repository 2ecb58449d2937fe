//! What kept a path from being as it should, for people: one message for each cause.

mod health;

use std::collections::BTreeSet;

use tfplugin::{Diagnostic, Diagnostics};

use crate::{
    model::{Desired, Key, Maybe, Observed, Slot},
    reconcile::{Cause, CloudError, Convergence, ErrorKind, Foresight, Planned, Step, Write},
    resource::path::{action, name, path, refused},
};

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
            Write::RejectConnections(ids) => Some(ids),
            _ => None,
        })
        .flatten()
        .collect();
    let connections = before.connections.iter();
    let told: Vec<String> = connections
        .filter(|it| ids.contains(&it.endpoint_id))
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

/// What is unknown may turn out to change nothing.
fn is_certain(step: &Step) -> bool {
    match &step.write {
        Write::SetSubnets(subnets) => !subnets.contains(&Maybe::Unknown),
        _ => true,
    }
}

/// How a run ended, as messages: none where all is as desired.
pub fn ended(run: &Convergence, desired: &Desired) -> Diagnostics {
    let mut found = Diagnostics::new();
    for (step, error) in &run.failures {
        found.push(failed(step, error, desired, &run.observed));
    }
    found.extend(conflicts(run.blocked.iter(), desired, &run.observed));
    found.extend(run.unseen.as_ref().map(unseen));
    let unfinished = !run.is_settled();
    if unfinished {
        found.extend(health::unhealthy(run, desired));
    }
    if unfinished && run.cancelled {
        found.push(interrupted(run));
    } else if unfinished && run.timed_out {
        found.push(timed_out(run));
    }
    for (step, cause) in &run.put_off {
        found.push(put_off(step, cause, desired, &run.observed));
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
                let summary = format!("Cannot {}", action(&planned.step));
                let detail = format!("{}.", capital(&conflict.to_string()));
                let path = path(&planned.step, desired, observed);
                found.push(Diagnostic::error(summary, detail).at(path));
            }
        }
    }
    found.into_iter()
}

fn failed(step: &Step, error: &CloudError, desired: &Desired, seen: &Observed) -> Diagnostic {
    let hint = match error.kind {
        ErrorKind::Denied => {
            " The credentials need the permission for this call; the provider's documentation \
             has the whole policy."
        }
        ErrorKind::Throttled | ErrorKind::Unavailable => {
            " AWS was not able to answer; applying again goes on from here."
        }
        _ => "",
    };
    Diagnostic::error(
        format!("Could not {}", action(step)),
        format!("{}.{hint}", error.to_string().trim_end_matches('.')),
    )
    .at(refused(step, error, desired, seen))
}

fn put_off(step: &Step, cause: &Cause, desired: &Desired, seen: &Observed) -> Diagnostic {
    Diagnostic::error(
        format!("Could not yet {}", action(step)),
        format!(
            "AWS put it off until the end: {}. Applying again goes on from here.",
            cause.to_string().trim_end_matches('.')
        ),
    )
    .at(path(step, desired, seen))
}

fn unseen(error: &CloudError) -> Diagnostic {
    Diagnostic::error(
        "AWS could not be read any more",
        format!(
            "{}. The state holds what was last known; applying again goes on from there.",
            error.to_string().trim_end_matches('.')
        ),
    )
}

fn interrupted(run: &Convergence) -> Diagnostic {
    Diagnostic::error(
        "Interrupted",
        format!(
            "The state holds what exists. Still to be done: {}. Applying again goes on from here.",
            left(run)
        ),
    )
}

fn timed_out(run: &Convergence) -> Diagnostic {
    Diagnostic::error(
        "Out of time",
        format!(
            "Still to be done when the time was up: {}. The state holds what exists; applying \
             again goes on from here. `timeouts` allows more time.",
            left(run)
        ),
    )
}

fn stuck(run: &Convergence) -> Diagnostic {
    Diagnostic::error(
        "The path is not complete",
        format!("Nothing more could be done of: {}.", left(run)),
    )
}

/// What was left to do, and what each step of it waited for.
fn left(run: &Convergence) -> String {
    let mut lines: Vec<String> = Vec::new();
    for Planned { step, waits } in &run.left.steps {
        let waits: Vec<String> = waits.iter().map(ToString::to_string).collect();
        lines.push(match waits.is_empty() {
            true => action(step),
            false => format!("{} (waiting until {})", action(step), waits.join(" and ")),
        });
    }
    let named: BTreeSet<Slot> = run.left.steps.iter().map(|it| it.step.key.slot).collect();
    let awaited = run
        .left
        .awaited
        .iter()
        .filter(|key| !named.contains(&key.slot));
    lines.extend(awaited.map(|key| format!("wait for {}", name(key.slot))));
    lines.join("; ")
}

fn forgotten(keys: &BTreeSet<Key>) -> Option<Diagnostic> {
    if keys.is_empty() {
        return None;
    }
    let names: BTreeSet<String> = keys.iter().map(|key| name(key.slot)).collect();
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
