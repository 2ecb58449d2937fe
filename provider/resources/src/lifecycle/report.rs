//! What kept a path from being as it should, for people: one message for each cause.

mod advice;
mod causes;
mod need;
mod unfinished;

use std::collections::BTreeSet;

use tfplugin::{Diagnostic, Diagnostics, Path};

use super::resource_type::ResourceType;
use causes::{Group, grouped, listed};
use engine::model::{
    Desired, Key, Maybe, Observed, Slot,
    object::{Change, load_balancer, service},
};
use engine::reconcile::{self, CloudError, Conflict, Convergence, Foresight, Planned, Step, Write};
use unfinished::{WHEN_TIME_WAS_UP, interrupted, stuck, timed_out, when_time_was_up};

/// Steps that can never run, as errors of a plan.
pub fn blocked<T: ResourceType>(foresight: &Foresight, desired: &Desired) -> Diagnostics {
    let certain = foresight
        .blocked
        .iter()
        .filter(|planned| is_certain(&planned.step));
    conflicts::<T>(certain, desired, &foresight.end)
}

/// Whom a plan will turn away, for their clients lose their way to the brokers.
pub fn rejected<T: ResourceType>(
    foresight: &Foresight,
    desired: &Desired,
    before: &Observed,
) -> Option<Diagnostic> {
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
        .at(T::argument(Slot::Service, desired, before))
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
pub fn ended<T: ResourceType>(run: &Convergence, desired: &Desired) -> Diagnostics {
    let mut found = Diagnostics::new();
    for group in grouped(&run.failures) {
        found.push(failed::<T>(&group, desired, &run.observed));
    }
    let mut blocked = conflicts::<T>(run.blocked.iter(), desired, &run.observed);
    let waits_for_owner = waits_for_owner(run);
    if waits_for_owner {
        blocked = blocked
            .into_iter()
            .map(|it| Diagnostic {
                detail: format!("{} {WHEN_TIME_WAS_UP}", it.detail),
                ..it
            })
            .collect();
    }
    found.extend(blocked);
    found.extend(run.unseen.as_ref().map(unseen));
    let unfinished = !run.is_settled();
    let mut ill = match unfinished {
        true => T::unhealthy(run, desired),
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
        found.push(interrupted::<T>(run, desired));
    } else if is_told || waits_for_owner {
        // With the brokers, or with the owner of the service.
    } else if unfinished && run.timed_out && !(run.lacks_health_only() && found.has_errors()) {
        found.push(timed_out::<T>(run, desired));
    }
    for group in grouped(&run.put_off) {
        found.push(put_off::<T>(&group, desired, &run.observed));
    }
    if unfinished && !found.has_errors() {
        found.push(stuck(run));
    }
    found.extend(unaccepted::<T>(desired, &run.observed, &found));
    found.extend(forgotten(&run.forgotten));
    found
}

/// What the owner of a given service has yet to accept: nothing else in Terraform shows why the
/// hostname has no record. `told`: what is an error already.
pub fn unaccepted<T: ResourceType>(
    desired: &Desired,
    observed: &Observed,
    told: &Diagnostics,
) -> Vec<Diagnostic> {
    if told.has_errors() {
        return Vec::new();
    }
    let conflicts = reconcile::unaccepted(desired, observed).into_iter();
    let told = conflicts.map(|conflict| {
        let rejected = matches!(
            conflict,
            Conflict::Unaccepted {
                is_rejected: true,
                ..
            }
        );
        let summary = match rejected {
            true => "The endpoint was rejected",
            false => "The endpoint waits to be accepted",
        };
        let detail = format!(
            "{}. Until then nobody reaches the brokers through it, and the hostname gets no record.",
            capital(&conflict.to_string())
        );
        Diagnostic::warning(summary, detail).at(T::argument(Slot::Endpoint, desired, observed))
    });
    told.collect()
}

/// Is all that the time was too short for an answer of the owner of a given service?
fn waits_for_owner(run: &Convergence) -> bool {
    let mut conflicts = run.blocked.iter().flat_map(Planned::conflicts).peekable();
    let has_some = conflicts.peek().is_some();
    let are_unanswered = conflicts.all(|it| {
        matches!(
            it,
            Conflict::Unaccepted {
                is_rejected: false,
                ..
            }
        )
    });
    run.timed_out && !run.cancelled && run.failures.is_empty() && has_some && are_unanswered
}

fn conflicts<'a, T: ResourceType>(
    planned: impl Iterator<Item = &'a Planned>,
    desired: &Desired,
    observed: &Observed,
) -> Diagnostics {
    let mut told = BTreeSet::new();
    let mut found = Diagnostics::new();
    for planned in planned {
        for conflict in planned.conflicts() {
            if told.insert(conflict.clone()) {
                let summary = format!("Cannot {}", planned.step.in_words());
                let detail = format!("{}.", capital(&conflict.to_string()));
                let path = T::argument_of_step(&planned.step, None, desired, observed);
                found.push(Diagnostic::error(summary, detail).at(path));
            }
        }
    }
    found
}

fn failed<T: ResourceType>(group: &Group<'_>, desired: &Desired, seen: &Observed) -> Diagnostic {
    let mut detail = refusal(group.error);
    if let Some(share) = share(group, desired, seen) {
        detail = format!("{detail} {share}");
    }
    told::<T>("Could not", group, detail, desired, seen)
}

/// What AWS said to a write, and what to do about it.
pub fn refusal(error: &CloudError) -> String {
    let mut detail = sentence(&error.to_string());
    for advice in advice::advice(error) {
        detail = format!("{detail} {advice}");
    }
    detail
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
        "Of that quota this resource needs {needs} in all, and has {has} so far."
    ))
}

fn put_off<T: ResourceType>(group: &Group<'_>, desired: &Desired, seen: &Observed) -> Diagnostic {
    let mut detail = format!("AWS put it off until the end: {}", refusal(group.error));
    let again = "goes on from here.";
    if !detail.ends_with(again) {
        detail = format!("{detail} Applying again {again}");
    }
    told::<T>("Could not yet", group, detail, desired, seen)
}

fn told<T: ResourceType>(
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
    let places = steps.map(|step| T::argument_of_step(step, Some(group.error), desired, seen));
    let place = causes::common(places);
    // Terraform prints the whole argument that a message is at, and this one has many elements.
    if group.steps.len() > 1 && T::ELEMENTS.is_some_and(|it| place == Path::of(it)) {
        return Diagnostic::error(summary, format!("{place}: {detail}"));
    }
    Diagnostic::error(summary, detail).at(place)
}

/// Looking failed before anything was done.
pub fn unreadable(error: &CloudError) -> Diagnostic {
    let mut detail = format!(
        "While looking for the objects of the resource: {}",
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

pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
