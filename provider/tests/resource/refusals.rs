//! What an apply refuses, and what is left when one fails.

use provider::{
    fake::{Effect, Fault},
    model::{Maybe, Slot},
    reconcile::Write,
    resource::private::Private,
};
use tfplugin::{Value, json};

use crate::{
    account::Account,
    configuration::{hide, object, places, three_brokers},
    oracle::Action,
    terraform::{Planned, Terraform, messages, run},
};

async fn made(account: &Account) -> (Terraform, Value) {
    let mut terraform = Terraform::new(account);
    let config = object(three_brokers());
    terraform.make(&config).await;
    account.fake.take_journal();
    (terraform, config)
}

#[test]
fn a_twin_is_refused_with_nothing_made_and_nothing_deleted() {
    run(async {
        let account = Account::new();
        let (first, config) = made(&account).await;
        let before = account.fake.world();
        let mut twin = Terraform::new(&account);
        let planned = twin.plan(&config).await.unwrap();
        let answer = twin.apply(&planned, &config).await;
        let text = messages(&answer.diagnostics);
        assert!(answer.diagnostics.has_errors());
        assert_eq!(answer.new_state, None);
        let id = first.state.as_ref().unwrap().get("id").as_str().unwrap();
        for part in [
            "orders",
            id,
            "terraform import",
            "create_before_destroy",
            "set here, or forced",
        ] {
            assert!(text.contains(part), "{part:?} is not in: {text}");
        }
        assert!(account.fake.take_journal().writes.is_empty());
        let after = account.fake.world();
        assert_eq!(before.balancers, after.balancers);
        assert_eq!(before.services, after.services);
    });
}

#[test]
fn what_changed_since_the_plan_stops_the_apply_before_its_first_write() {
    run(async {
        let account = Account::new();
        let (mut terraform, _) = made(&account).await;
        let mut members = three_brokers();
        members.insert("tags", Value::map([("stage", "prod")]));
        let config = object(members);
        let planned = terraform.plan(&config).await.unwrap();
        account
            .fake
            .edit(|world| world.listeners.retain(|_, it| it.port != 6002));
        let prior = terraform.state.clone();
        let answer = terraform.apply(&planned, &config).await;
        let text = messages(&answer.diagnostics);
        assert!(text.contains("changed since this plan was made"), "{text}");
        assert!(text.contains("plan again"), "{text}");
        assert!(text.contains("listener_arns[\"2\"]"), "{text}");
        assert!(account.fake.take_journal().writes.is_empty());
        assert_eq!(terraform.state, prior);
        assert!(terraform.refresh().await);
        assert_eq!(terraform.make(&config).await, Action::Update);
    });
}

/// Every write may be the one that fails: what exists is in the state, and the next run goes on.
#[test]
fn whatever_fails_the_state_says_what_exists_and_the_next_apply_goes_on() {
    let mut skip = 0;
    loop {
        let failed = run(async {
            let account = Account::new();
            account.fake.inject(Fault::after(skip, Effect::Refuse));
            let mut terraform = Terraform::new(&account);
            let config = object(three_brokers());
            let planned = terraform.plan(&config).await.unwrap();
            let answer = terraform.apply(&planned, &config).await;
            if !answer.diagnostics.has_errors() {
                return false;
            }
            account.fake.heal();
            let text = messages(&answer.diagnostics);
            assert!(text.contains("terraform untaint"), "{text}");
            assert!(text.contains("AccessDenied"), "{text}");
            if answer.new_state.is_none() {
                assert!(account.is_empty(), "{text}");
            } else if skip.is_multiple_of(2) {
                // Untainted: the next apply completes it.
                assert!(terraform.refresh().await);
                assert_eq!(terraform.make(&config).await, Action::Update);
                assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
            }
            if terraform.state.is_some() {
                let gone = terraform.destroy().await;
                assert!(
                    gone.diagnostics.is_empty(),
                    "{}",
                    messages(&gone.diagnostics)
                );
            }
            assert!(account.is_empty());
            true
        });
        if !failed {
            break;
        }
        skip += 1;
    }
    assert!(skip > 20, "only {skip} writes");
}

#[test]
fn a_destroy_that_fails_keeps_what_is_left() {
    run(async {
        let account = Account::new();
        let (mut terraform, _) = made(&account).await;
        let service = |step: &provider::reconcile::Step| {
            step.key.slot == Slot::Service && step.write == Write::Delete
        };
        account.fake.inject(Fault::new(Effect::Refuse, 1, service));
        let answer = terraform.destroy().await;
        assert!(answer.diagnostics.has_errors());
        let left = terraform.state.clone().unwrap();
        assert!(left.get("id").as_str().is_some());
        assert!(left.get("endpoint").is_null(), "{left:#?}");
        account.fake.heal();
        let answer = terraform.destroy().await;
        assert!(
            answer.diagnostics.is_empty(),
            "{}",
            messages(&answer.diagnostics)
        );
        assert!(account.is_empty());
    });
}

#[test]
fn lost_private_data_is_made_up_for() {
    run(async {
        let account = Account::new();
        let (mut terraform, config) = made(&account).await;
        let made = terraform.state.clone().unwrap();
        for bytes in [&b""[..], b"{\"version\":99}", b"\xff\x00"] {
            terraform.private = bytes.to_vec();
            let planned = terraform.plan(&config).await.unwrap();
            assert_eq!(planned.action, Action::Update);
            for name in ["id", "service_name"] {
                assert_eq!(planned.state.get(name), made.get(name));
            }
            for name in ["load_balancer_arn", "load_balancer_dns_name"] {
                assert!(planned.state.get(name).is_unknown(), "{name}");
            }
            assert!(planned.state.get("endpoint").get("id").is_unknown());
            // Without a refresh the apply itself finds everything again, and has nothing to do.
            let answer = terraform.apply(&planned, &config).await;
            assert!(
                !answer.diagnostics.has_errors(),
                "{}",
                messages(&answer.diagnostics)
            );
            assert_eq!(terraform.state.as_ref(), Some(&made));
            assert!(account.fake.take_journal().writes.is_empty());

            terraform.private = bytes.to_vec();
            assert!(terraform.refresh().await);
            assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
            assert_eq!(terraform.state.as_ref(), Some(&made));
        }
    });
}

#[test]
fn a_restricted_region_takes_no_new_path_and_keeps_an_old_one() {
    run(async {
        let account = Account::new();
        let (terraform, config) = made(&account).await;
        account.configure(|settings| {
            settings.restricted_regions = Maybe::Known(["us-east-1".to_owned()].into());
        });
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
        let refused = Terraform::new(&account).plan(&config).await.unwrap_err();
        assert!(messages(&refused).contains("restricted_regions = []"));
    });
}

#[test]
fn another_region_is_another_path() {
    run(async {
        let account = Account::new();
        let (terraform, _) = made(&account).await;
        let mut members = three_brokers();
        members.insert("region", "eu-west-1".into());
        let config = object(members);
        let planned = terraform.plan(&config).await.unwrap();
        assert_eq!(planned.action, Action::Replace);
        assert_eq!(planned.replaces, ["region".into()]);
        let owner = |private: &[u8]| Private::decode(private).unwrap().owner;
        assert_ne!(owner(&planned.private), owner(&terraform.private));

        // What the provider is set to later does not move a path that has not named its region.
        account.configure(|settings| {
            settings.region = Maybe::Known(Some("eu-west-1".to_owned()));
        });
        let config = object(three_brokers());
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
    });
}

#[test]
fn changes_that_brokers_and_clients_have_to_follow_are_warned_of() {
    run(async {
        let account = Account::new();
        let (terraform, _) = made(&account).await;
        let warnings = |planned: &Planned| -> Vec<String> {
            planned
                .diagnostics
                .iter()
                .map(|it| it.path.to_string())
                .collect()
        };
        let mut members = three_brokers();
        members.insert("hostname", "events.test.com".into());
        members.insert("broker_port_base", 7000.into());
        members.insert("bootstrap_port", 9099.into());
        let planned = terraform.plan(&object(members)).await.unwrap();
        let brokers = ["1", "2", "3"].map(|id| format!("brokers[\"{id}\"].port"));
        assert_eq!(warnings(&planned)[..2], ["hostname", "bootstrap_port"]);
        assert_eq!(warnings(&planned)[2..], brokers);

        let mut members = three_brokers();
        members.insert("hostname", "KAFKA.test.com.".into());
        let planned = terraform.plan(&object(members)).await.unwrap();
        assert_eq!(planned.action, Action::Update);
        assert_eq!(warnings(&planned), Vec::<String>::new());
    });
}

#[test]
fn a_name_changes_tags_and_nothing_else() {
    run(async {
        let account = Account::new();
        let (mut terraform, _) = made(&account).await;
        let mut members = three_brokers();
        members.insert("name", "payments".into());
        assert_eq!(terraform.make(&object(members)).await, Action::Update);
        let writes = account.fake.take_journal().writes;
        assert!(!writes.is_empty());
        let only_tags =
            |(step, _): &(provider::reconcile::Step, _)| matches!(step.write, Write::Tag { .. });
        assert!(writes.iter().all(only_tags));
    });
}

#[test]
fn default_and_ignored_tags() {
    run(async {
        let account = Account::new();
        let (mut terraform, _) = made(&account).await;
        account.configure(|settings| {
            settings.default_tags = Maybe::Known([("team".to_owned(), "core".into())].into());
        });
        let mut members = three_brokers();
        members.insert("tags", Value::map([("stage", "prod")]));
        let config = object(members);
        terraform.make(&config).await;
        let state = terraform.state.clone().unwrap();
        assert_eq!(*state.get("tags"), Value::map([("stage", "prod")]));
        assert_eq!(
            *state.get("tags_all"),
            Value::map([("stage", "prod"), ("team", "core")])
        );

        // Somebody else's tag stays; one of ours that is gone comes back.
        account.fake.edit(|world| {
            let service = world.services.values_mut().next().unwrap();
            service.tags.insert("cost".to_owned(), "42".to_owned());
            service.tags.remove("team");
        });
        terraform.refresh().await;
        assert_eq!(
            *terraform.state.as_ref().unwrap().get("tags_all"),
            Value::map([("stage", "prod")])
        );
        assert_eq!(terraform.make(&config).await, Action::Update);
        let tags = account
            .fake
            .world()
            .services
            .values()
            .next()
            .unwrap()
            .tags
            .clone();
        assert_eq!(tags.get("cost").map(String::as_str), Some("42"));
        assert_eq!(tags.get("team").map(String::as_str), Some("core"));

        // Without default tags they go, although nothing in the resource changed.
        account.configure(|settings| settings.default_tags = Maybe::Known([].into()));
        terraform.refresh().await;
        assert_eq!(terraform.make(&config).await, Action::Update);
        let tags = account
            .fake
            .world()
            .services
            .values()
            .next()
            .unwrap()
            .tags
            .clone();
        assert!(!tags.contains_key("team"));
        assert_eq!(tags.get("cost").map(String::as_str), Some("42"));

        // What is ignored is neither set nor missed.
        account.configure(|settings| {
            settings.ignored_tags = Maybe::Known(provider::resource::IgnoredTags {
                keys: ["stage".to_owned()].into(),
                ..Default::default()
            });
        });
        account.fake.edit(|world| {
            for service in world.services.values_mut() {
                service.tags.insert("stage".to_owned(), "theirs".to_owned());
            }
        });
        terraform.refresh().await;
        terraform.make(&config).await;
        let tags = account
            .fake
            .world()
            .services
            .values()
            .next()
            .unwrap()
            .tags
            .clone();
        assert_eq!(tags.get("stage").map(String::as_str), Some("theirs"));
        terraform.refresh().await;
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
    });
}

/// One unknown value hides what it may change, and nothing else.
#[test]
fn an_unknown_value_hides_no_more_than_it_must() {
    run(async {
        let account = Account::new();
        let (terraform, config) = made(&account).await;
        let all = places(&config);
        let prior = terraform.state.clone().unwrap();
        let unknowns = async |place: &str| -> Vec<String> {
            let path = all
                .iter()
                .find(|path| path.to_string() == place)
                .expect(place);
            let planned = terraform.plan(&hide(&config, [path])).await.unwrap();
            let attributes = planned.state.as_map().unwrap();
            let changed = attributes
                .iter()
                .filter(|(name, value)| *value != prior.get(name));
            changed.map(|(name, _)| name.clone()).collect()
        };
        assert_eq!(
            unknowns(r#"brokers["2"].target"#).await,
            ["brokers", "endpoint", "target_group_arns"]
        );
        assert_eq!(
            unknowns("broker_port_base").await,
            [
                "advertised_listeners",
                "broker_port_base",
                "brokers",
                "endpoint",
                "listener_arns"
            ]
        );
        assert_eq!(unknowns("endpoint.vpc_id").await, ["endpoint"]);
        assert_eq!(
            unknowns("endpoint_service.allowed_principals").await,
            ["endpoint", "endpoint_service"]
        );
        assert_eq!(
            unknowns("load_balancer.subnet_ids").await,
            ["endpoint", "load_balancer", "service_availability_zone_ids"]
        );
        assert_eq!(
            unknowns("brokers").await,
            [
                "advertised_listeners",
                "brokers",
                "endpoint",
                "listener_arns",
                "target_group_arns"
            ]
        );
    });
}

/// A state as version 0 stored it is read as it is, and nothing in it is a change.
#[test]
fn the_frozen_state_of_version_0_is_read() {
    run(async {
        let account = Account::new();
        let (terraform, _) = made(&account).await;
        let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/state_v0.json");
        let frozen = std::fs::read(fixture).unwrap();
        let state = provider::resource::upgrade::upgrade(0, &frozen).unwrap();
        let ty = terraform.schema.implied_type();
        let again = json::encode(&state, &ty).unwrap();
        let (frozen, again): (serde_json::Value, serde_json::Value) = (
            serde_json::from_slice(&frozen).unwrap(),
            serde_json::from_slice(&again).unwrap(),
        );
        assert_eq!(frozen, again);
        // Every argument has a value wherever an apply leaves one.
        let applied = terraform.state.unwrap();
        for (name, value) in applied.as_map().unwrap() {
            assert_eq!(state.get(name).is_null(), value.is_null(), "{name}");
        }
        assert_eq!(state.get("brokers"), applied.get("brokers"));

        let newer = provider::resource::upgrade::upgrade(1, b"{}").unwrap_err();
        assert!(messages(&newer).contains("newer"));
    });
}
