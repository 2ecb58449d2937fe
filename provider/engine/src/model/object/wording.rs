//! How changes read.

use std::{collections::BTreeSet, fmt};

use crate::model::Maybe;

/// How a change reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    /// A line of a story or of the log, in which objects go by their keys:
    /// `open security-group/consumer: tcp 9092 from 10.0.0.0/16`.
    pub line: String,
    /// What it does, for people: `open ports of the endpoint's security group`.
    pub action: String,
    /// What is wrong with the object that needs it, for people:
    /// `does not allow tcp 9092 from 10.0.0.0/16`.
    pub defect: String,
}

pub(super) fn list<T: fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    items.join(", ")
}

pub(super) fn on(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

/// What is there already is known, except in a foreseen observation.
pub(super) fn known(values: BTreeSet<Maybe<String>>) -> BTreeSet<String> {
    values.into_iter().filter_map(Maybe::into_known).collect()
}
