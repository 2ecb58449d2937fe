//! Steps that fail, answers that get lost, reads that lag, people who press Ctrl-C.

use std::time::Duration;

use proptest::prelude::*;
use provider::{
    fake::{Effect, Fault},
    model::{Role, Slot},
    reconcile::Write,
};
use tokio::time::Instant;

use crate::{
    config::Config,
    edits::config,
    properties::{assert_only, runner, strangers},
    rig::{Rig, assert_settled, explain, run},
};

fn effect() -> impl Strategy<Value = Effect> {
    prop_oneof![
        Just(Effect::Refuse),
        Just(Effect::Break),
        Just(Effect::LoseAnswer),
        Just(Effect::Forget),
        Just(Effect::PutOff),
    ]
}

/// Some writes are spoiled, on the way up and on the way down: what was refused is said, and
/// applying again ends well.
#[test]
fn spoiled_writes_do_no_harm() {
    let faults = prop::collection::vec((0u32..60, effect()), 1..5);
    runner(300)
        .run(&(config(), config(), faults), |(first, second, faults)| {
            let second = second.after(&first);
            run(async {
                let mut rig = Rig::default();
                let others = rig.fake.edit(strangers);
                for config in [&first, &second] {
                    for (skip, effect) in &faults {
                        rig.fake.inject(Fault::after(*skip, *effect));
                    }
                    let refuses = faults.iter().any(|(_, effect)| *effect == Effect::Refuse);
                    let end = rig.apply(config).await;
                    prop_assert!(end.is_settled() || refuses, "{}", explain(&end));
                    prop_assert!(
                        end.is_settled() || !end.failures.is_empty(),
                        "{}",
                        explain(&end)
                    );
                    rig.fake.heal();
                    let again = rig.apply(config).await;
                    prop_assert!(again.is_settled(), "again: {}", explain(&again));
                }
                for (skip, effect) in &faults {
                    rig.fake.inject(Fault::after(*skip, *effect));
                }
                rig.destroy().await;
                rig.fake.heal();
                let end = rig.destroy().await;
                prop_assert!(end.is_settled(), "destroy: {}", explain(&end));
                assert_only(&others, &rig.fake.world());
                Ok(())
            })
        })
        .unwrap();
}

/// A create whose state was lost after any number of writes: the next one takes up what there is.
#[test]
fn reads_that_lag_do_no_harm() {
    runner(100)
        .run(&(config(), config(), 0u64..6), |(first, second, lag)| {
            let second = second.after(&first);
            run(async {
                let mut rig = Rig::default();
                let others = rig.fake.edit(strangers);
                rig.fake.lag(Duration::from_secs(lag));
                for config in [&first, &second] {
                    let end = rig.apply(config).await;
                    prop_assert!(end.is_settled(), "{}", explain(&end));
                    // Terraform takes longer than that from one apply to the next.
                    tokio::time::sleep(Duration::from_secs(10)).await;
                }
                let end = rig.destroy().await;
                prop_assert!(end.is_settled(), "destroy: {}", explain(&end));
                assert_only(&others, &rig.fake.world());
                Ok(())
            })
        })
        .unwrap();
}

#[test]
fn what_always_fails_is_named_and_the_rest_is_built() {
    run(async {
        let mut rig = Rig::default();
        let broken = |step: &provider::reconcile::Step| {
            step.key.slot == Slot::TargetGroup(Role::Broker(2))
                && matches!(step.write, Write::Create(_))
        };
        rig.fake
            .inject(Fault::new(Effect::Refuse, u32::MAX, broken));
        let end = rig.apply(&Config::of(3)).await;
        assert!(!end.is_settled() && !end.timed_out);
        assert_eq!(end.failures.len(), 1, "{}", explain(&end));
        assert!(broken(&end.failures[0].0));
        let world = rig.fake.world();
        assert_eq!(world.listeners.len(), 3, "bootstrap and two brokers");
        assert_eq!((world.services.len(), world.records.len()), (1, 1));
        // The state says what exists, and applying again goes on from there.
        assert_eq!(end.observed, rig.see(Some(&Config::of(3))));
        rig.fake.heal();
        assert_settled(&rig.apply(&Config::of(3)).await);
    });
}

/// AWS says yes and does nothing: six times, with pauses, and then it is said.
#[test]
fn what_is_never_kept_is_given_up() {
    run(async {
        let mut rig = Rig::default();
        let undone = |step: &provider::reconcile::Step| {
            matches!(step.write, Write::SetLoadBalancerAttributes { .. })
        };
        rig.fake
            .inject(Fault::new(Effect::Forget, u32::MAX, undone));
        let end = rig.apply(&Config::of(1)).await;
        assert!(!end.timed_out);
        assert_eq!(end.failures.len(), 1, "{}", explain(&end));
        assert!(end.failures[0].1.message.contains("did not keep it"));
        assert_eq!(end.done.iter().filter(|step| undone(step)).count(), 6);
    });
}

#[test]
fn time_runs_out() {
    run(async {
        let mut rig = Rig {
            time_limit: Some(Duration::from_secs(60)),
            ..Rig::default()
        };
        let begun = Instant::now();
        let end = rig.apply(&Config::of(3)).await;
        assert!(end.timed_out && !end.is_settled());
        assert!(
            begun.elapsed() < Duration::from_secs(62),
            "{:?}",
            begun.elapsed()
        );
        let awaited: Vec<String> = end.left.awaited.iter().map(ToString::to_string).collect();
        assert_eq!(awaited, ["load-balancer"]);
        rig.time_limit = None;
        assert_settled(&rig.apply(&Config::of(3)).await);
    });
}

#[test]
fn what_is_put_off_for_ever_is_told_with_its_cause() {
    run(async {
        let mut rig = Rig {
            time_limit: Some(Duration::from_secs(600)),
            ..Rig::default()
        };
        let stuck = |step: &provider::reconcile::Step| {
            step.key.slot == Slot::Service && matches!(step.write, Write::Create(_))
        };
        rig.fake.inject(Fault::new(Effect::PutOff, u32::MAX, stuck));
        let end = rig.apply(&Config::of(3)).await;
        assert!(end.timed_out);
        assert_eq!(end.put_off.len(), 1, "{}", explain(&end));
        assert!(stuck(&end.put_off[0].0));
        assert_eq!(end.put_off[0].1.code, "IncorrectState");
    });
}

/// No step starts after a cancellation, those under way end, and what exists is known.
#[test]
fn cancelling_leaves_a_state_to_go_on_from() {
    for after in [0, 1, 2, 5, 50, 130, 150] {
        run(async {
            let mut rig = Rig::default();
            let (token, fake) = (rig.cancel.clone(), rig.fake.clone());
            let cancel = async {
                tokio::time::sleep(Duration::from_secs(after)).await;
                token.cancel();
                fake.take_journal();
            };
            let config = Config::of(3);
            let (end, ()) = tokio::join!(rig.apply(&config), cancel);
            assert!(end.cancelled);
            let journal = rig.fake.take_journal();
            assert!(journal.writes.len() <= provider::reconcile::IN_FLIGHT);
            let seen = rig.see(Some(&config));
            assert_eq!(
                end.observed.objects.keys().collect::<Vec<_>>(),
                seen.objects.keys().collect::<Vec<_>>()
            );
            rig.cancel = Default::default();
            assert_settled(&rig.apply(&config).await);
        });
    }
}
