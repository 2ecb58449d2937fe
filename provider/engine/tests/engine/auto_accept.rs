//! Endpoints of others that ask: whom an apply lets in.

use engine::fake::EndpointState;
use engine::model::{
    Connection, Desired, Observed,
    object::{Change, endpoint, service},
};
use engine::reconcile::{Cloud, Limits, Write, converge, foresee, plan};
use tokio::time::{Duration, Instant};

use crate::{
    config::{Config, set},
    rig::{Rig, assert_settled, run},
    stories::{check, tell},
};

const OWN: &str = "123456789012";
const FRIEND: &str = "210987654321";
const STRANGER: &str = "333333333333";

/// A path that accepts these accounts, built, and nobody is connected yet.
async fn accepting(accounts: &[&str]) -> (Rig, Config) {
    let mut config = Config::of(1);
    let accounts = accounts.iter().map(|it| (*it).to_owned());
    config.policy.accept_from = accounts.collect();
    let mut rig = Rig::default();
    assert_settled(&rig.apply(&config).await);
    (rig, config)
}

/// An endpoint of this account asks, or has got as far as this.
fn connect(rig: &Rig, account: &str, state: EndpointState) -> String {
    rig.fake.edit(|world| {
        let service = world.services.keys().next().cloned().unwrap();
        let id = world.add_foreign_endpoint(&service);
        let endpoint = world.endpoints.get_mut(&id).unwrap();
        account.clone_into(&mut endpoint.account);
        endpoint.state = state;
        id
    })
}

fn ask(rig: &Rig, account: &str) -> String {
    connect(rig, account, EndpointState::PendingAcceptance)
}

fn state(rig: &Rig, endpoint: &str) -> &'static str {
    rig.fake.world().endpoints[endpoint].state(Instant::now())
}

/// The endpoints that a run accepted, its own aside.
fn accepted(end: &engine::reconcile::Convergence) -> Vec<&std::collections::BTreeSet<String>> {
    let steps = end.done.iter();
    steps
        .filter_map(|step| match &step.write {
            Write::Change(Change::Service(service::Change::AcceptConnections(ids))) => Some(ids),
            _ => None,
        })
        .collect()
}

#[test]
fn an_apply_accepts_those_accounts_that_ask_and_nobody_else() {
    run(async {
        let (mut rig, config) = accepting(&[FRIEND]).await;
        let friends = [ask(&rig, FRIEND), ask(&rig, FRIEND)];
        let stranger = ask(&rig, STRANGER);
        let rejected = EndpointState::Rejected { for_good: false };
        let rejected = connect(&rig, FRIEND, rejected);
        let end = rig.apply(&config).await;
        assert_settled(&end);
        assert_eq!(end.done.len(), 1, "{:?}", end.done);
        assert_eq!(accepted(&end), [&friends.clone().into()]);
        tokio::time::sleep(Duration::from_secs(600)).await;
        for friend in &friends {
            assert_eq!(state(&rig, friend), "available");
        }
        assert_eq!(state(&rig, &stranger), "pendingAcceptance");
        // People decided that.
        assert_eq!(state(&rig, &rejected), "rejected");
        let again = rig.apply(&config).await;
        assert_settled(&again);
        assert!(again.done.is_empty(), "{:?}", again.done);
    });
}

/// Nobody named: all wait, as ever.
#[test]
fn without_accounts_nobody_is_accepted() {
    run(async {
        let (mut rig, config) = accepting(&[]).await;
        let friend = ask(&rig, FRIEND);
        assert_settled(&rig.apply(&config).await);
        assert_eq!(state(&rig, &friend), "pendingAcceptance");
    });
}

/// The whole observation that ends a run sees them.
#[test]
fn whoever_asks_while_an_apply_runs_is_accepted_by_it() {
    run(async {
        let (mut rig, mut config) = accepting(&[FRIEND]).await;
        config.health_interval = 10;
        let scope = rig.scope(Some(&config));
        let observed = rig.fake.observe(&scope).await.unwrap();
        let late = ask(&rig, FRIEND);
        let deadline = Instant::now() + Duration::from_secs(3600);
        let limits = Limits::new(deadline, rig.cancel.clone());
        let desired = config.desired();
        let end = converge(&rig.fake, &scope, &desired, observed, &limits, &|_| {}).await;
        assert_settled(&end);
        assert_eq!(accepted(&end), [&[late].into()]);
        rig.state = end.observed;
    });
}

/// Somebody was faster, or the endpoint is gone: there is nothing left to accept, and the others of
/// the same call are.
#[test]
fn what_was_answered_meanwhile_is_no_failure() {
    run(async {
        let (rig, config) = accepting(&[FRIEND]).await;
        let [taken, gone, asks] = [(); 3].map(|()| ask(&rig, FRIEND));
        let scope = rig.scope(Some(&config));
        let observed = rig.fake.observe(&scope).await.unwrap();
        rig.fake.edit(|world| {
            let taken = world.endpoints.get_mut(&taken).unwrap();
            taken.state = EndpointState::Accepted(Instant::now());
            world.endpoints.remove(&gone);
        });
        let deadline = Instant::now() + Duration::from_secs(3600);
        let limits = Limits::new(deadline, rig.cancel.clone());
        let desired = config.desired();
        let end = converge(&rig.fake, &scope, &desired, observed, &limits, &|_| {}).await;
        assert_settled(&end);
        assert!(end.failures.is_empty(), "{:?}", end.failures);
        tokio::time::sleep(Duration::from_secs(600)).await;
        assert_eq!(state(&rig, &asks), "available");
    });
}

/// It has a step of its own, even where its account is named.
#[test]
fn the_paths_own_endpoint_is_accepted_once() {
    run(async {
        let mut config = Config::of(1);
        config.policy.accept_from = set([OWN]);
        let mut rig = Rig::default();
        let end = rig.apply(&config).await;
        assert_settled(&end);
        assert!(accepted(&end).is_empty(), "{:?}", end.done);
        let own = Write::Change(Change::Endpoint(endpoint::Change::Accept));
        let own = end.done.iter().filter(|step| step.write == own);
        assert_eq!(own.count(), 1, "{:?}", end.done);
        // Another endpoint of the same account is a guest like any other.
        let other = ask(&rig, OWN);
        assert_eq!(accepted(&rig.apply(&config).await), [&[other].into()]);
    });
}

/// Whoever loses the permission is turned away, and not let in on the way.
#[test]
fn who_is_to_be_rejected_is_not_accepted() {
    run(async {
        let (mut rig, mut config) = accepting(&[FRIEND]).await;
        let friend = ask(&rig, FRIEND);
        config.principals = set([]);
        config.policy.reject_removed_principals = true;
        let end = rig.apply(&config).await;
        assert_settled(&end);
        assert!(accepted(&end).is_empty(), "{:?}", end.done);
        assert_eq!(state(&rig, &friend), "rejected");
    });
}

/// The path of `config`, and who asks: an account that is accepted, the same account with something
/// that is no endpoint and has no id to accept it by, and another account.
fn asked(config: &Config) -> Observed {
    let mut observed = tell("", &config.desired(), &Observed::default()).1;
    for (id, owner, state) in [
        (Some("vpce-1"), FRIEND, "pendingAcceptance"),
        (Some("vpce-2"), FRIEND, "PendingAcceptance"),
        (None, FRIEND, "pendingAcceptance"),
        (Some("vpce-3"), STRANGER, "pendingAcceptance"),
        (Some("vpce-4"), FRIEND, "rejected"),
        (Some("vpce-5"), FRIEND, "available"),
    ] {
        observed.connections.push(Connection {
            endpoint_id: id.map(str::to_owned),
            id: None,
            owner: owner.to_owned(),
            state: state.to_owned(),
            ..Connection::default()
        });
    }
    observed
}

#[test]
fn the_story_of_connections_that_wait() {
    let mut config = Config::of(1);
    config.policy.accept_from = set([FRIEND]);
    let title = "Connections wait, and those of one account are to be accepted.";
    let (story, end) = tell(title, &config.desired(), &asked(&config));
    check("accept-connections", &story);
    assert!(plan(&config.desired(), &end).is_settled());
    let states = end.connections.iter().map(|it| it.state.as_str());
    let states: Vec<&str> = states.collect();
    assert_eq!(
        states[states.len() - 6..],
        [
            "pending",
            "pending",
            "pendingAcceptance",
            "pendingAcceptance",
            "rejected",
            "available"
        ]
    );
}

#[test]
fn a_destroy_accepts_nobody() {
    let mut config = Config::of(1);
    config.policy.accept_from = set([FRIEND]);
    for rejects in [false, true] {
        let mut nothing = Desired::nothing();
        nothing.policy.accept_from = set([FRIEND]);
        nothing.policy.reject_connections = rejects;
        let foresight = foresee(&nothing, &asked(&config));
        let blocked = foresight.blocked.iter().map(|planned| &planned.step);
        let mut steps = foresight.steps().chain(blocked);
        assert!(!steps.any(|step| matches!(
            step.write,
            Write::Change(Change::Service(service::Change::AcceptConnections(_)))
        )));
    }
}
