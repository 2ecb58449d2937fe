//! What a change of one argument, or of the provider's configuration, plans and does.

use engine::model::{Maybe, Slot};
use engine::reconcile::Write;
use resources::{
    Privatelink,
    lifecycle::{Kept, upgrade::upgrade},
};
use tfplugin::{
    Path, Value, json,
    testing::{Action, Plan, configuration},
};

use crate::{
    account::Account,
    commands::{in_virtual_time as run, messages},
    configuration::{object, three_brokers},
    refusals::made,
    workspace::Workspace,
};

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
        // This is what the delete of the old path is given; the new one is planned again.
        let owner = |private: &[u8]| Kept::<Privatelink>::decode(private).unwrap().owner;
        assert_eq!(owner(&planned.private), owner(terraform.private()));

        // What the provider is set to later does not move a path that has not named its region.
        account.configure(|settings| {
            settings.region = Maybe::Known(Some("eu-west-1".to_owned()));
        });
        let config = object(three_brokers());
        let planned = terraform.plan(&config).await.unwrap();
        assert_eq!(planned.action, Action::NoOp);
        let text = messages(&planned.said);
        for part in [
            "region: The resource stays in us-east-1",
            "the provider's is eu-west-1",
            "neither moved nor replaced",
            "region = \"us-east-1\" if it is to stay",
            "region = \"eu-west-1\" to have it replaced",
        ] {
            assert!(text.contains(part), "{part:?} is not in: {text}");
        }

        // Where the configuration names it, there is nothing to say.
        let mut members = three_brokers();
        members.insert("region", "us-east-1".into());
        let planned = terraform.plan(&object(members)).await.unwrap();
        assert_eq!(planned.action, Action::NoOp);
        assert!(planned.said.is_empty());
    });
}

#[test]
fn changes_that_brokers_and_clients_have_to_follow_are_warned_of() {
    run(async {
        let account = Account::new();
        let (terraform, _) = made(&account).await;
        let warnings = |planned: &Plan| -> Vec<String> {
            planned.said.iter().map(|it| it.path.to_string()).collect()
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
            |(step, _): &(engine::reconcile::Step, _)| matches!(step.write, Write::Tag { .. });
        assert!(writes.iter().all(only_tags));
    });
}

/// AWS lets neither a service nor a load balancer lose IPv6 while something in front of it has it.
#[test]
fn ipv6_goes_from_the_endpoint_first_and_from_the_load_balancer_last() {
    run(async {
        let account = Account::new();
        let mut terraform = Workspace::new(&account);
        let with_ipv6 = [
            ("endpoint", "ip_address_type", "dualstack".into()),
            (
                "endpoint_service",
                "supported_ip_address_types",
                Value::set(["ipv4", "ipv6"]),
            ),
            ("load_balancer", "ip_address_type", "dualstack".into()),
        ];
        let without = object(three_brokers());
        let config = with_ipv6.into_iter().fold(without.clone(), |config, it| {
            let (object, name, value) = it;
            configuration::with_value(config, &Path::of(object).attribute(name), value)
        });
        terraform.make(&config).await;
        account.fake.take_journal();

        let planned = terraform.plan(&without).await.unwrap();
        let planned = planned.planned.get("endpoint").get("ip_address_type");
        assert_eq!(*planned, "ipv4".into());
        assert_eq!(terraform.make(&without).await, Action::Update);
        let changes = account.fake.take_journal().writes.into_iter();
        let changes = changes.filter_map(|(step, _)| match step.write {
            Write::Change(_) => Some(step.key.slot),
            _ => None,
        });
        let is_group = |slot: &Slot| matches!(slot, Slot::SecurityGroup(_));
        let slots: Vec<Slot> = changes.filter(|slot| !is_group(slot)).collect();
        assert_eq!(slots, [Slot::Endpoint, Slot::Service, Slot::LoadBalancer]);
    });
}

#[test]
fn a_service_that_is_left_out_serves_what_its_endpoint_asks_for() {
    run(async {
        let with = |config, object: &str, kind: &str| {
            let place = Path::of(object).attribute("ip_address_type");
            configuration::with_value(config, &place, kind.into())
        };
        let served = |state: &Value| {
            let service = state.get("endpoint_service");
            service.get("supported_ip_address_types").clone()
        };
        let both = Value::set(["ipv4", "ipv6"]);
        let behind = with(object(three_brokers()), "load_balancer", "dualstack");
        for asked in ["dualstack", "ipv6"] {
            let config = with(behind.clone(), "endpoint", asked);
            // At once, or later.
            for first in [&config, &behind] {
                let account = Account::new();
                let mut terraform = Workspace::new(&account);
                terraform.make(first).await;
                let planned = terraform.plan(&config).await.unwrap();
                assert_eq!(served(&planned.planned), both);
                terraform.make(&config).await;
                assert_eq!(served(terraform.state()), both);
                let endpoint = terraform.state().get("endpoint");
                assert_eq!(*endpoint.get("ip_address_type"), asked.into());
                // What is left out stays as it is.
                terraform.make(&behind).await;
                assert_eq!(served(terraform.state()), both);
            }
        }
        let mut terraform = Workspace::new(&Account::new());
        terraform.make(&behind).await;
        assert_eq!(served(terraform.state()), Value::set(["ipv4"]));
    });
}

#[test]
fn an_endpoint_asks_for_no_ipv6_behind_a_load_balancer_without_it() {
    run(async {
        let kind = Path::of("endpoint").attribute("ip_address_type");
        for asked in ["dualstack", "ipv6"] {
            let config = object(three_brokers());
            let config = configuration::with_value(config, &kind, asked.into());
            let terraform = Workspace::new(&Account::new());
            let said = terraform.validate(&config).await.unwrap_err();
            assert!(said.iter().any(|it| it.path == kind), "{}", messages(&said));
        }
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
        let state = terraform.state().clone();
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
            *terraform.state().get("tags_all"),
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
            settings.ignored_tags = Maybe::Known(resources::IgnoredTags {
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
        let all = configuration::places(terraform.schema(), &config);
        let prior = terraform.state().clone();
        let unknowns = async |place: &str| -> Vec<String> {
            let path = all
                .iter()
                .find(|path| path.to_string() == place)
                .expect(place);
            let planned = terraform
                .plan(&configuration::with_unknown(config.clone(), path))
                .await
                .unwrap();
            let attributes = planned.planned.as_map().unwrap();
            let changed = attributes
                .iter()
                .filter(|(name, value)| *value != prior.get(name));
            changed.map(|(name, _)| name.clone()).collect()
        };
        assert_eq!(
            unknowns(r#"brokers["2"].target"#).await,
            [
                "brokers",
                "endpoint",
                "target_group_arn_suffixes",
                "target_group_arns"
            ]
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
                "target_group_arn_suffixes",
                "target_group_arns"
            ]
        );
    });
}

/// A state as version 0 stored it is read as it is, with the defaults of what came later.
#[test]
fn the_frozen_state_of_version_0_is_read() {
    run(async {
        let account = Account::new();
        let (terraform, _) = made(&account).await;
        let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/state_v0.json");
        let frozen = std::fs::read(fixture).unwrap();
        let state = upgrade::<Privatelink>(0, &frozen).unwrap();
        let ty = terraform.schema().implied_type();
        let again = json::encode(&state, &ty).unwrap();
        let (mut frozen, again): (serde_json::Value, serde_json::Value) = (
            serde_json::from_slice(&frozen).unwrap(),
            serde_json::from_slice(&again).unwrap(),
        );
        frozen["wait_for_healthy"] = false.into();
        frozen["endpoint_service"]["auto_accept_principals"] = serde_json::json!([]);
        frozen["endpoint_service"]["reject_removed_principals"] = true.into();
        frozen["endpoint_service"]["on_destroy"] = "refuse".into();
        frozen["endpoint"]["overwrite_record"] = false.into();
        frozen["endpoint"]["dns"] = serde_json::json!({"mode": "alias"});
        for later in [
            "managed_zone_id",
            "allowed_security_group_ids",
            "allowed_prefix_list_ids",
        ] {
            frozen["endpoint"][later] = serde_json::Value::Null;
        }
        for (name, value) in frozen.as_object().unwrap() {
            assert_eq!(&again[name], value, "{name}");
        }
        // Every argument has a value wherever an apply leaves one. What the provider alone knows,
        // the next read finds in the tags.
        let applied = terraform.state().clone();
        let decided = ["owner_id", "load_balancer_zone_id"];
        let attributes = applied.as_map().unwrap().iter();
        for (name, value) in attributes.filter(|(name, _)| !decided.contains(&name.as_str())) {
            assert_eq!(state.get(name).is_null(), value.is_null(), "{name}");
        }
        assert_eq!(state.get("brokers"), applied.get("brokers"));

        let newer = upgrade::<Privatelink>(1, b"{}").unwrap_err();
        assert!(messages(&newer).contains("newer"));
    });
}
