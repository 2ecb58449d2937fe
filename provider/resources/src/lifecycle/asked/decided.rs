//! What an apply goes by, where its plan could not know everything.

use std::collections::BTreeMap;

use tfplugin::{
    Attribute, Diagnostic, Path, Value,
    schema::{AttributeKind, Mode, Nesting},
};

use crate::lifecycle::resource_type::ResourceType;

/// The configuration that an apply goes by: what the plan went by, and `written`, the apply's, for
/// what the plan could not know.
pub fn decided(planned: &Value, written: &Value) -> Value {
    match (planned, written) {
        (Value::Unknown, written) => written.clone(),
        (Value::Object(planned), Value::Object(_)) => Value::Object(members(planned, written)),
        (Value::Map(planned), Value::Map(_)) => Value::Map(members(planned, written)),
        // Which element an unknown one has become, only the whole set says.
        (Value::Set(elements), Value::Set(_))
            if elements.iter().any(|it| !it.is_wholly_known()) =>
        {
            written.clone()
        }
        (planned, _) => planned.clone(),
    }
}

fn members(planned: &BTreeMap<String, Value>, written: &Value) -> BTreeMap<String, Value> {
    let member = |(name, value): (&String, &Value)| {
        let value = decided(value, written.get(name));
        (name.clone(), value)
    };
    planned.iter().map(member).collect()
}

/// Refuses what cannot be applied: a part of the configuration that is not known, or a value that
/// the state lost and nobody remembers.
pub fn is_decided<T: ResourceType>(config: &Value) -> Result<(), Diagnostic> {
    if let Some(path) = find(config, &Path::root(), &Value::is_unknown) {
        return Err(Diagnostic::error(
            "Not known yet",
            "A resource is made of values that are all known. Nothing was changed.",
        )
        .at(path));
    }
    match unsaid(&T::shape().schema.block.attributes, config, &Path::root()) {
        None => Ok(()),
        Some(path) => Err(Diagnostic::error(
            "Not known any more",
            "ignore_changes leaves this to the state, which has lost it, and what it was before is \
             not known. Nothing was changed: write the value, and take it out of ignore_changes \
             for one apply.",
        )
        .at(path)),
    }
}

fn find(value: &Value, path: &Path, wanted: &impl Fn(&Value) -> bool) -> Option<Path> {
    if wanted(value) {
        return Some(path.clone());
    }
    match value {
        Value::Object(members) => members
            .iter()
            .find_map(|(name, value)| find(value, &path.clone().attribute(name), wanted)),
        Value::Map(members) => members
            .iter()
            .find_map(|(key, value)| find(value, &path.clone().key(key), wanted)),
        Value::Set(elements) => elements.iter().any(wanted).then(|| path.clone()),
        _ => None,
    }
}

fn unsaid(attributes: &[Attribute], config: &Value, path: &Path) -> Option<Path> {
    attributes.iter().find_map(|attribute| {
        let path = path.clone().attribute(&attribute.name);
        let value = config.get(&attribute.name);
        match &attribute.kind {
            _ if value.is_null() => (attribute.mode == Mode::Required).then_some(path),
            AttributeKind::Nested(Nesting::Single, inner) => unsaid(inner, value, &path),
            AttributeKind::Nested(Nesting::Map, inner) => {
                let mut elements = value.as_map().into_iter().flatten();
                elements.find_map(|(key, value)| unsaid(inner, value, &path.clone().key(key)))
            }
            _ => None,
        }
    })
}
