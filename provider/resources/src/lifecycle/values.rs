//! Plain data as Terraform's values.

use std::collections::BTreeSet;

use tfplugin::Value;

use engine::model::Maybe;

pub fn text(text: &Maybe<String>) -> Value {
    maybe(text.as_ref().map(String::as_str))
}

pub fn maybe<T: Into<Value>>(value: Maybe<T>) -> Value {
    match value {
        Maybe::Known(value) => value.into(),
        Maybe::Unknown => Value::Unknown,
    }
}

pub fn texts(set: &BTreeSet<Maybe<String>>) -> Value {
    Value::set(set.iter().map(text))
}

pub fn maybe_texts(set: &Maybe<BTreeSet<String>>) -> Value {
    maybe(
        set.as_ref()
            .map(|set| Value::set(set.iter().map(Value::from))),
    )
}

/// A state has no unknown values: what was not found out is null.
pub fn null_where_unknown(value: Value) -> Value {
    match value {
        Value::Unknown => Value::Null,
        Value::Map(members) => Value::Map(known_members(members)),
        Value::Object(members) => Value::Object(known_members(members)),
        Value::Set(elements) => Value::Set(known_elements(elements)),
        Value::List(elements) => Value::List(known_elements(elements)),
        known => known,
    }
}

type Members = std::collections::BTreeMap<String, Value>;

fn known_members(members: Members) -> Members {
    let known = |(name, value)| (name, null_where_unknown(value));
    members.into_iter().map(known).collect()
}

fn known_elements(elements: Vec<Value>) -> Vec<Value> {
    let known = elements.into_iter().filter(|element| !element.is_unknown());
    known.map(null_where_unknown).collect()
}
