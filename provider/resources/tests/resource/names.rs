//! What AWS's console shows: a `Name` on every object, unless somebody has called it otherwise.

use std::collections::{BTreeMap, BTreeSet};

use engine::fake::World;
use tfplugin::{Value, testing::Action};

use crate::{
    account::Account,
    commands::in_virtual_time as run,
    configuration::{object, three_brokers},
    workspace::Workspace,
};

fn with<const N: usize>(arguments: [(&'static str, Value); N]) -> Value {
    let mut members = three_brokers();
    members.extend(arguments);
    object(members)
}

fn tagged(world: &mut World) -> Vec<&mut BTreeMap<String, String>> {
    let balancers = world.balancers.values_mut().map(|it| &mut it.tags);
    balancers
        .chain(world.target_groups.values_mut().map(|it| &mut it.tags))
        .chain(world.listeners.values_mut().map(|it| &mut it.tags))
        .chain(world.services.values_mut().map(|it| &mut it.tags))
        .chain(world.security_groups.values_mut().map(|it| &mut it.tags))
        .chain(world.endpoints.values_mut().map(|it| &mut it.tags))
        .chain(world.zones.values_mut().map(|it| &mut it.tags))
        .collect()
}

/// Of every object of ours.
fn names(account: &Account) -> BTreeSet<Option<String>> {
    account.fake.edit(|world| {
        let all = tagged(world).into_iter();
        let ours = all.filter(|tags| tags.contains_key("kafka-privatelink:owner"));
        ours.map(|tags| tags.get("Name").cloned()).collect()
    })
}

fn all(name: &str) -> BTreeSet<Option<String>> {
    let parts = [
        "load-balancer",
        "target-group-bootstrap",
        "target-group-1",
        "target-group-2",
        "target-group-3",
        "listener-9091",
        "listener-6001",
        "listener-6002",
        "listener-6003",
        "endpoint-service",
        "endpoint",
        "hosted-zone",
        "security-group-service",
        "security-group-consumer",
    ];
    parts
        .iter()
        .map(|part| Some(format!("{name}-{part}")))
        .collect()
}

#[test]
fn every_object_is_named_and_no_argument_shows_it() {
    run(async {
        let account = Account::new();
        let mut terraform = Workspace::new(&account);
        terraform.make(&with([])).await;
        assert_eq!(names(&account), all("orders"));
        let state = terraform.state().clone();
        assert_eq!(state.get("tags_all"), &Value::map::<String, Value>([]));
        assert!(terraform.refresh().await);
        assert_eq!(
            terraform.plan(&with([])).await.unwrap().action,
            Action::NoOp
        );
        // It follows the name of the path.
        terraform.make(&with([("name", "payments".into())])).await;
        assert_eq!(names(&account), all("payments"));
    });
}

#[test]
fn a_name_of_the_user_goes_before_ours() {
    run(async {
        let account = Account::new();
        let mut terraform = Workspace::new(&account);
        let own = with([("tags", Value::map([("Name", "kafka")]))]);
        terraform.make(&own).await;
        assert_eq!(names(&account), [Some("kafka".to_owned())].into());
        let state = terraform.state().clone();
        assert_eq!(state.get("tags_all"), &Value::map([("Name", "kafka")]));
        // Where it is taken away, ours comes.
        terraform.make(&with([])).await;
        assert_eq!(names(&account), all("orders"));
        assert_eq!(
            terraform.plan(&with([])).await.unwrap().action,
            Action::NoOp
        );
        // So does one of the provider's, and an ignored one is nobody's.
        account.configure(|settings| {
            let default = BTreeMap::from([("Name".to_owned(), "all".into())]);
            settings.default_tags = engine::model::Maybe::Known(default);
        });
        terraform.make(&with([])).await;
        assert_eq!(names(&account), [Some("all".to_owned())].into());

        let other = Account::new();
        other.configure(|settings| {
            let ignored = resources::IgnoredTags {
                keys: ["Name".to_owned()].into(),
                ..Default::default()
            };
            settings.ignored_tags = engine::model::Maybe::Known(ignored);
        });
        Workspace::new(&other).make(&with([])).await;
        assert_eq!(names(&other), [None].into());
    });
}

/// A path of a version before has no names: that is no reason to write to it.
#[test]
fn a_path_without_names_gets_them_with_another_change_of_its_tags() {
    run(async {
        let account = Account::new();
        let mut terraform = Workspace::new(&account);
        terraform.make(&with([])).await;
        account.fake.edit(|world| {
            for tags in tagged(world) {
                tags.remove("Name");
            }
        });
        assert!(terraform.refresh().await);
        let drift = terraform.state().get("drift").clone();
        assert_eq!(drift, Value::map::<String, Value>([]));
        assert_eq!(
            terraform.plan(&with([])).await.unwrap().action,
            Action::NoOp
        );
        // A change of something else leaves them alone; one of the tags brings them all.
        terraform
            .make(&with([("bootstrap_port", 9092.into())]))
            .await;
        let new = [None, Some("orders-listener-9092".to_owned())];
        assert_eq!(names(&account), new.into());
        let tags = Value::map([("team", "streams")]);
        terraform.make(&with([("tags", tags.clone())])).await;
        assert_eq!(names(&account), all("orders"));

        // What somebody calls an object in the console is theirs.
        account.fake.edit(|world| {
            for tags in tagged(world) {
                tags.insert("Name".to_owned(), "by hand".to_owned());
            }
        });
        assert!(terraform.refresh().await);
        let config = with([("tags", tags)]);
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
        let more = with([("tags", Value::map([("team", "payments")]))]);
        terraform.make(&more).await;
        assert_eq!(names(&account), [Some("by hand".to_owned())].into());
    });
}
