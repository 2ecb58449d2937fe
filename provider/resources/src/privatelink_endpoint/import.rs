//! What an import id says, and whether it leads to an endpoint that the resource can have.

use tfplugin::Diagnostic;

use crate::{
    lifecycle::import::{ImportTarget, Wanted, refused, split},
    syntax::service_name,
};
use engine::model::{
    Observed, Slot,
    object::ServiceRef,
    ownership::is_of_consumers,
    tags::{NAME, OWNER},
};

/// `vpce-...` or the name of the resource; each may end with `@region`.
pub(super) fn parse(text: &str) -> Result<ImportTarget, Diagnostic> {
    let (id, region) = split(text)?;
    let is_name = !id.is_empty() && !id.contains(['.', ':', ',', '/']);
    let wanted = match id {
        id if id.starts_with("vpce-svc-") => {
            return Err(refused(
                text,
                "It is the id of an endpoint service: give the id of the endpoint, \"vpce-...\", or \
                 import the service as a kafka_privatelink.",
            ));
        }
        id if id.starts_with("vpce-") => Wanted::Id {
            id: id.to_owned(),
            endpoint: None,
        },
        id if is_name => Wanted::Name(id.to_owned()),
        _ => {
            return Err(refused(
                text,
                "Give the id of the endpoint (\"vpce-...\"), or the name of the resource, each with \
                 \"@\" and the region behind it where that is not the provider's.",
            ));
        }
    };
    Ok(ImportTarget { wanted, region })
}

/// Refuses an endpoint that is a part of a whole path, or leads to something else than an endpoint
/// service.
pub(super) fn check(found: &Observed, id: &str) -> Result<(), Diagnostic> {
    let Some((_, seen)) = found.of(Slot::Endpoint).next() else {
        return Ok(());
    };
    let tags = seen.object.tags().cloned().unwrap_or_default();
    if tags.contains_key(OWNER) && !is_of_consumers(Slot::Endpoint, &tags) {
        let name = tags.get(NAME).and_then(|name| name.known());
        return Err(Diagnostic::error(
            "Part of a kafka_privatelink",
            format!(
                "{id} belongs to the kafka_privatelink called {}, which has it as its endpoint. Two \
                 resources that have one endpoint would each undo what the other does: leave it \
                 there, or take endpoint out of that resource, which deletes it, and make a new one \
                 here.",
                name.map_or("", String::as_str)
            ),
        ));
    }
    let service = seen.object.as_endpoint().map(|endpoint| &endpoint.service);
    match service {
        Some(ServiceRef::Given(name)) => match name.known() {
            Some(name) if service_name::check(name).is_err() => Err(Diagnostic::error(
                "Not an endpoint of an endpoint service",
                format!(
                    "{id} is an endpoint of {name}. Only interface endpoints that connect to an \
                     endpoint service (com.amazonaws.vpce...) can be imported."
                ),
            )),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_an_endpoint_or_a_name() {
        let id = |id: &str| Wanted::Id {
            id: id.to_owned(),
            endpoint: None,
        };
        for (text, wanted, region) in [
            ("vpce-1", id("vpce-1"), None),
            (" vpce-1@eu-west-1", id("vpce-1"), Some("eu-west-1")),
            ("orders", Wanted::Name("orders".to_owned()), None),
        ] {
            let region = region.map(str::to_owned);
            assert_eq!(parse(text).unwrap(), ImportTarget { wanted, region });
        }
        for text in [
            "",
            "@eu-west-1",
            "vpce-1@nowhere",
            "vpce-svc-1",
            "vpce-svc-1,vpce-1",
            "com.amazonaws.vpce.us-east-1.vpce-svc-1",
            "arn:aws:ec2:us-east-1:1:vpc-endpoint/vpce-1",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
