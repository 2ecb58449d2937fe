//! Records and rules of both address families.

use std::collections::BTreeSet;

use engine::model::{
    Key, Observed, RecordType, Slot,
    object::{
        Change, Rule,
        load_balancer::IpAddressType,
        security_group::{self, Source},
        target_group::IpFamily,
    },
};
use engine::reconcile::{Conflict, Convergence, Fact, Write, fold, foresee};

use crate::{
    config::{Config, OWNER},
    invariants::Claims,
    properties::strangers,
    rig::{Rig, assert_settled, explain, run},
    stories::{check, tell},
};

use IpAddressType::{Dualstack, Ipv4, Ipv6};
use RecordType::{A, Aaaa, Cname};

const GIVEN: &str = "Zgiven";

fn of_type(kind: IpAddressType) -> Config {
    let mut config = Config::of(1);
    config.kind = kind;
    config
}

fn records(rig: &Rig) -> Vec<RecordType> {
    let world = rig.fake.world();
    let ours = world
        .records
        .keys()
        .filter(|(_, name, _)| name == "kafka.test.com");
    ours.map(|(_, _, kind)| *kind).collect()
}

fn wanted(kind: IpAddressType) -> Vec<RecordType> {
    match kind {
        Ipv4 => vec![A],
        Dualstack => vec![A, Aaaa],
        Ipv6 => vec![Aaaa],
    }
}

#[test]
fn an_endpoint_has_a_record_of_each_family_and_nothing_stays_behind() {
    for kind in [Ipv4, Dualstack, Ipv6] {
        run(async {
            let mut rig = Rig::default();
            assert_settled(&rig.apply(&of_type(kind)).await);
            assert_eq!(records(&rig), wanted(kind));
            let again = rig.apply(&of_type(kind)).await;
            assert!(again.done.is_empty(), "{}", explain(&again));
            assert_settled(&rig.destroy().await);
            assert!(rig.fake.world().records.is_empty());
        });
    }
}

#[test]
fn the_records_follow_the_address_type_in_place() {
    for from in [Ipv4, Dualstack, Ipv6] {
        for to in [Ipv4, Dualstack, Ipv6] {
            run(async {
                let mut rig = Rig::default();
                assert_settled(&rig.apply(&of_type(from)).await);
                let endpoint = rig.fake.world().endpoints.keys().next().cloned();
                assert_settled(&rig.apply(&of_type(to)).await);
                assert_eq!(records(&rig), wanted(to), "{from} to {to}");
                assert_eq!(rig.fake.world().endpoints.keys().next().cloned(), endpoint);
            });
        }
    }
}

#[test]
fn the_stories_of_other_address_types() {
    let built = |kind| tell("", &of_type(kind).desired(), &Observed::default()).1;
    for (name, title, from, to) in [
        (
            "ipv6-comes",
            "The endpoint gets IPv6 beside IPv4.",
            Ipv4,
            Dualstack,
        ),
        (
            "ipv6-goes",
            "A dual-stack endpoint goes back to IPv4.",
            Dualstack,
            Ipv4,
        ),
        (
            "ipv4-goes",
            "A dual-stack endpoint keeps IPv6 alone.",
            Dualstack,
            Ipv6,
        ),
    ] {
        check(name, &tell(title, &of_type(to).desired(), &built(from)).0);
    }
}

/// Write by write: the name resolves to addresses that the endpoint has, where one family stays.
#[test]
fn the_name_goes_on_resolving() {
    for from in [Ipv4, Dualstack, Ipv6] {
        for to in [Ipv4, Dualstack, Ipv6] {
            let (before, after) = (of_type(from), of_type(to));
            let mut observed = tell("", &before.desired(), &Observed::default()).1;
            let foresight = foresee(&after.desired(), &observed);
            let mut claims = Claims::new(&before, &after, &observed);
            for step in foresight.steps() {
                fold(&mut observed, step, engine::model::Maybe::Unknown);
                let kept = claims.check(step, &observed);
                assert!(kept.is_ok(), "{from} to {to}: {kept:?}");
            }
        }
    }
}

/// A port of a family closes when nobody speaks it any more.
#[test]
fn rules_of_a_family_outlast_its_addresses() {
    let built = tell("", &of_type(Dualstack).desired(), &Observed::default()).1;
    let foresight = foresee(&of_type(Ipv4).desired(), &built);
    let at = |is: &dyn Fn(&Write) -> bool| {
        let mut rounds = foresight.rounds.iter();
        rounds.position(|round| round.iter().any(|step| is(&step.write)))
    };
    let closes = at(&|write| match write {
        Write::Change(Change::SecurityGroup(security_group::Change::Revoke(rules))) => {
            rules.iter().any(|rule| match rule {
                Rule::Ingress {
                    source: Source::Block(block),
                    ..
                } => block
                    .known()
                    .is_some_and(|it| IpFamily::of_block(it) == IpFamily::Ipv6),
                _ => false,
            })
        }
        _ => false,
    });
    let changes = at(&|write| matches!(write, Write::Change(Change::Endpoint(_))));
    let goes = at(&|write| *write == Write::Delete);
    assert!(
        goes < changes && changes < closes,
        "{goes:?} {changes:?} {closes:?}"
    );
}

#[test]
fn each_record_is_repaired_by_itself() {
    use engine::fake::Drift;
    for drift in [
        Drift::DeleteRecord(0),
        Drift::DeleteRecord(1),
        Drift::PointElsewhere(1),
    ] {
        run(async {
            let mut rig = Rig::default();
            assert_settled(&rig.apply(&of_type(Dualstack)).await);
            rig.fake.edit(|world| world.drift(OWNER, &drift));
            let end = rig.apply(&of_type(Dualstack)).await;
            assert_settled(&end);
            assert_eq!(end.done.len(), 1, "{drift:?}");
            assert_eq!(records(&rig), [A, Aaaa]);
        });
    }
}

fn given(kind: IpAddressType, overwrites: bool) -> Config {
    let mut config = of_type(kind);
    config.endpoint.as_mut().unwrap().zone_id = Some(GIVEN.to_owned());
    config.policy.overwrite_record = overwrites;
    config
}

async fn beside(others: &[RecordType], config: &Config) -> (Rig, Convergence) {
    let mut rig = Rig::default();
    rig.fake.edit(|world| {
        strangers(world);
        for kind in others {
            let place = (GIVEN.to_owned(), config.hostname.clone(), *kind);
            world.records.insert(place, "by-hand.test.com".to_owned());
        }
    });
    let end = rig.apply(config).await;
    (rig, end)
}

/// A name is one place: no record of it may lead elsewhere.
#[test]
fn a_foreign_record_of_any_type_keeps_the_name() {
    for kind in [Ipv4, Dualstack, Ipv6] {
        for other in [A, Aaaa, Cname] {
            run(async {
                let (rig, end) = beside(&[other], &given(kind, false)).await;
                assert!(!end.blocked.is_empty(), "{other:?}: {}", explain(&end));
                let is_about = |slot| matches!(slot, Slot::Alias(_));
                assert!(end.blocked.iter().all(|it| is_about(it.step.key.slot)));
                let said = end.blocked[0].conflicts().next().unwrap().to_string();
                assert!(said.contains("by-hand.test.com"), "{said}");
                assert!(said.contains("overwrite_record"), "{said}");
                assert_eq!(records(&rig), [other]);
            });
        }
    }
}

#[test]
fn a_foreign_record_of_any_type_is_taken_over_on_demand() {
    for kind in [Ipv4, Dualstack, Ipv6] {
        for others in [&[A][..], &[Aaaa], &[Cname], &[A, Aaaa]] {
            run(async {
                let config = given(kind, true);
                let (mut rig, end) = beside(others, &config).await;
                assert_settled(&end);
                assert_eq!(records(&rig), wanted(kind), "{others:?}");
                let world = rig.fake.world();
                let mut ours = world
                    .records
                    .iter()
                    .filter(|(at, _)| at.1 == config.hostname);
                assert!(ours.all(|(_, to)| to.contains(".vpce.")));
                let takes_over = |write: &Write| matches!(write, Write::Overwrite(_));
                assert!(end.done.iter().any(|step| takes_over(&step.write)));
                assert!(rig.apply(&config).await.done.is_empty());
                assert_settled(&rig.destroy().await);
                assert_eq!(records(&rig), []);
            });
        }
    }
}

/// The old record serves until the endpoint does.
#[test]
fn a_record_is_taken_over_last() {
    let config = given(Ipv4, true);
    let mut observed = Observed::default();
    let slot = Slot::Alias(Cname);
    observed
        .foreign
        .insert(slot, "record kafka.test.com CNAME old".to_owned());
    let plan = engine::reconcile::plan(&config.desired(), &observed);
    let takes_over = |write: &Write| matches!(write, Write::Overwrite(_));
    let mut steps = plan.steps.iter();
    let step = steps
        .find(|planned| takes_over(&planned.step.write))
        .unwrap();
    let is_ready = |fact: &Fact| matches!(fact, Fact::Until(key, _) if key.slot == Slot::Endpoint);
    assert!(step.waits.iter().any(|wait| is_ready(&wait.fact)));
    assert!(step.conflicts().next().is_none());
    let kept = plan.steps.iter().flat_map(|planned| planned.conflicts());
    assert_eq!(
        kept.cloned().collect::<BTreeSet<Conflict>>(),
        BTreeSet::new()
    );
    let end = foresee(&config.desired(), &observed).end;
    assert!(end.foreign.is_empty());
    assert!(
        end.get(Key::new(Slot::Alias(A), step.step.key.generation))
            .is_some()
    );
}
