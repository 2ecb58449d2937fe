//! The changes of every kind, each of which stands beside its kind.

use super::{
    Object, alias, endpoint, listener, load_balancer, security_group, service, target_group,
    wording::Wording,
};
use crate::model::Key;

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
