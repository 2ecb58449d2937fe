//! Something in the place of what is unknown and gives shape.

use super::{Attribute, AttributeKind, Mode, Nesting, Schema};
use crate::Value;

impl Schema {
    /// `config` with its unknown shape as it is in `prior`, an earlier configuration. What is not in
    /// there stays unknown.
    pub fn assume(&self, config: &Value, prior: &Value) -> Value {
        assume(&self.block.attributes, config, prior)
    }
}

fn assume(attributes: &[Attribute], config: &Value, prior: &Value) -> Value {
    Value::object(attributes.iter().map(|attribute| {
        let (value, before) = (config.get(&attribute.name), prior.get(&attribute.name));
        (attribute.name.as_str(), member(attribute, value, before))
    }))
}

fn member(attribute: &Attribute, value: &Value, before: &Value) -> Value {
    let is_argument = attribute.mode != Mode::Computed;
    match &attribute.kind {
        _ if is_argument && attribute.gives_shape && value.is_unknown() => before.clone(),
        // What an object was like says nothing where there was none.
        AttributeKind::Nested(..) if attribute.gives_shape && before.is_null() => value.clone(),
        AttributeKind::Nested(Nesting::Single, inner) => match value {
            Value::Null => Value::Null,
            value => assume(inner, value, before),
        },
        AttributeKind::Nested(Nesting::Map, inner) => match value {
            Value::Map(elements) => Value::map(elements.iter().map(|(key, value)| {
                let element = match before.get(key) {
                    Value::Null => value.clone(),
                    before => assume(inner, value, before),
                };
                (key.clone(), element)
            })),
            other => other.clone(),
        },
        _ => value.clone(),
    }
}
