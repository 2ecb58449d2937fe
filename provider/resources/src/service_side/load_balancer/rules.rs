//! What the load balancer's arguments must not be together.

use tfplugin::{Diagnostic, Path};

use super::LoadBalancerConfig;
use crate::{elements::known, finding::error};
use engine::model::Maybe;

pub fn has_subnets(balancer: &LoadBalancerConfig) -> Vec<Diagnostic> {
    match balancer.subnet_ids.known() {
        Some(subnets) if subnets.is_empty() => vec![error(
            place("subnet_ids"),
            "No subnets",
            "A load balancer stands in at least one subnet: give one per availability zone that \
             a broker is in.",
        )],
        _ => Vec::new(),
    }
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html>
pub fn has_security_groups(balancer: &LoadBalancerConfig) -> Vec<Diagnostic> {
    match &balancer.security_group_ids {
        Maybe::Known(Some(groups)) if groups.is_empty() => vec![error(
            place("security_group_ids"),
            "No security groups",
            "A load balancer that is made without security groups can never get one. Leave the \
             argument out (null) for a managed group, or give the groups.",
        )],
        _ => Vec::new(),
    }
}

/// The managed group has no inbound rules, because the addresses of consumers mean nothing here.
pub fn managed_group_lets_consumers_in(balancer: &LoadBalancerConfig) -> Vec<Diagnostic> {
    let managed = balancer.security_group_ids == Maybe::Known(None);
    if !managed || balancer.enforce_on_private_link != Maybe::Known(Some(true)) {
        return Vec::new();
    }
    vec![error(
        place("enforce_security_group_inbound_rules_on_private_link_traffic"),
        "Nobody could connect",
        "The managed security group has no inbound rules, so enforcing them shuts out every \
         consumer. Remove this argument, or give security_group_ids whose rules let the consumers \
         in.",
    )]
}

/// Each broker's port has one target. Without cross-zone traffic, nodes of the load balancer in
/// other zones have nowhere to send a connection to.
pub fn one_zone_without_cross_zone(balancer: &LoadBalancerConfig) -> Vec<Diagnostic> {
    let (Maybe::Known(false), Maybe::Known(subnets)) =
        (&balancer.cross_zone_enabled, &balancer.subnet_ids)
    else {
        return Vec::new();
    };
    if known(subnets).count() <= 1 {
        return Vec::new();
    }
    vec![error(
        place("cross_zone_enabled"),
        "Brokers out of reach",
        "Each broker's port has one target, in one zone. With cross_zone_enabled = false, \
         endpoints in other zones would time out. Leave it true, or give exactly one subnet.",
    )]
}

fn place(argument: &str) -> Path {
    Path::of("load_balancer").attribute(argument)
}
