//! What a rendered object takes from the configuration: values that nothing else holds, and
//! spellings.

use std::collections::BTreeMap;

use super::{Attribute, AttributeKind, Canonical, Mode, Nesting, Schema};
use crate::{Path, Value};

impl Schema {
    /// `rendered` with its local arguments as `config` says or, where the provider may choose, their
    /// defaults. Objects that were not rendered stay away.
    pub fn with_local(&self, rendered: Value, config: &Value) -> Value {
        each(
            &self.block.attributes,
            rendered,
            config,
            &|attribute, value, written| match (attribute.local, &attribute.default) {
                (false, _) => value,
                (true, Some(default))
                    if written.is_null() && attribute.mode == Mode::OptionalComputed =>
                {
                    default.clone()
                }
                (true, _) => written.clone(),
            },
        )
    }

    /// `rendered`, in canonical spelling, with the spelling of `written` where both mean the same.
    pub fn keep_spelling(&self, rendered: Value, written: &Value) -> Value {
        each(
            &self.block.attributes,
            rendered,
            written,
            &|attribute, value, written| match &attribute.canonical {
                Some(canonical) => spelled(canonical, value, written),
                None => value,
            },
        )
    }

    /// The attributes that the provider alone decides.
    pub fn computed(&self) -> Vec<Path> {
        let mut found = Vec::new();
        computed(&self.block.attributes, &Path::root(), &mut found);
        found
    }
}

type Change = dyn Fn(&Attribute, Value, &Value) -> Value;

/// Changes every attribute of `object` in view of the same one of `written`.
fn each(attributes: &[Attribute], object: Value, written: &Value, change: &Change) -> Value {
    let Value::Object(mut members) = object else {
        return object;
    };
    for attribute in attributes {
        let name = &attribute.name;
        let value = members.remove(name).unwrap_or_default();
        let written = written.get(name);
        let value = match (&attribute.kind, value) {
            (AttributeKind::Nested(Nesting::Single, inner), value) => {
                each(inner, value, written, change)
            }
            (AttributeKind::Nested(Nesting::Map, inner), Value::Map(elements)) => {
                let element = |(key, value): (String, Value)| {
                    let value = each(inner, value, written.get(&key), change);
                    (key, value)
                };
                Value::Map(
                    elements
                        .into_iter()
                        .map(element)
                        .collect::<BTreeMap<_, _>>(),
                )
            }
            (_, value) => value,
        };
        members.insert(name.clone(), change(attribute, value, written));
    }
    Value::Object(members)
}

fn spelled(canonical: &Canonical, value: Value, written: &Value) -> Value {
    match (value, written) {
        (Value::String(text), Value::String(told)) if canonical.0(told) == text => told.into(),
        (value, _) => value,
    }
}

fn computed(attributes: &[Attribute], at: &Path, found: &mut Vec<Path>) {
    for attribute in attributes {
        let path = at.clone().attribute(&attribute.name);
        if attribute.mode == Mode::Computed {
            found.push(path);
        } else if let AttributeKind::Nested(Nesting::Single, inner) = &attribute.kind {
            computed(inner, &path, found);
        }
    }
}
