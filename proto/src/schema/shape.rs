//! The arguments without which little can be planned.

use super::{Attribute, AttributeKind, Mode, Nesting, Schema};
use crate::{Path, Type, Value};

impl Schema {
    /// The arguments of a configuration that decide which objects there are or what they look like,
    /// and that are unknown: numbers, bools, words, collections of objects, and what is declared as
    /// such.
    pub fn unknown_shape(&self, config: &Value) -> Vec<Path> {
        let mut found = Vec::new();
        collect(&self.block.attributes, config, &Path::root(), &mut found);
        found
    }
}

fn collect(attributes: &[Attribute], object: &Value, at: &Path, found: &mut Vec<Path>) {
    let arguments = attributes.iter().filter(|it| it.mode != Mode::Computed);
    for attribute in arguments {
        let value = object.get(&attribute.name);
        let path = at.clone().attribute(&attribute.name);
        match &attribute.kind {
            _ if attribute.gives_shape && is_open(attribute, value) => found.push(path),
            AttributeKind::Nested(Nesting::Single, inner) => collect(inner, value, &path, found),
            AttributeKind::Nested(Nesting::Map, inner) => {
                for (key, element) in value.as_map().into_iter().flatten() {
                    collect(inner, element, &path.clone().key(key), found);
                }
            }
            _ => {}
        }
    }
}

/// An unknown text among others does not count: only numbers of a set do.
fn is_open(attribute: &Attribute, value: &Value) -> bool {
    match &attribute.kind {
        AttributeKind::Plain(Type::Set(element) | Type::List(element))
            if **element == Type::Number =>
        {
            !value.is_wholly_known()
        }
        _ => value.is_unknown(),
    }
}
