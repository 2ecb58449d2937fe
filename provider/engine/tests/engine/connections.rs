//! Endpoints of others: who loses the connection, and when.

use engine::fake::{Effect, Fault};
use engine::model::{
    Connection, Desired, Observed,
    object::{Change, service},
};
use engine::reconcile::{Cloud, Limits, Order, Write, converge, foresee};
use tokio::time::{Duration, Instant};

use crate::{
    config::{Config, set},
    rig::{Rig, assert_settled, run},
    stories::{check, tell},
};

const CONSUMERS: [&str; 2] = [
    "arn:aws:iam::210987654321:root",
    "arn:aws:iam::333333333333:role/reader",
];

/// A path whose two consumers, in accounts of their own, are connected.
async fn connected(accounts: &[&str]) -> (Rig, Config) {
    let mut config = Config::of(1);
    config.principals = set(CONSUMERS);
    config.policy.reject_removed_principals = true;
    let mut rig = Rig::default();
    assert_settled(&rig.apply(&config).await);
    rig.fake.edit(|world| {
        let service = world.services.keys().next().cloned().unwrap();
        for account in accounts {
            let id = world.add_foreign_endpoint(&service);
            world.endpoints.get_mut(&id).unwrap().account = (*account).to_owned();
        }
    });
    (rig, config)
}

/// The accounts whose connections are open.
fn open(rig: &Rig) -> Vec<String> {
    let world = rig.fake.world();
    let endpoints = world.endpoints.values();
    let mut open: Vec<String> = endpoints
        .filter(|it| it.state(Instant::now()) == "available")
        .map(|it| it.account.clone())
        .collect();
    open.sort();
    open
}

const OWN: &str = "123456789012";

#[test]
fn who_loses_the_permission_loses_the_connection() {
    for (left, stay) in [
        (
            set(["arn:aws:iam::333333333333:role/reader"]),
            vec!["333333333333"],
        ),
        // Another role of the same account covers all of it.
        (
            set([CONSUMERS[0], "arn:aws:iam::333333333333:role/writer"]),
            vec!["210987654321", "333333333333"],
        ),
        (set([]), vec![]),
        // Whom these let in only AWS knows.
        (set(["*"]), vec!["210987654321", "333333333333"]),
        (
            set(["arn:aws:organizations::111111111111:ou/o-a/ou-b"]),
            vec!["210987654321", "333333333333"],
        ),
    ] {
        for rejects in [true, false] {
            run(async {
                let all = ["210987654321", "333333333333"];
                let (mut rig, mut config) = connected(&all).await;
                config.principals.clone_from(&left);
                config.policy.reject_removed_principals = rejects;
                assert_settled(&rig.apply(&config).await);
                let stay = if rejects { stay.clone() } else { all.to_vec() };
                assert_eq!(open(&rig), [&[OWN], stay.as_slice()].concat(), "{left:?}");
            });
        }
    }
}

/// What was left on purpose, or what no principal ever let in, is not this removal's business.
#[test]
fn only_what_the_removed_principal_let_in_is_rejected() {
    run(async {
        // The owner's account needs no permission, and has another endpoint besides ours.
        let all = ["210987654321", "333333333333", "444444444444", OWN];
        let (mut rig, mut config) = connected(&all).await;
        config.principals = set([CONSUMERS[1]]);
        assert_settled(&rig.apply(&config).await);
        assert_eq!(open(&rig), [OWN, OWN, "333333333333", "444444444444"]);
        config.principals = set([CONSUMERS[1], "arn:aws:iam::555555555555:root"]);
        let end = rig.apply(&config).await;
        assert_settled(&end);
        assert_eq!(open(&rig), [OWN, OWN, "333333333333", "444444444444"]);
        assert_eq!(end.done.len(), 1, "{:?}", end.done);
    });
}

/// Once the principal is gone, nobody could tell its connections from those that were left on
/// purpose: as long as they cannot be rejected, it stays, and the next apply has both to do.
#[test]
fn a_principal_leaves_after_its_connections() {
    for without in [vec![], vec![Order::RejectFirst]] {
        run(async {
            let (mut rig, mut config) = connected(&["210987654321"]).await;
            config.principals = set([CONSUMERS[1]]);
            let rejects = |step: &engine::reconcile::Step| is_rejection(&step.write);
            rig.fake.inject(Fault::new(Effect::Refuse, 1, rejects));
            rig.without.clone_from(&without);
            rig.apply(&config).await;
            rig.fake.heal();
            assert_settled(&rig.apply(&config).await);
            let is_kept = !without.is_empty();
            assert_eq!(open(&rig).len(), 1 + usize::from(is_kept), "{without:?}");
        });
    }
}

/// Whoever connects while the path is being destroyed is rejected as well.
#[test]
fn a_destroy_rejects_those_that_come_late() {
    run(async {
        let (mut rig, _) = connected(&["210987654321"]).await;
        let mut nothing = Desired::nothing();
        nothing.policy.reject_connections = true;
        let scope = rig.scope(None);
        let observed = rig.fake.observe(&scope).await.unwrap();
        rig.fake.edit(|world| {
            let service = world.services.keys().next().cloned().unwrap();
            world.add_foreign_endpoint(&service);
        });
        let deadline = Instant::now() + Duration::from_secs(3600);
        let limits = Limits::new(deadline, rig.cancel.clone());
        let end = converge(&rig.fake, &scope, &nothing, observed, &limits, &|_| {}).await;
        assert_settled(&end);
        rig.state = end.observed;
        let world = rig.fake.world();
        assert!(world.services.is_empty() && world.balancers.is_empty());
        assert_eq!(open(&rig), Vec::<String>::new());
    });
}

/// Our own endpoint goes before the service: its connection keeps nothing, foreseen or seen.
#[test]
fn our_own_endpoint_is_nobody_elses() {
    run(async {
        let (mut rig, _) = connected(&[]).await;
        let observed = rig.see(None);
        assert_eq!(observed.connections.len(), 1);
        let foresight = foresee(&Desired::nothing(), &observed);
        assert!(foresight.blocked.is_empty(), "{:?}", foresight.blocked);
        assert!(foresight.end.objects.is_empty());
        assert_settled(&rig.destroy().await);
    });
}

/// What is no endpoint counts like one, and nobody rejects it by an id that it does not have.
#[test]
fn a_connection_without_an_endpoint_keeps_the_service() {
    let mut observed = tell("", &Config::of(1).desired(), &Observed::default()).1;
    observed.connections.push(Connection {
        endpoint_id: None,
        id: Some("vpce-con-1".to_owned()),
        owner: "210987654321".to_owned(),
        state: "Available".to_owned(),
        ..Connection::default()
    });
    for rejects in [false, true] {
        let mut nothing = Desired::nothing();
        nothing.policy.reject_connections = rejects;
        let foresight = foresee(&nothing, &observed);
        assert!(foresight.rounds.is_empty(), "{:?}", foresight.rounds);
        let mut conflicts = foresight.blocked.iter().flat_map(|it| it.conflicts());
        let said = conflicts.next().unwrap().to_string();
        for part in ["vpce-con-1", "210987654321", "transit gateway"] {
            assert!(said.contains(part), "{said}");
        }
    }
    // A principal that leaves cannot take it along, and waits for nothing.
    let mut config = Config::of(1);
    config.principals = set([]);
    config.policy.reject_removed_principals = true;
    let foresight = foresee(&config.desired(), &observed);
    assert!(foresight.blocked.is_empty());
    let rejects = is_rejection;
    assert!(!foresight.steps().any(|step| rejects(&step.write)));
}

#[test]
fn states_of_connections_are_read_in_any_case() {
    for (state, is_live) in [
        ("available", true),
        ("Available", true),
        ("pendingAcceptance", true),
        ("PendingAcceptance", true),
        ("PENDING", true),
        // AWS says nothing: it may be open.
        ("", true),
        ("rejected", false),
        ("Deleted", false),
    ] {
        let connection = Connection {
            endpoint_id: Some("vpce-1".to_owned()),
            id: None,
            owner: "210987654321".to_owned(),
            state: state.to_owned(),
            ..Connection::default()
        };
        assert_eq!(connection.is_live(), is_live, "{state}");
    }
}

fn built(config: &Config) -> Observed {
    let mut observed = tell("", &config.desired(), &Observed::default()).1;
    for (id, owner, state) in [
        ("vpce-1", "210987654321", "available"),
        ("vpce-2", "333333333333", "pendingAcceptance"),
        ("vpce-3", "333333333333", "rejected"),
    ] {
        observed.connections.push(Connection {
            endpoint_id: Some(id.to_owned()),
            id: None,
            owner: owner.to_owned(),
            state: state.to_owned(),
            ..Connection::default()
        });
    }
    observed
}

#[test]
fn the_story_of_a_removed_principal() {
    let mut config = Config::of(2);
    config.principals = set(CONSUMERS);
    config.policy.reject_removed_principals = true;
    let before = built(&config);
    config.principals = set([CONSUMERS[1]]);
    let title = "One of two principals leaves, and the other stays.";
    check(
        "principal-removed",
        &tell(title, &config.desired(), &before).0,
    );
}

#[test]
fn the_stories_of_a_destroy_with_connections() {
    let before = built(&Config::of(1));
    let mut nothing = Desired::nothing();
    let title = "Destroy while endpoints of others are connected.";
    check("destroy-refused", &tell(title, &nothing, &before).0);
    nothing.policy.reject_connections = true;
    let title = "Destroy, and reject whoever is connected.";
    check("destroy-rejecting", &tell(title, &nothing, &before).0);
}

fn is_rejection(write: &Write) -> bool {
    match write {
        Write::Change(Change::Service(change)) => {
            matches!(change, service::Change::RejectConnections(_))
        }
        _ => false,
    }
}
