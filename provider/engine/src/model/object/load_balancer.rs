//! The Network Load Balancer: always internal, never replaced.

pub mod subnets;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};

use super::{
    GroupRef,
    target_group::IpFamily,
    wording::{Wording, list, on},
};
use crate::model::{Key, Life, Maybe, Outputs, tags::Tags};

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

/// A call that changes a load balancer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// `SetSubnets`: the whole set.
    SetSubnets(BTreeSet<Maybe<String>>),
    /// `SetSecurityGroups`: groups and enforcement go in one call.
    SetSecurityGroups {
        groups: BTreeSet<GroupRef>,
        enforce_on_private_link: bool,
    },
    /// `SetIpAddressType`.
    SetIpAddressType(IpAddressType),
    /// `ModifyLoadBalancerAttributes`.
    ModifyAttributes {
        cross_zone: bool,
        deletion_protection: bool,
    },
}

/// The calls that lead from `seen` to `wanted`; of subnets, the next one. `zones`: of each subnet.
pub fn diff(
    wanted: &LoadBalancer,
    seen: &LoadBalancer,
    zones: &BTreeMap<String, String>,
) -> Vec<Change> {
    let mut changes = Vec::new();
    if wanted.subnets != seen.subnets {
        // Where there is no way, the plan says so.
        let next = subnets::next(&wanted.subnets, &seen.subnets, zones)
            .unwrap_or_else(|| wanted.subnets.clone());
        changes.push(Change::SetSubnets(next));
    }
    if wanted.ip_address_type != seen.ip_address_type {
        changes.push(Change::SetIpAddressType(wanted.ip_address_type));
    }
    if wanted.security_groups != seen.security_groups
        || wanted.enforce_on_private_link != seen.enforce_on_private_link
    {
        changes.push(Change::SetSecurityGroups {
            groups: wanted.security_groups.clone(),
            enforce_on_private_link: wanted.enforce_on_private_link,
        });
    }
    if wanted.cross_zone != seen.cross_zone
        || wanted.deletion_protection != seen.deletion_protection
    {
        changes.push(Change::ModifyAttributes {
            cross_zone: wanted.cross_zone,
            deletion_protection: wanted.deletion_protection,
        });
    }
    changes
}

impl Change {
    /// Brings the load balancer to what it is after the call.
    pub fn apply(&self, balancer: &mut LoadBalancer, life: &mut Life, outputs: &mut Outputs) {
        match self {
            Change::SetSubnets(subnets) => {
                balancer.subnets.clone_from(subnets);
                // Interfaces come and go: which zones it serves is seen later.
                *life = Life::Coming;
                outputs.zones = Maybe::Unknown;
                outputs.zone_ids = Maybe::Unknown;
            }
            Change::SetSecurityGroups {
                groups,
                enforce_on_private_link,
            } => {
                balancer.security_groups.clone_from(groups);
                balancer.enforce_on_private_link = *enforce_on_private_link;
            }
            Change::SetIpAddressType(kind) => balancer.ip_address_type = *kind,
            Change::ModifyAttributes {
                cross_zone,
                deletion_protection,
            } => {
                balancer.cross_zone = *cross_zone;
                balancer.deletion_protection = *deletion_protection;
            }
        }
    }

    pub(super) fn wording(&self, of: Key) -> Wording {
        let object = of.slot.called();
        match self {
            Change::SetSubnets(subnets) => Wording {
                line: format!("set subnets of {of}: {}", list(subnets)),
                action: format!("set the subnets of {object}"),
                defect: format!("is not in the subnets {}", list(subnets)),
            },
            Change::SetSecurityGroups {
                groups,
                enforce_on_private_link: enforced,
            } => Wording {
                line: format!(
                    "set security groups of {of}: {}, enforced on PrivateLink: {enforced}",
                    list(groups)
                ),
                action: format!("set the security groups of {object}"),
                defect: format!(
                    "has other security groups, or enforces them on PrivateLink other than {}",
                    on(*enforced)
                ),
            },
            Change::SetIpAddressType(kind) => Wording {
                line: format!("set address type of {of}: {kind}"),
                action: format!("set the address type of {object}"),
                defect: format!("its address type is not {kind}"),
            },
            Change::ModifyAttributes {
                cross_zone,
                deletion_protection,
            } => Wording {
                line: format!(
                    "set attributes of {of}: cross zone {cross_zone}, deletion protection \
                     {deletion_protection}"
                ),
                action: format!("set attributes of {object}"),
                defect: format!(
                    "does not have cross-zone {} and deletion protection {}",
                    on(*cross_zone),
                    on(*deletion_protection)
                ),
            },
        }
    }
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
    pub fn families(self) -> Vec<IpFamily> {
        match self {
            IpAddressType::Ipv4 => vec![IpFamily::Ipv4],
            IpAddressType::Dualstack => vec![IpFamily::Ipv4, IpFamily::Ipv6],
            IpAddressType::Ipv6 => vec![IpFamily::Ipv6],
        }
    }

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
