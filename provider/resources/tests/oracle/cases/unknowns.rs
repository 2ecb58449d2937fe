//! Parts of a configuration that come from resources not made yet.

use std::collections::BTreeMap;

use proptest::sample::Index;
use resources::schema::schema;
use tfplugin::{
    Attribute, Path, Type, Value,
    path::Step,
    schema::{AttributeKind, Mode, Nesting},
};

/// The configuration with the places that `holes` pick unknown: arguments that are left out among
/// them, for an expression may turn out to be null.
pub fn with_unknowns(config: &Value, holes: &[Index]) -> Value {
    let places = places(config);
    holes.iter().fold(config.clone(), |config, hole| {
        with_unknown(config, &places[hole.index(places.len())])
    })
}

/// The configuration with that place unknown.
pub fn with_unknown(config: Value, place: &Path) -> Value {
    unknown_at(config, place.steps())
}

/// Everywhere that an expression may stand: every argument at any depth, every element of a set and
/// every element of a map. An element of a set is meant by its index.
pub fn places(config: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    arguments(
        &schema().block.attributes,
        config,
        &Path::root(),
        &mut found,
    );
    found
}

fn arguments(attributes: &[Attribute], object: &Value, path: &Path, found: &mut Vec<Path>) {
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.mode != Mode::Computed && attribute.name != "drift")
    {
        let path = path.clone().attribute(&attribute.name);
        let value = object.get(&attribute.name);
        found.push(path.clone());
        match &attribute.kind {
            _ if value.is_null() => {}
            AttributeKind::Nested(Nesting::Single, inner) => arguments(inner, value, &path, found),
            AttributeKind::Nested(_, inner) => {
                for (key, element) in value.as_map().into_iter().flatten() {
                    let path = path.clone().key(key);
                    found.push(path.clone());
                    arguments(inner, element, &path, found);
                }
            }
            AttributeKind::Plain(Type::Set(_)) => {
                let count = value.as_slice().map_or(0, <[Value]>::len);
                found.extend((0..count).map(|index| path.clone().index(index)));
            }
            AttributeKind::Plain(Type::Map(_)) => {
                let keys = value.as_map().into_iter().flat_map(BTreeMap::keys);
                found.extend(keys.map(|key| path.clone().key(key)));
            }
            AttributeKind::Plain(_) => {}
        }
    }
}

/// Nothing, where something on the way is unknown already.
fn unknown_at(value: Value, steps: &[Step]) -> Value {
    let [step, rest @ ..] = steps else {
        return Value::Unknown;
    };
    let into = |members: BTreeMap<String, Value>, name: &str| {
        let changed = |(key, value): (String, Value)| match key == name {
            true => (key, unknown_at(value, rest)),
            false => (key, value),
        };
        members.into_iter().map(changed).collect()
    };
    match (value, step) {
        (Value::Object(members), Step::Attribute(name)) => Value::Object(into(members, name)),
        (Value::Map(members), Step::Key(key)) => Value::Map(into(members, key)),
        (Value::Set(mut elements), Step::Index(index)) => {
            if let Some(element) = elements.get_mut(*index as usize) {
                *element = Value::Unknown;
            }
            Value::Set(elements)
        }
        (value, _) => value,
    }
}
