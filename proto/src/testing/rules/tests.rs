//! Every rule lets the good pass and refuses the bad.

mod after;
mod plan;
mod proposal;

use crate::{Attribute, Block, NestedBlock, Schema, Type, Value};

use super::{Violation, covers};

/// One attribute of each mode and shape that the rules tell apart.
fn schema() -> Schema {
    Schema::new(
        0,
        Block::new("").attributes([
            Attribute::string("name").required(),
            Attribute::string("note").optional(),
            Attribute::number("size").optional_computed(),
            Attribute::string("id").computed(),
            Attribute::set_of("ports", Type::Number).optional_computed(),
            Attribute::map_of("tags", Type::String).optional(),
            Attribute::single(
                "tuning",
                [
                    Attribute::string("grade").optional_computed(),
                    Attribute::string("certificate").optional(),
                ],
            )
            .optional_computed(),
            Attribute::map_nested(
                "parts",
                [
                    Attribute::string("target").required(),
                    Attribute::number("port").optional_computed(),
                ],
            )
            .optional(),
            Attribute::list_nested("rungs", [Attribute::number("height").optional_computed()])
                .optional(),
        ]),
    )
}

/// An object of the schema: these attributes, the others null.
fn object(given: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let mut all: std::collections::BTreeMap<String, Value> = schema()
        .block
        .attributes
        .iter()
        .map(|attribute| (attribute.name.clone(), Value::Null))
        .collect();
    for (name, value) in given {
        assert!(
            all.insert(name.to_owned(), value).is_some(),
            "no attribute {name}"
        );
    }
    Value::Object(all)
}

fn part(target: impl Into<Value>, port: impl Into<Value>) -> Value {
    Value::object([("target", target.into()), ("port", port.into())])
}

fn tuning(grade: impl Into<Value>, certificate: impl Into<Value>) -> Value {
    Value::object([("grade", grade.into()), ("certificate", certificate.into())])
}

fn rung(height: impl Into<Value>) -> Value {
    Value::object([("height", height.into())])
}

fn none() -> Value {
    Value::map::<&str, Value>([])
}

/// Where the violations are, in the order found.
fn places(violations: &[Violation]) -> Vec<String> {
    violations
        .iter()
        .map(|violation| violation.path.to_string())
        .collect()
}

#[test]
fn schemas_with_rules_of_their_own_are_not_covered() {
    let with = |attribute: Attribute| Schema::new(0, Block::new("").attributes([attribute]));
    assert!(covers(&schema()));
    assert!(!covers(&with(Attribute::set_nested(
        "a",
        [Attribute::string("b")]
    ))));
    assert!(!covers(&with(Attribute::single(
        "a",
        [Attribute::string("b").write_only()]
    ))));
    let block = NestedBlock::single("a", Block::new(""));
    assert!(!covers(&Schema::new(0, Block::new("").blocks([block]))));
}
