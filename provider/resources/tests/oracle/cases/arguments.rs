//! What each argument is drawn from. The first choice is the simplest one, which is what a failing
//! case is reduced to; null is an argument left out.

use tfplugin::Value;

use crate::account::GIVEN_ZONE;

/// Ids of the brokers that a configuration may have.
pub const BROKERS: std::ops::RangeInclusive<u16> = 1..=5;

/// Whether an object is written at all.
pub const WRITTEN: [&str; 6] = [
    "listener",
    "target_group",
    "target_group.health_check",
    "endpoint_service",
    "endpoint",
    "timeouts",
];

/// Every argument by its place, with its choices.
///
/// `ports` and `targets` are no arguments: they shift the brokers' ports and targets around by so
/// many brokers.
pub fn arguments() -> Vec<(String, Vec<Value>)> {
    let mut all: Vec<(String, Vec<Value>)> = Vec::new();
    let mut add = |place: &str, choices: Vec<Value>| all.push((place.to_owned(), choices));
    add("name", texts(["orders", "billing"]));
    add(
        "hostname",
        texts(["kafka.test.com", "Kafka.Test.com.", "events.test.com"]),
    );
    add("region", optional(texts(["us-east-1"])));
    add("bootstrap_port", optional(numbers([9091, 9500])));
    add("broker_port_base", optional(numbers([6000, 7000])));
    load_balancer(&mut add);
    listeners_and_groups(&mut add);
    endpoint_service(&mut add);
    endpoint(&mut add);
    let tags = [
        Value::map::<&str, Value>([]),
        Value::map([("team", "streams")]),
        Value::map([("team", "events"), ("stage", "test")]),
    ];
    add("tags", optional(tags.to_vec()));
    add("wait_for_healthy", optional(bools()));
    add("timeouts.create", optional(texts(["45m"])));
    for object in WRITTEN {
        add(object, vec![false.into(), true.into()]);
    }
    add("ports", numbers([0, 1, 2]));
    add("targets", numbers([0, 1]));
    for id in BROKERS {
        broker(id, &mut add);
    }
    all
}

fn load_balancer(add: &mut impl FnMut(&str, Vec<Value>)) {
    let at = |name: &str| format!("load_balancer.{name}");
    let enforce = "enforce_security_group_inbound_rules_on_private_link_traffic";
    add(
        &at("subnet_ids"),
        vec![
            Value::set(["subnet-a", "subnet-b"]),
            Value::set(["subnet-a"]),
            Value::set(["subnet-a", "subnet-b", "subnet-c"]),
        ],
    );
    add(
        &at("security_group_ids"),
        optional(sets(&["sg-given1", "sg-given2"])),
    );
    add(&at(enforce), optional(texts(["off", "on"])));
    add(
        &at("ip_address_type"),
        optional(texts(["ipv4", "dualstack"])),
    );
    add(&at("cross_zone_enabled"), optional(bools()));
    add(
        &at("deletion_protection_enabled"),
        optional(vec![false.into()]),
    );
}

fn listeners_and_groups(add: &mut impl FnMut(&str, Vec<Value>)) {
    let at = |name: &str| format!("listener.{name}");
    add(&at("protocol"), optional(texts(["TCP", "TLS"])));
    add(
        &at("ssl_policy"),
        optional(texts(["ELBSecurityPolicy-TLS13-1-2-Res-2021-06"])),
    );
    add(
        &at("tcp_idle_timeout_seconds"),
        optional(numbers([350, 1000])),
    );
    let at = |name: &str| format!("target_group.{name}");
    add(&at("target_type"), optional(texts(["ip", "instance"])));
    add(&at("port"), optional(numbers([9092, 9094])));
    add(&at("protocol"), optional(texts(["TCP", "TLS"])));
    add(
        &at("deregistration_delay_seconds"),
        optional(numbers([300, 60])),
    );
    add(&at("connection_termination"), optional(bools()));
    add(&at("preserve_client_ip"), optional(bools()));
    add(&at("proxy_protocol_v2"), optional(bools()));
    let at = |name: &str| format!("target_group.health_check.{name}");
    add(&at("protocol"), optional(texts(["TCP", "HTTP"])));
    add(&at("port"), optional(texts(["traffic-port", "9404"])));
    add(&at("interval_seconds"), optional(numbers([30, 10])));
    add(&at("timeout_seconds"), optional(numbers([10, 5])));
    add(&at("healthy_threshold"), optional(numbers([3, 2])));
    add(&at("unhealthy_threshold"), optional(numbers([3, 2])));
}

fn endpoint_service(add: &mut impl FnMut(&str, Vec<Value>)) {
    let at = |name: &str| format!("endpoint_service.{name}");
    add(&at("acceptance_required"), optional(bools()));
    add(
        &at("allowed_principals"),
        optional(vec![
            Value::set::<Value>([]),
            Value::set(["210987654321"]),
            Value::set(["arn:aws:iam::210987654321:root"]),
            Value::set(["arn:aws:iam::210987654321:role/reader", "345678901234"]),
            Value::set(["*"]),
        ]),
    );
    add(
        &at("supported_ip_address_types"),
        optional(vec![Value::set(["ipv4"]), Value::set(["ipv4", "ipv6"])]),
    );
    let mut regions = sets(&["us-east-1", "eu-west-1"]);
    regions.push(Value::set::<Value>([]));
    add(&at("supported_regions"), optional(regions));
    add(&at("reject_removed_principals"), optional(bools()));
    add(
        &at("on_destroy"),
        optional(texts(["refuse", "reject_connections"])),
    );
}

fn endpoint(add: &mut impl FnMut(&str, Vec<Value>)) {
    let at = |name: &str| format!("endpoint.{name}");
    add(&at("vpc_id"), texts(["vpc-client", "vpc-other"]));
    add(
        &at("subnet_ids"),
        vec![
            Value::set(["subnet-a9"]),
            Value::set(["subnet-a9", "subnet-b9"]),
        ],
    );
    add(
        &at("security_group_ids"),
        optional(sets(&["sg-given3", "sg-given4"])),
    );
    add(
        &at("allowed_cidr_blocks"),
        optional(sets(&["10.1.0.0/16", "10.2.0.0/16"])),
    );
    add(&at("ip_address_type"), optional(texts(["ipv4"])));
    add(&at("zone_id"), optional(texts([GIVEN_ZONE])));
}

fn broker(id: u16, add: &mut impl FnMut(&str, Vec<Value>)) {
    let at = |name: &str| format!("brokers.{id}.{name}");
    // The first is always there, so that there is one.
    let present = if id == 1 {
        vec![true.into()]
    } else {
        vec![false.into(), true.into()]
    };
    add(&format!("brokers.{id}"), present);
    // The third octet of the address, or the last digit of the instance's id.
    add(&at("target"), numbers([1, 2]));
    add(&at("port"), optional(numbers([7100 + i32::from(id)])));
    add(&at("target_port"), optional(numbers([9095])));
    add(&at("availability_zone"), optional(texts(["all"])));
    let (own, far, free) = (
        6000 + i32::from(id),
        7000 + i32::from(id),
        8000 + i32::from(id),
    );
    add(
        &at("additional_ports"),
        optional(vec![
            Value::set::<Value>([]),
            Value::set([free]),
            Value::set([own]),
            Value::set([far, free]),
        ]),
    );
}

/// These, after null.
fn optional(choices: Vec<Value>) -> Vec<Value> {
    [vec![Value::Null], choices].concat()
}

fn texts<const N: usize>(choices: [&str; N]) -> Vec<Value> {
    choices.map(Value::from).to_vec()
}

fn numbers<const N: usize>(choices: [i32; N]) -> Vec<Value> {
    choices.map(Value::from).to_vec()
}

fn bools() -> Vec<Value> {
    vec![true.into(), false.into()]
}

/// The first alone, and all.
fn sets(elements: &[&str]) -> Vec<Value> {
    vec![
        Value::set([elements[0]]),
        Value::set(elements.iter().copied()),
    ]
}
