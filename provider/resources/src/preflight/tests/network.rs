//! Subnets, groups, addresses and instances.

use super::*;
use engine::model::survey::Instance;

#[test]
fn subnets_that_do_not_exist_are_named_together() {
    let one = found(
        json!({"endpoint": {"subnet_ids": ["subnet-x", "subnet-0"]}}),
        nothing,
    );
    error(
        &one,
        "endpoint.subnet_ids",
        &["subnet-0 does not exist in us-east-1"],
    );
    let changes = json!({"load_balancer": {"subnet_ids": ["subnet-0", "subnet-1"]}});
    let two = found(changes, |survey| survey.neighbours = Reading::NotAsked);
    error(
        &two,
        "load_balancer.subnet_ids",
        &["subnet-0 and subnet-1 do not exist in us-east-1"],
    );
}

#[test]
fn a_load_balancer_has_subnets_of_one_vpc() {
    let changes = json!({
        "load_balancer": {"subnet_ids": ["subnet-a", "subnet-y"]},
        "endpoint": {"subnet_ids": ["subnet-x"]},
    });
    error(
        &found(changes, nothing),
        "load_balancer.subnet_ids",
        &["subnet-a in VPC vpc-kafka", "subnet-y in VPC vpc-client"],
    );
}

#[test]
fn a_load_balancer_that_stands_never_leaves_its_vpc() {
    let kept = standing_in("vpc-old");
    let update = judged(json!({}), nothing, Some(&kept), false);
    error(
        &update,
        "load_balancer.subnet_ids",
        &[
            "The load balancer is in VPC vpc-old",
            "subnet-c in VPC vpc-kafka",
        ],
    );
    assert_eq!(judged(json!({}), nothing, Some(&kept), true), []);
    let inquiry = inquiry::of(&config(json!({})), Some(&kept.observed), false);
    assert_eq!(inquiry.service_vpc.as_deref(), Some("vpc-old"));
    assert_eq!(inquiry.new_name, None);
}

#[test]
fn an_endpoint_has_subnets_of_its_vpc() {
    let changes = json!({"endpoint": {"subnet_ids": ["subnet-a", "subnet-y"]}});
    error(
        &found(changes, nothing),
        "endpoint.subnet_ids",
        &[
            "The endpoint is in VPC vpc-client",
            "subnet-a in VPC vpc-kafka",
        ],
    );
    let changes = json!({
        "endpoint": {"vpc_id": "(unknown)", "subnet_ids": ["subnet-a", "subnet-y"]},
    });
    error(
        &found(changes, nothing),
        "endpoint.subnet_ids",
        &["one VPC"],
    );
}

#[test]
fn a_zone_has_one_subnet() {
    let changes =
        json!({"load_balancer": {"subnet_ids": ["subnet-a", "subnet-b", "subnet-c", "subnet-a2"]}});
    let second = |survey: &mut Survey| {
        let second = subnet("subnet-a2", "vpc-kafka", "a", "10.0.7.0/24");
        known(&mut survey.subnets).insert("subnet-a2".to_owned(), second);
    };
    error(
        &found(changes, second),
        "load_balancer.subnet_ids",
        &["subnet-a and subnet-a2 are in us-east-1a"],
    );
    let changes = json!({"endpoint": {"subnet_ids": ["subnet-x", "subnet-x2"]}});
    let second = |survey: &mut Survey| {
        let second = subnet("subnet-x2", "vpc-client", "a", "10.9.7.0/24");
        known(&mut survey.subnets).insert("subnet-x2".to_owned(), second);
    };
    error(
        &found(changes, second),
        "endpoint.subnet_ids",
        &["subnet-x and subnet-x2", "us-east-1a"],
    );
}

#[test]
fn groups_exist_in_the_vpc_of_their_side() {
    let groups = |survey: &mut Survey| {
        let group = |id: &str, vpc: &str| (id.to_owned(), group(vpc, &[0..=65535]));
        survey.security_groups = Reading::Known(
            [
                group("sg-kafka", "vpc-kafka"),
                group("sg-client", "vpc-client"),
            ]
            .into(),
        );
    };
    let with = |service: &str, consumer: &str| {
        found(
            json!({
                "load_balancer": {"security_group_ids": [service]},
                "endpoint": {"security_group_ids": [consumer]},
            }),
            groups,
        )
    };
    assert_eq!(with("sg-kafka", "sg-client"), []);
    assert_eq!(with("sg-kafka", "(unknown)"), []);
    error(
        &with("sg-client", "sg-client"),
        "load_balancer.security_group_ids",
        &["sg-client is of vpc-client", "vpc-kafka"],
    );
    error(
        &with("sg-kafka", "sg-kafka"),
        "endpoint.security_group_ids",
        &["sg-kafka is of vpc-kafka", "vpc-client"],
    );
    error(
        &with("sg-0", "sg-client"),
        "load_balancer.security_group_ids",
        &["sg-0 does not exist in us-east-1"],
    );
}

#[test]
fn an_endpoint_stands_in_zones_of_the_load_balancer() {
    let changes = json!({
        "brokers": {"3": {"target": "10.0.1.13"}, "2": {"target": "10.0.1.12"}},
        "load_balancer": {"subnet_ids": ["subnet-a"]},
    });
    error(
        &found(changes, nothing),
        "endpoint.subnet_ids",
        &["us-east-1a", "subnet-y in us-east-1b"],
    );
}

#[test]
fn while_a_subnet_is_unknown_any_zone_may_be_served() {
    let changes = json!({"load_balancer": {"subnet_ids": ["subnet-a", "(unknown)"]}});
    assert_eq!(found(changes, nothing), []);
}

#[test]
fn a_broker_is_in_a_zone_of_the_load_balancer() {
    let changes = json!({"load_balancer": {"subnet_ids": ["subnet-a", "subnet-b"]}});
    error(
        &found(changes, nothing),
        "brokers[\"3\"].target",
        &[
            "10.0.3.13 is in us-east-1c (subnet-c)",
            "us-east-1a and us-east-1b",
        ],
    );
}

#[test]
fn an_address_inside_the_vpc_has_its_zone_by_itself() {
    for zone in ["all", "us-east-1b"] {
        let changes = json!({"brokers": {"2": {"availability_zone": zone}}});
        error(
            &found(changes, nothing),
            "brokers[\"2\"].availability_zone",
            &["10.0.2.12 is inside vpc-kafka", zone],
        );
    }
    let changes = json!({"brokers": {"2": {"availability_zone": "(unknown)"}}});
    assert_eq!(found(changes, nothing), []);
}

#[test]
fn an_address_outside_the_vpc_is_private_and_says_its_zone() {
    let at = |target: &str, zone: Json| {
        found(
            json!({"brokers": {"2": {"target": target, "availability_zone": zone}}}),
            nothing,
        )
    };
    for target in ["192.168.7.7", "172.31.0.9", "100.64.0.9", "10.200.0.9"] {
        assert_eq!(at(target, json!("all")), []);
        assert_eq!(at(target, json!("us-east-1b")), []);
        assert_eq!(at(target, json!("(unknown)")), []);
        error(
            &at(target, Json::Null),
            "brokers[\"2\"].availability_zone",
            &[target, "outside vpc-kafka", "\"all\""],
        );
        error(
            &at(target, json!("us-east-1d")),
            "brokers[\"2\"].availability_zone",
            &[
                target,
                "us-east-1d",
                "us-east-1a, us-east-1b and us-east-1c",
            ],
        );
    }
    for target in ["52.94.76.10", "100.128.0.9", "172.32.0.9"] {
        for zone in [json!("all"), Json::Null] {
            error(
                &at(target, zone),
                "brokers[\"2\"].target",
                &[target, "public", "private address", "10.0.0.0/16"],
            );
        }
    }
}

#[test]
fn a_vpc_may_use_any_addresses_for_itself() {
    let changes = json!({
        "brokers": {"1": {"target": "52.94.76.10"}, "2": {"target": "2600:1f18::7"}},
        "load_balancer": {"ip_address_type": "dualstack"},
    });
    let dualstack = |survey: &mut Survey| {
        let blocks = ["52.94.76.0/24", "2600:1f18::/64"].map(str::to_owned);
        known(&mut survey.neighbours)[0]
            .blocks
            .extend(blocks.clone());
        let vpc = known(&mut survey.vpcs).get_mut("vpc-kafka").unwrap();
        vpc.blocks.extend(blocks);
    };
    assert_eq!(found(changes, dualstack), []);
}

#[test]
fn ipv6_outside_the_vpc_is_refused_however_local() {
    let changes = json!({"brokers": {"2": {"target": "fd00::7", "availability_zone": "all"}}});
    error(
        &found(changes, nothing),
        "brokers[\"2\"].target",
        &["fd00::7", "IPv6"],
    );
}

#[test]
fn an_address_in_no_subnet_may_get_one() {
    let changes = json!({"brokers": {"2": {"target": "10.0.200.7"}}});
    warning(
        &found(changes, nothing),
        "brokers[\"2\"].target",
        &["10.0.200.7", "vpc-kafka", "subnets"],
    );
}

#[test]
fn unknown_targets_are_not_looked_at() {
    let changes = json!({"brokers": {"2": {"target": "(unknown)", "availability_zone": "all"}}});
    assert_eq!(found(changes, nothing), []);
}

fn instances(state: &str, vpc: &str, zone: &str) -> impl FnOnce(&mut Survey) {
    let instance = Instance {
        state: state.to_owned(),
        vpc: vpc.to_owned(),
        zone: format!("us-east-1{zone}"),
    };
    |survey| survey.instances = Reading::Known([("i-0abc".to_owned(), instance)].into())
}

/// One broker on one instance.
fn on_an_instance() -> Json {
    json!({
        "brokers": {"1": {"target": "i-0abc"}, "2": {"target": "10.0.2.12"}, "3": {"target": "10.0.3.13"}},
    })
}

#[test]
fn an_instance_is_there_in_the_vpc_and_a_served_zone() {
    let found = |alter: &dyn Fn(&mut Survey)| found(on_an_instance(), |survey| alter(survey));
    let with =
        |state: &str, vpc: &str, zone: &str| found(&|survey| instances(state, vpc, zone)(survey));
    let target = "brokers[\"1\"].target";
    assert_eq!(with("running", "vpc-kafka", "a"), []);
    error(
        &found(&nothing),
        target,
        &["i-0abc does not exist in us-east-1"],
    );
    error(
        &with("terminated", "", ""),
        target,
        &["i-0abc is terminated"],
    );
    error(
        &with("running", "vpc-client", "a"),
        target,
        &["i-0abc is in vpc-client", "vpc-kafka", "by address"],
    );
    error(
        &with("running", "vpc-kafka", "d"),
        target,
        &["i-0abc is in us-east-1d", "us-east-1a"],
    );
    for state in ["stopped", "pending"] {
        warning(
            &with(state, "vpc-kafka", "a"),
            target,
            &["i-0abc is ", state],
        );
    }
}

#[test]
fn a_load_balancer_wants_eight_free_addresses_where_it_comes() {
    let with = |free: Option<u32>, kept: Option<&Kept>| {
        let few = |survey: &mut Survey| {
            known(&mut survey.subnets).get_mut("subnet-a").unwrap().free = free;
            known(&mut survey.subnets).get_mut("subnet-x").unwrap().free = Some(0);
        };
        judged(json!({}), few, kept, kept.is_none())
    };
    warning(
        &with(Some(7), None),
        "load_balancer.subnet_ids",
        &["8 free addresses", "subnet-a has 7"],
    );
    assert_eq!(with(Some(8), None), []);
    assert_eq!(with(None, None), []);
    // It stands there already.
    assert_eq!(with(Some(0), Some(&standing_in("vpc-kafka"))), []);
}

#[test]
fn given_groups_open_the_ports_to_somebody() {
    let groups = |kafka: &[std::ops::RangeInclusive<u16>], client: &[_]| {
        let both = [
            ("sg-kafka".to_owned(), group("vpc-kafka", kafka)),
            ("sg-client".to_owned(), group("vpc-client", client)),
        ];
        move |survey: &mut Survey| survey.security_groups = Reading::Known(both.into())
    };
    let all = [6001..=6003, 9091..=9091];
    let balancer = json!({"load_balancer": {"security_group_ids": ["sg-kafka"]}});
    let endpoint = json!({"endpoint": {"security_group_ids": ["sg-client"]}});
    assert_eq!(found(balancer.clone(), groups(&all, &[])), []);
    assert_eq!(found(endpoint.clone(), groups(&[], &all)), []);
    warning(
        &found(balancer.clone(), groups(&[22..=22], &[])),
        "load_balancer.security_group_ids",
        &["sg-kafka open none of", "private_link_traffic = \"off\""],
    );
    warning(
        &found(endpoint, groups(&[], &[6001..=6002, 9091..=9091])),
        "endpoint.security_group_ids",
        &["sg-client do not open 6003 to anybody", "managed group"],
    );
    // What does not matter, or may yet be: not enforced, a group or a port that is unknown.
    let mut off = balancer.clone();
    let enforce = "enforce_security_group_inbound_rules_on_private_link_traffic";
    off["load_balancer"][enforce] = "off".into();
    assert_eq!(found(off, groups(&[], &[])), []);
    let mut more = balancer;
    more["load_balancer"]["security_group_ids"] = json!(["sg-kafka", "(unknown)"]);
    assert_eq!(found(more, groups(&[], &[])), []);
}

#[test]
fn where_nothing_exists_the_region_or_the_account_is_wrong() {
    let changes = json!({
        "load_balancer": {"subnet_ids": ["subnet-1", "subnet-2"]},
        "endpoint": {"vpc_id": "vpc-0", "subnet_ids": ["subnet-3"]},
    });
    let lost = |survey: &mut Survey| survey.neighbours = Reading::NotAsked;
    let told = found(changes.clone(), lost);
    error(
        &told,
        "region",
        &[
            "subnet-1, subnet-2, subnet-3 and vpc-0",
            "us-east-1 the region that was meant",
            "right account",
        ],
    );
    // One that exists says that the place is right.
    let mut some = changes;
    some["endpoint"]["vpc_id"] = "vpc-client".into();
    let found = found(some, lost);
    let places: Vec<String> = found.iter().map(|it| it.path.to_string()).collect();
    assert_eq!(places, ["load_balancer.subnet_ids", "endpoint.subnet_ids"]);
}
