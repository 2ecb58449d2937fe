//! The interface endpoint: the consumer side's way in.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    GroupRef, field,
    load_balancer::IpAddressType,
    service::ServiceRef,
    wording::{Wording, known, list},
};
use crate::model::{Generation, Key, Life, Maybe, Outputs, tags::Tags};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// States of before know no service but the path's own.
    #[serde(default, skip_serializing_if = "ServiceRef::is_managed")]
    pub service: ServiceRef,
    /// The region of a given service; `None`: the endpoint's own. A service's name tells of its
    /// region, so that it is nothing that could differ by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_region: Option<Maybe<String>>,
    pub vpc: Maybe<String>,
    pub subnets: BTreeSet<Maybe<String>>,
    pub security_groups: BTreeSet<GroupRef>,
    pub ip_address_type: IpAddressType,
    /// The service's owner let it in, by hand or because acceptance is not required.
    pub accepted: bool,
    pub tags: Tags,
}

/// A call that changes an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// `ModifyVpcEndpoint`.
    Modify(Modification),
    /// `AcceptVpcEndpointConnections` on our service, for our endpoint alone.
    Accept,
}

/// What is to change of an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Modification {
    pub add_subnets: BTreeSet<Maybe<String>>,
    pub remove_subnets: BTreeSet<String>,
    pub add_groups: BTreeSet<GroupRef>,
    pub remove_groups: BTreeSet<GroupRef>,
    pub ip_address_type: Option<IpAddressType>,
}

/// The calls that lead from `seen` to `wanted`; of subnets, the next one.
pub fn diff(wanted: &Endpoint, seen: &Endpoint) -> Vec<Change> {
    let mut changes = Vec::new();
    let add_subnets = &wanted.subnets - &seen.subnets;
    let remove_subnets = known(&seen.subnets - &wanted.subnets);
    let modification = Modification {
        // In one call AWS answers DuplicateSubnetsInSameZone to another subnet of the same zone:
        // the old ones leave first.
        add_subnets: match remove_subnets.is_empty() {
            true => add_subnets,
            false => BTreeSet::new(),
        },
        remove_subnets,
        add_groups: &wanted.security_groups - &seen.security_groups,
        remove_groups: &seen.security_groups - &wanted.security_groups,
        ip_address_type: (wanted.ip_address_type != seen.ip_address_type)
            .then_some(wanted.ip_address_type),
    };
    if modification != Modification::default() {
        changes.push(Change::Modify(modification));
    }
    // Nobody but its owner accepts for a given service.
    if wanted.service.is_managed() && wanted.accepted && !seen.accepted {
        changes.push(Change::Accept);
    }
    changes
}

impl Change {
    /// Brings the endpoint to what it is after the call.
    pub fn apply(&self, endpoint: &mut Endpoint, life: &mut Life, outputs: &mut Outputs) {
        match self {
            Change::Modify(modification) => modification.apply(endpoint, life, outputs),
            Change::Accept => {
                endpoint.accepted = true;
                *life = Life::Coming;
                outputs.state = Maybe::Unknown;
            }
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
            Change::Accept => Wording {
                line: format!("accept {of}"),
                action: format!("accept {object}"),
                defect: "is not accepted".to_owned(),
            },
        }
    }
}

impl Modification {
    fn apply(&self, endpoint: &mut Endpoint, life: &mut Life, outputs: &mut Outputs) {
        let stays = |it: &Maybe<String>| {
            it.known()
                .is_none_or(|it| !self.remove_subnets.contains(it))
        };
        endpoint.subnets.retain(stays);
        endpoint.subnets.extend(self.add_subnets.clone());
        let groups = &mut endpoint.security_groups;
        groups.retain(|group| !self.remove_groups.contains(group));
        groups.extend(self.add_groups.clone());
        if let Some(kind) = self.ip_address_type {
            endpoint.ip_address_type = kind;
        }
        if !self.add_subnets.is_empty()
            || !self.remove_subnets.is_empty()
            || self.ip_address_type.is_some()
        {
            *life = Life::Coming;
            outputs.network_interface_ids = Maybe::Unknown;
            outputs.addresses = Maybe::Unknown;
        }
    }

    /// Whether interfaces come or go, and addresses with them.
    pub fn moves_interfaces(&self) -> bool {
        !self.add_subnets.is_empty() || !self.remove_subnets.is_empty()
    }

    fn parts(&self) -> Vec<String> {
        let add_subnets = self.add_subnets.iter();
        let remove_subnets = self.remove_subnets.iter();
        let add_groups = self.add_groups.iter();
        let remove_groups = self.remove_groups.iter();
        let kind = self.ip_address_type.iter();
        add_subnets
            .map(|id| format!("+{id}"))
            .chain(remove_subnets.map(|id| format!("-{id}")))
            .chain(add_groups.map(|group| format!("+{group}")))
            .chain(remove_groups.map(|group| format!("-{group}")))
            .chain(kind.map(|kind| format!("address type {kind}")))
            .collect()
    }
}

impl Endpoint {
    /// An endpoint never leaves its VPC, and never changes its service.
    pub fn generation(&self) -> Generation {
        match &self.service {
            ServiceRef::Managed(_) => Generation::of([field(&self.vpc)]),
            ServiceRef::Given(name) => Generation::of([field(&self.vpc), field(name)]),
        }
    }

    /// Whether it waits for acceptance is the service's business: the fold decides it.
    pub fn newborn(&self) -> Endpoint {
        Endpoint {
            accepted: false,
            ..self.clone()
        }
    }
}
