use crate::{Attribute, Block, Schema, Value};

use super::{Choices, Drawing, choices};

fn schema() -> Schema {
    Schema::new(
        0,
        Block::new("").attributes([
            Attribute::string("id").computed(),
            Attribute::string("name").required(),
            Attribute::single(
                "tuning",
                [
                    Attribute::bool("fast").optional_computed(),
                    Attribute::single("check", [Attribute::number("port").required()]).optional(),
                ],
            )
            .optional(),
            Attribute::map_nested("parts", [Attribute::bool("spare").required()]).required(),
        ]),
    )
}

fn all() -> Choices {
    let keys = |_: &str| vec!["1".to_owned(), "2".to_owned()];
    choices(&schema(), &keys, &|place, _| match place {
        "name" => vec!["a".into(), "b".into()],
        "tuning.check.port" => vec![9.into()],
        _ => Vec::new(),
    })
}

#[test]
fn every_argument_has_its_choices_and_nothing_else_has() {
    let (no, yes) = (Value::from(false), Value::from(true));
    let (written, truth) = (vec![no.clone(), yes.clone()], vec![yes, no]);
    let expected = [
        ("name", vec!["a".into(), "b".into()]),
        ("tuning", written.clone()),
        ("tuning.fast", [vec![Value::Null], truth.clone()].concat()),
        ("tuning.check", written.clone()),
        ("tuning.check.port", vec![9.into()]),
        ("parts.1", written.clone()),
        ("parts.1.spare", truth.clone()),
        ("parts.2", written),
        ("parts.2.spare", truth),
    ];
    assert_eq!(all(), expected.map(|(place, it)| (place.to_owned(), it)));
}

#[test]
fn what_is_within_an_object_that_is_not_written_is_not_there() {
    let mut drawing = Drawing::simplest(&all());
    drawing.set("tuning.check", true);
    assert!(drawing.get("tuning.check.port").is_null());
    assert!(!drawing.is_written("tuning.check"));
    drawing.set("tuning", true);
    assert_eq!(drawing.get("tuning.check.port"), &9.into());
    drawing.set("parts.2", true);
    let part = || Value::object([("spare", true.into())]);
    let check = Value::object([("port", 9.into())]);
    let expected = Value::object([
        ("id", Value::Null),
        ("name", "a".into()),
        (
            "tuning",
            Value::object([("fast", Value::Null), ("check", check)]),
        ),
        ("parts", Value::map([("2", part())])),
    ]);
    assert_eq!(drawing.config(&schema()), expected);
}

#[test]
#[should_panic(expected = "nothing says what name may be")]
fn what_nobody_says_is_asked_for() {
    choices(&schema(), &|_| Vec::new(), &|_, _| Vec::new());
}
