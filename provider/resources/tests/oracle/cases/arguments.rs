//! What the arguments of the schema are drawn from. Null, an argument left out, comes first where
//! there may be none, and the first value is the simplest.

use std::ops::RangeInclusive;

use resources::schema::schema;
use tfplugin::{
    Attribute, Value,
    testing::generator::{Choices, choices},
};

use crate::account::GIVEN_ZONE;

/// Ids of the brokers that a configuration may have.
pub const BROKERS: RangeInclusive<u16> = 1..=5;

/// Every argument, and two that are none: `ports` and `targets` shift the brokers' ports and
/// targets around by so many brokers.
pub fn arguments() -> Choices {
    let keys = |_: &str| BROKERS.map(|id| id.to_string()).collect();
    let mut all = choices(&schema(), &keys, &values);
    for (place, choices) in &mut all {
        // A path has a broker.
        if place == "brokers.1" {
            choices.reverse();
        }
    }
    let shifts = [("ports", 0..3), ("targets", 0..2)];
    all.extend(shifts.map(|(place, by)| (place.to_owned(), by.map(Value::from).collect())));
    all
}

/// Texts and the like; else what is declared.
fn values(place: &str, attribute: &Attribute) -> Vec<Value> {
    let texts = written(place);
    match texts.is_empty() {
        // Nobody writes it but generators of configurations.
        true if place == "drift" => vec![Value::Null],
        true => declared(attribute),
        false => texts,
    }
}

/// The words of an argument, or its default and the ends of its range.
fn declared(attribute: &Attribute) -> Vec<Value> {
    let mut all: Vec<Value> = attribute
        .words
        .iter()
        .map(|it| it.as_str().into())
        .collect();
    if let Some(range) = &attribute.range {
        all.extend(attribute.default.clone());
        all.extend([*range.start(), *range.end()].map(Value::from));
        all.dedup();
    }
    all
}

fn written(place: &str) -> Vec<Value> {
    if let Some((id, name)) = place
        .strip_prefix("brokers.")
        .and_then(|it| it.split_once('.'))
    {
        return of_broker(id.parse().unwrap(), name);
    }
    match place {
        "name" => texts(&["orders", "billing"]),
        "hostname" => texts(&["kafka.test.com", "Kafka.Test.com.", "events.test.com"]),
        "region" => texts(&["us-east-1"]),
        // Ports of a path differ: these are for bootstrap, for brokers 6001, 7101, 8001 and so on.
        "bootstrap_port" => numbers(&[9091, 9500]),
        // With 6001 a broker takes the port that another had.
        "broker_port_base" => numbers(&[6000, 6001, 7000]),
        "tags" => vec![
            Value::map::<&str, Value>([]),
            Value::map([("team", "streams")]),
            Value::map([("team", "events"), ("stage", "test")]),
        ],
        _ if place.starts_with("timeouts.") => texts(&["45m"]),
        "load_balancer.subnet_ids" => vec![
            Value::set(["subnet-a", "subnet-b"]),
            Value::set(["subnet-a"]),
            Value::set(["subnet-a", "subnet-b", "subnet-c"]),
        ],
        "load_balancer.security_group_ids" => sets(&["sg-given1", "sg-given2"]),
        // A path that is protected cannot be destroyed.
        "load_balancer.deletion_protection_enabled" => vec![false.into()],
        "listener.certificate_arn" => texts(&["arn:aws:acm:us-east-1:123456789012:certificate/1"]),
        "listener.ssl_policy" => texts(&[
            "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
            "ELBSecurityPolicy-TLS13-1-3-2021-06",
        ]),
        "target_group.port" => numbers(&[9092, 9094]),
        "target_group.health_check.port" => texts(&["traffic-port", "9404"]),
        "endpoint_service.allowed_principals" => vec![
            Value::set::<Value>([]),
            Value::set(["210987654321"]),
            Value::set(["arn:aws:iam::210987654321:root"]),
            Value::set(["arn:aws:iam::210987654321:role/reader", "345678901234"]),
            Value::set(["*"]),
        ],
        "endpoint_service.auto_accept_principals" => vec![
            Value::set::<Value>([]),
            Value::set(["210987654321"]),
            Value::set(["arn:aws:iam::210987654321:role/reader", "345678901234"]),
        ],
        "endpoint_service.supported_ip_address_types" => {
            vec![Value::set(["ipv4"]), Value::set(["ipv4", "ipv6"])]
        }
        "endpoint_service.supported_regions" => {
            let mut regions = sets(&["us-east-1", "eu-west-1"]);
            regions.push(Value::set::<Value>([]));
            regions
        }
        "endpoint.vpc_id" => texts(&["vpc-client", "vpc-other"]),
        "endpoint.subnet_ids" => {
            let mut subnets = sets(&["subnet-a9", "subnet-b9"]);
            subnets.push(Value::set(["subnet-b9"]));
            subnets
        }
        "endpoint.security_group_ids" => sets(&["sg-given3", "sg-given4"]),
        "endpoint.allowed_cidr_blocks" => {
            let mut blocks = sets(&["10.1.0.0/16", "10.2.0.0/16"]);
            blocks.push(Value::set(["10.7.0.0/16"]));
            blocks
        }
        "endpoint.allowed_security_group_ids" => sets(&["sg-client1", "sg-client2"]),
        "endpoint.allowed_prefix_list_ids" => {
            let mut lists = sets(&["pl-client1", "pl-client2"]);
            lists.push(Value::set::<Value>([]));
            lists
        }
        "endpoint.zone_id" => texts(&[GIVEN_ZONE]),
        _ => Vec::new(),
    }
}

fn of_broker(id: i32, name: &str) -> Vec<Value> {
    match name {
        // The third octet of the address, or the last digit of the instance's id.
        "target" => numbers(&[1, 2]),
        "port" => numbers(&[7100 + id]),
        "target_port" => numbers(&[9095]),
        "availability_zone" => texts(&["all"]),
        "additional_ports" => {
            let (own, far, free) = (6000 + id, 7000 + id, 8000 + id);
            vec![
                Value::set::<Value>([]),
                Value::set([free]),
                Value::set([own]),
                Value::set([far, free]),
            ]
        }
        _ => Vec::new(),
    }
}

fn texts(choices: &[&str]) -> Vec<Value> {
    choices.iter().copied().map(Value::from).collect()
}

fn numbers(choices: &[i32]) -> Vec<Value> {
    choices.iter().copied().map(Value::from).collect()
}

/// The first alone, and all.
fn sets(elements: &[&str]) -> Vec<Value> {
    vec![
        Value::set([elements[0]]),
        Value::set(elements.iter().copied()),
    ]
}
