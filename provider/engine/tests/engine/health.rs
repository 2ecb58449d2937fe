//! `wait_for_healthy`: an old target leaves bootstrap only when the new ones are healthy there.

use std::{fmt::Write as _, time::Duration};

use engine::model::{
    Role, Slot,
    object::{Change, target_group},
};
use engine::reconcile::Write;
use proptest::prelude::*;
use tokio::time::Instant;

use crate::{
    config::Config,
    edits::{config, turn},
    properties::{live, runner},
    rig::{Rig, assert_settled, run},
    stories::check,
};

#[test]
fn a_machine_leaves_when_its_successor_is_healthy() {
    for waits in [false, true] {
        run(async {
            let mut rig = Rig::default();
            let mut config = Config::of(3);
            assert_settled(&rig.apply(&config).await);
            rig.fake
                .edit(|world| world.pace.healthy = Duration::from_secs(90));
            config.policy.wait_for_healthy = waits;
            config.brokers.get_mut(&3).unwrap().target = "10.0.9.9".to_owned();
            let begun = Instant::now();
            let end = rig.apply(&config).await;
            assert_settled(&end);
            assert_eq!(begun.elapsed() > Duration::from_secs(90), waits);
            let last = end.done.iter().rfind(|step| match &step.write {
                Write::Change(Change::TargetGroup(change)) => {
                    matches!(change, target_group::Change::Deregister(_))
                }
                _ => false,
            });
            assert!(last.unwrap().to_string().contains("10.0.0.4:9094"));
        });
    }
}

/// A create ends when every broker is healthy, in its own group and in bootstrap.
#[test]
fn a_create_waits_for_every_broker() {
    for waits in [false, true] {
        run(async {
            let mut rig = Rig::default();
            let mut config = Config::of(3);
            config.policy.wait_for_healthy = waits;
            rig.fake
                .edit(|world| world.pace.healthy = Duration::from_secs(500));
            let end = rig.apply(&config).await;
            assert_settled(&end);
            let groups = end.observed.objects.values();
            let health = groups.flat_map(|seen| seen.health.values());
            let states: Vec<&str> = health.map(|it| it.state.as_str()).collect();
            assert_eq!(states.len(), 6);
            assert_eq!(
                states.iter().all(|it| *it == "healthy"),
                waits,
                "{states:?}"
            );
        });
    }
}

/// One that stays ill keeps nothing else from being made, and is what is left at the deadline.
#[test]
fn a_create_names_whom_it_waits_for() {
    run(async {
        let mut rig = Rig {
            time_limit: Some(Duration::from_secs(900)),
            ..Rig::default()
        };
        let mut config = Config::of(3);
        config.policy.wait_for_healthy = true;
        let reason = "Target.FailedHealthChecks".to_owned();
        let target = config.brokers[&2].target.clone();
        rig.fake
            .edit(|world| world.ailing.insert(target.clone(), reason));
        let end = rig.apply(&config).await;
        assert!(end.timed_out && end.lacks_health_only());
        let ailing: Vec<String> = end
            .ailing
            .iter()
            .flat_map(|(key, targets)| targets.iter().map(move |it| format!("{} {it}", key.slot)))
            .collect();
        let expected = ["bootstrap", "2"].map(|it| format!("target-group/{it} {target}:9094"));
        assert_eq!(ailing, expected);
        // What is there is there: applying again finds nothing to do, and waits for nobody.
        let again = rig.apply(&config).await;
        assert!(again.is_settled() && again.done.is_empty());

        // A broker that is added later is waited for alone.
        config.brokers.insert(4, crate::config::broker(4));
        assert_settled(&rig.apply(&config).await);
    });
}

/// Health is waited for when all else is done, or ports in a ring would wait for it.
#[test]
fn a_sick_broker_keeps_no_ring_from_closing() {
    run(async {
        let (mut rig, mut config) = ailing().await;
        config.brokers.get_mut(&1).unwrap().port = 6002;
        config.brokers.get_mut(&2).unwrap().port = 6001;
        config.brokers.insert(4, crate::config::broker(4));
        assert_settled(&rig.apply(&config).await);
    });
}

/// What never becomes healthy is awaited until the deadline, and named.
#[test]
fn what_stays_unhealthy_is_awaited() {
    run(async {
        let mut rig = Rig::default();
        let mut config = Config::of(3);
        assert_settled(&rig.apply(&config).await);
        rig.fake
            .edit(|world| world.pace.healthy = Duration::from_secs(1_000_000));
        rig.time_limit = Some(Duration::from_secs(600));
        config.policy.wait_for_healthy = true;
        config.brokers.get_mut(&3).unwrap().target = "10.0.9.9".to_owned();
        let end = rig.apply(&config).await;
        assert!(end.timed_out);
        let awaited: Vec<String> = end
            .left
            .awaited
            .iter()
            .map(|it| it.slot.to_string())
            .collect();
        assert_eq!(awaited, ["target-group/bootstrap"]);
    });
}

/// Three brokers, of which broker 1 fails its health checks.
async fn ailing() -> (Rig, Config) {
    let mut rig = Rig::default();
    let mut config = Config::of(3);
    config.policy.wait_for_healthy = true;
    assert_settled(&rig.apply(&config).await);
    rig.time_limit = Some(Duration::from_secs(600));
    let reason = "Target.FailedHealthChecks".to_owned();
    let target = config.brokers[&1].target.clone();
    rig.fake.edit(|world| world.ailing.insert(target, reason));
    (rig, config)
}

/// Who else is ill does not keep a machine from being replaced.
#[test]
fn a_machine_waits_for_its_own_successor_alone() {
    run(async {
        let (mut rig, mut config) = ailing().await;
        config.brokers.get_mut(&3).unwrap().target = "10.0.9.9".to_owned();
        assert_settled(&rig.apply(&config).await);
    });
}

/// Whoever is removed for good leaves only when those that stay can do without.
#[test]
fn a_removed_broker_waits_for_all_that_stay() {
    run(async {
        let (mut rig, mut config) = ailing().await;
        let leaver = config.brokers.remove(&3).unwrap();
        let end = rig.apply(&config).await;
        assert!(end.timed_out);
        let bootstrap = Slot::TargetGroup(Role::Bootstrap);
        let (_, seen) = end.observed.of(bootstrap).next().unwrap();
        let targets = &seen.object.as_target_group().unwrap().targets;
        let addresses: Vec<_> = targets.iter().map(|it| it.id.known().unwrap()).collect();
        assert!(addresses.contains(&&leaver.target), "{addresses:?}");

        rig.fake.edit(|world| world.ailing.clear());
        assert_settled(&rig.apply(&config).await);
    });
}

/// Waiting for health ends, whatever else changes at the same time, and breaks no promise.
#[test]
fn every_sequence_of_changes_ends_with_health_too() {
    let turns = prop::collection::vec(turn(1), 1..3);
    runner(200)
        .run(&(config(), turns), |(mut first, turns)| {
            first.policy.wait_for_healthy = true;
            run(live(&first, &turns, &[], false))
        })
        .unwrap();
}

#[test]
fn the_story_of_a_machine_that_does_not_become_healthy() {
    run(async {
        let (mut rig, mut config) = ailing().await;
        config.brokers.get_mut(&1).unwrap().target = "10.0.9.9".to_owned();
        let reason = "Target.FailedHealthChecks".to_owned();
        rig.fake
            .edit(|world| world.ailing.insert("10.0.9.9".to_owned(), reason));
        let end = rig.apply(&config).await;
        let mut story = "Broker 1 moves to a machine that stays unhealthy.\n\n".to_owned();
        for step in &end.done {
            let _ = writeln!(story, "   {step}");
        }
        story.push_str("\nWhen the time is up:\n");
        for planned in &end.left.steps {
            let waits: Vec<String> = planned.waits.iter().map(|it| format!("{it:#}")).collect();
            let waits = waits.join(", and ");
            let _ = writeln!(story, "   {}\n      until {waits}", planned.step);
        }
        check("wait-for-healthy", &story);
    });
}
