//! Configurations: a base to change, and how parts of one become unknown.

use std::collections::BTreeMap;

use resources::schema;
use tfplugin::{
    Attribute, Path, Value,
    path::Step,
    schema::{AttributeKind, Mode, Nesting},
};

/// The configuration that HCL gives: every attribute of the schema, null where nothing is written.
pub fn config(written: Value) -> Value {
    complete(&schema::schema().block.attributes, &written)
}

fn complete(attributes: &[Attribute], written: &Value) -> Value {
    Value::object(attributes.iter().map(|attribute| {
        let value = written.get(&attribute.name);
        let value = match (&attribute.kind, value) {
            (_, Value::Null | Value::Unknown) => value.clone(),
            (AttributeKind::Nested(Nesting::Single, inner), value) => complete(inner, value),
            (AttributeKind::Nested(_, inner), Value::Map(elements)) => Value::map(
                elements
                    .iter()
                    .map(|(key, it)| (key.clone(), complete(inner, it))),
            ),
            (_, value) => value.clone(),
        };
        (attribute.name.as_str(), value)
    }))
}

/// Three brokers, both sides, everything else left out.
pub fn three_brokers() -> BTreeMap<&'static str, Value> {
    let broker = |target: &str| Value::object([("target", Value::from(target))]);
    BTreeMap::from([
        ("name", "orders".into()),
        ("hostname", "kafka.test.com".into()),
        (
            "brokers",
            Value::map([
                ("1", broker("10.0.1.11")),
                ("2", broker("10.0.2.11")),
                ("3", broker("10.0.3.11")),
            ]),
        ),
        (
            "load_balancer",
            Value::object([(
                "subnet_ids",
                Value::set(["subnet-a", "subnet-b", "subnet-c"]),
            )]),
        ),
        (
            "endpoint_service",
            Value::object([(
                "allowed_principals",
                Value::set(["arn:aws:iam::210987654321:root"]),
            )]),
        ),
        (
            "endpoint",
            Value::object([
                ("vpc_id", Value::from("vpc-client")),
                ("subnet_ids", Value::set(["subnet-a9", "subnet-b9"])),
            ]),
        ),
    ])
}

pub fn object(members: BTreeMap<&'static str, Value>) -> Value {
    config(Value::object(members))
}

/// Every place of a configuration that may be unknown at plan: arguments, written or not, objects
/// and collections as a whole, and elements of both.
pub fn places(config: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    for attribute in &schema::schema().block.attributes {
        place(attribute, config, &Path::root(), &mut found);
    }
    found
}

fn place(attribute: &Attribute, object: &Value, path: &Path, found: &mut Vec<Path>) {
    // Nobody writes `drift`.
    if attribute.mode == Mode::Computed || attribute.name == "drift" {
        return;
    }
    let value = object.get(&attribute.name);
    let path = path.clone().attribute(&attribute.name);
    found.push(path.clone());
    match (&attribute.kind, value) {
        (AttributeKind::Nested(Nesting::Single, inner), Value::Object(_)) => {
            for attribute in inner {
                place(attribute, value, &path, found);
            }
        }
        (AttributeKind::Nested(_, inner), Value::Map(elements)) => {
            for (key, element) in elements {
                let path = path.clone().key(key);
                found.push(path.clone());
                for attribute in inner {
                    place(attribute, element, &path, found);
                }
            }
        }
        (AttributeKind::Plain(_), Value::Map(elements)) => {
            found.extend(elements.keys().map(|key| path.clone().key(key)));
        }
        (AttributeKind::Plain(_), Value::Set(elements)) => {
            found.extend(elements.iter().map(|it| path.clone().element(it.clone())));
        }
        _ => {}
    }
}

/// The same configuration with what is at these places unknown.
pub fn hide<'a>(config: &Value, places: impl IntoIterator<Item = &'a Path>) -> Value {
    let mut hidden = config.clone();
    for path in places {
        hide_at(&mut hidden, path.steps());
    }
    hidden
}

fn hide_at(value: &mut Value, steps: &[Step]) {
    let Some((step, rest)) = steps.split_first() else {
        *value = Value::Unknown;
        return;
    };
    match (value, step) {
        (Value::Object(members) | Value::Map(members), Step::Attribute(name) | Step::Key(name)) => {
            if let Some(member) = members.get_mut(name) {
                hide_at(member, rest);
            }
        }
        (Value::Set(elements), Step::Element(element)) => {
            if let Some(found) = elements.iter_mut().find(|it| *it == element.as_ref()) {
                *found = Value::Unknown;
            }
        }
        _ => {}
    }
}
