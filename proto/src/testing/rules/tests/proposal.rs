//! The proposed new state.

use crate::Value;

use super::{none, object, part, rung, schema, tuning};
use crate::testing::rules::proposed_new;

fn proposed(prior: &Value, config: &Value) -> Value {
    proposed_new(&schema(), prior, config)
}

#[test]
fn a_create_proposes_the_configuration() {
    let config = object([
        ("name", "a".into()),
        ("parts", Value::map([("1", part("x", Value::Null))])),
    ]);
    assert_eq!(proposed(&Value::Null, &config), config);
}

#[test]
fn a_destroy_proposes_what_there_is() {
    let prior = object([("name", "a".into())]);
    assert_eq!(proposed(&prior, &Value::Null), prior);
    assert_eq!(proposed(&Value::Null, &Value::Null), Value::Null);
}

#[test]
fn what_is_left_to_the_provider_comes_from_the_state_and_nothing_else_does() {
    let prior = object([
        ("name", "a".into()),
        ("note", "old".into()),
        ("size", 3.into()),
        ("id", "i".into()),
        ("ports", Value::set([1])),
        ("tags", none()),
    ]);
    let config = object([("name", Value::Unknown)]);
    let expected = object([
        ("name", Value::Unknown),
        ("size", 3.into()),
        ("id", "i".into()),
        ("ports", Value::set([1])),
    ]);
    assert_eq!(proposed(&prior, &config), expected);
}

#[test]
fn an_object_that_only_the_user_can_have_given_goes_with_the_configuration() {
    let config = object([]);
    let own = object([("tuning", tuning("b", Value::Null))]);
    assert_eq!(proposed(&own, &config), own);
    let given = object([("tuning", tuning("b", "arn"))]);
    assert_eq!(proposed(&given, &config), config);
}

#[test]
fn objects_are_mixed_by_key_and_by_index() {
    let prior = object([
        ("tuning", tuning("b", "arn")),
        (
            "parts",
            Value::map([("1", part("x", 1)), ("2", part("y", 2))]),
        ),
        ("rungs", Value::list([rung(5)])),
    ]);
    let config = object([
        ("tuning", tuning(Value::Null, Value::Null)),
        (
            "parts",
            Value::map([("2", part("z", Value::Null)), ("3", part("q", Value::Null))]),
        ),
        ("rungs", Value::list([rung(Value::Null), rung(Value::Null)])),
    ]);
    let expected = object([
        ("tuning", tuning("b", Value::Null)),
        (
            "parts",
            Value::map([("2", part("z", 2)), ("3", part("q", Value::Null))]),
        ),
        ("rungs", Value::list([rung(5), rung(Value::Null)])),
    ]);
    assert_eq!(proposed(&prior, &config), expected);
}

#[test]
fn of_an_unknown_element_every_attribute_is_unknown() {
    let prior = object([("parts", Value::map([("1", part("x", 1))]))]);
    let config = object([
        ("parts", Value::map([("1", Value::Unknown)])),
        ("tuning", Value::Unknown),
    ]);
    let expected = object([
        (
            "parts",
            Value::map([("1", part(Value::Unknown, Value::Unknown))]),
        ),
        ("tuning", Value::Unknown),
    ]);
    assert_eq!(proposed(&prior, &config), expected);
}
