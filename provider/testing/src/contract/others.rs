//! What others have beside the path.

use std::collections::BTreeSet;

use engine::model::{
    Key, Object, Observed, Role, Side, Slot,
    object::{Change, Rule, security_group, service},
};
use engine::reconcile::{Answer, Cloud, Step, Write};

use super::{Account, Path, converged};

pub async fn an_endpoint_of_somebody_else_is_seen_as_a_connection_only(account: &impl Account) {
    let path = Path::of(account.ground(), 1);
    let mut scope = path.scope();
    let made = converged(&account.cloud(), &scope, &path.desired())
        .await
        .observed;
    let service = made.get(Key::only(Slot::Service)).unwrap();
    let theirs = account.connect_endpoint(service).await;
    scope.known = made.clone();
    let observed = account.cloud().observe(&scope).await.unwrap();
    assert_eq!(observed.objects, made.objects);
    let states: Vec<&str> = observed
        .connections
        .iter()
        .filter(|connection| connection.is_of(&theirs))
        .map(|connection| connection.state.as_str())
        .collect();
    assert_eq!(states, ["pendingAcceptance"]);

    // It keeps the service from being deleted until it is sent away.
    let cloud = account.cloud();
    let key = Key::only(Slot::Service);
    let delete = Step {
        key,
        write: Write::Delete,
    };
    match cloud.execute(&scope, &delete, &observed).await {
        Answer::NotYet(error) => assert_eq!(error.code, "ExistingVpcEndpointConnections"),
        other => panic!("{other:?}"),
    }
    let reject = Step {
        key,
        write: Write::Change(Change::Service(service::Change::RejectConnections(
            [theirs].into(),
        ))),
    };
    assert_eq!(
        cloud.execute(&scope, &reject, &observed).await,
        Answer::Done(None)
    );
}

pub async fn an_endpoint_of_somebody_else_is_accepted_once(account: &impl Account) {
    let path = Path::of(account.ground(), 1);
    let mut scope = path.scope();
    let made = converged(&account.cloud(), &scope, &path.desired())
        .await
        .observed;
    let key = Key::only(Slot::Service);
    let service = made.get(key).unwrap();
    let [first, second] = [
        account.connect_endpoint(service).await,
        account.connect_endpoint(service).await,
    ];
    scope.known = made.clone();
    let cloud = account.cloud();
    let observed = cloud.observe(&scope).await.unwrap();
    let accept = |ids: &[&String]| Step {
        key,
        write: Write::Change(Change::Service(service::Change::AcceptConnections(
            ids.iter().map(|id| (*id).clone()).collect(),
        ))),
    };
    let alone = accept(&[&first]);
    let answer = cloud.execute(&scope, &alone, &observed).await;
    assert_eq!(answer, Answer::Done(None));

    // What does not ask any more is named, and the others of the call are accepted: who still asks
    // has to be looked at.
    let both = accept(&[&first, &second]);
    let answer = cloud.execute(&scope, &both, &observed).await;
    assert!(matches!(answer, Answer::LookAgain(_)), "{answer:?}");
    let observed = cloud.observe(&scope).await.unwrap();
    for id in [&first, &second] {
        let mut connections = observed.connections.iter();
        let found = connections.find(|it| it.is_of(id)).unwrap();
        assert!(found.is_live() && !found.waits_for_acceptance(), "{found}");
    }
    assert_eq!(observed.objects, made.objects);
}

pub async fn what_is_not_ours_is_seen_and_not_taken(account: &impl Account) {
    let path = Path::of(account.ground(), 1);
    let mut scope = path.scope();
    let made = converged(&account.cloud(), &scope, &path.desired())
        .await
        .observed;
    let balancer = made.id(Key::only(Slot::LoadBalancer)).unwrap();
    let (_, group) = made.of(Slot::TargetGroup(Role::Broker(1))).next().unwrap();
    account
        .add_listener(balancer, 7777, group.id.known().unwrap())
        .await;
    let group = made.id(made
        .of(Slot::SecurityGroup(Side::Service))
        .next()
        .unwrap()
        .0);
    account.add_rule(group.unwrap()).await;

    scope.known = made.clone();
    let observed = account.cloud().observe(&scope).await.unwrap();
    assert_eq!(observed.foreign_listeners, [7777].into());
    let keys = |observed: &Observed| observed.objects.keys().copied().collect::<Vec<_>>();
    assert_eq!(keys(&observed), keys(&made));
    // A rule of somebody else in our group goes by its id.
    let (key, seen) = observed
        .of(Slot::SecurityGroup(Side::Service))
        .next()
        .unwrap();
    let Object::SecurityGroup(group) = &seen.object else {
        panic!("{seen:?}");
    };
    let others = group
        .rules
        .iter()
        .filter(|rule| matches!(rule, Rule::Other { .. }));
    let others: BTreeSet<Rule> = others.cloned().collect();
    assert_eq!(others.len(), 1, "{group:?}");
    let cloud = account.cloud();
    let close = Step {
        key,
        write: Write::Change(Change::SecurityGroup(security_group::Change::Revoke(
            others,
        ))),
    };
    assert_eq!(
        cloud.execute(&scope, &close, &observed).await,
        Answer::Done(None)
    );
    let closed = cloud.observe(&scope).await.unwrap();
    assert_eq!(closed.get(key), made.get(key));
}
