//! Where the endpoint is to stand.

use tfplugin::Diagnostic;

use super::{
    Case,
    case::endpoint,
    finding::{error, list},
};

pub(super) fn vpc_exists(case: &Case<'_>) -> Vec<Diagnostic> {
    let vpc = case.endpoint().and_then(|it| it.vpc_id.known());
    let (Some(vpc), Some(found)) = (vpc, case.survey.vpcs.known()) else {
        return Vec::new();
    };
    if found.contains_key(vpc) {
        return Vec::new();
    }
    vec![error(
        endpoint("vpc_id"),
        "No such VPC",
        format!(
            "{vpc} does not exist in {}, as far as these credentials may see. Correct its id, the \
             region or the credentials.",
            case.region
        ),
    )]
}

/// An endpoint is in zones that the service has, which are those of its load balancer.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-resources.html>
pub(super) fn zones_are_served(case: &Case<'_>) -> Vec<Diagnostic> {
    let (Some(it), Some(zones)) = (case.endpoint(), case.zones()) else {
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
        endpoint("subnet_ids"),
        "Zone that the service does not serve",
        format!(
            "The service is offered in the zones of its load balancer, {}. There is none for {}: \
             leave such subnets out, or give the load balancer a subnet in their zone.",
            list(zones),
            list(others)
        ),
    )]
}
