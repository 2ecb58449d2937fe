//! What fold claims of a write, held against what AWS shows after it.

use std::time::Duration;

use engine::fake::Drift;
use engine::model::{Desired, Life, Maybe, Object, Observed, Outputs, Seen};
use engine::reconcile::{Answer, Step, fold, plan};
use proptest::prelude::*;

use crate::{
    config::{Config, OWNER},
    edits::{config, turn},
    properties::{after_each, runner, strangers},
    rig::{Rig, run},
};

/// Of a write in the midst of others: from what AWS held before it to what it held after. Time
/// passes between them, in which objects come to life and are gone.
pub fn told_the_truth(before: &Observed, step: &Step, after: &Observed) -> Result<(), String> {
    let made = after.get(step.key).map(|seen| seen.id.clone());
    let mut folded = before.clone();
    fold(&mut folded, step, made.unwrap_or(Maybe::Unknown));
    for (key, claimed) in &folded.objects {
        let Some(seen) = after.get(*key) else {
            match claimed.life {
                Life::Going => continue,
                _ => return Err(format!("after {step}: there is no {key}")),
            }
        };
        let mut claimed = comparable(claimed, seen);
        if claimed.life != Life::Going {
            claimed.life.clone_from(&seen.life);
        }
        if let Object::Alias(alias) = &mut claimed.object {
            alias.target = alias.target.filter(|key| after.get(*key).is_some());
        }
        if claimed != *seen {
            return Err(format!("after {step}: {key} is {seen:?}, not {claimed:?}"));
        }
    }
    let mut seen = after.objects.keys();
    match seen.find(|key| folded.get(**key).is_none()) {
        Some(key) => Err(format!("after {step}: there is {key}")),
        None => Ok(()),
    }
}

/// After every single write, what was folded is what AWS holds.
#[test]
fn folding_tells_the_truth() {
    let turns = prop::collection::vec(turn(1), 1..3);
    runner(300)
        .run(&(config(), turns), |(first, turns)| {
            run(async {
                let mut rig = Rig::default();
                rig.fake.edit(strangers);
                rig.state = fold_along(&rig, &first, &first.desired()).await?;
                let mut config = first.clone();
                for (turn, after) in turns.iter().zip(after_each(&first, &turns)) {
                    config = after;
                    rig.fake.edit(|world| {
                        for drift in &turn.drifts {
                            // What AWS does not take back the loop has to remember.
                            if *drift != Drift::RejectForGood {
                                world.drift(OWNER, drift);
                            }
                        }
                    });
                    rig.state = fold_along(&rig, &config, &config.desired()).await?;
                }
                fold_along(&rig, &config, &Desired::nothing()).await?;
                Ok(())
            })
        })
        .unwrap();
}

pub async fn fold_along(
    rig: &Rig,
    config: &Config,
    desired: &Desired,
) -> Result<Observed, TestCaseError> {
    let mut scope = rig.scope(Some(config));
    for _ in 0..400 {
        let observed = rig.fake.see(&scope);
        scope.known = observed.clone();
        let left = plan(desired, &observed);
        let Some(step) = left.ready().next() else {
            if left.awaited.is_empty() {
                prop_assert!(left.steps.is_empty(), "stuck: {:?}", left.steps);
                return Ok(observed);
            }
            tokio::time::sleep(Duration::from_secs(10)).await;
            continue;
        };
        let Answer::Done(id) = rig.fake.write(&scope, step, &observed) else {
            tokio::time::sleep(Duration::from_secs(10)).await;
            continue;
        };
        let mut folded = observed.clone();
        fold(&mut folded, step, id.map_or(Maybe::Unknown, Maybe::Known));
        let seen = rig.fake.see(&scope);
        let keys = |it: &Observed| it.objects.keys().copied().collect::<Vec<_>>();
        prop_assert_eq!(keys(&folded), keys(&seen), "after {}", step);
        for (key, folded) in &folded.objects {
            let seen = &seen.objects[key];
            prop_assert_eq!(
                comparable(folded, seen),
                seen.clone(),
                "{} after {}",
                key,
                step
            );
        }
    }
    Err(TestCaseError::fail("no end"))
}

/// What fold cannot know and says so, as it was seen; and health, which changes by itself.
fn comparable(folded: &Seen, seen: &Seen) -> Seen {
    let mut folded = folded.clone();
    folded.health.clone_from(&seen.health);
    let (mine, theirs) = (folded.outputs.clone(), seen.outputs.clone());
    folded.outputs = Outputs {
        dns_name: known_or(mine.dns_name, theirs.dns_name),
        hosted_zone_id: known_or(mine.hosted_zone_id, theirs.hosted_zone_id),
        service_name: known_or(mine.service_name, theirs.service_name),
        zones: known_or(mine.zones, theirs.zones),
        zone_ids: known_or(mine.zone_ids, theirs.zone_ids),
        network_interface_ids: known_or(mine.network_interface_ids, theirs.network_interface_ids),
        addresses: known_or(mine.addresses, theirs.addresses),
        // What AWS calls the state of an object that goes is AWS's.
        state: theirs.state,
    };
    if let (Object::Listener(folded), Object::Listener(seen)) = (&mut folded.object, &seen.object)
        && folded.ssl_policy == Some(Maybe::Unknown)
    {
        folded.ssl_policy.clone_from(&seen.ssl_policy);
    }
    // Whether somebody else's service asks for acceptance is not known before it is seen.
    if let (Object::Endpoint(folded), Object::Endpoint(other)) = (&mut folded.object, &seen.object)
        && (seen.life == Life::Going || !folded.service.is_managed())
    {
        folded.accepted = other.accepted;
    }
    folded
}

fn known_or<T>(mine: Maybe<T>, theirs: Maybe<T>) -> Maybe<T> {
    match mine {
        Maybe::Known(value) => Maybe::Known(value),
        Maybe::Unknown => theirs,
    }
}
