//! The consumers' side alone: an endpoint to somebody else's service.

use std::time::Duration;

use engine::fake::{Drift, Effect, EndpointState, Fault, Pace, World};
use engine::model::{Desired, Observed, RecordType, Slot, object::Change, object::endpoint};
use engine::reconcile::{Conflict, Convergence, Planned, Write, foresee, plan, unaccepted};
use tokio::time::{Instant, sleep};

use crate::{
    config::{Config, OWNER, set},
    edits::GIVEN_ZONE,
    folding::fold_along,
    properties::strangers,
    rig::{Rig, assert_settled, explain, run},
    stories::{check, tell},
};

const SERVICE: &str = "com.amazonaws.vpce.us-east-1.vpce-svc-0given";
const ALIAS: Slot = Slot::Alias(RecordType::A);

/// Three brokers of somebody else.
fn consumer(service: &str) -> Config {
    Config {
        given_service: Some(service.to_owned()),
        ..Config::of(3)
    }
}

fn waiting(config: &Config) -> Config {
    let mut config = config.clone();
    config.policy.wait_for_acceptance = true;
    config
}

/// An account from which somebody else's service is seen.
fn ground(acceptance_required: bool) -> (Rig, Config) {
    let rig = Rig::default();
    let name = rig.fake.edit(|world| {
        world.pace = Pace::brisk();
        world.add_foreign_service(acceptance_required)
    });
    (rig, consumer(&name))
}

/// One whose endpoint the service's owner has let in, and whose record is there.
async fn connected() -> (Rig, Config) {
    let (mut rig, config) = ground(true);
    assert_settled(&rig.apply(&config).await);
    accept(&rig).await;
    assert_settled(&rig.apply(&config).await);
    assert!(has_record(&rig));
    (rig, config)
}

/// The owner accepts; a while later it is there.
async fn accept(rig: &Rig) {
    rig.fake.edit(World::accept_all);
    sleep(Duration::from_secs(10)).await;
}

fn set_state(rig: &Rig, state: &EndpointState) {
    rig.fake.edit(|world| {
        for endpoint in world.endpoints.values_mut() {
            endpoint.state = state.clone();
        }
    });
}

const REJECTED: EndpointState = EndpointState::Rejected { for_good: false };

fn state(rig: &Rig) -> &'static str {
    let world = rig.fake.world();
    assert_eq!(world.endpoints.len(), 1, "{:?}", world.endpoints);
    let mut endpoints = world.endpoints.values();
    endpoints.next().unwrap().state(Instant::now())
}

fn endpoint_id(rig: &Rig) -> String {
    rig.fake.world().endpoints.keys().next().cloned().unwrap()
}

fn has_record(rig: &Rig) -> bool {
    let id = endpoint_id(rig);
    let world = rig.fake.world();
    let mut records = world.records.values();
    records.any(|target| target.starts_with(&id))
}

fn done(end: &Convergence) -> Vec<String> {
    end.done.iter().map(|step| step.in_words()).collect()
}

/// What somebody must decide, as people are told.
#[track_caller]
fn only_conflict(blocked: &[Planned]) -> String {
    let conflicts: Vec<&Conflict> = blocked.iter().flat_map(Planned::conflicts).collect();
    let [conflict] = conflicts.as_slice() else {
        panic!("{blocked:?}");
    };
    conflict.to_string()
}

#[track_caller]
fn names_who_and_what(said: &str, rig: &Rig, config: &Config) {
    let service = config.given_service.clone().unwrap();
    let id = service.rsplit('.').next().unwrap();
    let endpoint = endpoint_id(rig);
    for part in [
        service.as_str(),
        &format!("--region us-east-1 --service-id {id} --vpc-endpoint-ids {endpoint}"),
        "apply again",
    ] {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
    testing::plainly::check(said);
}

#[track_caller]
fn nothing_was_accepted(rig: &Rig) {
    let accepts =
        |write: &Write| *write == Write::Change(Change::Endpoint(endpoint::Change::Accept));
    let journal = rig.fake.take_journal();
    let writes = journal.writes.iter().map(|(step, _)| step);
    let mut tried = writes.chain(journal.refusals.iter().map(|(step, _)| step));
    assert!(!tried.any(|step| accepts(&step.write)));
}

#[test]
fn a_service_that_accepts_by_itself_is_connected_to_at_once() {
    for waits in [false, true] {
        run(async {
            let (mut rig, mut config) = ground(false);
            config.policy.wait_for_acceptance = waits;
            assert_settled(&rig.apply(&config).await);
            assert!(has_record(&rig));
            assert_eq!(rig.apply(&config).await.done, []);
            nothing_was_accepted(&rig);
            assert_settled(&rig.destroy().await);
            let world = rig.fake.world();
            assert_eq!((world.services.len(), world.endpoints.len()), (1, 0));
            assert!(world.zones.is_empty() && world.records.is_empty());
            assert!(world.security_groups.is_empty());
        });
    }
}

#[test]
fn without_waiting_the_record_is_left_to_a_run_after_the_acceptance() {
    run(async {
        let (mut rig, config) = ground(true);
        let end = rig.apply(&config).await;
        assert_settled(&end);
        assert_eq!(state(&rig), "pendingAcceptance");
        assert!(!has_record(&rig));
        // The plan of a next run is as empty as that run is.
        let desired = config.desired();
        let foresight = foresee(&desired, &rig.state);
        assert!(foresight.rounds.is_empty() && foresight.blocked.is_empty());
        assert_eq!(foresight.end, rig.state);
        assert_eq!(rig.apply(&config).await.done, []);
        let open = unaccepted(&desired, &rig.state);
        names_who_and_what(&open.first().unwrap().to_string(), &rig, &config);

        accept(&rig).await;
        let end = rig.apply(&config).await;
        assert_settled(&end);
        assert_eq!(done(&end), ["create the alias record"]);
        assert_eq!(unaccepted(&desired, &rig.state), [].into());
        assert_eq!(rig.apply(&config).await.done, []);
        nothing_was_accepted(&rig);
    });
}

#[test]
fn with_waiting_the_run_goes_on_when_the_owner_has_accepted() {
    run(async {
        let (mut rig, config) = ground(true);
        let config = waiting(&config);
        let fake = rig.fake.clone();
        let owner = async {
            sleep(Duration::from_secs(600)).await;
            fake.edit(World::accept_all);
        };
        let (end, ()) = tokio::join!(rig.apply(&config), owner);
        assert_settled(&end);
        assert!(has_record(&rig));
        assert_eq!(rig.apply(&config).await.done, []);
        nothing_was_accepted(&rig);
    });
}

#[test]
fn the_time_ends_a_wait_and_it_is_said_who_has_to_accept_what() {
    run(async {
        let (mut rig, config) = ground(true);
        let config = waiting(&config);
        rig.time_limit = Some(Duration::from_secs(1200));
        let begun = Instant::now();
        let end = rig.apply(&config).await;
        assert!(end.timed_out && !end.is_settled(), "{}", explain(&end));
        assert!(begun.elapsed() < Duration::from_secs(1215));
        names_who_and_what(&only_conflict(&end.blocked), &rig, &config);
        assert!(end.failures.is_empty() && end.put_off.is_empty());
        // A plan may be made all the same: the answer may come while it is applied.
        let foresight = foresee(&config.desired(), &rig.state);
        assert!(foresight.blocked.is_empty());
        let told: Vec<String> = foresight.steps().map(|it| it.in_words()).collect();
        assert_eq!(told, ["create the alias record"]);
        let (_, foreseen) = foresight.end.of(Slot::Endpoint).next().unwrap();
        assert!(foreseen.outputs.state.is_unknown() && !foreseen.id.is_unknown());

        accept(&rig).await;
        let end = rig.apply(&config).await;
        assert_settled(&end);
        assert_eq!(done(&end), ["create the alias record"]);
        nothing_was_accepted(&rig);
    });
}

/// Whoever presses Ctrl-C is told the same.
#[test]
fn an_interrupted_wait_says_who_has_to_accept_what() {
    run(async {
        let (mut rig, config) = ground(true);
        let config = waiting(&config);
        let cancel = rig.cancel.clone();
        let someone = async {
            sleep(Duration::from_secs(60)).await;
            cancel.cancel();
        };
        let (end, ()) = tokio::join!(rig.apply(&config), someone);
        assert!(end.cancelled && !end.is_settled());
        names_who_and_what(&only_conflict(&end.blocked), &rig, &config);
    });
}

/// Another request would be the same one again, and nobody of ours can take the rejection back.
#[test]
fn a_rejected_endpoint_stays_until_people_decide() {
    run(async {
        let (mut rig, config) = ground(true);
        assert_settled(&rig.apply(&config).await);
        let before = endpoint_id(&rig);
        set_state(&rig, &REJECTED);
        assert_settled(&rig.apply(&config).await);
        assert!(!has_record(&rig));
        let open = unaccepted(&config.desired(), &rig.state);
        let said = open.first().unwrap().to_string();
        assert!(said.contains("has rejected"), "{said}");

        let config = waiting(&config);
        let begun = Instant::now();
        let end = rig.apply(&config).await;
        assert!(!end.timed_out && begun.elapsed() < Duration::from_secs(60));
        assert_eq!(end.done, []);
        let said = only_conflict(&end.blocked);
        assert!(said.contains("has rejected"), "{said}");
        names_who_and_what(&said, &rig, &config);
        // A plan can tell already.
        let foresight = foresee(&config.desired(), &rig.state);
        assert_eq!(only_conflict(&foresight.blocked), said);
        assert_eq!(endpoint_id(&rig), before);

        // They accept it after all.
        set_state(&rig, &EndpointState::PendingAcceptance);
        accept(&rig).await;
        let end = rig.apply(&config).await;
        assert_settled(&end);
        assert_eq!(done(&end), ["create the alias record"]);
        nothing_was_accepted(&rig);
    });
}

#[test]
fn a_rejection_during_the_wait_ends_it() {
    run(async {
        let (mut rig, config) = ground(true);
        let config = waiting(&config);
        let fake = rig.fake.clone();
        let owner = async {
            sleep(Duration::from_secs(300)).await;
            fake.edit(|world| world.drift(OWNER, &Drift::RejectEndpoint));
        };
        let (end, ()) = tokio::join!(rig.apply(&config), owner);
        assert!(!end.timed_out && !end.is_settled());
        assert!(only_conflict(&end.blocked).contains("has rejected"));
    });
}

/// The record of one that was connected stays: it may be let in again.
#[test]
fn a_connection_that_is_rejected_keeps_its_record() {
    run(async {
        let (mut rig, config) = connected().await;
        set_state(&rig, &REJECTED);
        let end = rig.apply(&config).await;
        assert_settled(&end);
        assert_eq!(end.done, []);
        let end = rig.apply(&waiting(&config)).await;
        assert_eq!(end.done, []);
        assert!(only_conflict(&end.blocked).contains("has rejected"));
        assert!(has_record(&rig));
    });
}

/// Failed, expired, or deleted by somebody: as of a service of the path, there is a new one.
#[test]
fn what_leads_nowhere_any_more_is_made_anew() {
    for drift in [Drift::FailEndpoint, Drift::DeleteEndpoint] {
        for waits in [false, true] {
            run(async {
                let (mut rig, mut config) = connected().await;
                let before = endpoint_id(&rig);
                rig.fake.edit(|world| world.drift(OWNER, &drift));
                config.policy.wait_for_acceptance = waits;
                rig.time_limit = Some(Duration::from_secs(1200));
                let end = rig.apply(&config).await;
                assert_eq!(end.is_settled(), !waits, "{}", explain(&end));
                assert_ne!(endpoint_id(&rig), before, "{drift:?}");
                assert!(!has_record(&rig));
                assert_eq!(state(&rig), "pendingAcceptance");

                accept(&rig).await;
                let end = rig.apply(&config).await;
                assert_settled(&end);
                assert_eq!(done(&end), ["point the alias record at the endpoint"]);
                assert!(has_record(&rig));
                nothing_was_accepted(&rig);
            });
        }
    }
}

/// Not there, or not for this account: AWS says the same of both, and of one made a moment ago.
#[test]
fn a_service_that_is_not_there_is_asked_for_a_minute_or_two() {
    run(async {
        let (mut rig, config) = ground(true);
        let services = rig.fake.edit(|world| std::mem::take(&mut world.services));
        let begun = Instant::now();
        let end = rig.apply(&config).await;
        let [(step, error)] = end.failures.as_slice() else {
            panic!("{}", explain(&end));
        };
        assert_eq!(step.in_words(), "create the endpoint");
        assert_eq!(error.code, "InvalidServiceName");
        let waited = begun.elapsed().as_secs();
        assert!((30..300).contains(&waited), "{waited} s");

        let fake = rig.fake.clone();
        let owner = async {
            sleep(Duration::from_secs(10)).await;
            fake.edit(|world| world.services = services);
        };
        let (end, ()) = tokio::join!(rig.apply(&config), owner);
        assert_settled(&end);
    });
}

/// Its owner rejects what is connected and deletes the service.
#[test]
fn a_service_that_is_deleted_takes_nothing_of_ours_along() {
    run(async {
        let (mut rig, config) = connected().await;
        set_state(&rig, &REJECTED);
        rig.fake.edit(|world| world.services.clear());
        assert_eq!(rig.apply(&config).await.done, []);
        assert!(has_record(&rig));
        assert_settled(&rig.destroy().await);
        assert!(rig.fake.world().endpoints.is_empty());
    });
}

/// What clients use now goes only when the owner has let in what they are to use then.
#[test]
fn another_vpc_takes_over_when_its_endpoint_was_accepted() {
    run(async {
        let (mut rig, mut config) = connected().await;
        let consumer = config.endpoint.as_mut().unwrap();
        consumer.vpc = "vpc-other".to_owned();
        consumer.subnets = set(["subnet-o", "subnet-p"]);
        let before = rig.fake.world();
        assert_settled(&rig.apply(&config).await);
        let world = rig.fake.world();
        assert_eq!(world.endpoints.len(), 2);
        for (id, endpoint) in &before.endpoints {
            assert_eq!(Some(endpoint), world.endpoints.get(id));
        }
        assert_eq!(world.records, before.records);
        assert_eq!(rig.apply(&config).await.done, []);

        accept(&rig).await;
        assert_settled(&rig.apply(&config).await);
        assert_eq!(state(&rig), "available");
        assert!(has_record(&rig));
        let world = rig.fake.world();
        assert_eq!((world.zones.len(), world.security_groups.len()), (1, 1));
    });
}

/// So is another service, where its consumers are led from one to the other.
#[test]
fn another_service_takes_over_when_it_has_accepted() {
    run(async {
        let (mut rig, mut config) = connected().await;
        let before = endpoint_id(&rig);
        let other = rig.fake.edit(|world| world.add_foreign_service(true));
        config.given_service = Some(other);
        assert_settled(&rig.apply(&config).await);
        let world = rig.fake.world();
        assert_eq!(world.endpoints.len(), 2);
        assert!(world.records.values().all(|it| it.starts_with(&before)));

        accept(&rig).await;
        let end = rig.apply(&config).await;
        assert_settled(&end);
        let told = [
            "point the alias record at the endpoint",
            "delete the endpoint",
        ];
        assert_eq!(done(&end), told);
        assert!(has_record(&rig));
    });
}

/// AWS modifies no endpoint that asks.
#[test]
fn an_endpoint_that_asks_is_changed_when_it_was_accepted() {
    run(async {
        let (mut rig, mut config) = ground(true);
        assert_settled(&rig.apply(&config).await);
        config.endpoint.as_mut().unwrap().subnets = set(["subnet-x", "subnet-z"]);
        let end = rig.apply(&config).await;
        assert!(!end.is_settled() && !end.timed_out);
        names_who_and_what(&only_conflict(&end.blocked), &rig, &config);
        let foresight = foresee(&config.desired(), &rig.state);
        names_who_and_what(&only_conflict(&foresight.blocked), &rig, &config);
        // Tags are no such change.
        let mut retagged = config.clone();
        retagged.endpoint = consumer("").endpoint;
        retagged.tags.insert("stage".to_owned(), "test".to_owned());
        assert_settled(&rig.apply(&retagged).await);

        let config = waiting(&config);
        let foresight = foresee(&config.desired(), &rig.state);
        assert!(foresight.blocked.is_empty());
        let fake = rig.fake.clone();
        let owner = async {
            sleep(Duration::from_secs(600)).await;
            fake.edit(World::accept_all);
        };
        let (end, ()) = tokio::join!(rig.apply(&config), owner);
        assert_settled(&end);
        assert_eq!(rig.apply(&config).await.done, []);
        nothing_was_accepted(&rig);
    });
}

#[test]
fn given_groups_and_a_given_zone_are_left_alone() {
    run(async {
        let (mut rig, mut config) = ground(true);
        let others = rig.fake.edit(strangers);
        let consumer = config.endpoint.as_mut().unwrap();
        consumer.security_group_ids = set(["sg-given"]);
        consumer.zone_id = Some(GIVEN_ZONE.to_owned());
        assert_settled(&rig.apply(&config).await);
        assert_eq!(rig.fake.world().zones, others.zones);
        assert_eq!(rig.fake.world().records, others.records);
        accept(&rig).await;
        assert_settled(&rig.apply(&config).await);
        assert!(has_record(&rig) && rig.fake.world().security_groups.is_empty());
        assert_settled(&rig.destroy().await);
        let world = rig.fake.world();
        assert_eq!(world.zones, others.zones);
        assert_eq!(world.records, others.records);
        assert_eq!(world.services, others.services);
        assert!(world.endpoints.is_empty());
    });
}

/// An endpoint that asks goes like any other.
#[test]
fn what_was_never_accepted_is_destroyed() {
    for end_state in [
        EndpointState::PendingAcceptance,
        REJECTED,
        EndpointState::Failed,
    ] {
        run(async {
            let (mut rig, config) = ground(true);
            assert_settled(&rig.apply(&config).await);
            set_state(&rig, &end_state);
            assert_settled(&rig.destroy().await);
            let world = rig.fake.world();
            assert!(world.endpoints.is_empty() && world.zones.is_empty());
            assert!(world.security_groups.is_empty());
            nothing_was_accepted(&rig);
        });
    }
}

/// Each write is spoiled once, on the way up and on the way down.
#[test]
fn spoiled_writes_do_no_harm() {
    let effects = [
        Effect::Refuse,
        Effect::Break,
        Effect::LoseAnswer,
        Effect::Forget,
        Effect::PutOff,
    ];
    for effect in effects {
        for skip in 0..8 {
            for (acceptance, lag) in [(true, 0), (false, 0), (true, 3)] {
                run(async {
                    let (mut rig, config) = ground(acceptance);
                    rig.fake.lag(Duration::from_secs(lag));
                    // The second time it is the record that is left to do.
                    for skip in [skip, 0] {
                        rig.fake.inject(Fault::after(skip, effect));
                        let end = rig.apply(&config).await;
                        let is_refused = effect == Effect::Refuse && !end.failures.is_empty();
                        // A group that is not there after all leaves the endpoint to be changed,
                        // which AWS does once it was accepted.
                        let is_told = end.blocked.iter().any(|it| it.conflicts().next().is_some());
                        let is_said = is_refused || effect == Effect::Forget && is_told;
                        assert!(end.is_settled() || is_said, "{}", explain(&end));
                        rig.fake.heal();
                        accept(&rig).await;
                        assert_settled(&rig.apply(&config).await);
                        accept(&rig).await;
                    }
                    assert_settled(&rig.apply(&config).await);
                    assert_eq!(state(&rig), "available");
                    assert!(has_record(&rig));
                    sleep(Duration::from_secs(10)).await;
                    assert_eq!(rig.apply(&config).await.done, []);
                    rig.fake.inject(Fault::after(skip, effect));
                    rig.destroy().await;
                    rig.fake.heal();
                    sleep(Duration::from_secs(10)).await;
                    assert_settled(&rig.destroy().await);
                    let world = rig.fake.world();
                    assert!(world.endpoints.is_empty() && world.zones.is_empty());
                    nothing_was_accepted(&rig);
                });
            }
        }
    }
}

/// Nothing was kept in the state: the owner's tag finds the endpoint, and AWS tells its service.
#[test]
fn a_lost_state_makes_no_second_endpoint() {
    run(async {
        let (mut rig, config) = connected().await;
        rig.state = Observed::default();
        assert_eq!(rig.apply(&config).await.done, []);
        assert_eq!(state(&rig), "available");
    });
}

#[test]
fn folding_tells_the_truth_of_it() {
    for acceptance in [true, false] {
        run(async {
            let (mut rig, config) = ground(acceptance);
            let desired = config.desired();
            rig.state = fold_along(&rig, &config, &desired).await.unwrap();
            accept(&rig).await;
            rig.state = fold_along(&rig, &config, &desired).await.unwrap();
            assert!(plan(&desired, &rig.state).is_settled() && has_record(&rig));
            let nothing = Desired::nothing();
            fold_along(&rig, &config, &nothing).await.unwrap();
        });
    }
}

/// A path beside others' services is what it was, and the other way round.
#[test]
fn a_service_of_the_path_is_told_from_a_given_one() {
    run(async {
        let mut rig = Rig::default();
        rig.fake.edit(|world| world.add_foreign_service(true));
        let config = Config::of(1);
        assert_settled(&rig.apply(&config).await);
        assert!(has_record(&rig));
        rig.state = Observed::default();
        assert_eq!(rig.apply(&config).await.done, []);
    });
}

/// What earlier versions kept of an endpoint is one of the path's service, and is written as before.
#[test]
fn an_endpoint_of_the_paths_service_is_kept_as_before() {
    let built = |config: &Config| tell("", &config.desired(), &Observed::default()).1;
    let own = built(&Config::of(1));
    let text = serde_json::to_string(&own).unwrap();
    assert!(!text.contains("service_region") && !text.contains("Given"));
    assert_eq!(serde_json::from_str::<Observed>(&text).unwrap(), own);
    let given = built(&consumer(SERVICE));
    let text = serde_json::to_string(&given).unwrap();
    assert_eq!(serde_json::from_str::<Observed>(&text).unwrap(), given);
}

#[test]
fn the_stories_of_a_given_service() {
    let config = consumer(SERVICE);
    let title = "Connect to somebody else's service.";
    let (story, mut built) = tell(title, &config.desired(), &Observed::default());
    check("given-service", &story);

    // Its owner has not accepted yet.
    for seen in built.objects.values_mut() {
        if let Some(endpoint) = seen.object.as_endpoint_mut() {
            endpoint.accepted = false;
            seen.id = "vpce-1".into();
            seen.life = engine::model::Life::Coming;
            seen.outputs.state = "pendingAcceptance".into();
        }
    }
    let with_record = built.clone();
    built.objects.retain(|key, _| key.slot != ALIAS);
    let title = "The owner has not accepted yet: the record is left to a later run.";
    let later = tell(title, &config.desired(), &built).0;
    check("given-service-asks", &later);
    let title = "The owner has not accepted yet, and is waited for.";
    let awaited = tell(title, &waiting(&config).desired(), &built).0;
    check("given-service-awaited", &awaited);

    let mut rejected = with_record;
    for seen in rejected.objects.values_mut() {
        if seen.object.as_endpoint().is_some() {
            seen.outputs.state = "rejected".into();
        }
    }
    let title = "The owner has rejected the endpoint, and is waited for.";
    let story = tell(title, &waiting(&config).desired(), &rejected).0;
    check("given-service-rejected", &story);

    let destroy = "Disconnect from somebody else's service.";
    let built = tell("", &config.desired(), &Observed::default()).1;
    check(
        "given-service-destroy",
        &tell(destroy, &Desired::nothing(), &built).0,
    );
}
