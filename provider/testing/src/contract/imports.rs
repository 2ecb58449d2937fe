//! What belongs to a path is found from little.

use std::collections::BTreeMap;

use engine::model::{Key, Maybe, Observed, Scope, Seen, Slot};
use engine::reconcile::{Answer, Cloud, Step, Write};

use super::{Account, OWNER, Path, converged};

pub async fn an_import_finds_the_path_by_its_service(account: &impl Account) {
    let path = Path::of(account.ground(), 2);
    let scope = path.scope();
    let made = converged(&account.cloud(), &scope, &path.desired())
        .await
        .observed;
    let service = made.id(Key::only(Slot::Service)).unwrap().to_owned();

    // By id, knowing nothing else; the owner is in the tags.
    let import = Scope {
        service_id: Some(service.clone()),
        ..Scope::default()
    };
    let found = account.cloud().observe(&import).await.unwrap();
    assert_eq!(without_addresses(found), without_addresses(made.clone()));

    // By name: strangers, one of which is the service.
    let by_name = Scope {
        name: path.name.clone(),
        ..Scope::default()
    };
    let found = account.cloud().observe(&by_name).await.unwrap();
    let named = found
        .strangers
        .iter()
        .find(|it| it.slot == Slot::Service)
        .unwrap();
    assert_eq!(
        (named.id.as_str(), named.owner.as_str()),
        (service.as_str(), OWNER)
    );

    // Another instance of this name touches nothing of the first one's, and sees that it is there.
    let other = Path {
        owner: "zzzzzzzz".to_owned(),
        ..path.clone()
    };
    let found = account.cloud().observe(&other.scope()).await.unwrap();
    assert!(found.objects.is_empty(), "{:#?}", found.objects);
    assert!(
        found
            .strangers
            .iter()
            .any(|it| it.slot == Slot::Service && it.owner == OWNER)
    );
}

pub async fn a_path_without_tags_is_taken_over_by_what_hangs_together(account: &impl Account) {
    let path = Path::of(account.ground(), 2);
    let scope = path.scope();
    let made = converged(&account.cloud(), &scope, &path.desired())
        .await
        .observed;
    let cloud = account.cloud();
    for (key, seen) in &made.objects {
        let Some(tags) = seen.object.tags() else {
            continue;
        };
        let step = Step {
            key: *key,
            write: Write::Tag {
                set: Default::default(),
                remove: tags.keys().cloned().collect(),
            },
        };
        assert_eq!(
            cloud.execute(&scope, &step, &made).await,
            Answer::Done(None)
        );
    }
    let id = |slot| made.of(slot).next().unwrap().1.id.known().cloned();
    let import = Scope {
        service_id: id(Slot::Service),
        endpoint_id: id(Slot::Endpoint),
        ..Scope::default()
    };
    let found = account.cloud().observe(&import).await.unwrap();
    for (key, seen) in &made.objects {
        let expected = !matches!(
            key.slot,
            Slot::SecurityGroup(_) | Slot::Zone | Slot::Alias(_)
        );
        match found.objects.get(key) {
            Some(other) => {
                assert_eq!(other.id, seen.id);
                assert!(!other.owned, "{key}");
            }
            None => assert!(!expected, "{key} was not found"),
        }
    }
    assert!(found.aliases().next().is_some(), "{found:#?}");
}

/// Whoever does not know yet what the records hold asks for addresses as well.
fn without_addresses(mut observed: Observed) -> BTreeMap<Key, Seen> {
    for seen in observed.objects.values_mut() {
        seen.outputs.addresses = Maybe::Unknown;
    }
    observed.objects
}
