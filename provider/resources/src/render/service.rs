//! `endpoint_service` and the zones that it serves.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Value;

use super::{View, values};
use crate::config::{ServiceConfig, principal};
use engine::model::{Maybe, Slot, object::Service};

pub(super) fn service(view: &View<'_>) -> Value {
    let seen = view
        .one(Slot::Service)
        .and_then(|(_, seen)| seen.object.as_service());
    let Some(service) = seen else {
        return Value::Null;
    };
    let told = view.config().map(|config| &config.endpoint_service);
    let families = service
        .ip_address_types
        .iter()
        .map(|family| family.as_str());
    Value::object([
        ("acceptance_required", service.acceptance_required.into()),
        ("allowed_principals", principals(view, service, told)),
        ("supported_ip_address_types", Value::set(families)),
        ("supported_regions", regions(view, service, told)),
    ])
}

pub(super) fn zone_ids(view: &View<'_>) -> Value {
    view.one(Slot::Service).map_or(Value::Null, |(_, seen)| {
        values::maybe_texts(&seen.outputs.zone_ids)
    })
}

/// An account may be told by its id or by the ARN of its root, or even by both.
fn principals(view: &View<'_>, service: &Service, told: Option<&ServiceConfig>) -> Value {
    let told = told.and_then(|told| told.allowed_principals.known());
    let mut spelled: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for text in told.into_iter().flatten().filter_map(Maybe::known) {
        let arn = principal::canonical(text, view.context.region);
        spelled.entry(arn).or_default().push(text);
    }
    let spellings = |seen: &Maybe<String>| -> Vec<Value> {
        let Maybe::Known(arn) = seen else {
            return vec![Value::Unknown];
        };
        match spelled.get(arn) {
            Some(texts) => texts.iter().map(|text| (*text).into()).collect(),
            None => vec![arn.into()],
        }
    };
    Value::set(service.principals.iter().flat_map(spellings))
}

/// The own region counts in whether it is told or not.
fn regions(view: &View<'_>, service: &Service, told: Option<&ServiceConfig>) -> Value {
    let own = Maybe::Known(view.context.region.to_owned());
    let told = told.and_then(|told| told.supported_regions.known());
    let mut regions: BTreeSet<Maybe<String>> = service.regions.clone();
    if told.is_some_and(|told| told.contains(&own)) {
        regions.insert(own);
    }
    values::texts(&regions)
}
