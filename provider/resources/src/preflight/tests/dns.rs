//! How the hostname resolves in the endpoint's VPC.

use super::*;
use engine::model::{
    object::Zone,
    survey::{HostedZone, PrivateZone},
};

/// A given zone, private and associated with the endpoint's VPC.
fn given(name: &str) -> HostedZone {
    HostedZone {
        name: name.to_owned(),
        is_private: true,
        vpcs: ["vpc-client".to_owned()].into(),
    }
}

fn with_given(zone: Option<HostedZone>, others: &[(&str, &str)]) -> Vec<Diagnostic> {
    let others = zones(others);
    found(json!({"endpoint": {"zone_id": "Z0GIVEN"}}), |survey| {
        survey.hosted_zone = Reading::Known(zone);
        survey.private_zones = Reading::Known(others);
    })
}

fn zones(zones: &[(&str, &str)]) -> Vec<PrivateZone> {
    let zone = |(id, name): &(&str, &str)| PrivateZone {
        id: (*id).to_owned(),
        name: (*name).to_owned(),
    };
    zones.iter().map(zone).collect()
}

#[test]
fn a_vpc_needs_both_switches() {
    let with = |support: bool, hostnames: bool| {
        found(json!({}), |survey| {
            survey.dns_support = Reading::Known(Some(support));
            survey.dns_hostnames = Reading::Known(Some(hostnames));
        })
    };
    let support = "enableDnsSupport";
    let hostnames = "enableDnsHostnames";
    warning(
        &with(true, false),
        "endpoint.vpc_id",
        &["vpc-client", hostnames, "is off"],
    );
    warning(
        &with(false, true),
        "endpoint.vpc_id",
        &["vpc-client", support, "is off"],
    );
    warning(
        &with(false, false),
        "endpoint.vpc_id",
        &[support, hostnames, "are off"],
    );
}

#[test]
fn what_aws_does_not_say_is_not_off() {
    let unsaid = found(json!({}), |survey| {
        survey.dns_support = Reading::Known(None);
        survey.dns_hostnames = Reading::Known(None);
    });
    assert_eq!(unsaid, []);
    let zone = HostedZone {
        vpcs: [].into(),
        is_private: true,
        ..given("kafka.test.com")
    };
    let others = [("Z0GIVEN", "kafka.test.com")];
    assert_eq!(with_given(Some(zone), &others), []);
}

#[test]
fn a_given_zone_exists_and_holds_the_hostname() {
    let at = "endpoint.zone_id";
    error(&with_given(None, &[]), at, &["Z0GIVEN does not exist"]);
    for name in ["kafka.test.com", "test.com", "com"] {
        assert_eq!(with_given(Some(given(name)), &[("Z0GIVEN", name)]), []);
    }
    for name in ["example.com", "a.kafka.test.com", "fka.test.com", "est.com"] {
        error(
            &with_given(Some(given(name)), &[]),
            at,
            &[name, "kafka.test.com"],
        );
    }
}

#[test]
fn a_private_zone_resolves_where_it_is_associated() {
    let elsewhere = HostedZone {
        vpcs: ["vpc-kafka".to_owned()].into(),
        ..given("test.com")
    };
    let words = ["test.com", "not associated with vpc-client"];
    warning(
        &with_given(Some(elsewhere.clone()), &[]),
        "endpoint.zone_id",
        &words,
    );
    let public = HostedZone {
        is_private: false,
        ..elsewhere
    };
    assert_eq!(with_given(Some(public), &[]), []);
}

#[test]
fn a_more_specific_private_zone_answers_first() {
    let private = given("test.com");
    for (name, is_in_the_way) in [
        ("kafka.test.com", true),
        ("test.com", false),
        ("com", false),
        ("a.kafka.test.com", false),
        ("other.test.com", false),
    ] {
        let told = with_given(
            Some(private.clone()),
            &[("Z0GIVEN", "test.com"), ("Z1", name)],
        );
        match is_in_the_way {
            true => warning(
                &told,
                "endpoint.zone_id",
                &["kafka.test.com (Z1)", "vpc-client"],
            ),
            false => assert_eq!(told, [], "{name}"),
        }
    }
    let public = HostedZone {
        is_private: false,
        ..private
    };
    for name in ["kafka.test.com", "test.com", "com"] {
        let told = with_given(Some(public.clone()), &[("Z1", name)]);
        warning(&told, "endpoint.zone_id", &[&format!("{name} (Z1)")]);
    }
}

#[test]
fn a_managed_zone_is_the_only_one_of_its_name() {
    let taken = |name: &'static str| {
        move |survey: &mut Survey| survey.private_zones = Reading::Known(zones(&[("Z1", name)]))
    };
    let told = found(json!({}), taken("kafka.test.com"));
    warning(
        &told,
        "endpoint.zone_id",
        &["kafka.test.com (Z1)", "second private zone"],
    );
    for name in ["test.com", "a.kafka.test.com"] {
        assert_eq!(found(json!({}), taken(name)), []);
    }
    assert_eq!(
        found(
            json!({"endpoint": {"zone_id": "(unknown)"}}),
            taken("kafka.test.com")
        ),
        []
    );

    let mut kept = Kept::default();
    let zone = Zone {
        name: "kafka.test.com".to_owned(),
        vpc: "vpc-client".into(),
        tags: Tags::default(),
    };
    see(&mut kept, Slot::Zone, Object::Zone(zone), "Z1");
    for is_new in [false, true] {
        let told = judged(json!({}), taken("kafka.test.com"), Some(&kept), is_new);
        assert_eq!(told, [], "its own zone");
    }
    let told = judged(json!({}), taken("kafka.test.com"), None, false);
    assert_eq!(told, [], "which zone is its own was not kept");
}

#[test]
fn without_a_hostname_there_is_nothing_to_hold() {
    let told = found(
        json!({"hostname": "(unknown)", "endpoint": {"zone_id": "Z0GIVEN"}}),
        |survey| {
            survey.hosted_zone = Reading::Known(Some(given("example.com")));
            survey.private_zones = Reading::Known(zones(&[("Z1", "kafka.test.com")]));
        },
    );
    assert_eq!(told, []);
}
