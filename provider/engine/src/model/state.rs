//! What AWS alone decides of an object: how far it is, its names and its health.

use std::{collections::BTreeSet, net::IpAddr};

use serde::{Deserialize, Serialize};

use crate::model::{Maybe, RecordType};

/// How far an object is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Life {
    Coming,
    Ready,
    Going,
    /// For good, with AWS's reason.
    Failed(String),
}

/// What AWS alone decides of an object. Each is unknown until it was seen, and for kinds that have
/// no such thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outputs {
    /// Load balancer: its name. Endpoint: the regional name. Endpoint service: its private DNS
    /// name. Lower case, no trailing dot.
    pub dns_name: Maybe<String>,
    /// The hosted zone of `dns_name`, for aliases.
    pub hosted_zone_id: Maybe<String>,
    /// Endpoint service: what consumers ask for.
    pub service_name: Maybe<String>,
    /// Load balancer and service: names of the availability zones served.
    pub zones: Maybe<BTreeSet<String>>,
    /// The same as zone ids, which mean the same in every account.
    pub zone_ids: Maybe<BTreeSet<String>>,
    /// Endpoint: its network interfaces.
    pub network_interface_ids: Maybe<BTreeSet<String>>,
    /// Endpoint: their addresses, where records hold them.
    #[serde(default = "unknown")]
    pub addresses: Maybe<BTreeSet<IpAddr>>,
    /// AWS's word for the state, as it spells it.
    pub state: Maybe<String>,
}

/// A registered target's health, in AWS's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// `initial`, `healthy`, `unhealthy`, `unused`, `unavailable`, ...
    pub state: String,
    /// `Target.FailedHealthChecks` and the like; may be empty.
    pub reason: String,
    /// AWS's sentence about the reason; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

impl Health {
    /// The reason with its description; empty where AWS gives neither.
    pub fn explanation(&self) -> String {
        let Health {
            reason,
            description,
            ..
        } = self;
        match (reason.is_empty(), description.is_empty()) {
            (false, false) => format!("{reason}: {description}"),
            _ => format!("{reason}{description}"),
        }
    }
}

impl Default for Outputs {
    fn default() -> Self {
        Outputs {
            dns_name: Maybe::Unknown,
            hosted_zone_id: Maybe::Unknown,
            service_name: Maybe::Unknown,
            zones: Maybe::Unknown,
            zone_ids: Maybe::Unknown,
            network_interface_ids: Maybe::Unknown,
            addresses: Maybe::Unknown,
            state: Maybe::Unknown,
        }
    }
}

impl Outputs {
    /// The addresses that a record of this type can hold.
    pub fn addresses_of(&self, kind: RecordType) -> BTreeSet<IpAddr> {
        let all = self.addresses.known().into_iter().flatten().copied();
        all.filter(|address| match kind {
            RecordType::A => address.is_ipv4(),
            RecordType::Aaaa => address.is_ipv6(),
            RecordType::Cname => false,
        })
        .collect()
    }
}

/// What a kept observation of before does not say.
fn unknown<T>() -> Maybe<T> {
    Maybe::Unknown
}
