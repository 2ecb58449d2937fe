//! Plans against configuration and present state, paths that replace, and actions.

use crate::{Path, Value};

use super::{object, part, places, rung, schema, tuning};
use crate::testing::rules::{Action, Violation, assert_plan_valid, consistent, required_replaces};

fn check(prior: &Value, config: &Value, planned: &Value) -> Vec<Violation> {
    assert_plan_valid(&schema(), prior, config, planned)
}

/// Planning that for one attribute.
fn one(name: &'static str, prior: Value, config: Value, planned: Value) -> Vec<String> {
    let of = |value| object([(name, value)]);
    places(&check(&of(prior), &of(config), &of(planned)))
}

const NULL: Value = Value::Null;
const UNKNOWN: Value = Value::Unknown;

#[test]
fn something_is_planned_exactly_where_something_is_configured() {
    let some = object([]);
    assert_eq!(check(&some, &some, &NULL).len(), 1);
    assert_eq!(check(&some, &NULL, &some).len(), 1);
    assert_eq!(check(&some, &NULL, &NULL), []);
}

#[test]
fn a_configured_value_is_planned_as_it_is_or_as_the_present_one() {
    assert!(one("name", NULL, "a".into(), "a".into()).is_empty());
    assert!(one("name", "A".into(), "a".into(), "A".into()).is_empty());
    assert_eq!(one("name", "A".into(), "a".into(), "b".into()), ["name"]);
    assert_eq!(one("name", NULL, "a".into(), UNKNOWN), ["name"]);
    assert_eq!(one("name", NULL, UNKNOWN, "a".into()), ["name"]);
    assert!(one("name", NULL, UNKNOWN, UNKNOWN).is_empty());
    assert_eq!(one("size", 1.into(), 2.into(), 3.into()), ["size"]);
}

#[test]
fn nothing_is_invented_where_only_the_user_may_choose() {
    assert_eq!(one("note", NULL, NULL, "x".into()), ["note"]);
    assert_eq!(one("note", "x".into(), NULL, "x".into()), ["note"]);
    assert_eq!(one("tags", NULL, NULL, super::none()), ["tags"]);
}

#[test]
fn what_is_left_to_the_provider_may_be_anything() {
    for planned in [NULL, UNKNOWN, 3.into()] {
        assert!(one("size", 1.into(), NULL, planned).is_empty());
    }
    assert!(one("id", "i".into(), NULL, "j".into()).is_empty());
    assert!(one("tuning", NULL, NULL, UNKNOWN).is_empty());
    assert!(one("tuning", NULL, NULL, tuning("b", "arn")).is_empty());
}

#[test]
fn a_set_is_the_same_in_any_order() {
    assert!(one("ports", NULL, Value::set([1, 2]), Value::set([2, 1])).is_empty());
    assert_eq!(
        one("ports", NULL, Value::set([1, 2]), Value::set([1])),
        ["ports"]
    );
    let unknown = Value::set([UNKNOWN]);
    assert_eq!(one("ports", NULL, UNKNOWN, unknown.clone()), ["ports"]);
    assert!(one("ports", NULL, unknown.clone(), unknown).is_empty());
}

#[test]
fn of_a_configured_object_each_member_is_judged() {
    let config = tuning(NULL, "arn");
    assert!(one("tuning", NULL, config.clone(), tuning(UNKNOWN, "arn")).is_empty());
    assert_eq!(
        one("tuning", NULL, config.clone(), tuning("b", "x")),
        ["tuning.certificate"]
    );
    assert_eq!(
        one("tuning", NULL, tuning("a", NULL), tuning("b", NULL)),
        ["tuning.grade"]
    );
    assert_eq!(one("tuning", NULL, config.clone(), UNKNOWN), ["tuning"]);
    assert_eq!(one("tuning", NULL, config, NULL), ["tuning"]);
}

#[test]
fn an_object_unknown_as_a_whole_is_not_planned_in_part() {
    let planned = tuning("b", NULL);
    assert_eq!(
        one("tuning", NULL, UNKNOWN, planned),
        ["tuning.grade", "tuning.certificate"]
    );
    let parts = Value::map([("1", part(UNKNOWN, UNKNOWN))]);
    assert_eq!(one("parts", NULL, UNKNOWN, parts.clone()), ["parts"]);
    let unknown = Value::map([("1", UNKNOWN)]);
    assert!(one("parts", NULL, unknown.clone(), parts).is_empty());
    let guessed = Value::map([("1", part("x", UNKNOWN))]);
    assert_eq!(
        one("parts", NULL, unknown, guessed),
        [r#"parts["1"].target"#]
    );
}

#[test]
fn the_elements_are_the_configured_ones() {
    let parts = |ids: &[&str]| Value::map(ids.iter().map(|id| (*id, part("x", 1))));
    assert!(one("parts", NULL, parts(&["1", "2"]), parts(&["1", "2"])).is_empty());
    assert_eq!(
        one("parts", NULL, parts(&["1", "2"]), parts(&["1"])),
        ["parts"]
    );
    assert_eq!(one("parts", NULL, parts(&["1"]), parts(&["2"])), ["parts"]);
    assert_eq!(one("parts", parts(&["1"]), NULL, parts(&["1"])), ["parts"]);
    let rungs = |heights: &[i32]| Value::list(heights.iter().map(|height| rung(*height)));
    assert_eq!(one("rungs", NULL, rungs(&[1]), rungs(&[1, 2])), ["rungs"]);
    assert_eq!(
        one("rungs", NULL, rungs(&[1, 2]), rungs(&[1, 3])),
        ["rungs[1].height"]
    );
}

#[test]
fn an_element_keeps_the_spelling_that_it_has_under_the_same_key() {
    let parts = |target: &str| Value::map([("1", part(target, NULL))]);
    assert!(one("parts", parts("X"), parts("x"), parts("X")).is_empty());
    let other = Value::map([("2", part("X", NULL))]);
    assert_eq!(
        one("parts", other, parts("x"), parts("X")),
        [r#"parts["1"].target"#]
    );
}

#[test]
fn a_path_replaces_where_its_value_changes_or_may_change() {
    let prior = object([
        ("name", "a".into()),
        ("parts", Value::map([("1", part("x", 1))])),
    ]);
    let planned = object([("name", "b".into()), ("id", UNKNOWN)]);
    let replaces = |path: Path| required_replaces(&prior, &planned, &[path]);
    assert_eq!(replaces("name".into()), Ok(vec!["name".into()]));
    assert_eq!(replaces("id".into()), Ok(vec!["id".into()]));
    assert_eq!(replaces("note".into()), Ok(vec![]));
    let gone = Path::of("parts").key("1").attribute("target");
    assert_eq!(replaces(gone.clone()), Ok(vec![gone]));
    let absent = replaces(Path::of("parts").key("9")).unwrap_err();
    assert_eq!(places(&absent), [r#"parts["9"]"#]);
    assert_eq!(
        required_replaces(&NULL, &planned, &["nonsense".into()]),
        Ok(vec![])
    );
}

#[test]
fn the_action_follows_from_the_change() {
    let prior = object([("id", "i".into())]);
    let unknown = object([("id", UNKNOWN)]);
    let path = ["id".into()];
    assert_eq!(Action::of(&NULL, &prior, &[], true), Action::Create);
    assert_eq!(Action::of(&prior, &prior, &[], false), Action::NoOp);
    assert_eq!(Action::of(&prior, &prior, &[], true), Action::Replace);
    assert_eq!(Action::of(&prior, &unknown, &[], false), Action::Update);
    assert_eq!(Action::of(&prior, &unknown, &path, false), Action::Replace);
}

#[test]
fn between_two_plans_only_an_update_becomes_something_else() {
    let (value, other) = (object([("id", "i".into())]), object([("id", "j".into())]));
    let unknown = object([("id", UNKNOWN)]);
    let all = [
        Action::NoOp,
        Action::Create,
        Action::Update,
        Action::Replace,
        Action::Delete,
    ];
    for seen in all {
        for last in all {
            let may = seen == last || (seen, last) == (Action::Update, Action::NoOp);
            assert_eq!(consistent((seen, &value), (last, &value)).is_empty(), may);
        }
    }
    let update = |seen, last| consistent((Action::Update, seen), (Action::Update, last));
    assert_eq!(update(&unknown, &value), []);
    assert_eq!(places(&update(&value, &other)), ["id"]);
    assert_eq!(places(&update(&value, &unknown)), ["id"]);
}
