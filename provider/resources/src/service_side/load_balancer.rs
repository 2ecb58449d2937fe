//! `load_balancer`.

use std::collections::BTreeSet;

use tfplugin::Object;

use crate::syntax::id;
use engine::model::{Maybe, object::load_balancer::IpAddressType};

pub const IP_ADDRESS_TYPE: IpAddressType = IpAddressType::Ipv4;
pub const CROSS_ZONE_ENABLED: bool = true;
pub const DELETION_PROTECTION_ENABLED: bool = false;

const IPV4_OR_BOTH: [(&str, IpAddressType); 2] = [
    ("ipv4", IpAddressType::Ipv4),
    ("dualstack", IpAddressType::Dualstack),
];

/// `load_balancer`.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct LoadBalancerConfig {
    /// Subnets of the load balancer: one per availability zone, all in one VPC. Use every zone that
    /// a broker is in, for AWS sends nothing to others. AWS does not remove a subnet while an
    /// endpoint is connected.
    #[attr(required, rule = id::subnet)]
    pub subnet_ids: Maybe<BTreeSet<Maybe<String>>>,
    /// Exactly these security groups. Left out, the resource manages a group of its own: a load
    /// balancer that was created without groups can never get one, so `[]` is refused. One that was
    /// imported without groups stays without: leave this out.
    #[attr(optional, shape, rule = id::security_group)]
    pub security_group_ids: Maybe<Option<BTreeSet<Maybe<String>>>>,
    /// Whether the inbound rules of the load balancer's groups apply to traffic from endpoints:
    /// `on` or `off`. Default: `off` with the managed group, where `allowed_principals`, acceptance
    /// and the consumers' own groups decide; `on` with `security_group_ids`.
    #[attr(
        name = "enforce_security_group_inbound_rules_on_private_link_traffic",
        optional, computed, words = [("on", true), ("off", false)]
    )]
    pub enforce_on_private_link: Maybe<Option<bool>>,
    /// `ipv4` or `dualstack`, which IPv6 targets and IPv6 endpoints need.
    #[attr(default = IP_ADDRESS_TYPE.as_str(), words = IPV4_OR_BOTH)]
    pub ip_address_type: Maybe<IpAddressType>,
    /// Whether a node of the load balancer sends traffic to brokers in other zones. Every broker
    /// port has one target, so without it endpoints in other zones time out: `false` needs exactly
    /// one subnet, but for a path that others built so and that was imported. AWS bills traffic
    /// between zones.
    #[attr(default = CROSS_ZONE_ENABLED)]
    pub cross_zone_enabled: Maybe<bool>,
    /// Whether AWS refuses to delete the load balancer. Set it to `false` and apply before
    /// destroying the path.
    #[attr(default = DELETION_PROTECTION_ENABLED)]
    pub deletion_protection_enabled: Maybe<bool>,
}
