//! What holds whatever happens. `ENGINE_CASES` asks for more cases than a plain run has.

use std::{collections::BTreeMap, time::Duration};

use engine::fake::{Drift, Pace, World};
use engine::model::{
    RecordType,
    object::{Change, endpoint},
};
use engine::reconcile::{Order, Step, Write, plan};
use proptest::prelude::*;

use crate::{
    config::{Config, OWNER},
    edits::{GIVEN_ZONE, Turn, config, drift, turn},
    folding::told_the_truth,
    invariants::Claims,
    rig::{Rig, explain, run},
};
use testing::chance::Chance;

pub fn runner(usual: u32) -> Chance {
    Chance::new("ENGINE_CASES", usual, 100)
}

/// Others' objects in the same account, some of them close to ours.
pub fn strangers(world: &mut World) -> World {
    world.pace = Pace::brisk();
    world.add_foreign_group();
    world.zones.insert(
        GIVEN_ZONE.to_owned(),
        engine::fake::Zone {
            name: "test.com".to_owned(),
            vpc: "vpc-client".to_owned(),
            caller_reference: "by hand".to_owned(),
            tags: BTreeMap::new(),
        },
    );
    world.records.insert(
        (
            GIVEN_ZONE.to_owned(),
            "www.test.com".to_owned(),
            RecordType::A,
        ),
        "elsewhere".to_owned(),
    );
    world.clone()
}

/// What of `now` was there in `then`, which must all be as it was.
#[track_caller]
pub fn assert_untouched(then: &World, now: &World) {
    for (id, group) in &then.target_groups {
        assert_eq!(Some(group), now.target_groups.get(id));
    }
    for (id, listener) in &then.listeners {
        assert_eq!(Some(listener), now.listeners.get(id));
    }
    for (id, zone) in &then.zones {
        assert_eq!(Some(zone), now.zones.get(id));
    }
    for (place, record) in &then.records {
        assert_eq!(Some(record), now.records.get(place));
    }
}

/// Nothing of ours is left.
#[track_caller]
pub fn assert_only(then: &World, now: &World) {
    assert_eq!(then.target_groups, now.target_groups);
    assert_eq!(then.listeners, now.listeners);
    assert_eq!(then.zones, now.zones);
    assert_eq!(then.records, now.records);
    assert!(now.balancers.is_empty() && now.services.is_empty() && now.endpoints.is_empty());
    assert!(now.security_groups.is_empty(), "{:?}", now.security_groups);
}

type Verdict = Result<(), TestCaseError>;

/// Several applies in a row with interference, each write held against the invariants.
///
/// On a `crowded` load balancer others' listeners leave no more places than the largest of the
/// configurations needs.
pub async fn live(first: &Config, turns: &[Turn], without: &[Order], crowded: bool) -> Verdict {
    let mut rig = Rig {
        without: without.to_vec(),
        time_limit: Some(Duration::from_secs(3600)),
        ..Rig::default()
    };
    let alone = rig.fake.edit(strangers);
    let end = rig.apply(first).await;
    prop_assert!(end.is_settled(), "create: {}", explain(&end));
    let configs = after_each(first, turns);
    let most = configs
        .iter()
        .map(|config| config.ports().len())
        .max()
        .unwrap_or(0);
    let (others, crowd) = rig.fake.edit(|world| {
        let mut others = alone.clone();
        let mut crowd = Vec::new();
        let balancer = world.balancers.keys().next().cloned().unwrap();
        for port in 20_000..20_000 + if crowded { 50 - most as u16 } else { 0 } {
            let id = world.add_foreign_listener(&balancer, port);
            let listener = world.listeners[&id].clone();
            let group = world.target_groups[&listener.group].clone();
            others.target_groups.insert(listener.group.clone(), group);
            others.listeners.insert(id.clone(), listener);
            crowd.push(id);
        }
        (others, crowd)
    });
    let mut before = first.clone();
    for (turn, after) in turns.iter().zip(configs) {
        rig.fake.edit(|world| {
            for drift in &turn.drifts {
                world.drift(OWNER, drift);
            }
        });
        rig.fake.take_journal();
        let start = rig.see(Some(&before));
        let end = rig.apply(&after).await;
        let journal = rig.fake.take_journal();
        let mut claims = Claims::new(&before, &after, &start);
        let mut last = &start;
        for (step, held) in &journal.writes {
            let broken = claims.check(step, held);
            let broken = broken.and_then(|()| told_the_truth(last, step, held));
            last = held;
            if let Err(broken) = broken {
                let story: Vec<String> = journal
                    .writes
                    .iter()
                    .map(|(step, _)| step.to_string())
                    .collect();
                return Err(TestCaseError::fail(format!(
                    "{broken}\n{}",
                    story.join("\n")
                )));
            }
        }
        prop_assert!(end.is_settled(), "{turn:?}\n{}", explain(&end));
        let refusals: Vec<_> = journal
            .refusals
            .iter()
            .filter(|(step, error)| !is_expected(step, &error.code))
            .collect();
        prop_assert!(refusals.is_empty(), "{refusals:?}");
        let again = rig.apply(&after).await;
        prop_assert!(again.done.is_empty(), "again: {:?}", again.done);
        assert_untouched(&others, &rig.fake.world());
        before = after;
    }
    rig.fake.edit(|world| {
        for id in &crowd {
            let listener = world.listeners.remove(id).unwrap();
            world.target_groups.remove(&listener.group);
        }
    });
    let end = rig.destroy().await;
    prop_assert!(end.is_settled(), "destroy: {}", explain(&end));
    assert_only(&alone, &rig.fake.world());
    Ok(())
}

/// The configuration after each turn.
pub fn after_each(first: &Config, turns: &[Turn]) -> Vec<Config> {
    let mut config = first.clone();
    let edited = turns.iter().map(|turn| {
        let before = config.clone();
        config.policy.retired_tags.clear();
        for edit in &turn.edits {
            config.edit(edit);
        }
        config = config.clone().after(&before);
        config.clone()
    });
    edited.collect()
}

/// Answers that only time can avoid, for interfaces and connections linger, and the one that only
/// asking can tell: whether AWS takes back what was rejected.
fn is_expected(step: &Step, code: &str) -> bool {
    match code {
        "DependencyViolation" | "ExistingVpcEndpointConnections" | "IncorrectState" => true,
        "InvalidState" => step.write == Write::Change(Change::Endpoint(endpoint::Change::Accept)),
        _ => false,
    }
}

#[test]
fn every_sequence_of_changes_keeps_its_promises() {
    let turns = prop::collection::vec(turn(2), 2..4);
    runner(2_000)
        .run(&(config(), turns), |(first, turns)| {
            run(live(&first, &turns, &[], false))
        })
        .unwrap();
}

/// Ports on a load balancer that has no place left.
#[test]
fn a_full_load_balancer_makes_way() {
    let turns = prop::collection::vec(turn(1), 1..3);
    runner(200)
        .run(&(config(), turns), |(first, turns)| {
            run(live(&first, &turns, &[], true))
        })
        .unwrap();
}

/// Every order is there for something: without it some promise breaks, or AWS refuses. Conflicts
/// and rejections need somebody else's objects in the way: they have tests of their own.
#[test]
fn every_order_is_needed() {
    let alone = |order: &Order| !matches!(order, Order::Conflict | Order::RejectFirst);
    for order in Order::ALL.into_iter().filter(alone) {
        let turns = prop::collection::vec(turn(1), 1..3);
        let crowded = order == Order::Room;
        let verdict = runner(1_000).run(&(config(), turns), |(first, turns)| {
            run(live(&first, &turns, &[order], crowded))
        });
        let broken = verdict.is_err();
        assert!(broken, "nothing needs {order:?}");
    }
}

/// Objects of the path that are there, missing, stale or drifted, and whatever others have.
#[test]
fn any_mixture_converges() {
    let start = (config(), config(), prop::collection::vec(drift(), 0..8));
    runner(1_000)
        .run(&(start, 0usize..80), |((first, second, drifts), stop)| {
            let second = second.after(&first);
            run(async {
                let mut rig = Rig::default();
                let others = rig.fake.edit(strangers);
                // A create that ended somewhere: what it made was not kept in the state.
                partial(&rig, &first, stop).await;
                rig.fake.edit(|world| {
                    for drift in drifts.iter().filter(|it| !hides(it)) {
                        world.drift(OWNER, drift);
                    }
                });
                let end = rig.apply(&second).await;
                prop_assert!(end.is_settled(), "{}", explain(&end));
                let again = rig.apply(&second).await;
                prop_assert!(again.done.is_empty(), "again: {:?}", again.done);
                assert_untouched(&others, &rig.fake.world());
                Ok(())
            })
        })
        .unwrap();
}

/// Without a state nothing would tell that the object is ours.
fn hides(drift: &Drift) -> bool {
    matches!(
        drift,
        Drift::EditTags(_) | Drift::PointElsewhere(_) | Drift::DeleteEndpoint | Drift::FailEndpoint
    )
}

/// Does the first `stop` writes towards a configuration and forgets about them.
async fn partial(rig: &Rig, config: &Config, stop: usize) {
    let desired = config.desired();
    let scope = rig.scope(Some(config));
    let mut done = 0;
    for _ in 0..40 {
        let observed = rig.fake.see(&scope);
        for step in plan(&desired, &observed).ready() {
            if done == stop {
                return;
            }
            rig.fake.write(&scope, step, &observed);
            done += 1;
        }
        tokio::time::sleep(Duration::from_secs(150)).await;
    }
}
