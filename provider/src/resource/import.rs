//! ImportResourceState: finds a path by what the user says of it.

use tfplugin::{Diagnostic, ImportResponse, RequestContext, Type, Value};

use crate::{
    model::{Scope, Slot},
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
