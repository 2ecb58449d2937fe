//! Configurations as Terraform sends them, and which of their parts may be unknown while a plan is
//! made.
//!
//! ```
//! use tfplugin::{Attribute, Block, Path, Schema, Value, testing::configuration};
//! let schema = Schema::new(
//!     0,
//!     Block::new("").attributes([
//!         Attribute::string("name").required(),
//!         Attribute::number("size").optional_computed(),
//!         Attribute::string("id").computed(),
//!     ]),
//! );
//! let config = configuration::complete(&schema, &Value::object([("name", "a".into())]));
//! assert_eq!(configuration::places(&schema, &config), [Path::of("name"), Path::of("size")]);
//! let planned_with = configuration::with_unknown(config, &Path::of("size"));
//! assert!(planned_with.get("size").is_unknown() && planned_with.get("id").is_null());
//! ```

use std::collections::BTreeMap;

use crate::{
    Attribute, Path, Schema, Type, Value,
    path::Step,
    schema::{AttributeKind, Mode, Nesting},
};

/// Every attribute of the schema, null where nothing is written. Ends the test where something is
/// written that the schema does not have.
pub fn complete(schema: &Schema, written: &Value) -> Value {
    completed(written.clone(), &schema.implied_type())
}

fn completed(value: Value, ty: &Type) -> Value {
    match (value, ty) {
        (Value::Object(mut given), Type::Object(attributes)) => {
            let all = attributes.iter().map(|(name, ty)| {
                let value = given.remove(name).unwrap_or_default();
                (name.clone(), completed(value, ty))
            });
            let all = Value::object(all.collect::<Vec<_>>());
            assert!(given.is_empty(), "the schema does not know {given:?}");
            all
        }
        (Value::Map(elements), Type::Map(ty)) => Value::map(
            elements
                .into_iter()
                .map(|(key, element)| (key, completed(element, ty))),
        ),
        (Value::List(elements), Type::List(ty)) => {
            Value::list(elements.into_iter().map(|element| completed(element, ty)))
        }
        (value, _) => value,
    }
}

/// Everywhere that an expression may stand: every argument at any depth, every element of a
/// collection. An element of a set is meant by its index.
pub fn places(schema: &Schema, config: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    arguments(&schema.block.attributes, config, &Path::root(), &mut found);
    found
}

fn arguments(attributes: &[Attribute], object: &Value, path: &Path, found: &mut Vec<Path>) {
    let configurable = attributes.iter().filter(|it| it.mode != Mode::Computed);
    for attribute in configurable {
        let path = path.clone().attribute(&attribute.name);
        let value = object.get(&attribute.name);
        found.push(path.clone());
        if let AttributeKind::Nested(Nesting::Single, inner) = &attribute.kind {
            if !value.is_null() && !value.is_unknown() {
                arguments(inner, value, &path, found);
            }
            continue;
        }
        for (path, element) in elements(value, &path) {
            found.push(path.clone());
            arguments(attribute.attributes(), element, &path, found);
        }
    }
}

fn elements<'a>(collection: &'a Value, path: &Path) -> Vec<(Path, &'a Value)> {
    match collection {
        Value::Map(elements) => {
            let keys = elements.iter();
            keys.map(|(key, element)| (path.clone().key(key), element))
                .collect()
        }
        Value::List(elements) | Value::Set(elements) => {
            let indices = elements.iter().enumerate();
            indices
                .map(|(index, element)| (path.clone().index(index), element))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// What is at that place; null where there is none.
pub fn at<'a>(config: &'a Value, place: &Path) -> &'a Value {
    const NONE: &Value = &Value::Null;
    place.steps().iter().fold(config, |value, step| match step {
        Step::Attribute(name) | Step::Key(name) => value.get(name),
        Step::Index(index) => {
            let index = usize::try_from(*index).unwrap_or(usize::MAX);
            value
                .as_slice()
                .and_then(|all| all.get(index))
                .unwrap_or(NONE)
        }
        Step::Element(_) => NONE,
    })
}

/// The configuration with that place unknown; as it is, where something on the way is unknown
/// already.
pub fn with_unknown(config: Value, place: &Path) -> Value {
    with(config, place.steps(), Value::Unknown)
}

/// The configuration with that value at the place, where there is such a place.
pub fn with_value(config: Value, place: &Path, value: Value) -> Value {
    with(config, place.steps(), value)
}

fn with(config: Value, steps: &[Step], value: Value) -> Value {
    let [step, rest @ ..] = steps else {
        return value;
    };
    let into = |mut members: BTreeMap<String, Value>, name: &str| {
        if let Some(member) = members.get_mut(name) {
            *member = with(std::mem::take(member), rest, value.clone());
        }
        members
    };
    let at = |mut elements: Vec<Value>, index: u64| {
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        if let Some(element) = elements.get_mut(index) {
            *element = with(std::mem::take(element), rest, value.clone());
        }
        elements
    };
    match (config, step) {
        (Value::Object(members), Step::Attribute(name)) => Value::Object(into(members, name)),
        (Value::Map(members), Step::Key(key)) => Value::Map(into(members, key)),
        (Value::List(elements), Step::Index(index)) => Value::List(at(elements, *index)),
        (Value::Set(elements), Step::Index(index)) => Value::Set(at(elements, *index)),
        (config, _) => config,
    }
}

#[cfg(test)]
mod tests;
