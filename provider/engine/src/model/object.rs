//! One kind of object a file: its fields, what AWS cannot change of them, how it is born, and the
//! calls that change it: when they are needed, what they leave behind, how they read.

pub mod alias;
pub mod change;
pub mod endpoint;
pub mod listener;
pub mod load_balancer;
pub mod security_group;
pub mod service;
pub mod target_group;
pub mod wording;
pub mod zone;

use serde::{Deserialize, Serialize};

use crate::model::{Generation, Key, Maybe, tags::Tags};
pub use alias::{Alias, DnsMode};
pub use change::Change;
pub use endpoint::Endpoint;
pub use listener::Listener;
pub use load_balancer::LoadBalancer;
pub use security_group::{GroupRef, Rule, SecurityGroup};
pub use service::{Service, ServiceRef};
pub use target_group::TargetGroup;
pub use wording::Wording;
pub use zone::{Zone, ZoneRef};

/// What one object is, apart from its id and its state of life. Objects point at each other by
/// key; ids live in [`crate::model::Seen`] only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Object {
    SecurityGroup(SecurityGroup),
    LoadBalancer(LoadBalancer),
    TargetGroup(TargetGroup),
    Listener(Listener),
    Service(Service),
    Endpoint(Endpoint),
    Zone(Zone),
    Alias(Alias),
}

/// Access to an object as one of its kind.
macro_rules! kinds {
    ($($kind:ident: $get:ident, $get_mut:ident;)*) => {
        impl Object {
            $(
                pub fn $get(&self) -> Option<&$kind> {
                    match self {
                        Object::$kind(it) => Some(it),
                        _ => None,
                    }
                }

                pub fn $get_mut(&mut self) -> Option<&mut $kind> {
                    match self {
                        Object::$kind(it) => Some(it),
                        _ => None,
                    }
                }
            )*
        }
    };
}

kinds! {
    SecurityGroup: as_security_group, as_security_group_mut;
    LoadBalancer: as_load_balancer, as_load_balancer_mut;
    TargetGroup: as_target_group, as_target_group_mut;
    Listener: as_listener, as_listener_mut;
    Service: as_service, as_service_mut;
    Endpoint: as_endpoint, as_endpoint_mut;
    Zone: as_zone, as_zone_mut;
    Alias: as_alias, as_alias_mut;
}

impl Object {
    /// The hash of what AWS cannot change in place.
    pub fn generation(&self) -> Generation {
        match self {
            Object::SecurityGroup(group) => group.generation(),
            Object::TargetGroup(group) => group.generation(),
            Object::Endpoint(endpoint) => endpoint.generation(),
            Object::Zone(zone) => zone.generation(),
            Object::Alias(alias) => alias.generation(),
            // The load balancer and the service are never replaced below a living resource, and
            // a listener's port is its slot.
            Object::LoadBalancer(_) | Object::Listener(_) | Object::Service(_) => Generation::ONLY,
        }
    }

    /// What AWS holds right after the bare create call: what the call takes, and AWS's documented
    /// defaults for the rest. The ordinary diff does what is left, so that nothing can be "applied
    /// on create only".
    pub fn newborn(&self) -> Object {
        match self {
            Object::SecurityGroup(group) => Object::SecurityGroup(group.newborn()),
            Object::LoadBalancer(balancer) => Object::LoadBalancer(balancer.newborn()),
            Object::TargetGroup(group) => Object::TargetGroup(group.newborn()),
            Object::Listener(listener) => Object::Listener(listener.newborn()),
            Object::Service(service) => Object::Service(service.newborn()),
            Object::Endpoint(endpoint) => Object::Endpoint(endpoint.newborn()),
            Object::Zone(zone) => Object::Zone(zone.newborn()),
            Object::Alias(alias) => Object::Alias(alias.clone()),
        }
    }

    /// Every object of ours that this one points at.
    pub fn references(&self) -> Vec<Key> {
        let groups = |groups: &std::collections::BTreeSet<GroupRef>| {
            groups
                .iter()
                .filter_map(GroupRef::managed)
                .collect::<Vec<_>>()
        };
        match self {
            Object::SecurityGroup(_) | Object::TargetGroup(_) | Object::Zone(_) => Vec::new(),
            Object::LoadBalancer(balancer) => groups(&balancer.security_groups),
            Object::Listener(listener) => listener.forward.into_iter().collect(),
            Object::Service(service) => service.load_balancer.into_iter().collect(),
            Object::Endpoint(endpoint) => {
                let mut keys = groups(&endpoint.security_groups);
                keys.extend(endpoint.service.managed());
                keys
            }
            Object::Alias(alias) => alias.references(),
        }
    }

    /// `None` for the kinds that take no tags.
    pub fn tags(&self) -> Option<&Tags> {
        match self {
            Object::SecurityGroup(group) => Some(&group.tags),
            Object::LoadBalancer(balancer) => Some(&balancer.tags),
            Object::TargetGroup(group) => Some(&group.tags),
            Object::Listener(listener) => Some(&listener.tags),
            Object::Service(service) => Some(&service.tags),
            Object::Endpoint(endpoint) => Some(&endpoint.tags),
            Object::Zone(zone) => Some(&zone.tags),
            Object::Alias(_) => None,
        }
    }

    /// `None` for the kinds that take no tags.
    pub fn tags_mut(&mut self) -> Option<&mut Tags> {
        match self {
            Object::SecurityGroup(group) => Some(&mut group.tags),
            Object::LoadBalancer(balancer) => Some(&mut balancer.tags),
            Object::TargetGroup(group) => Some(&mut group.tags),
            Object::Listener(listener) => Some(&mut listener.tags),
            Object::Service(service) => Some(&mut service.tags),
            Object::Endpoint(endpoint) => Some(&mut endpoint.tags),
            Object::Zone(zone) => Some(&mut zone.tags),
            Object::Alias(_) => None,
        }
    }
}

/// One field of a generation: unknown is a value of its own.
fn field(value: &Maybe<String>) -> String {
    match value {
        Maybe::Known(text) => format!("={text}"),
        Maybe::Unknown => "?".to_owned(),
    }
}
