//! The changes of every kind, each of which stands beside its kind.

use std::{collections::BTreeSet, fmt};

use super::{
    Object, alias, endpoint, listener, load_balancer, security_group, service, target_group,
};
use crate::model::{Key, Maybe};

/// A call that changes an object which is there. A hosted zone has nothing to change but its tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    SecurityGroup(security_group::Change),
    LoadBalancer(load_balancer::Change),
    TargetGroup(target_group::Change),
    Listener(listener::Change),
    Service(service::Change),
    Endpoint(endpoint::Change),
    Alias(alias::Change),
}

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

impl Change {
    /// `of`: the object that it changes. `seen`: that object as it is, where it is known.
    pub fn wording(&self, of: Key, seen: Option<&Object>) -> Wording {
        match self {
            Change::SecurityGroup(change) => change.wording(of),
            Change::LoadBalancer(change) => change.wording(of),
            Change::TargetGroup(change) => {
                change.wording(of, seen.and_then(Object::as_target_group))
            }
            Change::Listener(change) => change.wording(of, seen.and_then(Object::as_listener)),
            Change::Service(change) => change.wording(of),
            Change::Endpoint(change) => change.wording(of),
            Change::Alias(change) => change.wording(of),
        }
    }
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
