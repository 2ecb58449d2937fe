//! The endpoint service: what consumers connect to. Never replaced.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    target_group::IpFamily,
    wording::{Wording, known, list},
};
use crate::model::{Connection, Key, Maybe, Outputs, Slot, tags::Tags};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// `None`: it fronts another load balancer than ours, or none.
    pub load_balancer: Option<Key>,
    pub acceptance_required: bool,
    /// As AWS writes them: ARNs and `*`.
    pub principals: BTreeSet<Maybe<String>>,
    pub ip_address_types: BTreeSet<IpFamily>,
    /// Regions besides the service's own, which AWS always counts in.
    pub regions: BTreeSet<Maybe<String>>,
    pub tags: Tags,
}

/// The service that an endpoint connects to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ServiceRef {
    Managed(Key),
    /// By the name that its owner gives: somebody else's, who alone accepts connections to it.
    Given(Maybe<String>),
}

/// A call that changes an endpoint service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// `ModifyVpcEndpointServiceConfiguration`.
    Modify(Modification),
    /// `ModifyVpcEndpointServicePermissions`.
    ModifyPermissions {
        add: BTreeSet<Maybe<String>>,
        remove: BTreeSet<String>,
    },
    /// `ModifyVpcEndpointServiceConfiguration` with the id alone, by which it learns the zones that
    /// its load balancer got since.
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html>
    LearnZones,
    /// `RejectVpcEndpointConnections`, by endpoint id.
    RejectConnections(BTreeSet<String>),
    /// `AcceptVpcEndpointConnections`, by endpoint id.
    AcceptConnections(BTreeSet<String>),
}

/// What is to change of a service's configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Modification {
    pub acceptance_required: Option<bool>,
    /// Attach ours; another one found there is detached in the same call.
    pub attach: Option<Key>,
    pub add_ip_address_types: BTreeSet<IpFamily>,
    pub remove_ip_address_types: BTreeSet<IpFamily>,
    pub add_regions: BTreeSet<Maybe<String>>,
    pub remove_regions: BTreeSet<String>,
}

/// The calls that lead from `seen` to `wanted`. Zones and connections are a matter of the whole
/// path.
pub fn diff(wanted: &Service, seen: &Service) -> Vec<Change> {
    let mut changes = Vec::new();
    let modification = Modification {
        acceptance_required: (wanted.acceptance_required != seen.acceptance_required)
            .then_some(wanted.acceptance_required),
        attach: wanted
            .load_balancer
            .filter(|_| wanted.load_balancer != seen.load_balancer),
        add_ip_address_types: &wanted.ip_address_types - &seen.ip_address_types,
        remove_ip_address_types: &seen.ip_address_types - &wanted.ip_address_types,
        add_regions: &wanted.regions - &seen.regions,
        remove_regions: known(&seen.regions - &wanted.regions),
    };
    if modification != Modification::default() {
        changes.push(Change::Modify(modification));
    }
    if wanted.principals != seen.principals {
        changes.push(Change::ModifyPermissions {
            add: &wanted.principals - &seen.principals,
            remove: known(&seen.principals - &wanted.principals),
        });
    }
    changes
}

impl Change {
    /// Brings the service to what it is after the call. `balancer`: what AWS decided of the load
    /// balancer. `connections`: all that are the service's.
    pub fn apply(
        &self,
        service: &mut Service,
        outputs: &mut Outputs,
        balancer: Option<&Outputs>,
        connections: &mut [Connection],
    ) {
        match self {
            Change::Modify(modification) => modification.apply(service, outputs),
            Change::ModifyPermissions { add, remove } => {
                let stays = |it: &Maybe<String>| it.known().is_none_or(|it| !remove.contains(it));
                service.principals.retain(stays);
                service.principals.extend(add.clone());
            }
            Change::LearnZones => {
                if let Some(balancer) = balancer {
                    outputs.zones.clone_from(&balancer.zones);
                    outputs.zone_ids.clone_from(&balancer.zone_ids);
                }
            }
            Change::RejectConnections(ids) => answer(connections, ids, "rejected"),
            // AWS still connects it for a while.
            Change::AcceptConnections(ids) => answer(connections, ids, "pending"),
        }
    }

    pub(super) fn wording(&self, of: Key) -> Wording {
        let object = of.slot.called();
        match self {
            Change::Modify(modification) => Wording {
                line: format!("set {of}: {}", list(modification.parts())),
                action: format!("change {object}"),
                defect: "differs from its configuration".to_owned(),
            },
            Change::ModifyPermissions { add, remove } => {
                let add = add.iter().map(|principal| format!("+{principal}"));
                let remove = remove.iter().map(|principal| format!("-{principal}"));
                Wording {
                    line: format!("set principals of {of}: {}", list(add.chain(remove))),
                    action: format!("set the allowed principals of {object}"),
                    defect: "allows other principals".to_owned(),
                }
            }
            Change::LearnZones => Wording {
                line: format!("let {of} learn the load balancer's zones"),
                action: format!("let {object} serve the load balancer's new zones"),
                defect: "does not serve all zones of the load balancer".to_owned(),
            },
            Change::RejectConnections(ids) => Wording {
                line: format!("reject on {of}: {}", list(ids)),
                action: format!("reject connections to {object}"),
                defect: format!("still has the connections {}", list(ids)),
            },
            Change::AcceptConnections(ids) => Wording {
                line: format!("accept on {of}: {}", list(ids)),
                action: format!("accept connections to {object}"),
                defect: format!("has connections that wait to be accepted: {}", list(ids)),
            },
        }
    }
}

/// Brings the connections of these endpoints to a state.
fn answer(connections: &mut [Connection], endpoints: &BTreeSet<String>, state: &str) {
    let is_meant = |it: &&mut Connection| {
        let id = it.endpoint_id.as_ref();
        id.is_some_and(|id| endpoints.contains(id))
    };
    for connection in connections.iter_mut().filter(is_meant) {
        state.clone_into(&mut connection.state);
    }
}

impl Modification {
    fn apply(&self, service: &mut Service, outputs: &mut Outputs) {
        if let Some(required) = self.acceptance_required {
            service.acceptance_required = required;
        }
        if self.attach.is_some() {
            service.load_balancer = self.attach;
            outputs.zones = Maybe::Unknown;
            outputs.zone_ids = Maybe::Unknown;
        }
        let families = &mut service.ip_address_types;
        families.extend(&self.add_ip_address_types);
        families.retain(|family| !self.remove_ip_address_types.contains(family));
        let stays = |it: &Maybe<String>| {
            it.known()
                .is_none_or(|it| !self.remove_regions.contains(it))
        };
        service.regions.retain(stays);
        service.regions.extend(self.add_regions.clone());
    }

    fn parts(&self) -> Vec<String> {
        let accepts = self.acceptance_required.iter();
        let fronts = self.attach.iter();
        let add_families = self.add_ip_address_types.iter();
        let remove_families = self.remove_ip_address_types.iter();
        let add_regions = self.add_regions.iter();
        let remove_regions = self.remove_regions.iter();
        accepts
            .map(|on| format!("acceptance {on}"))
            .chain(fronts.map(|key| format!("front {key}")))
            .chain(add_families.map(|family| format!("+{}", family.as_str())))
            .chain(remove_families.map(|family| format!("-{}", family.as_str())))
            .chain(add_regions.map(|region| format!("+{region}")))
            .chain(remove_regions.map(|region| format!("-{region}")))
            .collect()
    }
}

impl ServiceRef {
    pub fn managed(&self) -> Option<Key> {
        match self {
            ServiceRef::Managed(key) => Some(*key),
            ServiceRef::Given(_) => None,
        }
    }

    pub fn is_managed(&self) -> bool {
        self.managed().is_some()
    }
}

/// The path's own service.
impl Default for ServiceRef {
    fn default() -> Self {
        ServiceRef::Managed(Key::only(Slot::Service))
    }
}

impl Service {
    /// The call takes everything but the principals.
    pub fn newborn(&self) -> Service {
        Service {
            principals: BTreeSet::new(),
            ..self.clone()
        }
    }
}
