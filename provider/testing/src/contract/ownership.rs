//! Whose an object is, whatever became of its tags.

use engine::model::{Key, Object, Observed, Role, Side, Slot, tags};
use engine::reconcile::Cloud;

use super::{Account, OWNER, Path, converged};

fn group_of(observed: &Observed, broker: u32) -> (Key, String) {
    let mut groups = observed.of(Slot::TargetGroup(Role::Broker(broker)));
    let (key, seen) = groups.next().unwrap();
    (key, seen.id.known().unwrap().clone())
}

pub async fn what_lost_its_owner_tag_stays_ours_and_what_another_owner_tagged_does_not(
    account: &impl Account,
) {
    let path = Path::of(account.ground(), 2);
    let mut scope = path.scope();
    let end = converged(&account.cloud(), &scope, &path.desired()).await;
    let (untagged, untagged_id) = group_of(&end.observed, 1);
    let (retagged, retagged_id) = group_of(&end.observed, 2);
    account.tag_group(&untagged_id, tags::OWNER, None).await;
    account
        .tag_group(&retagged_id, tags::OWNER, Some("somebody"))
        .await;

    scope.known = end.observed;
    // The second time from what the first one kept.
    for _ in 0..2 {
        let observed = account.cloud().observe(&scope).await.unwrap();
        assert!(observed.get(untagged).unwrap().owned);
        assert!(!observed.get(retagged).unwrap().owned);
        scope.known = observed;
    }
}

/// The two brokers are removed at the same time as the tags are lost.
pub async fn what_lost_its_owner_tag_goes_with_its_broker_and_what_another_owner_tagged_stays(
    account: &impl Account,
) {
    let mut path = Path::of(account.ground(), 3);
    let mut scope = path.scope();
    let end = converged(&account.cloud(), &scope, &path.desired()).await;
    let (untagged, untagged_id) = group_of(&end.observed, 1);
    let (retagged, retagged_id) = group_of(&end.observed, 2);
    account.tag_group(&untagged_id, tags::OWNER, None).await;
    account
        .tag_group(&retagged_id, tags::OWNER, Some("somebody"))
        .await;

    scope.known = end.observed;
    path.brokers.retain(|id, _| *id == 3);
    let mut desired = path.desired();
    desired.policy.forget_unowned = true;
    let end = converged(&account.cloud(), &scope, &desired).await;
    assert_eq!(end.observed.get(untagged), None);
    assert_eq!(end.observed.id(retagged), Some(retagged_id.as_str()));
    let left = account.cloud().observe(&scope).await.unwrap();
    assert_eq!(left.get(untagged), None);
    assert_eq!(left.id(retagged), Some(retagged_id.as_str()));
}

pub async fn of_two_in_one_place_the_one_that_the_state_knew_has_it(account: &impl Account) {
    let path = Path::of(account.ground(), 2);
    let mut scope = path.scope();
    let made = converged(&account.cloud(), &scope, &path.desired()).await;
    let slot = Slot::SecurityGroup(Side::Service);
    let (key, seen) = made.observed.of(slot).next().unwrap();
    let id = seen.id.known().unwrap().clone();
    let tags = seen.object.tags().unwrap();
    let copy = account.copy_security_group(seen, tags).await;

    scope.known = made.observed.clone();
    let observed = account.cloud().observe(&scope).await.unwrap();
    assert_eq!(observed.id(key), Some(id.as_str()));
    assert_eq!(observed.twins, [(key, copy.clone())]);
    // Who knows neither finds both, and takes one of them.
    let blank = account.cloud().observe(&path.scope()).await.unwrap();
    let mut found = vec![blank.id(key).unwrap().to_owned()];
    found.extend(blank.twins.iter().map(|(_, id)| id.clone()));
    found.sort();
    let mut both = vec![id, copy];
    both.sort();
    assert_eq!(found, both);
}

pub async fn names_carry_a_hash_and_fit_and_objects_carry_their_owner(account: &impl Account) {
    let path = Path {
        name: "orders-of-the-whole-company-and-more".to_owned(),
        ..Path::of(account.ground(), 1)
    };
    let end = converged(&account.cloud(), &path.scope(), &path.desired()).await;
    for (key, seen) in &end.observed.objects {
        let name = match &seen.object {
            Object::LoadBalancer(balancer) => &balancer.name,
            Object::TargetGroup(group) => &group.name,
            _ => "",
        };
        assert!(name.len() <= 32, "{key}: {name}");
        let Some(tags) = seen.object.tags() else {
            // Records take none.
            assert!(matches!(key.slot, Slot::Alias(_)), "{key}");
            continue;
        };
        let tag = |name: &str| tags.get(name).and_then(|it| it.known()).cloned();
        assert_eq!(tag(tags::OWNER).as_deref(), Some(OWNER), "{key}");
        assert_eq!(tag(tags::NAME), Some(path.name.clone()), "{key}");
        assert_eq!(tag(tags::RESOURCE), Some(key.slot.to_string()), "{key}");
    }
}
