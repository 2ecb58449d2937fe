//! `endpoint`.

use std::collections::BTreeSet;

use tfplugin::Object;

use crate::syntax::{cidr, id};
use engine::model::{
    Maybe,
    object::{DnsMode, load_balancer::IpAddressType},
};

pub const OVERWRITE_RECORD: bool = false;
pub const DNS_MODE: &str = "alias";

pub const DNS_MODES: [(&str, DnsMode); 3] = [
    ("alias", DnsMode::Alias),
    ("records", DnsMode::Records),
    ("none", DnsMode::Nothing),
];

const ADDRESS_TYPES: [(&str, IpAddressType); 3] = [
    ("ipv4", IpAddressType::Ipv4),
    ("dualstack", IpAddressType::Dualstack),
    ("ipv6", IpAddressType::Ipv6),
];

/// `endpoint`.
#[derive(Clone, Debug, PartialEq, Object)]
#[object(with = Computed)]
pub struct EndpointConfig {
    /// VPC of the consumers. A change makes a new endpoint, zone and alias before the old ones are
    /// deleted.
    #[attr(required, rule = id::vpc)]
    pub vpc_id: Maybe<String>,
    /// Subnets that get a network interface of the endpoint: one per availability zone, in zones
    /// that the service serves.
    #[attr(required, rule = id::subnet)]
    pub subnet_ids: Maybe<BTreeSet<Maybe<String>>>,
    /// Exactly these security groups. Left out, the resource manages a group that opens the ports of
    /// the listeners, and no others, to `allowed_cidr_blocks`, `allowed_security_group_ids` and
    /// `allowed_prefix_list_ids`.
    #[attr(optional, shape, rule = id::security_group)]
    pub security_group_ids: Maybe<Option<BTreeSet<Maybe<String>>>>,
    /// Who may connect through the managed group, as CIDR blocks. Default: the blocks of the VPC,
    /// IPv4 and IPv6 as `ip_address_type` says; none where `allowed_security_group_ids` or
    /// `allowed_prefix_list_ids` is given.
    #[attr(optional, computed, rule = cidr::check)]
    pub allowed_cidr_blocks: Maybe<Option<BTreeSet<Maybe<String>>>>,
    /// Who may connect through the managed group, as security groups of this account: the network
    /// interfaces in them, such as those of the clients. They are of the VPC, or of one that is
    /// peered with it in the same region.
    #[attr(optional, rule = id::security_group)]
    pub allowed_security_group_ids: Maybe<Option<BTreeSet<Maybe<String>>>>,
    /// Who may connect through the managed group, as prefix lists. Each counts towards the rules
    /// that a security group may have, 60 by default, as often as its maximum number of entries
    /// says, for each range of ports.
    #[attr(optional, rule = id::prefix_list)]
    pub allowed_prefix_list_ids: Maybe<Option<BTreeSet<Maybe<String>>>>,
    /// `ipv4`, `dualstack` or `ipv6`, as the service and the subnets allow. The hostname gets an A
    /// record, an AAAA record or both. Default: AWS decides.
    #[attr(optional, computed, words = ADDRESS_TYPES)]
    pub ip_address_type: Maybe<Option<IpAddressType>>,
    /// Route 53 hosted zone that gets the records for `hostname`. Left out, the resource
    /// manages a private zone that is named exactly `hostname`, and so hides no other name. Refused
    /// where `dns.mode` is `none`.
    #[attr(optional, rule = id::hosted_zone)]
    pub zone_id: Maybe<Option<String>>,
    /// How `hostname` is published.
    #[attr(object, optional, computed)]
    pub dns: DnsConfig,
    /// Whether a record that `hostname` has already in `zone_id` (A, AAAA or CNAME, of any routing
    /// policy) is taken over: the plan warns with its value, and it goes in the same change that
    /// makes ours, once the endpoint is ready. Nothing brings it back: when the path is destroyed,
    /// the hostname has no record. Default: `{default}`, and such a record is an error.
    #[attr(default = OVERWRITE_RECORD, local)]
    pub overwrite_record: Maybe<bool>,
}

/// `dns`.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct DnsConfig {
    /// `alias`: alias records of the endpoint, or a CNAME where Route 53 takes no such alias.
    /// `records`: A and AAAA records with the addresses of the endpoint's network interfaces, for
    /// partitions and resolvers that know no aliases; each apply brings them up to date. `none`: no
    /// record and no zone, since DNS is somebody else's; `zone_id` is refused with it. A change is
    /// made in place, and the name keeps resolving between `alias` and `records`.
    #[attr(default = DNS_MODE, words = DNS_MODES)]
    pub mode: Maybe<DnsMode>,
}

/// What AWS and the provider decide.
#[derive(Object)]
pub struct Computed {
    /// Id of the interface endpoint.
    #[attr(computed)]
    pub id: Maybe<Option<String>>,
    /// State of the endpoint in AWS's words, such as `available` or `pendingAcceptance`.
    #[attr(computed)]
    pub state: Maybe<Option<String>>,
    /// Regional DNS name of the endpoint, which the alias points at.
    #[attr(computed)]
    pub dns_name: Maybe<Option<String>>,
    /// Hosted zone of `dns_name`, which alias records of your own need.
    #[attr(computed)]
    pub hosted_zone_id: Maybe<Option<String>>,
    /// Id of the managed security group; null where `security_group_ids` is given.
    #[attr(computed)]
    pub managed_security_group_id: Maybe<Option<String>>,
    /// Id of the managed private zone; null where `zone_id` is given, or `dns.mode` is `none`.
    #[attr(computed)]
    pub managed_zone_id: Maybe<Option<String>>,
    /// Network interfaces of the endpoint, one per subnet.
    #[attr(computed)]
    pub network_interface_ids: Maybe<BTreeSet<Maybe<String>>>,
}
