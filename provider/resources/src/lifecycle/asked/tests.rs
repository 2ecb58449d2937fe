//! Configurations with and without what a state has lost.

use std::collections::BTreeMap;

use super::*;
use crate::{lifecycle::configured::Configured, privatelink::Privatelink};

type Kept = super::Kept<Privatelink>;

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
    let mut all: BTreeMap<String, Value> = Privatelink::shape()
        .schema
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

fn kept(told: Value) -> Kept {
    Kept {
        last_applied: Some(Configured::new(told).unwrap()),
        ..Kept::default()
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
    as_given::<Privatelink>(&mut planned, &damaged);
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
    assert!(is_decided::<Privatelink>(&config("10.0.0.1".into())).is_ok());
    for (target, summary) in [
        (Value::Unknown, "Not known yet"),
        (Value::Null, "Not known any more"),
    ] {
        let refused = is_decided::<Privatelink>(&config(target)).unwrap_err();
        assert_eq!(refused.summary, summary);
        assert_eq!(refused.path.to_string(), r#"brokers["1"].target"#);
    }
}
