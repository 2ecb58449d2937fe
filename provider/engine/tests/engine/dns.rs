//! How the hostname is published: by aliases, by the endpoint's addresses, or not at all.

use std::collections::BTreeSet;

use engine::model::{
    Desired, Key, Object, Observed, RecordType, Slot,
    object::{
        Alias, Change, DnsMode,
        alias::{self, Form},
        load_balancer::IpAddressType,
    },
};
use engine::reconcile::{Conflict, Step, Write, foresee};

use crate::{
    config::{Config, set},
    edits::GIVEN_ZONE,
    properties::strangers,
    rig::{Rig, assert_settled, explain, run},
    stories::{change, tell},
};

const MODES: [DnsMode; 3] = [DnsMode::Alias, DnsMode::Records, DnsMode::Nothing];

fn of_mode(dns: DnsMode, zone_id: Option<&str>) -> Config {
    let mut config = Config::of(1);
    let consumer = config.endpoint.as_mut().unwrap();
    consumer.dns = dns;
    consumer.zone_id = zone_id.map(str::to_owned);
    config
}

fn rig() -> Rig {
    let rig = Rig::default();
    rig.fake.edit(strangers);
    rig
}

/// What the hostname's records hold.
fn records(rig: &Rig) -> Vec<(RecordType, String)> {
    let world = rig.fake.world();
    let all = world.records.iter();
    let ours = all.filter(|((_, name, _), _)| name == "kafka.test.com");
    ours.map(|((_, _, kind), to)| (*kind, to.clone())).collect()
}

/// One address of each family for each interface.
fn holds_addresses(rig: &Rig, kind: IpAddressType, interfaces: usize) {
    let found = records(rig);
    let kinds: Vec<RecordType> = found.iter().map(|(kind, _)| *kind).collect();
    let wanted = match kind {
        IpAddressType::Ipv4 => vec![RecordType::A],
        IpAddressType::Dualstack => vec![RecordType::A, RecordType::Aaaa],
        IpAddressType::Ipv6 => vec![RecordType::Aaaa],
    };
    assert_eq!(kinds, wanted);
    let endpoint = rig.see(None);
    let (_, endpoint) = endpoint.of(Slot::Endpoint).next().unwrap();
    for (kind, held) in found {
        let held: BTreeSet<_> = held.split(' ').map(|it| it.parse().unwrap()).collect();
        assert_eq!(held.len(), interfaces);
        assert_eq!(held, endpoint.outputs.addresses_of(kind));
    }
}

fn is_of_records(step: &Step) -> bool {
    matches!(step.key.slot, Slot::Alias(_))
}

#[test]
fn records_hold_the_addresses_of_the_endpoint() {
    for kind in [
        IpAddressType::Ipv4,
        IpAddressType::Dualstack,
        IpAddressType::Ipv6,
    ] {
        for zone in [None, Some(GIVEN_ZONE)] {
            run(async {
                let mut rig = rig();
                let before = rig.fake.world();
                let mut config = of_mode(DnsMode::Records, zone);
                config.kind = kind;
                assert_settled(&rig.apply(&config).await);
                holds_addresses(&rig, kind, 2);
                let again = rig.apply(&config).await;
                assert!(again.done.is_empty(), "{}", explain(&again));
                assert_settled(&rig.destroy().await);
                assert_eq!(rig.fake.world().records, before.records);
                assert_eq!(rig.fake.world().zones, before.zones);
            });
        }
    }
}

#[test]
fn the_mode_changes_in_place_and_the_name_stays() {
    for zone in [None, Some(GIVEN_ZONE)] {
        for from in MODES {
            for to in MODES {
                run(async {
                    let mut rig = rig();
                    let others = rig.fake.world();
                    assert_settled(&rig.apply(&of_mode(from, zone)).await);
                    let endpoint = rig.fake.world().endpoints.keys().next().cloned();
                    let end = rig.apply(&of_mode(to, zone)).await;
                    assert_settled(&end);
                    assert_eq!(rig.fake.world().endpoints.keys().next().cloned(), endpoint);
                    match to {
                        DnsMode::Alias => assert!(records(&rig)[0].1.contains(".vpce.")),
                        DnsMode::Records => holds_addresses(&rig, IpAddressType::Ipv4, 2),
                        DnsMode::Nothing => {
                            assert_eq!(rig.fake.world().records, others.records);
                            assert_eq!(rig.fake.world().zones, others.zones);
                        }
                    }
                    if from != to && from != DnsMode::Nothing && to != DnsMode::Nothing {
                        assert_eq!(end.done.len(), 1, "{}", explain(&end));
                        assert!(matches!(
                            end.done[0].write,
                            Write::Change(Change::Alias(alias::Change::Point { .. }))
                        ));
                    }
                    assert_settled(&rig.destroy().await);
                    assert_eq!(rig.fake.world().records, others.records);
                });
            }
        }
    }
}

#[test]
fn the_addresses_follow_the_interfaces() {
    run(async {
        let mut rig = rig();
        let mut config = of_mode(DnsMode::Records, Some(GIVEN_ZONE));
        assert_settled(&rig.apply(&config).await);
        for (subnets, interfaces) in [
            (set(["subnet-x", "subnet-y", "subnet-z"]), 3),
            (set(["subnet-z"]), 1),
        ] {
            config.endpoint.as_mut().unwrap().subnets = subnets;
            let end = rig.apply(&config).await;
            assert_settled(&end);
            holds_addresses(&rig, IpAddressType::Ipv4, interfaces);
            let of_records = end.done.iter().filter(|step| is_of_records(step));
            assert_eq!(of_records.count(), 1, "{}", explain(&end));
        }
    });
}

/// Behind Terraform's back AWS gives an interface another address, or somebody edits the record.
#[test]
fn other_addresses_are_repaired() {
    run(async {
        let mut rig = rig();
        let config = of_mode(DnsMode::Records, Some(GIVEN_ZONE));
        assert_settled(&rig.apply(&config).await);
        rig.fake.edit(|world| {
            let place = (
                GIVEN_ZONE.to_owned(),
                config.hostname.clone(),
                RecordType::A,
            );
            world.records.insert(place, "10.9.9.9".to_owned());
        });
        let end = rig.apply(&config).await;
        assert_settled(&end);
        assert_eq!(end.done.len(), 1, "{}", explain(&end));
        holds_addresses(&rig, IpAddressType::Ipv4, 2);
    });
}

/// A record is ours by its addresses, as long as all of them are our endpoint's.
#[test]
fn without_a_state_a_record_is_ours_by_its_addresses_alone() {
    run(async {
        let mut rig = rig();
        let config = of_mode(DnsMode::Records, Some(GIVEN_ZONE));
        assert_settled(&rig.apply(&config).await);
        let [(_, held)] = records(&rig).try_into().unwrap();
        let one = held.split(' ').next().unwrap().to_owned();
        for (value, is_ours) in [
            (held.clone(), true),
            (one.clone(), true),
            (format!("{one} 10.9.9.9"), false),
            ("10.9.9.9".to_owned(), false),
            ("elsewhere.test.com".to_owned(), false),
        ] {
            rig.state = Observed::default();
            rig.fake.edit(|world| {
                let place = (
                    GIVEN_ZONE.to_owned(),
                    config.hostname.clone(),
                    RecordType::A,
                );
                world.records.insert(place, value.clone());
            });
            let end = rig.apply(&config).await;
            match is_ours {
                true => {
                    assert_settled(&end);
                    holds_addresses(&rig, IpAddressType::Ipv4, 2);
                }
                false => {
                    let mut conflicts = end.blocked.iter().flat_map(|it| it.conflicts());
                    let is_taken = |it: &Conflict| matches!(it, Conflict::Taken { .. });
                    assert!(conflicts.any(is_taken), "{value}: {}", explain(&end));
                    assert_eq!(records(&rig), [(RecordType::A, value)]);
                }
            }
        }
    });
}

#[test]
fn a_foreign_record_makes_way_on_demand_alone() {
    for dns in [DnsMode::Records, DnsMode::Nothing] {
        for overwrites in [false, true] {
            run(async {
                let mut rig = rig();
                let mut config = of_mode(dns, Some(GIVEN_ZONE));
                config.kind = IpAddressType::Dualstack;
                config.policy.overwrite_record = overwrites;
                rig.fake.edit(|world| {
                    for (kind, value) in
                        [(RecordType::A, "10.9.9.9"), (RecordType::Aaaa, "fd00::9")]
                    {
                        let place = (GIVEN_ZONE.to_owned(), config.hostname.clone(), kind);
                        world.records.insert(place, value.to_owned());
                    }
                });
                let before = records(&rig);
                let end = rig.apply(&config).await;
                match (dns, overwrites) {
                    (DnsMode::Records, true) => {
                        assert_settled(&end);
                        holds_addresses(&rig, IpAddressType::Dualstack, 2);
                    }
                    (DnsMode::Records, false) => {
                        assert!(!end.blocked.is_empty());
                        assert_eq!(records(&rig), before);
                    }
                    _ => {
                        assert_settled(&end);
                        assert_eq!(records(&rig), before);
                    }
                }
            });
        }
    }
}

/// As GovCloud has the hostname while it is no address.
fn by_cname(config: &Config) -> Desired {
    let mut desired = config.desired();
    let is_record = |key: &Key| matches!(key.slot, Slot::Alias(_));
    let first = desired.objects.keys().find(|key| is_record(key)).copied();
    let first = desired.objects[&first.unwrap()].as_alias().unwrap().clone();
    desired.objects.retain(|key, _| !is_record(key));
    let cname = Alias {
        kind: RecordType::Cname,
        form: Form::Name,
        ..first
    };
    desired.insert(Slot::Alias(RecordType::Cname), Object::Alias(cname));
    desired
}

/// A CNAME stands alone, so that one batch takes it and makes the addresses.
#[test]
fn a_cname_and_addresses_change_places_at_once() {
    for kind in [IpAddressType::Ipv4, IpAddressType::Dualstack] {
        run(async {
            let mut rig = rig();
            let others = rig.fake.world();
            let mut config = of_mode(DnsMode::Records, Some(GIVEN_ZONE));
            config.kind = kind;
            let named = by_cname(&config);
            assert_settled(&rig.converge(&rig.scope(Some(&config)), &named).await);
            assert_eq!(records(&rig)[0].0, RecordType::Cname);
            for (desired, is_named) in [(config.desired(), false), (named, true)] {
                rig.fake.take_journal();
                let end = rig.converge(&rig.scope(Some(&config)), &desired).await;
                assert_settled(&end);
                let deletes = |step: &Step| is_of_records(step) && step.write == Write::Delete;
                assert!(!end.done.iter().any(deletes), "{}", explain(&end));
                match is_named {
                    true => assert_eq!(records(&rig)[0].0, RecordType::Cname),
                    false => holds_addresses(&rig, kind, 2),
                }
            }
            assert_settled(&rig.destroy().await);
            assert_eq!(rig.fake.world().records, others.records);
        });
    }
}

/// What takes the place of a record of ours takes nothing of others along.
#[test]
fn a_foreign_record_beside_ours_stops_what_would_take_it() {
    let mut config = of_mode(DnsMode::Records, Some(GIVEN_ZONE));
    let mut observed = tell("", &config.desired(), &Observed::default()).1;
    observed.foreign.insert(
        Slot::Alias(RecordType::Aaaa),
        "record kafka.test.com AAAA fd00::9".to_owned(),
    );
    let foresight = foresee(&by_cname(&config), &observed);
    assert!(!foresight.blocked.is_empty());
    assert_eq!(foresight.steps().count(), 0);
    config.policy.overwrite_record = true;
    assert!(foresee(&by_cname(&config), &observed).blocked.is_empty());
}

#[test]
fn publish_the_addresses() {
    change("dns-records", "The hostname has addresses.", |config| {
        config.endpoint.as_mut().unwrap().dns = DnsMode::Records;
    });
}

#[test]
fn publish_nothing() {
    change("dns-none", "DNS becomes somebody else's.", |config| {
        config.endpoint.as_mut().unwrap().dns = DnsMode::Nothing;
    });
}

/// Whoever overwrote our record behind Terraform's back has made it theirs: what makes way is ours
/// alone.
#[test]
fn a_record_that_somebody_overwrote_is_not_deleted() {
    for from in [DnsMode::Alias, DnsMode::Records] {
        for is_destroyed in [false, true] {
            for theirs in ["10.9.9.9", "vpce-9.vpce-svc.us-east-1.vpce.amazonaws.com"] {
                run(async {
                    let mut rig = rig();
                    let config = of_mode(from, Some(GIVEN_ZONE));
                    assert_settled(&rig.apply(&config).await);
                    let zone = GIVEN_ZONE.to_owned();
                    let place = (zone, config.hostname.clone(), RecordType::A);
                    rig.fake
                        .edit(|world| world.records.insert(place, theirs.to_owned()));
                    let end = match is_destroyed {
                        true => rig.destroy().await,
                        false => {
                            rig.apply(&of_mode(DnsMode::Nothing, Some(GIVEN_ZONE)))
                                .await
                        }
                    };
                    assert_settled(&end);
                    assert_eq!(records(&rig), [(RecordType::A, theirs.to_owned())]);
                    assert!(rig.state.aliases().next().is_none());
                });
            }
        }
    }
}

#[test]
fn a_record_that_holds_some_of_the_addresses_is_deleted() {
    run(async {
        let mut rig = rig();
        let others = rig.fake.world();
        let config = of_mode(DnsMode::Records, Some(GIVEN_ZONE));
        assert_settled(&rig.apply(&config).await);
        let [(_, held)] = records(&rig).try_into().unwrap();
        let one = held.split(' ').next().unwrap().to_owned();
        let place = (GIVEN_ZONE.to_owned(), config.hostname, RecordType::A);
        rig.fake.edit(|world| world.records.insert(place, one));
        assert_settled(&rig.destroy().await);
        assert_eq!(rig.fake.world().records, others.records);
    });
}
