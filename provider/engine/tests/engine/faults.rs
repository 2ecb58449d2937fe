//! Steps that fail, answers that get lost, reads that lag, people who press Ctrl-C.

use std::time::Duration;

use engine::fake::{Effect, Fault};
use engine::model::{
    Role, Slot,
    object::{Change, load_balancer, service},
};
use engine::reconcile::Write;
use proptest::prelude::*;
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
        let broken = |step: &engine::reconcile::Step| {
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
        let undone = |step: &engine::reconcile::Step| match &step.write {
            Write::Change(Change::LoadBalancer(change)) => {
                matches!(change, load_balancer::Change::ModifyAttributes { .. })
            }
            _ => false,
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
        let stuck = |step: &engine::reconcile::Step| {
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
            assert!(journal.writes.len() <= engine::reconcile::IN_FLIGHT);
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

/// The bounds of an operation hold, whatever AWS does: what it answers with, and how long it takes.
mod bounds {
    use engine::fake::Reads;
    use engine::model::Life;
    use engine::reconcile::Step;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(60);
    const REST: Duration = Duration::from_secs(10);
    const PATIENCE: Duration = Duration::from_secs(30);

    fn is_endpoint(step: &Step) -> bool {
        step.key.slot == Slot::Endpoint && matches!(step.write, Write::Create(_))
    }

    /// Ends with its time limit, and by Ctrl-C; afterwards applying again converges.
    fn ends(spoil: impl Fn(&Rig), changes: bool) {
        for interrupted in [false, true] {
            run(async {
                let mut rig = Rig::default();
                let config = Config::of(3);
                if changes {
                    assert_settled(&rig.apply(&Config::of(2)).await);
                }
                spoil(&rig);
                rig.time_limit = Some(LIMIT);
                let (token, begun) = (rig.cancel.clone(), Instant::now());
                let interrupt = async {
                    if interrupted {
                        tokio::time::sleep(LIMIT / 2).await;
                        token.cancel();
                    }
                };
                let apply = async {
                    let end = rig.apply(&config).await;
                    (end, begun.elapsed())
                };
                let ((end, took), ()) = tokio::join!(apply, interrupt);
                let most = match interrupted {
                    true => LIMIT / 2 + PATIENCE,
                    false => LIMIT + REST,
                };
                assert!(took < most, "{took:?}, interrupted: {interrupted}");
                assert!(!end.is_settled());
                assert_eq!((end.cancelled, end.timed_out), (interrupted, !interrupted));
                rig.fake.heal();
                rig.time_limit = None;
                rig.cancel = Default::default();
                assert_settled(&rig.apply(&config).await);
            });
        }
    }

    #[test]
    fn of_writes_that_fail_for_ever() {
        ends(
            |rig| {
                rig.fake
                    .inject(Fault::new(Effect::Break, u32::MAX, |_| true));
            },
            false,
        );
    }

    #[test]
    fn of_writes_that_are_put_off_for_ever() {
        ends(
            |rig| {
                rig.fake
                    .inject(Fault::new(Effect::PutOff, u32::MAX, |_| true));
            },
            true,
        );
    }

    #[test]
    fn of_writes_that_are_never_answered() {
        for effect in [Effect::Hang, Effect::Silence] {
            ends(
                |rig| rig.fake.inject(Fault::new(effect, u32::MAX, |_| true)),
                effect == Effect::Hang,
            );
        }
    }

    #[test]
    fn of_reads_that_fail_or_are_never_answered() {
        for reads in [Reads::Failing, Reads::Hanging] {
            run(async {
                let mut rig = Rig::default();
                let fake = rig.fake.clone();
                rig.time_limit = Some(LIMIT);
                let begun = Instant::now();
                let spoil = async {
                    tokio::time::sleep(Duration::from_secs(5)).await;
                    fake.reads(reads);
                };
                let config = Config::of(2);
                let (end, ()) = tokio::join!(rig.apply(&config), spoil);
                assert!(begun.elapsed() < LIMIT + REST, "{:?}", begun.elapsed());
                assert!(end.timed_out && !end.is_settled(), "{}", explain(&end));
                rig.fake.heal();
                rig.time_limit = None;
                assert_settled(&rig.apply(&config).await);
            });
        }
    }

    /// What AWS was told, and did without a word, is in the state: the last look finds it.
    #[test]
    fn what_was_made_without_an_answer_is_found_by_the_last_look() {
        run(async {
            let mut rig = Rig::default();
            rig.fake.inject(Fault::new(Effect::Silence, 1, is_endpoint));
            rig.time_limit = Some(Duration::from_secs(300));
            let config = Config::of(2);
            let end = rig.apply(&config).await;
            assert!(end.timed_out);
            let (_, endpoint) = end.observed.of(Slot::Endpoint).next().unwrap();
            assert_ne!(endpoint.life, Life::Going);
            assert_eq!(rig.fake.world().endpoints.len(), 1);
            rig.time_limit = None;
            assert_settled(&rig.apply(&config).await);
            assert_eq!(rig.fake.world().endpoints.len(), 1);
        });
    }

    /// AWS failed to be read for minutes, and then was not: nothing is lost, and nothing is said.
    #[test]
    fn reads_that_fail_for_minutes_end_nothing() {
        run(async {
            let mut rig = Rig::default();
            let fake = rig.fake.clone();
            let spoil = async {
                tokio::time::sleep(Duration::from_secs(5)).await;
                fake.reads(Reads::Failing);
                tokio::time::sleep(Duration::from_secs(300)).await;
                fake.reads(Reads::Answered);
            };
            let config = Config::of(2);
            let (end, ()) = tokio::join!(rig.apply(&config), spoil);
            assert_settled(&end);
        });
    }

    /// A permission that is missing does not come with time.
    #[test]
    fn reads_that_are_denied_end_at_once() {
        run(async {
            let mut rig = Rig::default();
            let fake = rig.fake.clone();
            let spoil = async {
                tokio::time::sleep(Duration::from_secs(5)).await;
                fake.reads(Reads::Denied);
            };
            let begun = Instant::now();
            let config = Config::of(2);
            let (end, ()) = tokio::join!(rig.apply(&config), spoil);
            assert!(
                begun.elapsed() < Duration::from_secs(20),
                "{:?}",
                begun.elapsed()
            );
            assert_eq!(end.unseen.unwrap().code, "AccessDenied");
        });
    }
}

/// What AWS is known to lag with is asked for again until the time is up, and not often.
mod lag {
    use super::*;

    #[test]
    fn a_zone_is_learnt_minutes_later() {
        for minutes in [1, 4, 10] {
            run(async {
                let mut rig = Rig::default();
                let config = Config::of(2);
                assert_settled(&rig.apply(&config).await);
                rig.fake
                    .edit(|world| world.pace.zone = Duration::from_secs(60 * minutes));
                let mut wider = config.clone();
                wider.subnets.insert("subnet-c".to_owned());
                let begun = Instant::now();
                let end = rig.apply(&wider).await;
                assert_settled(&end);
                let learn_zones = Write::Change(Change::Service(service::Change::LearnZones));
                let learnt = end.done.iter();
                let learnt = learnt.filter(|step| step.write == learn_zones).count();
                assert!(
                    learnt <= 5 + 2 * usize::try_from(minutes).unwrap(),
                    "{learnt}"
                );
                let longest = Duration::from_secs(60 * minutes + 120);
                assert!(begun.elapsed() < longest, "{:?}", begun.elapsed());
            });
        }
    }

    #[test]
    fn what_a_record_leads_to_is_found_minutes_later() {
        run(async {
            let mut rig = Rig::default();
            let alias = |step: &engine::reconcile::Step| matches!(step.key.slot, Slot::Alias(_));
            rig.fake.inject(Fault::new(Effect::Miss, 12, alias));
            assert_settled(&rig.apply(&Config::of(2)).await);
        });
    }

    #[test]
    fn a_new_service_is_unavailable_for_minutes() {
        run(async {
            let mut rig = Rig::default();
            let endpoint = |step: &engine::reconcile::Step| step.key.slot == Slot::Endpoint;
            rig.fake.inject(Fault::new(Effect::Break, 12, endpoint));
            assert_settled(&rig.apply(&Config::of(2)).await);
        });
    }

    /// However long there is: a write that comes to nothing does not become a storm.
    #[test]
    fn what_never_comes_is_asked_for_seldom() {
        run(async {
            let mut rig = Rig {
                time_limit: Some(Duration::from_secs(1800)),
                ..Rig::default()
            };
            let alias = |step: &engine::reconcile::Step| matches!(step.key.slot, Slot::Alias(_));
            rig.fake.inject(Fault::new(Effect::Miss, u32::MAX, alias));
            let end = rig.apply(&Config::of(2)).await;
            assert!(end.timed_out, "{}", explain(&end));
            assert_eq!(end.put_off.len(), 1);
            let looks = rig.fake.take_journal().observations;
            assert!(looks < 80, "{looks}");
        });
    }
}
