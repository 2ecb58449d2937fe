//! What became of a plan, and what a state may hold.

use crate::Value;

use super::{object, part, places, rung, schema};
use crate::testing::rules::{assert_object_compatible, over_the_wire, wholly_known};

fn became(name: &'static str, planned: impl Into<Value>, actual: impl Into<Value>) -> Vec<String> {
    let planned = object([(name, planned.into())]);
    let actual = object([(name, actual.into())]);
    places(&assert_object_compatible(&planned, &actual))
}

#[test]
fn an_unknown_value_becomes_anything() {
    for actual in [Value::Null, Value::Unknown, "i".into()] {
        assert!(became("id", Value::Unknown, actual).is_empty());
    }
}

#[test]
fn a_known_value_stays() {
    assert!(became("id", "i", "i").is_empty());
    assert_eq!(became("id", "i", "j"), ["id"]);
    assert_eq!(became("id", "i", Value::Unknown), ["id"]);
    assert_eq!(became("id", "i", Value::Null), ["id"]);
    assert_eq!(became("id", Value::Null, "i"), ["id"]);
    assert_eq!(became("tags", Value::Null, super::none()), ["tags"]);
}

#[test]
fn an_object_neither_comes_nor_goes() {
    let some = object([]);
    assert_eq!(assert_object_compatible(&some, &Value::Null).len(), 1);
    assert_eq!(assert_object_compatible(&Value::Null, &some).len(), 1);
}

#[test]
fn keys_and_lengths_stay() {
    let parts = |ids: &[&str]| Value::map(ids.iter().map(|id| (*id, part("x", 1))));
    assert_eq!(
        became("parts", parts(&["1", "2"]), parts(&["1"])),
        [r#"parts["2"]"#]
    );
    assert_eq!(
        became("parts", parts(&["1"]), parts(&["1", "2"])),
        [r#"parts["2"]"#]
    );
    assert!(became("parts", Value::Unknown, parts(&["1", "2"])).is_empty());
    let rungs = |heights: &[i32]| Value::list(heights.iter().map(|height| rung(*height)));
    assert_eq!(became("rungs", rungs(&[1, 2]), rungs(&[1])), ["rungs"]);
    assert_eq!(
        became("rungs", rungs(&[1, 2]), rungs(&[1, 3])),
        ["rungs[1].height"]
    );
}

#[test]
fn a_set_may_shrink_where_it_had_unknown_elements_and_never_grows() {
    let unknown = || Value::set([Value::Unknown, Value::Unknown]);
    assert!(became("ports", unknown(), Value::set([1])).is_empty());
    assert!(became("ports", unknown(), Value::set([1, 2])).is_empty());
    assert_eq!(became("ports", unknown(), Value::set([1, 2, 3])), ["ports"]);
    assert!(!became("ports", unknown(), Value::set::<Value>([])).is_empty());
    assert_eq!(
        became("ports", Value::set([1, 2]), Value::set([1])),
        ["ports"]
    );
    assert_eq!(became("ports", Value::set([1]), Value::set([2])), ["ports"]);
    let mixed = Value::set([1.into(), Value::Unknown]);
    assert!(became("ports", mixed.clone(), Value::set([1])).is_empty());
    assert_eq!(became("ports", mixed, Value::set([2])), ["ports"]);
}

#[test]
fn a_state_is_known_throughout() {
    let state = object([
        ("id", Value::Unknown),
        ("parts", Value::map([("1", part("x", Value::Unknown))])),
        ("ports", Value::set([Value::Unknown])),
    ]);
    assert_eq!(
        places(&wholly_known(&state)),
        ["id", r#"parts["1"].port"#, "ports[0]"]
    );
    assert_eq!(wholly_known(&object([])), []);
}

#[test]
fn only_values_of_the_schema_pass_the_wire() {
    let ty = schema().implied_type();
    let good = object([("ports", Value::set([1, 1, 2]))]);
    assert_eq!(
        over_the_wire(&good, &ty),
        Ok(object([("ports", Value::set([2, 1]))]))
    );
    assert_eq!(over_the_wire(&Value::Null, &ty), Ok(Value::Null));
    let wrong = over_the_wire(&object([("size", "3".into())]), &ty).unwrap_err();
    assert_eq!(wrong.path.to_string(), "size");
    let incomplete = Value::object([("name", Value::from("a"))]);
    assert!(over_the_wire(&incomplete, &ty).is_err());
}
