//! What a plan is asked for, and what an apply is.
//!
//! With `ignore_changes` Terraform plans with a configuration in which the state's values stand in
//! the place of what is written: members that only the provider sets come along, and what Read shows
//! as missing is null. The apply gets the configuration as it is written, in which `uuid()` or
//! `timestamp()` have another value than in the plan. What is applied is what was planned: the
//! configuration of the plan travels in the planned private data.
//! (`processIgnoreChanges` and `apply` in internal/terraform/node_resource_abstract_instance.go)

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use tfplugin::{
    Attribute, Diagnostic, Path, Schema, Value,
    schema::{AttributeKind, Mode, Nesting},
};

use crate::{left::DRIFT, private::Private, schema};

static SCHEMA: LazyLock<Schema> = LazyLock::new(schema::schema);

/// Read shows these as null while their listener is gone. Somebody may also have taken one out of
/// the configuration, and then means the default. Where something is ignored, it counts as lost if
/// all that is around it is as the state has it.
const GONE_WITH_A_LISTENER: [&str; 2] = ["bootstrap_port", "port"];

/// One object that deviates shows in these, which speak of many. Where what deviates is ignored, it
/// is not what the others are to be like.
const SHARED: [&str; 3] = ["listener", "target_group", "tags"];

/// The configuration of a plan as it is meant. What was last applied is meant wherever the state's
/// null stands: nobody can write one where a value is required. `is_written`: nothing is ignored in
/// it.
pub fn meant(
    config: &Value,
    prior: Option<&Value>,
    kept: Option<&Private>,
    is_written: bool,
) -> Value {
    let before = kept.and_then(|kept| kept.told.as_ref());
    let before = before.map_or(&Value::Null, |told| &told.value);
    let prior = prior.unwrap_or(&Value::Null);
    let all = Sides {
        config,
        prior,
        before,
        is_written,
    };
    let mut meant = object(&SCHEMA.block.attributes, &all);
    let ignores_drift = config.get(DRIFT).as_map().is_some_and(|it| !it.is_empty());
    if let (true, Value::Object(members)) = (ignores_drift, &mut meant) {
        for name in SHARED {
            let is_ignored = config.get(name) == prior.get(name);
            if is_ignored && !before.get(name).is_null() {
                members.insert(name.to_owned(), before.get(name).clone());
            }
        }
    }
    meant
}

/// Keys that the path has set as tags, that others have changed since, and that the user ignores:
/// the state has lost them, and nobody took them out of the configuration.
pub fn tags_of_others(config: &Value, prior: &Value, kept: &Private) -> BTreeSet<String> {
    let told = kept.told.as_ref().map(|told| told.value.get("tags"));
    let told = told.and_then(Value::as_map).into_iter().flatten();
    let lacks = |value: &Value, key: &str| value.get("tags").get(key).is_null();
    told.map(|(key, _)| key.clone())
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
            _ if sides.config.is_null() => match is_lost(attribute, is_state) {
                true => sides.before.clone(),
                false => Value::Null,
            },
            _ => nested(attribute, &sides),
        };
        (name, value)
    }))
}

/// Is a null in the configuration one that the state had?
fn is_lost(attribute: &Attribute, is_state: bool) -> bool {
    match attribute.mode {
        Mode::Required => true,
        _ => is_state && GONE_WITH_A_LISTENER.contains(&attribute.name.as_str()),
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
pub fn as_given(state: &mut Value, given: &Value) {
    blank(&SCHEMA.block.attributes, state, given);
}

/// The same of what is made, or is about to be, of a planned state: what it says of ignored drift
/// stays so until the next read.
pub fn as_planned(state: &mut Value, planned: &Value) {
    as_given(state, planned);
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

/// The configuration that an apply goes by: what the plan went by, and `written`, the apply's, for
/// what the plan could not know.
pub fn decided(planned: &Value, written: &Value) -> Value {
    match (planned, written) {
        (Value::Unknown, written) => written.clone(),
        (Value::Object(planned), Value::Object(_)) => Value::Object(members(planned, written)),
        (Value::Map(planned), Value::Map(_)) => Value::Map(members(planned, written)),
        // Which element an unknown one has become, only the whole set says.
        (Value::Set(elements), Value::Set(_))
            if elements.iter().any(|it| !it.is_wholly_known()) =>
        {
            written.clone()
        }
        (planned, _) => planned.clone(),
    }
}

fn members(planned: &BTreeMap<String, Value>, written: &Value) -> BTreeMap<String, Value> {
    let member = |(name, value): (&String, &Value)| {
        let value = decided(value, written.get(name));
        (name.clone(), value)
    };
    planned.iter().map(member).collect()
}

/// Refuses what cannot be applied: a part of the configuration that is not known, or a value that
/// the state lost and nobody remembers.
pub fn is_decided(config: &Value) -> Result<(), Diagnostic> {
    if let Some(path) = find(config, &Path::root(), &Value::is_unknown) {
        return Err(Diagnostic::error(
            "Not known yet",
            "A path is made of values that are all known. Nothing was changed.",
        )
        .at(path));
    }
    match unsaid(&SCHEMA.block.attributes, config, &Path::root()) {
        None => Ok(()),
        Some(path) => Err(Diagnostic::error(
            "Not known any more",
            "ignore_changes leaves this to the state, which has lost it, and what it was before is \
             not known. Nothing was changed: write the value, and take it out of ignore_changes \
             for one apply.",
        )
        .at(path)),
    }
}

fn find(value: &Value, path: &Path, wanted: &impl Fn(&Value) -> bool) -> Option<Path> {
    if wanted(value) {
        return Some(path.clone());
    }
    match value {
        Value::Object(members) => members
            .iter()
            .find_map(|(name, value)| find(value, &path.clone().attribute(name), wanted)),
        Value::Map(members) => members
            .iter()
            .find_map(|(key, value)| find(value, &path.clone().key(key), wanted)),
        Value::Set(elements) => elements.iter().any(wanted).then(|| path.clone()),
        _ => None,
    }
}

fn unsaid(attributes: &[Attribute], config: &Value, path: &Path) -> Option<Path> {
    attributes.iter().find_map(|attribute| {
        let path = path.clone().attribute(&attribute.name);
        let value = config.get(&attribute.name);
        match &attribute.kind {
            _ if value.is_null() => (attribute.mode == Mode::Required).then_some(path),
            AttributeKind::Nested(Nesting::Single, inner) => unsaid(inner, value, &path),
            AttributeKind::Nested(Nesting::Map, inner) => {
                let mut elements = value.as_map().into_iter().flatten();
                elements.find_map(|(key, value)| unsaid(inner, value, &path.clone().key(key)))
            }
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::told::Told;

    fn broker(target: Value, port: Value) -> Value {
        Value::object([
            ("target", target),
            ("port", port),
            ("target_port", Value::Null),
            ("availability_zone", Value::Null),
            ("additional_ports", Value::Null),
        ])
    }

    /// The state, or a configuration, with these two and nothing else.
    fn path(members: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
        let mut all: BTreeMap<String, Value> = SCHEMA
            .block
            .attributes
            .iter()
            .map(|it| (it.name.clone(), Value::Null))
            .collect();
        all.extend(
            members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value)),
        );
        Value::Object(all)
    }

    fn kept(told: Value) -> Private {
        Private {
            told: Some(Told::new(told).unwrap()),
            ..Private::default()
        }
    }

    #[test]
    fn a_null_that_the_state_had_means_what_was_applied_last() {
        let brokers = |target: Value, port: Value| Value::map([("1", broker(target, port))]);
        let balancer = Value::object([("subnet_ids", Value::set(["subnet-a"]))]);
        let told = path([
            ("brokers", brokers("10.0.0.1".into(), 7001.into())),
            ("load_balancer", balancer.clone()),
            ("id", "vpce-svc-1".into()),
        ]);
        let damaged = path([
            ("brokers", brokers(Value::Null, Value::Null)),
            ("id", "vpce-svc-1".into()),
        ]);
        let kept = kept(told);
        let meant = meant(&damaged, Some(&damaged), Some(&kept), false);
        let broker = meant.get("brokers").get("1");
        assert_eq!(broker.get("target"), &"10.0.0.1".into());
        assert_eq!(broker.get("port"), &7001.into());
        assert_eq!(meant.get("load_balancer"), &balancer);
        assert!(
            meant.get("id").is_null(),
            "the provider's own is no argument"
        );

        let mut planned = meant;
        as_given(&mut planned, &damaged);
        let broker = planned.get("brokers").get("1");
        assert!(broker.get("target").is_null() && planned.get("load_balancer").is_null());
        assert_eq!(
            broker.get("port"),
            &7001.into(),
            "the provider may choose it"
        );
    }

    #[test]
    fn a_port_that_is_no_longer_written_is_the_default_again() {
        let one = |port: Value| {
            path([(
                "brokers",
                Value::map([("1", broker("10.0.0.1".into(), port))]),
            )])
        };
        let (told, config) = (one(7001.into()), one(Value::Null));
        let port = |config: &Value, state: &Value, is_written: bool| {
            let meant = meant(config, Some(state), Some(&kept(told.clone())), is_written);
            meant.get("brokers").get("1").get("port").clone()
        };
        assert_eq!(port(&config, &told, true), Value::Null);
        assert_eq!(port(&config, &told, false), Value::Null);
        // Its listener is gone at the same time: then it matters who says null.
        assert_eq!(port(&config, &config, true), Value::Null);
        assert_eq!(port(&config, &config, false), 7001.into());
    }

    #[test]
    fn an_apply_goes_by_the_plan_and_by_itself_for_what_that_could_not_know() {
        let of = |stamp: Value, principals: Value| {
            path([
                ("tags", Value::map([("at", stamp), ("team", "a".into())])),
                ("name", principals),
            ])
        };
        let set = |second: Value| Value::Set(vec!["a".into(), second]);
        let planned = of("monday".into(), set(Value::Unknown));
        let written = of("tuesday".into(), set("b".into()));
        assert_eq!(
            decided(&planned, &written),
            of("monday".into(), set("b".into()))
        );
        assert_eq!(
            decided(&of(Value::Unknown, Value::Null), &written).get("tags"),
            written.get("tags")
        );
    }

    #[test]
    fn what_is_not_known_is_not_applied() {
        let config = |target: Value| {
            path([
                ("name", "orders".into()),
                ("hostname", "kafka.test.com".into()),
                ("brokers", Value::map([("1", broker(target, Value::Null))])),
                (
                    "load_balancer",
                    Value::object([("subnet_ids", Value::set(["subnet-a"]))]),
                ),
            ])
        };
        assert!(is_decided(&config("10.0.0.1".into())).is_ok());
        for (target, summary) in [
            (Value::Unknown, "Not known yet"),
            (Value::Null, "Not known any more"),
        ] {
            let refused = is_decided(&config(target)).unwrap_err();
            assert_eq!(refused.summary, summary);
            assert_eq!(refused.path.to_string(), r#"brokers["1"].target"#);
        }
    }
}
