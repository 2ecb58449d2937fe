//! Where the load balancer is to stand, and what follows for the endpoint.

use tfplugin::Diagnostic;

use super::{Case, case::load_balancer};
use crate::{
    config::Config,
    consumer_side::ConsumerSide,
    elements::known,
    finding::{error, list, warning},
    network::security_groups,
};
use engine::model::{Maybe, Slot};

/// "Each subnet must have at least 8 available IP addresses."
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer>
/// Controllers ask the same of Network Load Balancers.
/// <https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2446>
const FREE_ADDRESSES: u32 = 8;

/// Where the load balancer is to come; one that stands has its addresses.
pub(super) fn subnets_have_free_addresses(case: &Case<'_>) -> Vec<Diagnostic> {
    let kept = case.observed.filter(|_| !case.is_new);
    let seen = kept.and_then(|observed| observed.of(Slot::LoadBalancer).next());
    let seen = seen.and_then(|(_, seen)| seen.object.as_load_balancer());
    let stands = |id: &str| {
        let mut subnets = seen.into_iter().flat_map(|it| known(&it.subnets));
        subnets.any(|subnet| subnet == id)
    };
    let full: Vec<String> = case
        .service_subnets()
        .into_iter()
        .filter(|subnet| !stands(&subnet.id))
        .filter_map(|subnet| Some((&subnet.id, subnet.free?)))
        .filter(|(_, free)| *free < FREE_ADDRESSES)
        .map(|(id, free)| format!("{id} has {free}"))
        .collect();
    if full.is_empty() {
        return Vec::new();
    }
    vec![warning(
        load_balancer("subnet_ids"),
        "Few free addresses for the load balancer",
        format!(
            "AWS asks for {FREE_ADDRESSES} free addresses in each subnet of a load balancer, and {}. \
             Free some or give larger subnets, or AWS may refuse to make it.",
            list(full)
        ),
    )]
}

/// The rules of its groups matter where they are enforced on what comes over PrivateLink.
pub(super) fn security_groups_open_the_ports(case: &Case<'_>) -> Vec<Diagnostic> {
    if !is_enforced(case) {
        return Vec::new();
    }
    let instead = "set enforce_security_group_inbound_rules_on_private_link_traffic = \"off\", \
                   which leaves consumers to allowed_principals and acceptance";
    let (side, ports) = (case.service_side(), case.config.ports());
    let found = security_groups::open_the_ports(case, &side, ports, instead);
    found.into_iter().collect()
}

/// As it is told, or as it is by now, or else as AWS has it of given groups: on.
fn is_enforced(case: &Case<'_>) -> bool {
    let kept = case.observed.filter(|_| !case.is_new);
    let seen = kept.and_then(|observed| observed.of(Slot::LoadBalancer).next());
    let seen = seen.and_then(|(_, seen)| seen.object.as_load_balancer());
    match case.config.load_balancer.enforce_on_private_link {
        Maybe::Known(Some(enforced)) => enforced,
        Maybe::Known(None) => seen
            .filter(|it| {
                it.security_groups
                    .iter()
                    .all(|group| group.managed().is_none())
            })
            .is_none_or(|it| it.enforce_on_private_link),
        Maybe::Unknown => false,
    }
}

/// An endpoint is in zones that the service has, which are those of its load balancer.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-resources.html>
pub(super) fn serves_the_zones(case: &Case<'_>) -> Vec<Diagnostic> {
    let (Some(it), Some(zones)) = (case.config.endpoint(), case.zones()) else {
        return Vec::new();
    };
    let others: Vec<String> = case
        .subnets(&it.subnet_ids)
        .into_iter()
        .filter(|subnet| !zones.contains(subnet.zone.as_str()))
        .map(|subnet| format!("{} in {}", subnet.id, subnet.zone))
        .collect();
    if others.is_empty() {
        return Vec::new();
    }
    vec![error(
        Config::place("subnet_ids"),
        "Zone that the service does not serve",
        format!(
            "The service is offered in the zones of its load balancer, {}. There is none for {}: \
             leave such subnets out, or give the load balancer a subnet in their zone.",
            list(zones),
            list(others)
        ),
    )]
}
