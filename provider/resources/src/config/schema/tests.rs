use tfplugin::{Attribute, Type, Value, schema::Mode};

use super::*;
use crate::{config::Config, lifecycle::left::DRIFT};
use engine::model::Maybe;

/// Every attribute at every depth: its path with `*` for keys, and its declaration.
fn walk(attributes: &[Attribute], prefix: &str, found: &mut Vec<(String, Attribute)>) {
    for attribute in attributes {
        let name = format!("{prefix}{}", attribute.name);
        found.push((name.clone(), attribute.clone()));
        walk(attribute.attributes(), &format!("{name}."), found);
    }
}

fn every_attribute() -> Vec<(String, Attribute)> {
    let mut found = Vec::new();
    walk(&schema().block.attributes, "", &mut found);
    found
}

#[test]
fn every_attribute_is_described_and_named_well() {
    assert_eq!(schema().review(), Vec::<String>::new());
    for (name, attribute) in every_attribute() {
        assert!(
            attribute.description.len() > 20,
            "{name}: {:?}",
            attribute.description
        );
        assert!(!attribute.description.contains("  "), "{name}");
    }
}

#[test]
fn what_has_a_default_or_is_decided_by_aws_says_so() {
    for (name, attribute) in every_attribute() {
        let objects = [
            "listener",
            "target_group",
            "target_group.health_check",
            "endpoint_service",
            "endpoint.dns",
        ];
        let is_argument = attribute.mode == Mode::OptionalComputed && name != DRIFT;
        if is_argument && !objects.contains(&name.as_str()) {
            assert!(attribute.description.contains("Default: "), "{name}");
        }
    }
}

#[test]
fn no_list_anywhere() {
    let ty = format!("{:?}", schema().implied_type());
    assert!(!ty.contains("List("), "{ty}");
}

/// A value of a configurable attribute: whatever the schema allows there, in a form that reading
/// takes. Only the attribute at `unknown` is unknown.
fn sample(attributes: &[Attribute], prefix: &str, unknown: &str) -> Value {
    Value::object(attributes.iter().map(|attribute| {
        let name = format!("{prefix}{}", attribute.name);
        let value = if name == unknown {
            Value::Unknown
        } else if attribute.mode == Mode::Computed || attribute.attributes().is_empty() {
            Value::Null
        } else {
            let object = sample(attribute.attributes(), &format!("{name}."), unknown);
            match attribute.name.as_str() {
                "brokers" => Value::map([("7", object)]),
                _ => object,
            }
        };
        (attribute.name.clone(), value)
    }))
}

/// Reads what the configuration says when one attribute is unknown. Everything else is null, so
/// whatever differs was read from that attribute.
#[test]
fn every_configurable_attribute_is_read_and_no_computed_one() {
    let attributes = schema().block.attributes;
    let (plain, _) = Config::read(&sample(&attributes, "", "nothing"));
    for (name, attribute) in every_attribute() {
        let (config, _) = Config::read(&sample(&attributes, "", &name));
        // A missing required text reads as unknown already.
        let required_text = attribute.mode == Mode::Required
            && matches!(
                name.as_str(),
                "name" | "hostname" | "brokers.target" | "endpoint.vpc_id" | "load_balancer"
            );
        let read = config != plain || required_text;
        let is_argument = attribute.mode != Mode::Computed && name != DRIFT;
        assert_eq!(read, is_argument, "{name}");
    }
}

#[test]
fn numbers_bools_and_words_give_the_shape() {
    let attributes = schema().block.attributes;
    for (name, attribute) in every_attribute() {
        let shape = match attribute.implied_type() {
            Type::Number | Type::Bool => attribute.mode != Mode::Computed,
            _ => false,
        };
        let (config, _) = Config::read(&sample(&attributes, "", &name));
        let path = name.replace("brokers.", "brokers[\"7\"].");
        let listed = config
            .unknown_shape
            .iter()
            .any(|unknown| unknown.to_string() == path);
        if shape {
            assert!(listed, "{name} is not listed: {:?}", config.unknown_shape);
        }
        if listed {
            assert_ne!(attribute.mode, Mode::Computed, "{name}");
        }
    }
}

#[test]
fn an_unknown_object_leaves_its_members_unknown() {
    let attributes = schema().block.attributes;
    let (config, faults) = Config::read(&sample(&attributes, "", "target_group"));
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(config.target_group.port, Maybe::Unknown);
    assert_eq!(config.target_group.health_check.port, Maybe::Unknown);
    let Maybe::Known(brokers) = &config.brokers else {
        panic!("brokers are known");
    };
    assert_eq!(brokers[&7].target_port, Maybe::Unknown);
    assert_eq!(brokers[&7].port, Maybe::Known(6007));
}
