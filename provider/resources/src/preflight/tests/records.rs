//! What stands at the hostname already, and what GovCloud takes there.

use super::*;
use engine::model::survey::{HostedZone, Record};

fn record(kind: &str, to: &[&str]) -> Record {
    Record {
        kind: kind.to_owned(),
        to: to.iter().map(|it| (*it).to_owned()).collect(),
        identifier: None,
    }
}

fn zone(name: &str) -> HostedZone {
    HostedZone {
        name: name.to_owned(),
        is_private: true,
        vpcs: ["vpc-client".to_owned()].into(),
    }
}

fn with(records: Vec<Record>, endpoint: Json) -> Vec<Diagnostic> {
    let mut changes = json!({"endpoint": {"zone_id": "Z0GIVEN"}});
    merge(&mut changes, json!({ "endpoint": endpoint }));
    found(changes, |survey| {
        survey.hosted_zone = Reading::Known(Some(zone("test.com")));
        survey.records = Reading::Known(records);
    })
}

#[test]
fn a_record_at_the_hostname_is_an_error_that_says_what_it_is() {
    for (kind, to) in [
        ("A", &["192.0.2.1", "192.0.2.2"][..]),
        ("A", &["old-1.elb.us-east-1.amazonaws.com"]),
        ("AAAA", &["2001:db8::1"]),
        ("CNAME", &["old.test.com"]),
    ] {
        let found = with(vec![record(kind, to)], json!({}));
        let parts: Vec<&str> = [kind, "Z0GIVEN", "kafka.test.com", "overwrite_record = true"]
            .into_iter()
            .chain(to.iter().copied())
            .collect();
        error(&found, "endpoint.zone_id", &parts);
    }
    assert!(with(Vec::new(), json!({})).is_empty());
}

#[test]
fn overwriting_warns_with_the_old_value() {
    let records = {
        let weighted = Record {
            identifier: Some("blue".to_owned()),
            ..record("A", &["192.0.2.7"])
        };
        vec![weighted, record("AAAA", &["2001:db8::1"])]
    };
    let found = with(records, json!({"overwrite_record": true}));
    let parts = [
        "A 192.0.2.7 (blue) and AAAA 2001:db8::1",
        "does not bring it back",
    ];
    warning(&found, "endpoint.overwrite_record", &parts);
}

#[test]
fn govcloud_takes_a_cname_below_the_name_of_a_zone() {
    let plan = |endpoint: Json, name: &str| {
        let changes = json!({ "endpoint": endpoint });
        let alter = |survey: &mut Survey| {
            survey.hosted_zone = Reading::Known(Some(zone(name)));
        };
        judged_in("us-gov-west-1", changes, alter, None, true)
    };
    let parts = ["parent domain", "becomes a CNAME"];
    error(&plan(json!({}), "test.com"), "endpoint.zone_id", &parts);
    let given = json!({"zone_id": "Z0GIVEN"});
    error(
        &plan(given.clone(), "kafka.test.com"),
        "endpoint.zone_id",
        &parts,
    );
    assert!(plan(given, "test.com").is_empty());
}

/// A record of an endpoint of ours, whose state was kept, is our own.
#[test]
fn our_own_record_is_not_in_the_way() {
    let dns = "vpce-0abc-1x2y3z.vpce-svc-1.us-east-1.vpce.amazonaws.com";
    let mut kept = Kept::default();
    let endpoint = Object::Endpoint(engine::model::object::Endpoint {
        service: Default::default(),
        service_region: None,
        vpc: "vpc-client".into(),
        subnets: Default::default(),
        security_groups: Default::default(),
        ip_address_type: IpAddressType::Ipv4,
        accepted: true,
        tags: Tags::new(),
    });
    let mut seen = Seen::newborn(endpoint.clone(), "vpce-0abc".into());
    seen.outputs.dns_name = dns.into();
    let key = Key::new(Slot::Endpoint, endpoint.generation());
    kept.observed.objects.insert(key, seen);
    let changes = json!({"endpoint": {"zone_id": "Z0GIVEN"}});
    let alter = |survey: &mut Survey| {
        survey.hosted_zone = Reading::Known(Some(zone("test.com")));
        survey.records = Reading::Known(vec![record("A", &[dns])]);
    };
    assert!(judged(changes, alter, Some(&kept), false).is_empty());
}
