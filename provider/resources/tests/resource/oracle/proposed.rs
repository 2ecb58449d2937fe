//! What Terraform proposes as the new state: the configuration, completed from the prior state.

use tfplugin::{
    Attribute, Value,
    schema::{AttributeKind, Mode, Nesting},
};

/// Computed values stay as they were where they are not configured, removed settings included
/// (which is why the resource does not read this).
pub fn proposed(attributes: &[Attribute], prior: &Value, config: &Value) -> Value {
    if config.is_null() || config.is_unknown() {
        return config.clone();
    }
    Value::object(attributes.iter().map(|attribute| {
        let name = &attribute.name;
        (
            name.as_str(),
            member(attribute, prior.get(name), config.get(name)),
        )
    }))
}

fn member(attribute: &Attribute, prior: &Value, config: &Value) -> Value {
    let computed = matches!(attribute.mode, Mode::Computed | Mode::OptionalComputed);
    if computed && config.is_null() {
        // A value that only a configuration can have given was configured before.
        return match attribute.mode == Mode::OptionalComputed && has_given(attribute, prior) {
            true => Value::Null,
            false => prior.clone(),
        };
    }
    match &attribute.kind {
        AttributeKind::Nested(Nesting::Single, inner) => proposed(inner, prior, config),
        AttributeKind::Nested(Nesting::Map, inner) => match config {
            Value::Map(elements) => Value::map(
                elements
                    .iter()
                    .map(|(key, element)| (key.clone(), proposed(inner, prior.get(key), element))),
            ),
            other => other.clone(),
        },
        _ => config.clone(),
    }
}

fn has_given(attribute: &Attribute, value: &Value) -> bool {
    if value.is_null() {
        return false;
    }
    let AttributeKind::Nested(nesting, inner) = &attribute.kind else {
        return false;
    };
    let given = |object: &Value| {
        inner.iter().any(|attribute| {
            let value = object.get(&attribute.name);
            let computed = matches!(attribute.mode, Mode::Computed | Mode::OptionalComputed);
            !value.is_null() && (!computed || has_given(attribute, value))
        })
    };
    match nesting {
        Nesting::Single => given(value),
        _ => value
            .as_map()
            .is_some_and(|elements| elements.values().any(given)),
    }
}
