//! What Terraform makes of a plan, and what may become of that at the apply.

use crate::{Path, Value};

use super::{Violation, assert_object_compatible, known_equal};

/// What an apply would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// "No changes."
    NoOp,
    /// Nothing is there yet.
    Create,
    /// In place.
    Update,
    /// Delete and create, in one order or the other.
    Replace,
    /// Nothing is to be there.
    Delete,
}

impl Action {
    /// `getAction`. `replaces` is what [`required_replaces`](super::required_replaces) left;
    /// `forced` is `-replace`.
    pub fn of(prior: &Value, planned: &Value, replaces: &[Path], forced: bool) -> Action {
        if prior.is_null() {
            Action::Create
        } else if forced || !replaces.is_empty() {
            Action::Replace
        } else if known_equal(prior, planned) {
            Action::NoOp
        } else {
            Action::Update
        }
    }
}

/// The plan that the user has seen, and the one made just before the apply, when more is known:
/// what was known stays, and all that may become of an action is nothing to do.
/// `checkPlannedChange` in node_resource_apply_instance.go.
pub fn consistent(seen: (Action, &Value), last: (Action, &Value)) -> Vec<Violation> {
    let mut found = assert_object_compatible(seen.1, last.1);
    if seen.0 != last.0 && (seen.0, last.0) != (Action::Update, Action::NoOp) {
        let text = format!("the action was {:?}, now {:?}", seen.0, last.0);
        found.push(Violation::new(&Path::root(), text));
    }
    found
}
