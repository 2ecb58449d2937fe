//! What an import id of `kafka_privatelink` says, and whether it leads to a whole path.

use std::collections::BTreeSet;

use tfplugin::Diagnostic;

use crate::lifecycle::import::{ImportTarget, Wanted, refused, split};
use engine::model::{Connection, Observed, Slot};

/// `vpce-svc-...`, `vpce-svc-...,vpce-...`, or the name of the path; each may end with `@region`,
/// as hashicorp/aws has it.
pub fn parse(text: &str) -> Result<ImportTarget, Diagnostic> {
    let (id, region) = split(text)?;
    if let Some(hint) = by_another_name(id) {
        return Err(refused(text, &hint));
    }
    let (first, second) = match id.split_once(',') {
        Some((first, second)) => (first.trim(), Some(second.trim())),
        None => (id, None),
    };
    let is_endpoint = |id: &str| id.starts_with("vpce-") && !id.starts_with("vpce-svc-");
    let wanted = match (first.starts_with("vpce-svc-"), second) {
        (true, None) => Wanted::Id {
            id: first.to_owned(),
            endpoint: None,
        },
        (true, Some(endpoint)) if is_endpoint(endpoint) => Wanted::Id {
            id: first.to_owned(),
            endpoint: Some(endpoint.to_owned()),
        },
        (false, None) if !first.is_empty() && !is_endpoint(first) => Wanted::Name(first.to_owned()),
        _ => {
            return Err(refused(
                text,
                "Give the id of the endpoint service (\"vpce-svc-...\"), or that and the id of an \
                 endpoint to take over (\"vpce-svc-...,vpce-...\"), or the name of the path, each \
                 with \"@\" and the region behind it where that is not the provider's.",
            ));
        }
    };
    Ok(ImportTarget { wanted, region })
}

/// What AWS's console and other resources call a path by, and what to write for it. No path's name
/// has such letters.
fn by_another_name(id: &str) -> Option<String> {
    let is_arn = id.starts_with("arn:");
    let is_name = id.contains(".vpce.") || id.starts_with("com.amazonaws.");
    if !is_arn && !is_name {
        return None;
    }
    let what = match is_arn {
        true => "It is an ARN",
        false => "It is the name of a service",
    };
    let service = id.split([':', '/', '.', ',']);
    let service = service
        .map(str::trim)
        .find(|it| it.starts_with("vpce-svc-"));
    Some(match service {
        Some(service) => format!("{what}: give the id of the endpoint service, {service:?}."),
        None => format!(
            "{what}, and of no endpoint service: give the id of the one that the path has, \
             \"vpce-svc-...\", or the name of the path."
        ),
    })
}

/// Refuses what is no path as a whole. `service` and `endpoint`: the ids that were named.
pub fn check(found: &Observed, service: &str, endpoint: Option<&str>) -> Result<(), Diagnostic> {
    fronts_one_balancer(found, service)?;
    match endpoint {
        Some(endpoint) => leads_to_service(found, endpoint, service),
        None => Ok(()),
    }
}

/// A path has one load balancer.
fn fronts_one_balancer(found: &Observed, service: &str) -> Result<(), Diagnostic> {
    let first = found.of(Slot::LoadBalancer);
    let first = first.filter_map(|(_, seen)| seen.id.known());
    let twins = found.twins.iter();
    let more = twins.filter(|(key, _)| key.slot == Slot::LoadBalancer);
    let all: BTreeSet<&String> = first.chain(more.map(|(_, id)| id)).collect();
    match all.len() {
        1 => Ok(()),
        0 => Err(Diagnostic::error(
            "No Network Load Balancer behind the endpoint service",
            format!(
                "{service} leads to no Network Load Balancer that could be part of this path: it \
                 has none, or one that carries another owner's tags. A path is an endpoint \
                 service in front of one Network Load Balancer."
            ),
        )),
        many => Err(Diagnostic::error(
            "More than one load balancer behind the endpoint service",
            format!(
                "{service} leads to {many} load balancers: {}. An endpoint that connects to it \
                 may come out at any of them, and a kafka_privatelink has exactly one. Leave one \
                 to the service (aws ec2 modify-vpc-endpoint-service-configuration \
                 --remove-network-load-balancer-arns), which AWS allows while no endpoint is \
                 connected, and try again then.",
                all.into_iter().cloned().collect::<Vec<_>>().join(", ")
            ),
        )),
    }
}

/// AWS lists an endpoint among its service's connections from the moment it is made.
fn leads_to_service(found: &Observed, endpoint: &str, service: &str) -> Result<(), Diagnostic> {
    let connected = found.connections.iter();
    if connected.clone().any(|it| it.is_of(endpoint)) && found.of(Slot::Endpoint).next().is_some() {
        return Ok(());
    }
    let others: Vec<String> = connected.map(Connection::name).collect();
    Err(Diagnostic::error(
        "Not an endpoint of this service",
        format!(
            "{endpoint} is not an interface endpoint of this account and region that connects to \
             {service}. Connected to it are: {}. Only an endpoint in the same account and region \
             can be taken over; leave it out to import the service side alone.",
            if others.is_empty() {
                "none".to_owned()
            } else {
                others.join(", ")
            }
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_service_with_or_without_endpoint_or_a_name() {
        let service = |id: &str, endpoint: Option<&str>| Wanted::Id {
            id: id.to_owned(),
            endpoint: endpoint.map(str::to_owned),
        };
        for (id, wanted) in [
            ("vpce-svc-1", service("vpce-svc-1", None)),
            ("vpce-svc-1, vpce-2", service("vpce-svc-1", Some("vpce-2"))),
            ("orders", Wanted::Name("orders".to_owned())),
        ] {
            let elsewhere = format!("{id}@eu-west-1");
            let region = Some("eu-west-1".to_owned());
            assert_eq!(parse(&elsewhere).unwrap(), ImportTarget { wanted, region });
            assert_eq!(parse(id).unwrap().region, None);
        }
        for id in [
            "",
            ",",
            "vpce-1",
            "vpce-svc-1,",
            "vpce-svc-1,vpce-svc-2",
            "orders,vpce-1",
            "@eu-west-1",
            "orders@",
            "orders@eu-west-1a",
            "orders@eu-west-1@eu-west-1",
            "vpce-svc-1@eu-west-1,vpce-1",
        ] {
            assert!(parse(id).is_err(), "{id}");
        }
    }

    #[test]
    fn an_arn_and_a_service_name_are_answered_with_what_to_write() {
        for (id, said) in [
            (
                "arn:aws:ec2:us-east-1:123456789012:vpc-endpoint-service/vpce-svc-0a1b",
                "\"vpce-svc-0a1b\"",
            ),
            (
                "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b",
                "\"vpce-svc-0a1b\"",
            ),
            (
                "cn.com.amazonaws.vpce.cn-north-1.vpce-svc-0a1b",
                "\"vpce-svc-0a1b\"",
            ),
            (
                "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/net/orders/5",
                "of no endpoint service",
            ),
        ] {
            let refusal = parse(id).unwrap_err();
            assert!(refusal.detail.contains(said), "{}", refusal.detail);
        }
    }
}
