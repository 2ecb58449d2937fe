//! The consumers' side alone, of a service that is another path's.

use engine::model::{
    Key, Object, Observed, RecordType, Scope, Seen, Side, Slot,
    object::{Change, ServiceRef, endpoint},
};
use engine::reconcile::{Answer, Cloud, Step, Write};

use super::{Account, Path, converged};

/// The record comes when the service's owner has accepted, whom the other path stands for.
pub async fn an_endpoint_of_a_given_service_waits_for_the_services_owner(account: &impl Account) {
    let theirs = Path::of(account.ground(), 1);
    let offered = converged(&account.cloud(), &theirs.scope(), &theirs.desired()).await;
    let service = offered.observed.get(Key::only(Slot::Service)).unwrap();
    let name = service.outputs.service_name.known().unwrap().clone();

    let path = Path {
        name: "payments".to_owned(),
        owner: "p4y9x2ab".to_owned(),
        hostname: "payments.test.com".to_owned(),
        given_service: Some(name.clone()),
        ..Path::of(account.ground(), 1)
    };
    let mut scope = path.scope();
    let desired = path.desired();
    let cloud = account.cloud();
    let asking = converged(&cloud, &scope, &desired).await.observed;
    let (key, seen) = asking.of(Slot::Endpoint).next().unwrap();
    assert_eq!(service_of(seen), &ServiceRef::Given(name.as_str().into()));
    assert!(!seen.object.as_endpoint().unwrap().accepted);
    assert_eq!(asking.of(Slot::Alias(RecordType::A)).count(), 0);
    // It is the other path's to answer, not ours.
    let accept = Step {
        key,
        write: Write::Change(Change::Endpoint(endpoint::Change::Accept)),
    };
    let refused = cloud.execute(&scope, &accept, &asking).await;
    assert!(!matches!(refused, Answer::Done(_)), "{refused:?}");

    let mut as_owner = offered.observed.clone();
    let mut own = seen.clone();
    if let Object::Endpoint(endpoint) = &mut own.object {
        endpoint.service = ServiceRef::default();
    }
    as_owner.objects.insert(key, own);
    let owner = account.cloud();
    let accepted = owner.execute(&theirs.scope(), &accept, &as_owner).await;
    assert_eq!(accepted, Answer::Done(None));

    scope.known = asking;
    let connected = converged(&cloud, &scope, &desired).await.observed;
    assert_eq!(connected.of(Slot::Alias(RecordType::A)).count(), 1);
    // Whoever remembers nothing sees the same.
    scope.known = Default::default();
    let seen = account.cloud().observe(&scope).await.unwrap();
    let (_, seen) = seen.of(Slot::Endpoint).next().unwrap();
    assert_eq!(service_of(seen), &ServiceRef::Given(name.as_str().into()));
}

/// An endpoint is the way to all that its resource has, and to nothing else of its name.
pub async fn an_import_finds_the_consumers_side_by_its_endpoint(account: &impl Account) {
    let theirs = Path::of(account.ground(), 1);
    let whole = converged(&account.cloud(), &theirs.scope(), &theirs.desired()).await;
    let service = whole.observed.get(Key::only(Slot::Service)).unwrap();
    let path = Path {
        owner: "p4y9x2ab".to_owned(),
        hostname: "payments.test.com".to_owned(),
        given_service: service.outputs.service_name.known().cloned(),
        ..Path::of(account.ground(), 1)
    };
    let made = converged(&account.cloud(), &path.scope(), &path.desired()).await;
    let made = made.observed;
    let endpoint = made.of(Slot::Endpoint).next().unwrap().1;
    let endpoint = endpoint.id.known().unwrap().clone();

    let import = Scope {
        side: Some(Side::Consumer),
        endpoint_id: Some(endpoint.clone()),
        ..Scope::default()
    };
    let found = account.cloud().observe(&import).await.unwrap();
    let ids = |observed: &Observed| -> Vec<_> {
        let objects = observed.objects.iter();
        let objects = objects.filter(|(key, _)| key.slot != Slot::Zone);
        objects.map(|(key, seen)| (*key, seen.id.clone())).collect()
    };
    assert_eq!(ids(&found), ids(&made));

    // The whole path of the same name has an endpoint as well.
    let named = |side| Scope {
        side,
        name: path.name.clone(),
        ..Scope::default()
    };
    let alone = account.cloud().observe(&named(import.side)).await.unwrap();
    let told: Vec<_> = alone
        .strangers
        .iter()
        .map(|it| (it.slot, &it.owner))
        .collect();
    let groups = Slot::SecurityGroup(Side::Consumer);
    assert_eq!(told, [(groups, &path.owner), (Slot::Endpoint, &path.owner)]);
    let whole = account.cloud().observe(&named(None)).await.unwrap();
    assert!(whole.strangers.iter().all(|it| it.owner == theirs.owner));
    assert!(whole.strangers.iter().any(|it| it.slot == Slot::Service));
}

fn service_of(seen: &Seen) -> &ServiceRef {
    &seen.object.as_endpoint().unwrap().service
}
