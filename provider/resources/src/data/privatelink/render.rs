//! What AWS holds of a path, as data.

use tfplugin::{
    Attribute, Value,
    schema::{AttributeKind, Nesting},
};

use super::{schema::SCHEMA, unread};
use crate::{
    Privatelink,
    lifecycle::{Instance, View, find::Found, values},
    render,
    settings::Settings,
};
use engine::model::{Connection, Health, Slot, object::target_group::Target};

/// The state that an import would have, and what a resource does not show.
pub fn data(found: Found<Privatelink>, settings: &Settings) -> Value {
    let observed = &found.observed;
    let instance = Instance::<Privatelink>::new(found.kept, None, found.region, settings);
    let mut data = shown(&SCHEMA.block.attributes, &instance.state(observed));
    let view = View {
        observed,
        arguments: None,
        context: instance.context(),
        state: None,
    };
    for (id, targets) in render::broker_health(&view) {
        put(&mut data, &["brokers", &id, "health"], &health(targets));
    }
    let connections = observed.connections.iter().map(connection);
    put(&mut data, &["connections"], &Value::list(connections));
    let service = observed.of(Slot::Service).next();
    let state = service.map(|(_, seen)| values::text(&seen.outputs.state));
    put(&mut data, &["service_state"], &state.unwrap_or_default());
    for path in unread::parts(&observed.refused, observed.is_tagged()) {
        put(&mut data, path, &Value::Null);
    }
    values::null_where_unknown(data)
}

/// What these attributes show of a state, which has others too.
fn shown(attributes: &[Attribute], state: &Value) -> Value {
    Value::object(attributes.iter().map(|attribute| {
        let value = state.get(&attribute.name);
        let shown = match (&attribute.kind, value) {
            (AttributeKind::Nested(Nesting::Single, inner), Value::Object(_)) => {
                shown(inner, value)
            }
            (AttributeKind::Nested(Nesting::Map, inner), Value::Map(elements)) => {
                let element = |(key, it): (&String, &Value)| (key.clone(), shown(inner, it));
                Value::Map(elements.iter().map(element).collect())
            }
            _ => value.clone(),
        };
        (attribute.name.clone(), shown)
    }))
}

/// Puts a value where it belongs, as far as there is such a place; `*` is every key of a map.
fn put(data: &mut Value, path: &[&str], value: &Value) {
    let Some((step, rest)) = path.split_first() else {
        data.clone_from(value);
        return;
    };
    if let Value::Object(members) | Value::Map(members) = data {
        for (name, member) in members {
            if *step == "*" || name == step {
                put(member, rest, value);
            }
        }
    }
}

fn health(targets: Vec<(&Target, &Health)>) -> Value {
    Value::list(targets.into_iter().map(|(target, health)| {
        Value::object([
            ("target", values::text(&target.id)),
            ("state", stated(&health.state)),
            ("reason", stated(&health.reason)),
            ("description", stated(&health.description)),
        ])
    }))
}

fn connection(connection: &Connection) -> Value {
    Value::object([
        ("endpoint_id", connection.endpoint_id.as_ref().into()),
        ("owner", stated(&connection.owner)),
        ("region", connection.region.as_ref().into()),
        ("state", stated(&connection.state)),
        ("created_at", connection.created_at.as_ref().into()),
        ("dns_names", Value::set(&connection.dns_names)),
    ])
}

/// Null where AWS said nothing.
fn stated(text: &str) -> Value {
    Some(text).filter(|text| !text.is_empty()).into()
}
