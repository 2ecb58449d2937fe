//! The consumers' side alone, of a service that is another path's.

use engine::model::{
    Key, Object, RecordType, Seen, Slot,
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

fn service_of(seen: &Seen) -> &ServiceRef {
    &seen.object.as_endpoint().unwrap().service
}
