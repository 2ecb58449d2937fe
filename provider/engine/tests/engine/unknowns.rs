//! What is foreseen as known is what apply makes, whatever the unknown inputs turn out to be.

use std::collections::BTreeSet;

use engine::model::{
    Maybe, Observed, Seen,
    object::{
        Change, service,
        target_group::{self, Target},
    },
};
use engine::reconcile::{Step, Write, foresee, plan};
use proptest::prelude::*;

use crate::{
    config::Config,
    edits::{Edit, config, edit},
    properties::{runner, strangers},
    rig::{Rig, explain, run},
};

#[test]
fn what_is_foreseen_comes_true() {
    let edits = prop::collection::vec(edit(), 0..4);
    let hidden = (prop::collection::btree_set(1u32..9, 0..3), any::<bool>());
    runner(300)
        .run(&(config(), edits, hidden), |(first, edits, hidden)| {
            run(compare(first, edits, hidden))
        })
        .unwrap();
}

async fn compare(
    first: Config,
    edits: Vec<Edit>,
    hidden: (BTreeSet<u32>, bool),
) -> Result<(), TestCaseError> {
    let mut rig = Rig::default();
    rig.fake.edit(strangers);
    let end = rig.apply(&first).await;
    prop_assert!(end.is_settled(), "{}", explain(&end));
    let mut after = first.clone();
    after.policy.retired_tags.clear();
    for edit in &edits {
        after.edit(edit);
    }
    let after = after.after(&first);
    let mut veiled = after.clone();
    (veiled.hidden_targets, veiled.hidden_vpc) = hidden;
    let foreseen = foresee(&veiled.desired(), &rig.state);
    prop_assert!(foreseen.blocked.is_empty(), "{:?}", foreseen.blocked);

    // An apply has seen in which zones new subnets are.
    let mut start = rig.state.clone();
    start.surroundings = rig.see(Some(&after)).surroundings;
    let known = foresee(&after.desired(), &start);
    let told: BTreeSet<String> = known.steps().flat_map(single).collect();
    let end = rig.apply(&after).await;
    prop_assert!(end.is_settled(), "{}", explain(&end));
    // Which zones are new to the service is seen when the load balancer has them.
    let learn_zones = Write::Change(Change::Service(service::Change::LearnZones));
    let foreseeable = end.done.iter().filter(|it| it.write != learn_zones);
    let done: BTreeSet<String> = foreseeable.flat_map(single).collect();
    prop_assert_eq!(told, done);
    is_borne_out(&known.end, &end.observed)?;
    is_borne_out(&foreseen.end, &end.observed)
}

/// Which targets come and go together depends on how the calls overlap.
fn single(step: &Step) -> Vec<String> {
    let each = |change: fn(BTreeSet<Target>) -> target_group::Change,
                targets: &BTreeSet<Target>| {
        targets
            .iter()
            .map(|target| {
                let change = change(BTreeSet::from([target.clone()]));
                Step {
                    key: step.key,
                    write: Write::Change(Change::TargetGroup(change)),
                }
                .to_string()
            })
            .collect()
    };
    match &step.write {
        Write::Change(Change::TargetGroup(change)) => match change {
            target_group::Change::Register(targets) => {
                each(target_group::Change::Register, targets)
            }
            target_group::Change::Deregister(targets) => {
                each(target_group::Change::Deregister, targets)
            }
            _ => vec![step.to_string()],
        },
        _ => vec![step.to_string()],
    }
}

/// Each object that was foreseen with a known id is there with that id; each slot is filled.
fn is_borne_out(foreseen: &Observed, made: &Observed) -> Result<(), TestCaseError> {
    for (key, seen) in &foreseen.objects {
        prop_assert!(
            made.of(key.slot).next().is_some(),
            "{} is foreseen, and not there",
            key
        );
        let Maybe::Known(id) = &seen.id else {
            continue;
        };
        let same = made
            .objects
            .values()
            .find(|it| it.id == Maybe::Known(id.clone()));
        prop_assert!(same.is_some(), "{} {} is foreseen, and not there", key, id);
        if let (Some(same), Some(held)) = (same, made.get(*key)) {
            prop_assert_eq!(&same.id, &held.id);
            outputs_agree(seen, held)?;
        }
    }
    let slots = |it: &Observed| {
        it.objects
            .keys()
            .map(|key| key.slot)
            .collect::<BTreeSet<_>>()
    };
    prop_assert_eq!(slots(foreseen), slots(made));
    Ok(())
}

fn outputs_agree(foreseen: &Seen, made: &Seen) -> Result<(), TestCaseError> {
    fn agree<T: PartialEq>(foreseen: &Maybe<T>, made: &Maybe<T>) -> bool {
        foreseen.is_unknown() || foreseen == made
    }
    let (mine, theirs) = (&foreseen.outputs, &made.outputs);
    prop_assert!(agree(&mine.dns_name, &theirs.dns_name));
    prop_assert!(agree(&mine.hosted_zone_id, &theirs.hosted_zone_id));
    prop_assert!(agree(&mine.service_name, &theirs.service_name));
    prop_assert!(agree(&mine.zones, &theirs.zones));
    prop_assert!(agree(
        &mine.network_interface_ids,
        &theirs.network_interface_ids
    ));
    prop_assert!(
        agree(&mine.state, &theirs.state),
        "{:?} {:?}",
        mine.state,
        theirs.state
    );
    Ok(())
}

#[test]
fn the_same_inputs_give_the_same_plan() {
    runner(200)
        .run(&(config(), config()), |(first, second)| {
            let built = foresee(&first.desired(), &Observed::default()).end;
            let one = plan(&second.desired(), &built);
            prop_assert_eq!(&one, &plan(&second.desired(), &built));
            let told = foresee(&second.desired(), &built);
            prop_assert_eq!(told, foresee(&second.desired(), &built));
            Ok(())
        })
        .unwrap();
}
