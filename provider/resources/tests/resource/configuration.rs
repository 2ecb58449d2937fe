//! A configuration to change.

use std::collections::BTreeMap;

use resources::schema::schema;
use tfplugin::{Value, testing::configuration};

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

/// The configuration that HCL gives: every attribute of the schema, null where nothing is written.
pub fn object(members: BTreeMap<&'static str, Value>) -> Value {
    configuration::complete(&schema(), &Value::object(members))
}
