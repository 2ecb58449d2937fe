//! What a plan is asked for, and what an apply is.
//!
//! With `ignore_changes` Terraform plans with a configuration in which the state's values stand in
//! the place of what is written: members that only the provider sets come along, and what Read shows
//! as missing is null. The apply gets the configuration as it is written, in which `uuid()` or
//! `timestamp()` have another value than in the plan. What is applied is what was planned: the
//! configuration of the plan travels in the planned private data.
//! (`processIgnoreChanges` and `apply` in internal/terraform/node_resource_abstract_instance.go)

mod decided;

use std::collections::BTreeSet;

use tfplugin::{
    Attribute, Value,
    schema::{AttributeKind, Mode, Nesting},
};

use super::{kept::Kept, left::DRIFT, resource_type::ResourceType};
pub use decided::{decided, is_decided};

/// The configuration of a plan as it is meant. What was last applied is meant wherever the state's
/// null stands: nobody can write one where a value is required. `is_written`: nothing is ignored in
/// it.
pub fn meant<T: ResourceType>(
    config: &Value,
    prior: Option<&Value>,
    kept: Option<&Kept<T>>,
    is_written: bool,
) -> Value {
    let before = kept.and_then(|kept| kept.last_applied.as_ref());
    let before = before.map_or(&Value::Null, |last| &last.value);
    let prior = prior.unwrap_or(&Value::Null);
    let all = Sides {
        config,
        prior,
        before,
        is_written,
        lost_with_object: T::LOST_WITH_OBJECT,
    };
    let mut meant = object(&T::shape().schema.block.attributes, &all);
    let ignores_drift = config.get(DRIFT).as_map().is_some_and(|it| !it.is_empty());
    if let (true, Value::Object(members)) = (ignores_drift, &mut meant) {
        // One object that deviates shows in what all share. Where what deviates is ignored, it is not
        // what the others are to be like.
        for name in T::SHARED {
            let is_ignored = config.get(name) == prior.get(name);
            if is_ignored && !before.get(name).is_null() {
                members.insert((*name).to_owned(), before.get(name).clone());
            }
        }
    }
    meant
}

/// Keys that the path has set as tags, that others have changed since, and that the user ignores:
/// the state has lost them, and nobody took them out of the configuration.
pub fn tags_of_others<T: ResourceType>(
    config: &Value,
    prior: &Value,
    kept: &Kept<T>,
) -> BTreeSet<String> {
    let last = kept.last_applied.as_ref();
    let last = last.and_then(|last| last.value.get("tags").as_map());
    let lacks = |value: &Value, key: &str| value.get("tags").get(key).is_null();
    last.into_iter()
        .flatten()
        .map(|(key, _)| key.clone())
        .filter(|key| lacks(config, key) && lacks(prior, key))
        .collect()
}

/// The same part of all that a plan goes by.
#[derive(Clone, Copy)]
struct Sides<'a> {
    config: &'a Value,
    /// The state.
    prior: &'a Value,
    /// What was last applied.
    before: &'a Value,
    is_written: bool,
    /// Arguments that a read shows as null while their object is gone. Somebody may also have taken
    /// one out of the configuration, and then means the default. Where something is ignored, it
    /// counts as lost if all that is around it is as the state has it.
    lost_with_object: &'static [&'static str],
}

impl<'a> Sides<'a> {
    fn get(&self, name: &str) -> Sides<'a> {
        Sides {
            config: self.config.get(name),
            prior: self.prior.get(name),
            before: self.before.get(name),
            ..*self
        }
    }
}

fn object(attributes: &[Attribute], sides: &Sides<'_>) -> Value {
    let Sides { config, prior, .. } = *sides;
    if config.is_null() || config.is_unknown() {
        return config.clone();
    }
    let is_state = !sides.is_written && !prior.is_null() && is_same(attributes, config, prior);
    Value::object(attributes.iter().map(|attribute| {
        let name = attribute.name.as_str();
        let sides = sides.get(name);
        let value = match attribute.mode {
            Mode::Computed => Value::Null,
            _ if sides.config.is_null() => match is_lost(attribute, &sides, is_state) {
                true => sides.before.clone(),
                false => Value::Null,
            },
            _ => nested(attribute, &sides),
        };
        (name, value)
    }))
}

/// Is a null in the configuration one that the state had?
fn is_lost(attribute: &Attribute, sides: &Sides<'_>, is_state: bool) -> bool {
    match attribute.mode {
        Mode::Required => true,
        _ => is_state && sides.lost_with_object.contains(&attribute.name.as_str()),
    }
}

/// Do all arguments have the state's values?
fn is_same(attributes: &[Attribute], config: &Value, state: &Value) -> bool {
    let mut arguments = attributes.iter().filter(|it| it.mode != Mode::Computed);
    arguments.all(|attribute| {
        let (given, is) = (config.get(&attribute.name), state.get(&attribute.name));
        match (&attribute.kind, given, is) {
            (AttributeKind::Nested(Nesting::Single, inner), Value::Object(_), Value::Object(_)) => {
                is_same(inner, given, is)
            }
            _ => given == is,
        }
    })
}

fn nested(attribute: &Attribute, sides: &Sides<'_>) -> Value {
    match (&attribute.kind, sides.config) {
        (AttributeKind::Nested(Nesting::Single, inner), _) => object(inner, sides),
        (AttributeKind::Nested(Nesting::Map, inner), Value::Map(elements)) => {
            let element = |key: &String| (key.clone(), object(inner, &sides.get(key)));
            Value::map(elements.keys().map(element))
        }
        (_, given) => given.clone(),
    }
}

/// A state, planned or made, as Terraform takes it: null where something is required and `given`,
/// the configuration or the planned state, has null.
pub fn as_given<T: ResourceType>(state: &mut Value, given: &Value) {
    blank(&T::shape().schema.block.attributes, state, given);
}

/// The same of what is made, or is about to be, of a planned state: what it says of ignored drift
/// stays so until the next read.
pub fn as_planned<T: ResourceType>(state: &mut Value, planned: &Value) {
    as_given::<T>(state, planned);
    if let (Value::Object(state), drift @ Value::Map(_)) = (state, planned.get(DRIFT)) {
        state.insert(DRIFT.to_owned(), drift.clone());
    }
}

fn blank(attributes: &[Attribute], state: &mut Value, given: &Value) {
    let (Value::Object(members), Value::Object(given)) = (state, given) else {
        return;
    };
    for attribute in attributes {
        let (Some(member), Some(given)) =
            (members.get_mut(&attribute.name), given.get(&attribute.name))
        else {
            continue;
        };
        if attribute.mode == Mode::Required && given.is_null() {
            *member = Value::Null;
            continue;
        }
        match &attribute.kind {
            AttributeKind::Nested(Nesting::Single, inner) => blank(inner, member, given),
            AttributeKind::Nested(Nesting::Map, inner) => {
                if let (Value::Map(elements), Value::Map(given)) = (member, given) {
                    for (key, element) in elements {
                        blank(inner, element, given.get(key).unwrap_or(&Value::Null));
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
