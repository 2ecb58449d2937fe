//! The proposed new state: what Terraform mixes from the present state and the configuration, and
//! sends along with both.

use std::collections::BTreeMap;

use crate::{
    Attribute, Schema, Value,
    schema::{AttributeKind, Mode, Nesting},
};

use super::is_computed;

/// The configuration, with what it leaves to the provider filled from the present state.
/// `ProposedNew` in objchange.go.
pub fn proposed_new(schema: &Schema, prior: &Value, config: &Value) -> Value {
    match config {
        Value::Null | Value::Unknown => prior.clone(),
        _ => object(&schema.block.attributes, prior, config),
    }
}

fn object(attributes: &[Attribute], prior: &Value, config: &Value) -> Value {
    Value::object(attributes.iter().map(|attribute| {
        let name = attribute.name.as_str();
        (name, value(attribute, prior.get(name), config.get(name)))
    }))
}

fn value(attribute: &Attribute, prior: &Value, config: &Value) -> Value {
    if is_computed(attribute) && config.is_null() {
        return match was_configured(attribute, prior) {
            true => Value::Null,
            false => prior.clone(),
        };
    }
    match &attribute.kind {
        AttributeKind::Plain(_) => config.clone(),
        AttributeKind::Nested(nesting, attributes) => nested(*nesting, attributes, prior, config),
    }
}

/// The present value of something optional cannot be the provider's own where it holds anything
/// that only the user gives. Then the user has taken it out of the configuration.
/// `optionalValueNotComputable` in objchange.go.
fn was_configured(attribute: &Attribute, prior: &Value) -> bool {
    attribute.mode != Mode::Computed && holds_configured(attribute, prior)
}

fn holds_configured(attribute: &Attribute, value: &Value) -> bool {
    let objects: Vec<&Value> = match &attribute.kind {
        AttributeKind::Plain(_) => return false,
        AttributeKind::Nested(Nesting::Single, _) => vec![value],
        AttributeKind::Nested(Nesting::Map, _) => value
            .as_map()
            .into_iter()
            .flat_map(BTreeMap::values)
            .collect(),
        AttributeKind::Nested(_, _) => value.as_slice().into_iter().flatten().collect(),
    };
    let inner = attribute.attributes();
    objects.into_iter().any(|object| {
        inner.iter().any(|attribute| {
            let value = object.get(&attribute.name);
            !value.is_null() && (!is_computed(attribute) || holds_configured(attribute, value))
        })
    })
}

fn nested(nesting: Nesting, attributes: &[Attribute], prior: &Value, config: &Value) -> Value {
    let element = |prior: &Value, config: &Value| match config {
        Value::Null => Value::Null,
        _ => object(attributes, prior, config),
    };
    match (nesting, config) {
        (_, Value::Null | Value::Unknown) => config.clone(),
        (Nesting::Map, Value::Map(elements)) => Value::map(
            elements
                .iter()
                .map(|(key, config)| (key, element(prior.get(key), config))),
        ),
        (Nesting::List, Value::List(elements)) => {
            let prior = prior.as_slice().unwrap_or_default();
            Value::list(
                elements
                    .iter()
                    .enumerate()
                    .map(|(index, config)| match prior.get(index) {
                        Some(prior) => element(prior, config),
                        None => config.clone(),
                    }),
            )
        }
        _ => element(prior, config),
    }
}
