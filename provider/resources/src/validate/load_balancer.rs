//! `load_balancer`.

use tfplugin::Diagnostic;

use super::place;
use crate::{config::Config, elements::known, finding::error};
use engine::model::Maybe;

pub(super) fn has_subnets(config: &Config) -> Vec<Diagnostic> {
    match config.load_balancer.subnet_ids.known() {
        Some(subnets) if subnets.is_empty() => vec![error(
            place("load_balancer", "subnet_ids"),
            "No subnets",
            "A load balancer stands in at least one subnet: give one per availability zone that \
             a broker is in.",
        )],
        _ => Vec::new(),
    }
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html>
pub(super) fn has_security_groups(config: &Config) -> Vec<Diagnostic> {
    match &config.load_balancer.security_group_ids {
        Maybe::Known(Some(groups)) if groups.is_empty() => vec![error(
            place("load_balancer", "security_group_ids"),
            "No security groups",
            "A load balancer that is made without security groups can never get one. Leave the \
             argument out (null) for a managed group, or give the groups.",
        )],
        _ => Vec::new(),
    }
}

/// The managed group has no inbound rules, because the addresses of consumers mean nothing here.
pub(super) fn managed_group_lets_consumers_in(config: &Config) -> Vec<Diagnostic> {
    let balancer = &config.load_balancer;
    let managed = balancer.security_group_ids == Maybe::Known(None);
    if !managed || balancer.enforce_on_private_link != Maybe::Known(Some(true)) {
        return Vec::new();
    }
    vec![error(
        place(
            "load_balancer",
            "enforce_security_group_inbound_rules_on_private_link_traffic",
        ),
        "Nobody could connect",
        "The managed security group has no inbound rules, so enforcing them shuts out every \
         consumer. Remove this argument, or give security_group_ids whose rules let the consumers \
         in.",
    )]
}

/// Each broker's port has one target. Without cross-zone traffic, nodes of the load balancer in
/// other zones have nowhere to send a connection to.
pub(super) fn one_zone_without_cross_zone(config: &Config) -> Vec<Diagnostic> {
    let balancer = &config.load_balancer;
    let (Maybe::Known(false), Maybe::Known(subnets)) =
        (&balancer.cross_zone_enabled, &balancer.subnet_ids)
    else {
        return Vec::new();
    };
    if known(subnets).count() <= 1 {
        return Vec::new();
    }
    vec![error(
        place("load_balancer", "cross_zone_enabled"),
        "Brokers out of reach",
        "Each broker's port has one target, in one zone. With cross_zone_enabled = false, \
         endpoints in other zones would time out. Leave it true, or give exactly one subnet.",
    )]
}
