//! The checks that follow from a schema and that Terraform leaves to providers: no value for what
//! the provider computes, no null for what is required or is an element.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::path::Path;
use crate::schema::{Attribute, AttributeKind, Block, BlockNesting, Mode, Nesting, Type};
use crate::value::Value;

/// Checks a configuration, which may have unknown values anywhere, at every depth. Each error has
/// the path of the value that it is about.
pub fn check(config: &Value, block: &Block) -> Diagnostics {
    let mut found = Diagnostics::new();
    check_block(config, block, &Path::root(), &mut found);
    found
}

fn check_block(config: &Value, block: &Block, path: &Path, found: &mut Diagnostics) {
    check_attributes(config, &block.attributes, path, found);
    for nested in &block.blocks {
        let path = path.clone().attribute(&nested.name);
        let value = config.get(&nested.name);
        match nested.nesting {
            BlockNesting::Single | BlockNesting::Group => {
                if !value.is_null() && !value.is_unknown() {
                    check_block(value, &nested.block, &path, found);
                }
            }
            BlockNesting::List | BlockNesting::Set | BlockNesting::Map => {
                for (path, element) in elements(value, &path) {
                    check_block(element, &nested.block, &path, found);
                }
            }
        }
    }
}

fn check_attributes(
    object: &Value,
    attributes: &[Attribute],
    path: &Path,
    found: &mut Diagnostics,
) {
    for attribute in attributes {
        let path = path.clone().attribute(&attribute.name);
        check_attribute(object.get(&attribute.name), attribute, path, found);
    }
}

fn check_attribute(value: &Value, attribute: &Attribute, path: Path, found: &mut Diagnostics) {
    match attribute.mode {
        Mode::Computed => {
            // Even an unknown value was written by somebody.
            if !value.is_null() {
                found.push(computed(&attribute.name).at(path));
            }
            return;
        }
        Mode::Required if value.is_null() => {
            found.push(required(&attribute.name).at(path));
            return;
        }
        Mode::Required | Mode::Optional | Mode::OptionalComputed => {}
    }
    if value.is_null() || value.is_unknown() {
        return;
    }
    match &attribute.kind {
        AttributeKind::Plain(ty) => check_elements(value, ty, &path, found),
        AttributeKind::Nested(Nesting::Single, inner) => {
            check_attributes(value, inner, &path, found);
        }
        AttributeKind::Nested(_, inner) => {
            for (path, element) in elements(value, &path) {
                if element.is_null() {
                    found.push(null_element().at(path));
                } else if !element.is_unknown() {
                    check_attributes(element, inner, &path, found);
                }
            }
        }
    }
}

/// Refuses null elements of collections. Attributes of plain objects may be null: their types have
/// no notion of required.
fn check_elements(value: &Value, ty: &Type, path: &Path, found: &mut Diagnostics) {
    match ty {
        Type::List(element) | Type::Set(element) | Type::Map(element) => {
            for (path, value) in elements(value, path) {
                if value.is_null() {
                    found.push(null_element().at(path));
                } else {
                    check_elements(value, element, &path, found);
                }
            }
        }
        Type::Object(attributes) => {
            for (name, ty) in attributes {
                check_elements(value.get(name), ty, &path.clone().attribute(name), found);
            }
        }
        Type::Tuple(types) => {
            for ((path, value), ty) in elements(value, path).into_iter().zip(types) {
                check_elements(value, ty, &path, found);
            }
        }
        Type::Bool | Type::Number | Type::String | Type::Dynamic => {}
    }
}

/// The elements of a collection, each with its path; none of a null or unknown one.
fn elements<'a>(collection: &'a Value, path: &Path) -> Vec<(Path, &'a Value)> {
    match collection {
        Value::List(elements) | Value::Tuple(elements) => {
            let paths = (0..).map(|index| path.clone().index(index));
            paths.zip(elements).collect()
        }
        Value::Set(elements) => elements
            .iter()
            .map(|element| (path.clone().element(element.clone()), element))
            .collect(),
        Value::Map(elements) => elements
            .iter()
            .map(|(key, element)| (path.clone().key(key), element))
            .collect(),
        _ => Vec::new(),
    }
}

fn computed(name: &str) -> Diagnostic {
    Diagnostic::error(
        "Value for a read-only attribute",
        format!("The provider gives {name} its value. Remove it from the configuration."),
    )
}

fn required(name: &str) -> Diagnostic {
    Diagnostic::error(
        "Missing value",
        format!("{name} is required and must not be null. Give it a value."),
    )
}

fn null_element() -> Diagnostic {
    Diagnostic::error(
        "Null element",
        "An element must not be null. Leave it out, or give it a value.",
    )
}

#[cfg(test)]
mod tests;
