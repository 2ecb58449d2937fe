//! ImportResourceState: finds a path by what the user says of it.

use std::collections::BTreeSet;

use tfplugin::{Diagnostic, ImportResponse, RequestContext, Type, Value, path::quoted};

use crate::{
    config::{defaults, region},
    private::Private,
    read::{observe, owner_of, reading},
    region::of_state,
    schema,
    scope::scope,
    settings::{Clouds, Settings},
};
use engine::model::{Connection, Observed, Scope, Slot};

/// What an import id says, apart from the region.
#[derive(Debug, PartialEq, Eq)]
enum Wanted<'a> {
    Service {
        id: &'a str,
        endpoint: Option<&'a str>,
    },
    Name(&'a str),
}

/// `vpce-svc-...`, `vpce-svc-...,vpce-...`, or the name of the path; each may end with `@region`,
/// as hashicorp/aws has it.
pub async fn import(clouds: &impl Clouds, ctx: &RequestContext, id: &str) -> ImportResponse {
    let settings = clouds.settings();
    match try_import(clouds, ctx, &settings, id).await {
        Ok(answer) => answer,
        Err(error) => ImportResponse::failed(error),
    }
}

async fn try_import(
    clouds: &impl Clouds,
    ctx: &RequestContext,
    settings: &Settings,
    id: &str,
) -> Result<ImportResponse, Diagnostic> {
    let (wanted, region) = parse(id)?;
    let region = match region {
        Some(region) => region.to_owned(),
        None => of_state(&Value::Null, settings)?,
    };
    let bounds = reading(ctx, defaults::TIMEOUT);
    let mut private = Private::default();
    match wanted {
        Wanted::Service { id, endpoint } => {
            private.service_id = Some(id.to_owned());
            private.endpoint_id = endpoint.map(str::to_owned);
        }
        Wanted::Name(name) => {
            let scope = Scope {
                name: name.to_owned(),
                ..Scope::default()
            };
            let observed = observe(clouds, &region, &bounds, &scope).await?;
            let services = observed
                .strangers
                .iter()
                .filter(|it| it.slot == Slot::Service);
            let mut services: Vec<&str> = services.map(|it| it.id.as_str()).collect();
            services.dedup();
            match services.as_slice() {
                [] => return Err(unnamed(name, &region)),
                [only] => private.service_id = Some((*only).to_owned()),
                several => return Err(ambiguous(name, several)),
            }
        }
    }
    let found = observe(clouds, &region, &bounds, &scope(None, &private, settings)).await?;
    let service = private.service_id.clone().unwrap_or_default();
    if found.of(Slot::Service).next().is_none() {
        return Err(missing(&service, &region));
    }
    fronts_one_balancer(&found, &service)?;
    if let Some(endpoint) = &private.endpoint_id {
        leads_to_service(&found, endpoint, &service)?;
    }
    private.owner = owner_of(&found).unwrap_or_default();
    let state = blank([("id", service.into()), ("region", region.into())]);
    Ok(ImportResponse {
        state: Some(state),
        private: private.encode(),
        ..ImportResponse::default()
    })
}

/// What is wanted, and the region where it is not the provider's.
fn parse(text: &str) -> Result<(Wanted<'_>, Option<&str>), Diagnostic> {
    let (id, region) = match text.split_once('@') {
        Some((id, region)) => (id.trim(), Some(region.trim())),
        None => (text.trim(), None),
    };
    if let Some(hint) = by_another_name(id) {
        return Err(refused(text, &hint));
    }
    if let Some(Err(fault)) = region.map(region::check) {
        return Err(refused(text, &fault.detail));
    }
    let (first, second) = match id.split_once(',') {
        Some((first, second)) => (first.trim(), Some(second.trim())),
        None => (id, None),
    };
    let is_endpoint = |id: &str| id.starts_with("vpce-") && !id.starts_with("vpce-svc-");
    let wanted = match (first.starts_with("vpce-svc-"), second) {
        (true, None) => Wanted::Service {
            id: first,
            endpoint: None,
        },
        (true, Some(endpoint)) if is_endpoint(endpoint) => Wanted::Service {
            id: first,
            endpoint: Some(endpoint),
        },
        (false, None) if !first.is_empty() && !is_endpoint(first) => Wanted::Name(first),
        _ => {
            return Err(refused(
                text,
                "Give the id of the endpoint service (\"vpce-svc-...\"), or that and the id of an \
                 endpoint to take over (\"vpce-svc-...,vpce-...\"), or the name of the path, each \
                 with \"@\" and the region behind it where that is not the provider's.",
            ));
        }
    };
    Ok((wanted, region))
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

fn refused(text: &str, why: &str) -> Diagnostic {
    Diagnostic::error(
        "Not an import id",
        format!("{} cannot be imported. {why}", quoted(text)),
    )
}

fn unnamed(name: &str, region: &str) -> Diagnostic {
    Diagnostic::error(
        "No path of that name",
        format!(
            "No endpoint service in {region} carries the tag kafka-privatelink:name = {name:?}. \
             Import a path without our tags by the id of its endpoint service, and one of another \
             region with \"@\" and that region behind its name or id."
        ),
    )
}

fn ambiguous(name: &str, services: &[&str]) -> Diagnostic {
    Diagnostic::error(
        "More than one path of that name",
        format!(
            "These endpoint services carry the tag kafka-privatelink:name = {name:?}: {}. Import \
             one of them by its id.",
            services.join(", ")
        ),
    )
}

fn missing(service: &str, region: &str) -> Diagnostic {
    Diagnostic::error(
        "No such endpoint service",
        format!(
            "There is no endpoint service {service} in {region}, or it may not be seen. One of \
             another region is imported with \"@\" and that region behind its id."
        ),
    )
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
                 has none, or one that carries another owner's tags. Only endpoint services in \
                 front of one Network Load Balancer can be imported."
            ),
        )),
        many => Err(Diagnostic::error(
            "More than one load balancer behind the endpoint service",
            format!(
                "{service} leads to {many} load balancers: {}. An endpoint that connects to it \
                 may come out at any of them, and a kafka_privatelink has exactly one. Leave one \
                 to the service (aws ec2 modify-vpc-endpoint-service-configuration \
                 --remove-network-load-balancer-arns), which AWS allows while no endpoint is \
                 connected, and import it then.",
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

/// A state that says nothing but this; the read that follows fills it.
fn blank<const N: usize>(known: [(&str, Value); N]) -> Value {
    let Type::Object(attributes) = schema::schema().implied_type() else {
        return Value::Null;
    };
    let nulls = attributes.into_keys().map(|name| (name, Value::Null));
    let known = known
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    Value::object(nulls.chain(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_service_with_or_without_endpoint_or_a_name() {
        let service = |id, endpoint| Wanted::Service { id, endpoint };
        for (id, wanted) in [
            ("vpce-svc-1", service("vpce-svc-1", None)),
            ("vpce-svc-1, vpce-2", service("vpce-svc-1", Some("vpce-2"))),
            ("orders", Wanted::Name("orders")),
        ] {
            let elsewhere = format!("{id}@eu-west-1");
            assert_eq!(parse(&elsewhere).unwrap(), (wanted, Some("eu-west-1")));
            assert_eq!(parse(id).unwrap().1, None);
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
