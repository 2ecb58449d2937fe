//! Terraform's own checks of what a provider answers, in our words, after what
//! `internal/plans/objchange` and `internal/terraform/node_resource_abstract_instance.go` of
//! Terraform 1.11 do. Each returns what is wrong, one line each.

mod compatible;
mod plan_valid;
mod proposed;

use tfplugin::{Path, Value, path::Step};

pub use compatible::compatible;
pub use plan_valid::plan_valid;
pub use proposed::proposed;

/// What Terraform would do, judged by the values alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    NoOp,
    Create,
    Update,
    Replace,
}

/// The paths that force a replacement: those that the provider named and that change.
pub fn replacing<'a>(paths: &'a [Path], prior: &Value, planned: &Value) -> Vec<&'a Path> {
    let changes = |path: &&Path| at(prior, path) != at(planned, path);
    paths.iter().filter(changes).collect()
}

/// The value at a path, null where there is none.
pub fn at<'a>(value: &'a Value, path: &Path) -> &'a Value {
    path.steps().iter().fold(value, |value, step| match step {
        Step::Attribute(name) | Step::Key(name) => value.get(name),
        Step::Index(_) | Step::Element(_) => &Value::Null,
    })
}

/// The action of the plan that is made again before the apply must be that of the first, or have
/// turned out to be nothing.
pub fn same_action(first: Action, second: Action) -> Result<(), String> {
    match (first, second) {
        _ if first == second => Ok(()),
        (Action::Update, Action::NoOp) => Ok(()),
        _ => Err(format!("the action changed from {first:?} to {second:?}")),
    }
}
