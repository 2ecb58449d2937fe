//! What a value must be to be taken at all.

use crate::{Path, Schema, Type, Value, msgpack};

use super::Violation;

/// The value as the other side sees it. An error if it is not of that type, an object without one
/// of its attributes included. Equal elements of a set arrive as one.
pub fn over_the_wire(value: &Value, ty: &Type) -> Result<Value, Violation> {
    msgpack::encode(value, ty)
        .and_then(|bytes| msgpack::decode(&bytes, ty))
        .map(coalesce)
        .map_err(|error| Violation::new(&error.path, error.message))
}

/// Nothing in a state is unknown.
pub fn wholly_known(value: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    unknowns(value, &Path::root(), &mut found);
    found
}

/// Every argument that is written has its value in the data, too.
pub fn keeps(schema: &Schema, config: &Value, data: &Value) -> Vec<Violation> {
    let attributes = schema.block.attributes.iter();
    let changed = attributes.filter(|it| {
        let written = config.get(&it.name);
        !written.is_null() && written != data.get(&it.name)
    });
    changed
        .map(|it| Violation::new(&Path::of(&it.name), "is not what is configured"))
        .collect()
}

fn unknowns(value: &Value, path: &Path, found: &mut Vec<Violation>) {
    match value {
        Value::Unknown => found.push(Violation::new(path, "is unknown in a state")),
        Value::Object(members) => {
            for (name, value) in members {
                unknowns(value, &path.clone().attribute(name), found);
            }
        }
        Value::Map(members) => {
            for (key, value) in members {
                unknowns(value, &path.clone().key(key), found);
            }
        }
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
            for (index, value) in elements.iter().enumerate() {
                unknowns(value, &path.clone().index(index), found);
            }
        }
        Value::Dynamic(typed) => unknowns(&typed.1, path, found),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn coalesce(value: Value) -> Value {
    let all = |elements: Vec<Value>| elements.into_iter().map(coalesce);
    let members = |members: std::collections::BTreeMap<String, Value>| {
        members
            .into_iter()
            .map(|(name, value)| (name, coalesce(value)))
            .collect()
    };
    match value {
        Value::Set(elements) => {
            let mut distinct: Vec<Value> = Vec::new();
            for element in all(elements) {
                if !(element.is_wholly_known() && distinct.contains(&element)) {
                    distinct.push(element);
                }
            }
            Value::Set(distinct)
        }
        Value::List(elements) => Value::List(all(elements).collect()),
        Value::Tuple(elements) => Value::Tuple(all(elements).collect()),
        Value::Map(elements) => Value::Map(members(elements)),
        Value::Object(attributes) => Value::Object(members(attributes)),
        other => other,
    }
}
