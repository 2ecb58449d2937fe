use crate::{Attribute, Block, Path, Schema, Type, Value};

use super::{at, complete, places, with_unknown, with_value};

fn schema() -> Schema {
    let part = || [Attribute::string("target").required()];
    Schema::new(
        0,
        Block::new("").attributes([
            Attribute::string("id").computed(),
            Attribute::set_of("ports", Type::Number).optional(),
            Attribute::map_of("tags", Type::String).optional(),
            Attribute::single("tuning", [Attribute::string("grade").optional_computed()])
                .optional(),
            Attribute::map_nested("parts", part()).optional(),
            Attribute::list_nested("rungs", part()).optional(),
        ]),
    )
}

fn some() -> Value {
    let empty = || Value::object::<&str>([]);
    let written = Value::object([
        ("ports", Value::set([1])),
        ("tags", Value::map([("team", "a")])),
        ("tuning", empty()),
        ("parts", Value::map([("1", empty())])),
        ("rungs", Value::list([empty()])),
    ]);
    complete(&schema(), &written)
}

#[test]
fn what_is_not_written_is_null_at_every_depth() {
    let config = some();
    assert_eq!(config.get("id"), &Value::Null);
    let target = Value::object([("target", Value::Null)]);
    assert_eq!(config.get("parts").get("1"), &target);
    assert_eq!(config.get("rungs"), &Value::list([target]));
}

#[test]
#[should_panic(expected = "the schema does not know")]
fn what_the_schema_does_not_have_is_not_written() {
    complete(&schema(), &Value::object([("colour", "red".into())]));
}

#[test]
fn expressions_stand_at_arguments_and_elements() {
    let all = places(&schema(), &some());
    let all: Vec<String> = all.iter().map(Path::to_string).collect();
    let expected = [
        "ports",
        "ports[0]",
        "tags",
        r#"tags["team"]"#,
        "tuning",
        "tuning.grade",
        "parts",
        r#"parts["1"]"#,
        r#"parts["1"].target"#,
        "rungs",
        "rungs[0]",
        "rungs[0].target",
    ];
    assert_eq!(all, expected);
    let none = complete(&schema(), &Value::object::<&str>([]));
    assert_eq!(places(&schema(), &none).len(), 5);
}

#[test]
fn every_place_can_be_unknown_and_no_other_changes() {
    let config = some();
    for place in places(&schema(), &config) {
        let hidden = with_unknown(config.clone(), &place);
        assert!(at(&hidden, &place).is_unknown(), "{place}");
        // What is within an unknown value is part of it.
        let within = place.clone().attribute("more");
        assert_eq!(with_unknown(hidden.clone(), &within), hidden);
        assert_ne!(with_value(hidden, &place, 7.into()), config);
    }
}
