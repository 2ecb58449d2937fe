//! From what AWS holds, or will hold, to the state.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Type, Value};

use super::{PrivatelinkEndpoint, arguments::Arguments};
use crate::{
    config::BOOTSTRAP_PORT,
    consumer_side,
    lifecycle::{self, ResourceType, values},
    syntax::{hostname, name},
};
use engine::model::{
    Maybe, Object, Side, Slot,
    object::{Endpoint, Rule, ServiceRef},
    tags::{HOSTNAME, LABEL, Tags},
};

type View<'a> = lifecycle::View<'a, Arguments>;

/// Every attribute but those that all resources have. Of an endpoint that is gone, AWS holds none.
pub(super) fn render(view: &View<'_>) -> Value {
    let Type::Object(attributes) = &PrivatelinkEndpoint::shape().ty else {
        return Value::Null;
    };
    let nulls = attributes.keys().map(|name| (name.clone(), Value::Null));
    let mut state: BTreeMap<String, Value> = nulls.collect();
    let endpoint = consumer_side::render::endpoint(view).map(|(_, endpoint)| endpoint);
    let tags = endpoint.map(|endpoint| &endpoint.tags);
    let hostname = consumer_side::render::hostname(view, || found_hostname(view, tags));
    let bootstrap = bootstrap_port(view);
    let found_name = || Some(name::of_text(tags?.get(LABEL)?.known()?)?.into());
    let text = |text: Option<&Maybe<String>>| text.map_or(Value::Null, values::text);
    let members = consumer_side::render::members(view).unwrap_or_default();
    let own = [
        ("name", view.name_by(tags, found_name)),
        ("service_name", text(endpoint.and_then(service_name))),
        ("service_region", service_region(view, endpoint)),
        ("hostname", text(hostname.as_ref())),
        ("bootstrap_port", bootstrap.into()),
        ("broker_ports", broker_ports(view)),
        (
            "bootstrap_servers",
            consumer_side::render::address(hostname.as_ref(), bootstrap),
        ),
    ];
    let all = members.into_iter().chain(own);
    state.extend(all.map(|(name, value)| (name.to_owned(), value)));
    Value::Object(state)
}

fn service_name(endpoint: &Endpoint) -> Option<&Maybe<String>> {
    match &endpoint.service {
        ServiceRef::Given(name) => Some(name),
        ServiceRef::Managed(_) => None,
    }
}

/// AWS tells it of every endpoint; where it is the endpoint's own, nobody needs to.
fn service_region(view: &View<'_>, endpoint: Option<&Endpoint>) -> Value {
    let seen = endpoint.map(|endpoint| endpoint.service_region.as_ref());
    let told = view.arguments.map(|arguments| &arguments.service_region);
    match (seen, told) {
        (Some(Some(region)), _) => values::text(region),
        (_, Some(Maybe::Known(told))) => told.as_ref().into(),
        (_, Some(Maybe::Unknown)) => Value::Unknown,
        (_, None) => Value::Null,
    }
}

/// After an import without an alias: what our tags say, or the zone.
fn found_hostname(view: &View<'_>, tags: Option<&Tags>) -> Option<String> {
    let tagged = tags.and_then(|tags| tags.get(HOSTNAME)?.known());
    let zone = view
        .one(Slot::Zone)
        .and_then(|(_, seen)| match &seen.object {
            Object::Zone(zone) => Some(&zone.name),
            _ => None,
        });
    let mut names = [tagged, zone].into_iter().flatten();
    names.find(|name| hostname::check(name).is_ok()).cloned()
}

fn bootstrap_port(view: &View<'_>) -> Option<u16> {
    match view.arguments {
        Some(arguments) => arguments.bootstrap_port.known().copied(),
        None => Some(BOOTSTRAP_PORT),
    }
}

/// As they were told. After an import, what the managed group opens besides the bootstrap port; AWS
/// knows ports of an endpoint nowhere else.
fn broker_ports(view: &View<'_>) -> Value {
    if let Some(arguments) = view.arguments {
        return match &arguments.broker_ports {
            Maybe::Known(ports) => {
                let port = |port: &Maybe<u16>| values::maybe(port.clone());
                Value::set(ports.iter().map(port))
            }
            Maybe::Unknown => Value::Unknown,
        };
    }
    let group = view.one(Slot::SecurityGroup(Side::Consumer));
    let group = group.and_then(|(_, seen)| seen.object.as_security_group());
    let rules = group.into_iter().flat_map(|group| &group.rules);
    let open: BTreeSet<u16> = rules
        .filter_map(|rule| match rule {
            Rule::Ingress { from, to, .. } => Some(*from..=*to),
            Rule::EgressAll | Rule::Other { .. } => None,
        })
        .flatten()
        .filter(|port| *port != BOOTSTRAP_PORT)
        .collect();
    match open.is_empty() {
        true => Value::Null,
        false => Value::set(open),
    }
}
