//! ImportResourceState: finds a path by what the user says of it.

use std::collections::BTreeSet;

use tfplugin::{Diagnostic, ImportResponse, RequestContext, Type, Value};

use crate::{
    model::{Connection, Observed, Scope, Slot},
    resource::{
        config::defaults,
        private::Private,
        read::{observe, owner_of, region},
        schema,
        scope::scope,
        settings::{Clouds, Settings},
    },
};

/// What an import id says.
#[derive(Debug, PartialEq, Eq)]
enum Wanted<'a> {
    Service {
        id: &'a str,
        endpoint: Option<&'a str>,
    },
    Name(&'a str),
}

/// `vpce-svc-...`, `vpce-svc-...,vpce-...`, or the name of the path.
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
    let wanted = parse(id)?;
    let region = region(&Value::Null, settings)?;
    let cloud = clouds.cloud(&region).await?;
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
            let observed = observe(&cloud, ctx, &scope, defaults::TIMEOUT).await?;
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
    let found = observe(
        &cloud,
        ctx,
        &scope(None, &private, settings),
        defaults::TIMEOUT,
    )
    .await?;
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

fn parse(id: &str) -> Result<Wanted<'_>, Diagnostic> {
    let (first, second) = match id.split_once(',') {
        Some((first, second)) => (first.trim(), Some(second.trim())),
        None => (id.trim(), None),
    };
    let is_endpoint = |id: &str| id.starts_with("vpce-") && !id.starts_with("vpce-svc-");
    match (first.starts_with("vpce-svc-"), second) {
        (true, None) => Ok(Wanted::Service {
            id: first,
            endpoint: None,
        }),
        (true, Some(endpoint)) if is_endpoint(endpoint) => Ok(Wanted::Service {
            id: first,
            endpoint: Some(endpoint),
        }),
        (false, None) if !first.is_empty() && !is_endpoint(first) => Ok(Wanted::Name(first)),
        _ => Err(Diagnostic::error(
            "Not an import id",
            format!(
                "{id:?} cannot be imported. Give the id of the endpoint service \
                 (\"vpce-svc-...\"), or that and the id of an endpoint to take over \
                 (\"vpce-svc-...,vpce-...\"), or the name of the path."
            ),
        )),
    }
}

fn unnamed(name: &str, region: &str) -> Diagnostic {
    Diagnostic::error(
        "No path of that name",
        format!(
            "No endpoint service in {region} carries the tag kafka-privatelink:name = {name:?}. \
             Import a path without our tags by the id of its endpoint service."
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
        format!("There is no endpoint service {service} in {region}, or it may not be seen."),
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
        assert_eq!(parse("vpce-svc-1").unwrap(), service("vpce-svc-1", None));
        let both = parse("vpce-svc-1, vpce-2").unwrap();
        assert_eq!(both, service("vpce-svc-1", Some("vpce-2")));
        assert_eq!(parse("orders").unwrap(), Wanted::Name("orders"));
        for id in [
            "",
            ",",
            "vpce-1",
            "vpce-svc-1,",
            "vpce-svc-1,vpce-svc-2",
            "orders,vpce-1",
        ] {
            assert!(parse(id).is_err(), "{id}");
        }
    }
}
