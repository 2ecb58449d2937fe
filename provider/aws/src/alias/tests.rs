use aws_sdk_route53::types::{AliasTarget, ResourceRecord};

use super::*;
use engine::model::{
    Life, Observed, Scope,
    object::{Endpoint, Zone, load_balancer::IpAddressType},
};

const ENDPOINT: &str = "vpce-0abc-1x2y3z.vpce-svc-1.us-east-1.vpce.amazonaws.com";

fn alias(name: &str, to: &str) -> ResourceRecordSet {
    let target = AliasTarget::builder()
        .hosted_zone_id("Z2")
        .dns_name(to)
        .evaluate_target_health(false)
        .build()
        .unwrap();
    let record = ResourceRecordSet::builder().name(name).r#type(RrType::A);
    record.alias_target(target).build().unwrap()
}

fn plain_record(name: &str, kind: RrType) -> ResourceRecordSet {
    ResourceRecordSet::builder()
        .name(name)
        .r#type(kind)
        .ttl(60)
        .resource_records(ResourceRecord::builder().value("x").build().unwrap())
        .build()
        .unwrap()
}

/// With an endpoint of ours, and a zone of ours named `kafka.test.com` if it is managed.
fn look_at(scope: &Scope, managed: bool, records: Vec<ResourceRecordSet>) -> Observed {
    look_in(scope, managed.then_some(true), records)
}

/// `zone`: whether the managed zone carries our owner.
fn look_in(scope: &Scope, zone: Option<bool>, records: Vec<ResourceRecordSet>) -> Observed {
    let claims = Claims::new(scope, "mine".to_owned(), Default::default());
    let mut sight = Sight::new(&claims);
    let endpoint = Object::Endpoint(Endpoint {
        service: Default::default(),
        service_region: None,
        vpc: "vpc-1".into(),
        subnets: Default::default(),
        security_groups: Default::default(),
        ip_address_type: IpAddressType::Ipv4,
        accepted: true,
        tags: Default::default(),
    });
    let mut endpoint = seen("vpce-0abc", true, endpoint);
    endpoint.life = Life::Ready;
    endpoint.outputs.dns_name = ENDPOINT.into();
    sight.place(Slot::Endpoint, endpoint);
    if let Some(owned) = zone {
        let object = Zone {
            name: "kafka.test.com".to_owned(),
            vpc: "vpc-1".into(),
            tags: Default::default(),
        };
        sight.place(Slot::Zone, seen("Z1", owned, Object::Zone(object)));
    }
    let raw = Raw {
        zone: "Z1".to_owned(),
        records,
        by_cname: false,
        name: zone.is_none().then(|| "kafka.test.com".to_owned()),
    };
    see(&mut sight, &[raw]);
    sight.observed
}

fn seen_target(observed: &Observed) -> Option<Option<Key>> {
    observed
        .of(Slot::Alias(RecordType::A))
        .next()
        .map(|(_, seen)| match &seen.object {
            Object::Alias(alias) => alias.target,
            other => panic!("{other:?}"),
        })
}

#[test]
fn an_alias_to_our_endpoint_is_ours_however_it_is_spelt() {
    let to = format!("{}.", ENDPOINT.to_ascii_uppercase());
    let observed = look_at(
        &Scope::default(),
        false,
        vec![alias("Kafka.test.com.", &to)],
    );
    let endpoint = observed.of(Slot::Endpoint).next().map(|(key, _)| key);
    assert_eq!(seen_target(&observed), Some(endpoint));
    let (_, seen) = observed.of(Slot::Alias(RecordType::A)).next().unwrap();
    assert_eq!(seen.id, Maybe::from("Z1/kafka.test.com"));
}

/// A rejected endpoint may be listed without its names.
#[test]
fn an_alias_to_our_endpoint_is_known_by_its_id() {
    let scope = Scope::default();
    let claims = Claims::new(&scope, "mine".to_owned(), Default::default());
    let mut sight = Sight::new(&claims);
    let observed = look_at(&Scope::default(), false, Vec::new());
    let (_, endpoint) = observed.of(Slot::Endpoint).next().unwrap();
    let mut endpoint = endpoint.clone();
    endpoint.outputs.dns_name = Maybe::Unknown;
    let key = sight.place(Slot::Endpoint, endpoint);
    assert_eq!(endpoint_at(&sight, ENDPOINT), Some(key));
    let zonal = ENDPOINT.replacen("-1x2y3z", "-1x2y3z-us-east-1a", 1);
    let longer = ENDPOINT.replacen("vpce-0abc", "vpce-0abcd", 1);
    for other in [zonal, longer, "elsewhere.test.com".to_owned()] {
        assert_eq!(endpoint_at(&sight, &other), None, "{other}");
    }
}

#[test]
fn a_record_of_others_stands_in_the_way() {
    for record in [
        alias("kafka.test.com.", "elsewhere.elb.amazonaws.com."),
        plain_record("kafka.test.com.", RrType::A),
        plain_record("kafka.test.com.", RrType::Cname),
    ] {
        let observed = look_at(&Scope::default(), false, vec![record]);
        assert_eq!(seen_target(&observed), None);
        assert!(
            observed
                .foreign
                .keys()
                .any(|slot| matches!(slot, Slot::Alias(_)))
        );
    }
    let beside = plain_record("kafka.test.com.", RrType::Txt);
    let observed = look_at(&Scope::default(), false, vec![beside]);
    assert!(observed.foreign.is_empty());
}

#[test]
fn each_family_has_its_alias() {
    let mut six = alias("kafka.test.com.", ENDPOINT);
    six.r#type = RrType::Aaaa;
    let observed = look_at(
        &Scope::default(),
        true,
        vec![alias("kafka.test.com.", ENDPOINT), six],
    );
    let kinds: Vec<_> = observed.aliases().map(|(_, _, it)| it.kind).collect();
    assert_eq!(kinds, [RecordType::A, RecordType::Aaaa]);
    let ids: Vec<_> = observed
        .aliases()
        .map(|(_, seen, _)| seen.id.clone())
        .collect();
    assert_eq!(
        ids,
        ["Z1/kafka.test.com".into(), "Z1/kafka.test.com/AAAA".into()]
    );
    assert!(observed.foreign.is_empty() && observed.foreign_records.is_empty());

    // One of others says whose it is.
    let mut theirs = plain_record("kafka.test.com.", RrType::Aaaa);
    theirs.set_identifier = Some("blue".to_owned());
    let observed = look_at(&Scope::default(), false, vec![theirs]);
    let said = &observed.foreign[&Slot::Alias(RecordType::Aaaa)];
    assert_eq!(said, "record kafka.test.com AAAA x (blue) in zone Z1");
}

/// A record is in the way only where the hostname is to be.
#[test]
fn records_of_another_name_or_zone_are_nobodys_business() {
    let scope = |hostname: &str, zone: &str| Scope {
        hostname: Some(hostname.to_owned()),
        zone_id: Some(zone.to_owned()),
        ..Scope::default()
    };
    for (scope, is_in_the_way) in [
        (scope("kafka.test.com", "Z1"), true),
        (scope("kafka.test.com", "/hostedzone/Z1"), true),
        (scope("kafka.test.com", "Z2"), false),
        (scope("other.test.com", "Z1"), false),
    ] {
        let theirs = plain_record("kafka.test.com.", RrType::A);
        let observed = look_at(&scope, false, vec![theirs]);
        assert_eq!(!observed.foreign.is_empty(), is_in_the_way, "{scope:?}");
    }
}

#[test]
fn one_that_the_state_knew_stays_ours_when_it_is_bent() {
    let bent = alias("kafka.test.com.", "elsewhere.elb.amazonaws.com.");
    let known = look_at(
        &Scope::default(),
        false,
        vec![alias("kafka.test.com.", ENDPOINT)],
    );
    let scope = Scope {
        known,
        ..Scope::default()
    };
    assert_eq!(seen_target(&look_at(&scope, false, vec![bent])), Some(None));
}

#[test]
fn records_of_others_in_our_zone_are_listed() {
    let observed = look_at(
        &Scope::default(),
        true,
        vec![
            plain_record("kafka.test.com.", RrType::Ns),
            plain_record("kafka.test.com.", RrType::Soa),
            alias("kafka.test.com.", ENDPOINT),
            plain_record("other.kafka.test.com.", RrType::A),
            plain_record("kafka.test.com.", RrType::Txt),
        ],
    );
    assert!(matches!(seen_target(&observed), Some(Some(_))));
    let listed: Vec<_> = observed
        .foreign_records
        .iter()
        .map(String::as_str)
        .collect();
    assert_eq!(listed, ["kafka.test.com TXT", "other.kafka.test.com A"]);
    assert!(observed.foreign.is_empty());
}

/// Its endpoint is gone, and so may be the state that knew it: the zone was made for it alone.
#[test]
fn an_alias_that_outlived_its_endpoint_is_ours_in_a_zone_that_we_made() {
    let gone = "vpce-0def-9x8y7z.vpce-svc-1.us-east-1.vpce.amazonaws.com.";
    let scope = Scope::default();
    let at = |name, to, owned| look_in(&scope, Some(owned), vec![alias(name, to)]);

    let left_over = at("kafka.test.com.", gone, true);
    assert_eq!(seen_target(&left_over), Some(None));
    assert!(left_over.foreign_records.is_empty() && left_over.foreign.is_empty());
    for (name, to, owned) in [
        ("kafka.test.com.", gone, false),
        ("www.kafka.test.com.", gone, true),
        ("kafka.test.com.", "elsewhere.elb.amazonaws.com.", true),
    ] {
        let observed = at(name, to, owned);
        assert_eq!(seen_target(&observed), None, "{name} to {to}");
        assert_eq!(observed.foreign_records.len(), 1);
    }
}
