//! What a run has left to do, where it did not come to its end.

use std::collections::BTreeSet;

use tfplugin::{Diagnostic, Path};

use super::causes::{self, listed};
use crate::lifecycle::resource_type::ResourceType;
use engine::model::{Desired, Slot};
use engine::reconcile::{Convergence, Fact, Planned};

pub(super) fn interrupted<T: ResourceType>(run: &Convergence, desired: &Desired) -> Diagnostic {
    Diagnostic::error(
        "Interrupted",
        format!(
            "The state holds what exists. Still to be done: {}. Applying again goes on from here.",
            left(run)
        ),
    )
    .at(awaited::<T>(run, desired))
}

pub(super) fn timed_out<T: ResourceType>(run: &Convergence, desired: &Desired) -> Diagnostic {
    Diagnostic::error("Out of time", when_time_was_up(run)).at(awaited::<T>(run, desired))
}

pub(super) const WHEN_TIME_WAS_UP: &str = "The state holds what exists; applying again goes on \
                                           from here. `timeouts` allows more time.";

pub(super) fn when_time_was_up(run: &Convergence) -> String {
    format!(
        "Still to be done when the time was up: {}. {WHEN_TIME_WAS_UP}",
        left(run)
    )
}

/// The argument about the object that everything waits for, where it is one.
fn awaited<T: ResourceType>(run: &Convergence, desired: &Desired) -> Path {
    let slots = run.left.awaited.iter().map(|key| key.slot);
    causes::shared(slots.map(|slot| T::argument(slot, desired, &run.observed)))
}

pub(super) fn stuck(run: &Convergence) -> Diagnostic {
    Diagnostic::error(
        "The resource is not complete",
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
            let mut facts: Vec<String> = Vec::new();
            let mut decisions: Vec<String> = Vec::new();
            for wait in waits {
                let told = match wait.fact {
                    Fact::Never(_) => &mut decisions,
                    _ => &mut facts,
                };
                if !told.contains(&wait.to_string()) {
                    told.push(wait.to_string());
                }
            }
            if !facts.is_empty() {
                decisions.insert(0, format!("waiting until {}", facts.join(", and until ")));
            }
            match decisions.is_empty() {
                true => step.in_words(),
                false => format!("{} ({})", step.in_words(), decisions.join("; ")),
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{lifecycle::report::ended, privatelink::Privatelink};
    use engine::model::Observed;
    use engine::reconcile::{CloudError, ErrorKind, Plan};

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
            closing: None,
        };
        let said = ended::<Privatelink>(&run, &Desired::nothing());
        let interrupted = said.iter().find(|it| it.summary == "Interrupted").unwrap();
        let left = "Still to be done: see whether AWS holds what was asked of it.";
        assert!(interrupted.detail.contains(left), "{}", interrupted.detail);
    }
}
