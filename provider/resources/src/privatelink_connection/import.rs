//! ImportResourceState: what an import id says. Terraform reads the connection afterwards.

use tfplugin::{Diagnostic, Value};

use super::arguments::SCHEMA;
use crate::{
    lifecycle::{
        import::{refused, split},
        region,
    },
    settings::Settings,
    syntax::id,
};

/// `vpce-svc-...,vpce-...`, which may end with `@region`.
pub fn state(text: &str, settings: &Settings) -> Result<Value, Diagnostic> {
    let (ids, region) = split(text)?;
    let parts = ids.split_once(',');
    let parts = parts.map(|(service, endpoint)| (service.trim(), endpoint.trim()));
    let is_id = |(service, endpoint): &(&str, &str)| {
        id::endpoint_service(service).is_ok() && id::endpoint(endpoint).is_ok()
    };
    let (service, endpoint) = parts.filter(is_id).ok_or_else(|| {
        refused(
            text,
            "Give the ids of the endpoint service and of the endpoint, \"vpce-svc-...,vpce-...\", \
             with \"@\" and the region behind them where that is not the provider's.",
        )
    })?;
    let region = match region {
        Some(region) => region,
        None => region::of_state(&Value::Null, settings)?,
    };
    let names = SCHEMA.block.attributes.iter().map(|it| it.name.as_str());
    Ok(Value::object(names.map(|name| match name {
        "service_id" => (name, service.into()),
        "endpoint_id" => (name, endpoint.into()),
        "region" => (name, region.as_str().into()),
        _ => (name, Value::Null),
    })))
}
