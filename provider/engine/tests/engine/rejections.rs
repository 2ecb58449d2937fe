//! An endpoint that the service's owner turned away, or that failed for good.

use engine::fake::{Drift, EndpointState};
use engine::model::{
    RecordType, Slot,
    object::{Change, Object, alias, endpoint},
};
use engine::reconcile::{Convergence, Write, foresee};

use crate::{
    config::{Config, OWNER},
    rig::{Rig, assert_settled, explain, run},
};

async fn built() -> Rig {
    let mut rig = Rig::default();
    assert_settled(&rig.apply(&Config::of(1)).await);
    rig
}

fn damage(rig: &Rig, drift: &Drift) {
    rig.fake.edit(|world| world.drift(OWNER, drift));
}

fn endpoint(rig: &Rig) -> String {
    let world = rig.fake.world();
    assert_eq!(world.endpoints.len(), 1);
    world.endpoints.keys().next().cloned().unwrap()
}

fn written(end: &Convergence, slot: Slot) -> Vec<String> {
    let steps = end.done.iter().filter(|step| step.key.slot == slot);
    steps.map(|step| kind(&step.write).to_owned()).collect()
}

fn kind(write: &Write) -> &'static str {
    match write {
        Write::Create(_) => "create",
        Write::Delete => "delete",
        Write::Change(Change::Endpoint(endpoint::Change::Accept)) => "accept",
        Write::Change(Change::Alias(alias::Change::Point { .. })) => "point",
        _ => "other",
    }
}

#[test]
fn a_rejected_endpoint_is_accepted_again() {
    run(async {
        let mut rig = built().await;
        let before = endpoint(&rig);
        damage(&rig, &Drift::RejectEndpoint);
        let end = rig.apply(&Config::of(1)).await;
        assert_settled(&end);
        assert_eq!(written(&end, Slot::Endpoint), ["accept"]);
        assert_eq!(end.done.len(), 1);
        assert_eq!(endpoint(&rig), before);
    });
}

/// Whether AWS takes it back is known only afterwards, and the id with it.
#[test]
fn a_plan_promises_no_id_of_a_rejected_endpoint() {
    run(async {
        let rig = built().await;
        damage(&rig, &Drift::RejectEndpoint);
        let config = Config::of(1);
        let foresight = foresee(&config.desired(), &rig.see(Some(&config)));
        assert!(foresight.blocked.is_empty());
        let mut ends = foresight.end.of(Slot::Endpoint);
        let (_, end) = ends.next().unwrap();
        assert!(end.id.is_unknown() && end.outputs.dns_name.is_unknown());
        assert!(matches!(&end.object, Object::Endpoint(it) if it.accepted));
    });
}

#[test]
fn one_that_aws_does_not_take_back_or_that_failed_makes_way_for_another() {
    for (drift, steps) in [
        (Drift::RejectForGood, &["delete", "create", "accept"][..]),
        (Drift::FailEndpoint, &["delete", "create", "accept"]),
    ] {
        run(async {
            let mut rig = built().await;
            let before = endpoint(&rig);
            damage(&rig, &drift);
            let end = rig.apply(&Config::of(1)).await;
            assert_settled(&end);
            assert_eq!(written(&end, Slot::Endpoint), steps, "{drift:?}");
            // The name moves with the one record that there is.
            assert_eq!(written(&end, Slot::Alias(RecordType::A)), ["point"]);
            assert_ne!(endpoint(&rig), before);
        });
    }
}

/// Every endpoint ends alike: after two new ones it is said how and why.
#[test]
fn no_more_than_two_new_endpoints_are_made() {
    for (drift, ending) in [
        (Drift::RejectForGood, "AWS does not accept it any more"),
        (
            Drift::RejectEndpoint,
            "rejected again after it was accepted",
        ),
        (Drift::FailEndpoint, "failed"),
    ] {
        run(async {
            let mut rig = built().await;
            damage(&rig, &drift);
            let fake = rig.fake.clone();
            let keep_ending = async {
                loop {
                    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
                    fake.edit(|world| {
                        let lives = world.endpoints.values().any(|it| {
                            matches!(
                                it.state,
                                EndpointState::PendingAcceptance | EndpointState::Accepted(_)
                            )
                        });
                        if lives {
                            world.drift(OWNER, &drift);
                        }
                    });
                }
            };
            let config = Config::of(1);
            let end = tokio::select! {
                end = rig.apply(&config) => end,
                () = keep_ending => unreachable!("it never ends"),
            };
            assert!(!end.timed_out && !end.is_settled(), "{}", explain(&end));
            let steps = written(&end, Slot::Endpoint);
            let count = |kind: &str| steps.iter().filter(|it| *it == kind).count();
            assert_eq!((count("create"), count("delete")), (2, 2), "{steps:?}");
            let [(step, error)] = end.failures.as_slice() else {
                panic!("{}", explain(&end));
            };
            assert_eq!(kind(&step.write), "create");
            let text = error.to_string();
            assert!(
                text.contains("created again 2 times") && text.contains(ending),
                "{text}"
            );
        });
    }
}

/// A refusal that says nothing of the endpoint is no reason for another one.
#[test]
fn who_may_not_accept_is_told_so() {
    run(async {
        use engine::fake::{Effect, Fault};
        let mut rig = built().await;
        let before = endpoint(&rig);
        damage(&rig, &Drift::RejectEndpoint);
        let accepts = |step: &engine::reconcile::Step| kind(&step.write) == "accept";
        rig.fake
            .inject(Fault::new(Effect::Refuse, u32::MAX, accepts));
        let end = rig.apply(&Config::of(1)).await;
        assert_eq!(end.failures.len(), 1, "{}", explain(&end));
        assert_eq!(end.failures[0].1.code, "AccessDenied");
        assert_eq!(endpoint(&rig), before);
    });
}
