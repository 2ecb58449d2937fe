//! One configuration in surroundings where all is well, and each thing that can be wrong with them.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use tfplugin::{Severity, Value, json as wire};

use super::*;
use crate::{Privatelink, lifecycle::name_conflict, schema::schema};
use engine::model::{
    Inquiry, Key, Object, Observed, Seen, Slot, Survey,
    object::{LoadBalancer, load_balancer::IpAddressType},
    survey::{Gap, Moment, Namesake, Reading, SecurityGroup, Subnet, Unread, Vpc},
    tags::Tags,
};

mod dns;
mod network;
mod records;

fn subnet(id: &str, vpc: &str, zone: &str, block: &str) -> Subnet {
    Subnet {
        id: id.to_owned(),
        vpc: vpc.to_owned(),
        zone: format!("us-east-1{zone}"),
        zone_id: None,
        blocks: vec![block.to_owned()],
        free: Some(250),
    }
}

fn group(vpc: &str, open: &[std::ops::RangeInclusive<u16>]) -> SecurityGroup {
    SecurityGroup {
        vpc: vpc.to_owned(),
        open: open.to_vec(),
    }
}

/// Surroundings that are as the configuration wants them.
fn well() -> Survey {
    let service = ["a", "b", "c"]
        .iter()
        .zip(1..)
        .map(|(zone, number)| {
            let block = format!("10.0.{number}.0/24");
            subnet(&format!("subnet-{zone}"), "vpc-kafka", zone, &block)
        })
        .collect::<Vec<_>>();
    let consumer = [
        subnet("subnet-x", "vpc-client", "a", "10.9.1.0/24"),
        subnet("subnet-y", "vpc-client", "b", "10.9.2.0/24"),
    ];
    let vpc = |block: &str| Vpc {
        blocks: vec![block.to_owned()],
    };
    let subnets = service.iter().chain(&consumer).cloned();
    Survey {
        subnets: Reading::Known(subnets.map(|it| (it.id.clone(), it)).collect()),
        vpcs: Reading::Known(
            [
                ("vpc-kafka".to_owned(), vpc("10.0.0.0/16")),
                ("vpc-client".to_owned(), vpc("10.9.0.0/16")),
            ]
            .into(),
        ),
        neighbours: Reading::Known(service),
        instances: Reading::Known([].into()),
        security_groups: Reading::Known([].into()),
        dns_support: Reading::Known(Some(true)),
        dns_hostnames: Reading::Known(Some(true)),
        private_zones: Reading::Known(Vec::new()),
        hosted_zone: Reading::NotAsked,
        records: Reading::NotAsked,
        offered: Reading::NotAsked,
        namesakes: Reading::Known(Vec::new()),
        account: Reading::Known("123456789012".to_owned()),
        begun: Moment(1),
        is_recalled: false,
    }
}

/// A configuration with changes merged in; the text `(unknown)` is an unknown value.
fn config(changes: Json) -> Config {
    let mut written = json!({
        "name": "orders",
        "hostname": "kafka.test.com",
        "brokers": {
            "1": {"target": "10.0.1.11"},
            "2": {"target": "10.0.2.12"},
            "3": {"target": "10.0.3.13"},
        },
        "load_balancer": {"subnet_ids": ["subnet-a", "subnet-b", "subnet-c"]},
        "endpoint": {"vpc_id": "vpc-client", "subnet_ids": ["subnet-x", "subnet-y"]},
    });
    merge(&mut written, changes);
    let ty = schema().implied_type();
    let value = wire::decode(written.to_string().as_bytes(), &ty).unwrap();
    let (config, found) = Config::read(&veiled(value));
    assert!(!found.has_errors(), "{found:?}");
    config
}

fn merge(into: &mut Json, changes: Json) {
    match (into, changes) {
        (Json::Object(into), Json::Object(changes)) => {
            for (name, change) in changes {
                merge(into.entry(name).or_insert(Json::Null), change);
            }
        }
        (into, change) => *into = change,
    }
}

fn veiled(value: Value) -> Value {
    match value {
        Value::String(text) if text == "(unknown)" => Value::Unknown,
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(k, v)| (k, veiled(v))).collect())
        }
        Value::Map(members) => {
            Value::Map(members.into_iter().map(|(k, v)| (k, veiled(v))).collect())
        }
        Value::Set(elements) => Value::Set(elements.into_iter().map(veiled).collect()),
        value => value,
    }
}

/// What is found in a new path.
fn found(changes: Json, alter: impl FnOnce(&mut Survey)) -> Vec<Diagnostic> {
    judged(changes, alter, None, true)
}

/// What was kept of a path.
#[derive(Default)]
struct Kept {
    owner: String,
    observed: Observed,
}

fn judged(
    changes: Json,
    alter: impl FnOnce(&mut Survey),
    kept: Option<&Kept>,
    is_new: bool,
) -> Vec<Diagnostic> {
    judged_in("us-east-1", changes, alter, kept, is_new)
}

fn judged_in(
    region: &str,
    changes: Json,
    alter: impl FnOnce(&mut Survey),
    kept: Option<&Kept>,
    is_new: bool,
) -> Vec<Diagnostic> {
    let mut survey = well();
    alter(&mut survey);
    let case = Case {
        config: &config(changes),
        region,
        survey: &survey,
        owner: kept.map_or("", |kept| &kept.owner),
        observed: kept.map(|kept| &kept.observed),
        is_new,
    };
    // As the lifecycle does for every resource.
    let names = name_conflict::is_free::<Privatelink>(&case).into_iter();
    names.chain(check(&case)).collect()
}

fn nothing(_: &mut Survey) {}

fn known<T>(reading: &mut Reading<T>) -> &mut T {
    match reading {
        Reading::Known(value) => value,
        _ => panic!("it was not read"),
    }
}

/// One finding, of this severity, at this place, with these words in its detail.
#[track_caller]
fn only(found: &[Diagnostic], severity: Severity, path: &str, words: &[&str]) {
    let [one] = found else {
        panic!("{} findings: {found:#?}", found.len());
    };
    assert_eq!(
        (one.severity, one.path.to_string().as_str()),
        (severity, path)
    );
    for word in words {
        assert!(
            one.detail.contains(word),
            "{word:?} is not in {:?}",
            one.detail
        );
    }
    assert!(
        !one.summary.ends_with('.') && one.detail.ends_with('.'),
        "{one:?}"
    );
}

#[track_caller]
fn error(found: &[Diagnostic], path: &str, words: &[&str]) {
    only(found, Severity::Error, path, words);
}

#[track_caller]
fn warning(found: &[Diagnostic], path: &str, words: &[&str]) {
    only(found, Severity::Warning, path, words);
}

#[test]
fn where_all_is_well_nothing_is_said() {
    assert_eq!(found(json!({}), nothing), []);
    assert_eq!(
        judged(json!({}), nothing, Some(&Kept::default()), false),
        []
    );
}

/// Three errors would hide the one mistake.
#[test]
fn where_nothing_exists_the_region_is_wrong() {
    let abroad = |survey: &mut Survey| {
        survey.subnets = Reading::Known(BTreeMap::new());
        survey.vpcs = Reading::Known(BTreeMap::new());
    };
    error(
        &found(json!({}), abroad),
        "region",
        &[
            "us-east-1",
            "subnet-a",
            "subnet-x",
            "vpc-client",
            "credentials",
        ],
    );
    // One that exists, and it is no other region.
    let found = found(json!({}), |survey| {
        abroad(survey);
        *survey = Survey {
            vpcs: well().vpcs,
            ..survey.clone()
        };
    });
    assert!(
        found.iter().all(|it| it.path.to_string() != "region"),
        "{found:#?}"
    );
}

#[test]
fn what_was_not_read_is_not_found_wrong() {
    let nowhere = json!({
        "brokers": {"1": {"target": "203.0.113.7"}, "2": {"availability_zone": "all"}},
        "load_balancer": {"subnet_ids": ["subnet-0"], "security_group_ids": ["sg-0"]},
        "endpoint": {"vpc_id": "vpc-0", "zone_id": "Z0"},
    });
    assert_eq!(found(nowhere, |survey| *survey = Survey::default()), []);
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let found = found(
        json!({
            "brokers": {"1": {"target": "203.0.113.7", "availability_zone": "all"}},
            "load_balancer": {"security_group_ids": ["sg-0"]},
            "endpoint": {"subnet_ids": ["subnet-x", "subnet-0"]},
        }),
        |survey| survey.dns_hostnames = Reading::Known(Some(false)),
    );
    let mut places: Vec<String> = found.iter().map(|it| it.path.to_string()).collect();
    places.sort();
    let expected = [
        "brokers[\"1\"].target",
        "endpoint.subnet_ids",
        "endpoint.vpc_id",
        "load_balancer.security_group_ids",
    ];
    assert_eq!(places, expected);
}

fn unread<T>(action: &'static str, gap: Gap) -> Reading<T> {
    Reading::Failed(Unread {
        action,
        gap,
        reason: format!("{action}: RequestLimitExceeded"),
    })
}

/// No apply could follow: one error, whatever else was not read.
#[test]
fn credentials_that_aws_refuses_are_one_error() {
    for (gap, summary) in [
        (Gap::Credentials, "AWS refuses the credentials"),
        (Gap::Unreached, "AWS cannot be reached"),
    ] {
        let found = found(json!({}), |survey| {
            survey.subnets = unread("ec2:DescribeSubnets", Gap::Denied);
            survey.neighbours = unread("ec2:DescribeSubnets", gap);
            survey.dns_support = unread("ec2:DescribeVpcAttribute", gap);
        });
        let [error] = found.as_slice() else {
            panic!("{found:#?}");
        };
        assert_eq!(error.severity, Severity::Error);
        assert_eq!(error.summary, summary);
    }
}

#[test]
fn missing_permissions_are_named_once_and_fail_nothing() {
    let found = found(json!({}), |survey| {
        survey.subnets = unread("ec2:DescribeSubnets", Gap::Denied);
        survey.neighbours = unread("ec2:DescribeSubnets", Gap::Denied);
        survey.dns_support = unread("ec2:DescribeVpcAttribute", Gap::Denied);
    });
    warning(
        &found,
        "",
        &[
            "ec2:DescribeSubnets (subnets and zones of brokers)",
            "ec2:DescribeVpcAttribute",
            "preflight = false",
        ],
    );
}

#[test]
fn what_failed_otherwise_is_told_in_aws_s_words() {
    let found = found(json!({}), |survey| {
        survey.neighbours = unread("ec2:DescribeSubnets", Gap::Other);
    });
    warning(
        &found,
        "",
        &["zones of brokers: ec2:DescribeSubnets: RequestLimitExceeded"],
    );
}

#[test]
fn of_a_vpc_that_does_not_exist_nothing_else_is_missed() {
    let found = found(json!({}), |survey| {
        known(&mut survey.vpcs).remove("vpc-client");
        survey.dns_support = unread("ec2:DescribeVpcAttribute", Gap::Other);
        survey.dns_hostnames = unread("ec2:DescribeVpcAttribute", Gap::Other);
        survey.private_zones = unread("route53:ListHostedZonesByVPC", Gap::Other);
    });
    error(&found, "endpoint.vpc_id", &["vpc-client", "us-east-1"]);
}

#[test]
fn an_inquiry_asks_for_what_is_known_and_no_more() {
    let asked = |changes: Json| inquiry::of(&config(changes), None, true);
    let whole = asked(json!({
        "brokers": {"2": {"target": "i-0abc"}},
        "load_balancer": {"security_group_ids": ["sg-1"]},
        "endpoint": {"security_group_ids": ["sg-2"], "zone_id": "Z0GIVEN"},
    }));
    let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
    let expected = Inquiry {
        dns_is_elsewhere: false,
        side: None,
        service_name: None,
        service_region: None,
        service_subnets: ids(&["subnet-a", "subnet-b", "subnet-c"]),
        service_vpc: None,
        has_addresses: true,
        instances: ids(&["i-0abc"]),
        security_groups: ids(&["sg-1", "sg-2"]),
        consumer_subnets: ids(&["subnet-x", "subnet-y"]),
        consumer_vpc: Some("vpc-client".to_owned()),
        hosted_zone: Some("Z0GIVEN".to_owned()),
        records_at: Some(("Z0GIVEN".to_owned(), "kafka.test.com".to_owned())),
        new_name: Some("orders".to_owned()),
        needs_account: false,
    };
    assert_eq!(whole, expected);
    let unknown = asked(json!({
        "name": "(unknown)",
        "load_balancer": {"subnet_ids": ["(unknown)"], "security_group_ids": ["(unknown)"]},
        "endpoint": null,
    }));
    assert_eq!(unknown, Inquiry::default());
    let tls = json!({
        "protocol": "TLS",
        "certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1",
    });
    assert!(asked(json!({ "listener": tls })).needs_account);
}

#[test]
fn a_name_is_taken_by_others_only() {
    let namesakes = |survey: &mut Survey| {
        let namesake = |id: &str, owner: &str| Namesake {
            id: id.to_owned(),
            owner: owner.to_owned(),
        };
        survey.namesakes = Reading::Known(vec![
            namesake("vpce-svc-1", "somebody"),
            namesake("vpce-svc-2", "replaced"),
            namesake("vpce-svc-3", ""),
        ]);
    };
    let replaced = Kept {
        owner: "replaced".to_owned(),
        ..Kept::default()
    };
    let told = judged(json!({}), namesakes, Some(&replaced), true);
    warning(
        &told,
        "name",
        &["orders", "vpce-svc-1 (owner somebody)", "import"],
    );
    assert!(!told[0].detail.contains("vpce-svc-2"), "{told:?}");
    assert_eq!(judged(json!({}), namesakes, Some(&replaced), false), []);
}

#[test]
fn a_certificate_is_of_the_account_that_pays() {
    let with = |account: &str| {
        let arn = format!("arn:aws:acm:us-east-1:{account}:certificate/1");
        found(
            json!({"listener": {"protocol": "TLS", "certificate_arn": arn}}),
            nothing,
        )
    };
    assert_eq!(with("123456789012"), []);
    warning(
        &with("210987654321"),
        "listener.certificate_arn",
        &["210987654321", "123456789012"],
    );
}

/// What was kept of a path whose load balancer stands in a VPC.
fn standing_in(vpc: &str) -> Kept {
    let mut kept = Kept::default();
    let balancer = LoadBalancer {
        name: "orders".to_owned(),
        subnets: ["subnet-a".into()].into(),
        security_groups: [].into(),
        enforce_on_private_link: false,
        ip_address_type: IpAddressType::Ipv4,
        cross_zone: true,
        deletion_protection: false,
        tags: Tags::default(),
    };
    see(
        &mut kept,
        Slot::LoadBalancer,
        Object::LoadBalancer(balancer),
        "arn",
    );
    kept.observed.surroundings.service_vpc = vpc.into();
    kept
}

fn see(kept: &mut Kept, slot: Slot, object: Object, id: &str) {
    let key = Key::new(slot, object.generation());
    let seen = Seen::newborn(object, id.into());
    kept.observed.objects.insert(key, seen);
}
