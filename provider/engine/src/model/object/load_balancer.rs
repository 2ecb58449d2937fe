//! The Network Load Balancer: always internal, never replaced.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

use super::GroupRef;
use crate::model::{Maybe, tags::Tags};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadBalancer {
    pub name: String,
    pub subnets: BTreeSet<Maybe<String>>,
    /// Empty only where it was born without groups: such a load balancer can never get any.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSecurityGroups.html>
    pub security_groups: BTreeSet<GroupRef>,
    /// `EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic`; without groups it is off.
    pub enforce_on_private_link: bool,
    pub ip_address_type: IpAddressType,
    pub cross_zone: bool,
    pub deletion_protection: bool,
    pub tags: Tags,
}

/// Of load balancers and endpoints; a load balancer is never `Ipv6` alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum IpAddressType {
    Ipv4,
    Dualstack,
    Ipv6,
}

impl LoadBalancer {
    /// The call takes name, subnets, groups, address type and tags. Enforcement starts on with
    /// groups, cross-zone and deletion protection start off.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html>
    pub fn newborn(&self) -> LoadBalancer {
        LoadBalancer {
            enforce_on_private_link: !self.security_groups.is_empty(),
            cross_zone: false,
            deletion_protection: false,
            ..self.clone()
        }
    }
}

impl IpAddressType {
    pub fn as_str(self) -> &'static str {
        match self {
            IpAddressType::Ipv4 => "ipv4",
            IpAddressType::Dualstack => "dualstack",
            IpAddressType::Ipv6 => "ipv6",
        }
    }

    /// Case is not told apart.
    pub fn parse(text: &str) -> Option<IpAddressType> {
        [
            IpAddressType::Ipv4,
            IpAddressType::Dualstack,
            IpAddressType::Ipv6,
        ]
        .into_iter()
        .find(|kind| kind.as_str().eq_ignore_ascii_case(text))
    }
}

impl fmt::Display for IpAddressType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
