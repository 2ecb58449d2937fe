//! Hides attributes of a planned state that could come out differently by what is unknown.
//!
//! Unknown texts and ids go through the engine as they are, which is exact. Numbers, bools, words
//! and whole collections cannot: a plan puts something in their place (`ResourceType::assume`), and
//! hides afterwards whatever could depend on it.

use std::collections::BTreeMap;

use tfplugin::{
    Attribute, Value,
    schema::{AttributeKind, Mode, Nesting},
};

pub fn hide(planned: &mut Value, name: &str) {
    hide_in(planned, &[name]);
}

/// An attribute inside others.
pub fn hide_in(planned: &mut Value, names: &[&str]) {
    let Some((name, rest)) = names.split_first() else {
        *planned = Value::Unknown;
        return;
    };
    if let Value::Object(members) | Value::Map(members) = planned
        && let Some(member) = members.get_mut(*name)
    {
        hide_in(member, rest);
    }
}

/// One element of a map.
pub fn hide_element(planned: &mut Value, name: &str, key: &str) {
    if let Value::Object(attributes) = planned
        && let Some(Value::Map(elements)) = attributes.get_mut(name)
    {
        elements.insert(key.to_owned(), Value::Unknown);
    }
}

/// Every element of a map whose keys are known.
pub fn hide_elements(planned: &mut Value, name: &str) {
    if let Value::Object(attributes) = planned
        && let Some(Value::Map(elements)) = attributes.get_mut(name)
    {
        elements
            .values_mut()
            .for_each(|element| *element = Value::Unknown);
    }
}

/// Makes `planned` unknown wherever `written`, the configuration, is.
///
/// Terraform takes nothing but the configured value where there is one, and a set with an unknown
/// element only as it was written. `exactly`: what is known was planned next to something that was
/// put in the place of an unknown value, and need not have come out as it is written.
pub fn as_written(planned: &mut Value, written: &Value, exactly: bool) {
    match (planned, written) {
        (_, Value::Null) => {}
        (Value::Object(planned), Value::Object(written))
        | (Value::Map(planned), Value::Map(written)) => {
            for (name, written) in written {
                if let Some(planned) = planned.get_mut(name) {
                    as_written(planned, written, exactly);
                }
            }
        }
        (planned, written) if exactly || !written.is_wholly_known() => planned.clone_from(written),
        _ => {}
    }
}

type Members = BTreeMap<String, Value>;

/// Hides what is left to AWS in the settings of each object: arguments without a value or a default
/// of ours. `attributes`: the schema's.
pub fn left_to_aws(attributes: &[Attribute], planned: &mut Members, written: &Value) {
    for object in attributes {
        let AttributeKind::Nested(Nesting::Single, members) = &object.kind else {
            continue;
        };
        if let Some(Value::Object(planned)) = planned.get_mut(&object.name) {
            members_left_to_aws(members, planned, written.get(&object.name));
        }
    }
}

/// The same for the arguments of one object.
pub fn members_left_to_aws(members: &[Attribute], planned: &mut Members, written: &Value) {
    let decides = |it: &&Attribute| it.mode == Mode::OptionalComputed && it.default.is_none();
    let plain = members.iter().filter(|it| it.attributes().is_empty());
    for argument in plain.filter(decides) {
        if written.get(&argument.name).is_null()
            && let Some(member) = planned.get_mut(&argument.name)
        {
            *member = Value::Unknown;
        }
    }
}
