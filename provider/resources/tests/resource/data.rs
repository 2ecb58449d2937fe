//! `data "kafka_privatelink"`: a path as AWS has it.

use std::collections::BTreeMap;

use engine::fake::EndpointState;
use resources::{PrivatelinkData, data::privatelink::PARTS};
use tfplugin::{
    DataSource, Diagnostic, Diagnostics, Severity, Value,
    schema::Mode,
    testing::{configuration, read_data},
};

use crate::{
    account::Account,
    adoption::{HandMade, three_brokers_without_endpoint},
    commands::{in_virtual_time as run, messages},
    configuration::{object, three_brokers},
    workspace::Workspace,
};

type Read = Result<(Value, Diagnostics), Diagnostics>;

async fn read(account: &Account, written: &[(&'static str, &str)]) -> Read {
    let source = PrivatelinkData::new(account.clone());
    let written = written
        .iter()
        .map(|(name, text)| (*name, Value::from(*text)));
    let config = configuration::complete(&source.schema(), &Value::object(written));
    let read = read_data(&source, &config).await;
    for it in read
        .as_ref()
        .map_or_else(|said| said, |(_, said)| said)
        .iter()
    {
        testing::plainly::check(&format!("{} {}", it.summary, it.detail));
    }
    read
}

/// Without a word.
async fn data(account: &Account, written: &[(&'static str, &str)]) -> Value {
    let (data, said) = read(account, written)
        .await
        .unwrap_or_else(|said| panic!("{}", messages(&said)));
    assert!(said.is_empty(), "{}", messages(&said));
    data
}

async fn error(account: &Account, written: &[(&'static str, &str)]) -> Diagnostic {
    let said = read(account, written).await.unwrap_err();
    let mut errors = said.iter().filter(|it| it.severity == Severity::Error);
    errors.next().unwrap().clone()
}

/// An account with a path that was just made, and its state.
async fn made() -> (Account, Value) {
    let account = Account::new();
    let mut terraform = Workspace::new(&account);
    terraform.make(&object(three_brokers())).await;
    // A read sees what became of everything since.
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    assert!(terraform.refresh().await);
    account.fake.take_journal();
    (account, terraform.state().clone())
}

/// Every attribute of the data source that the resource has too, nested ones included, is equal.
fn agree(data: &Value, state: &Value, at: &str, compared: &mut usize) {
    for (name, value) in data.as_map().unwrap() {
        let other = state.get(name);
        let at = format!("{at}.{name}");
        if ["health", "connections", "service_state"].contains(&name.as_str()) {
            continue;
        }
        match (value, other) {
            (Value::Object(_) | Value::Map(_), Value::Object(_) | Value::Map(_)) => {
                agree(value, other, &at, compared);
            }
            _ => {
                *compared += 1;
                assert_eq!(value, other, "{at}");
            }
        }
    }
}

#[test]
fn a_path_is_found_by_any_of_its_names_and_is_what_the_resource_shows() {
    run(async {
        let (account, state) = made().await;
        let text = |name: &str| state.get(name).as_str().unwrap().to_owned();
        let (id, service_name) = (text("id"), text("service_name"));
        let by_id = data(&account, &[("id", &id)]).await;
        let mut compared = 0;
        agree(&by_id, &state, "", &mut compared);
        assert!(compared > 60, "{compared}");
        for written in [
            [("service_name", service_name.as_str())].as_slice(),
            &[("name", "orders")],
            &[("name", "orders"), ("region", "us-east-1")],
            &[("service_name", &service_name), ("region", "us-east-1")],
        ] {
            assert_eq!(data(&account, written).await, by_id, "{written:?}");
        }
        assert_eq!(by_id.get("service_state"), &Value::from("Available"));
        // Wishes that AWS does not hold are not there.
        for name in ["timeouts", "wait_for_healthy", "drift"] {
            assert!(!by_id.as_map().unwrap().contains_key(name), "{name}");
        }
        let journal = account.fake.take_journal();
        assert!(journal.writes.is_empty() && journal.refusals.is_empty());
        assert!(journal.observations > 0);
    });
}

#[test]
fn the_health_of_each_broker_is_in_the_words_of_aws() {
    run(async {
        let (account, _) = made().await;
        account.fake.edit(|world| {
            let reason = "Target.FailedHealthChecks: Health checks failed".to_owned();
            world.ailing.insert("10.0.2.11".to_owned(), reason);
        });
        let data = data(&account, &[("name", "orders")]).await;
        let health = |id: &str| data.get("brokers").get(id).get("health").clone();
        let expected = |target: &str, state: &str, reason: Option<&str>, said: Option<&str>| {
            Value::list([Value::object([
                ("target", Value::from(target)),
                ("state", state.into()),
                ("reason", reason.into()),
                ("description", said.into()),
            ])])
        };
        assert_eq!(health("1"), expected("10.0.1.11", "healthy", None, None));
        let reason = Some("Target.FailedHealthChecks");
        let said = Some("Health checks failed");
        assert_eq!(
            health("2"),
            expected("10.0.2.11", "unhealthy", reason, said)
        );
    });
}

#[test]
fn a_broker_alone_has_the_health_of_bootstrap() {
    run(async {
        let account = Account::new();
        let mut terraform = Workspace::new(&account);
        let mut members = three_brokers();
        let broker = [("target", Value::from("10.0.1.11")), ("port", 9091.into())];
        members.insert("brokers", Value::map([("0", Value::object(broker))]));
        terraform.make(&object(members)).await;
        let data = data(&account, &[("name", "orders")]).await;
        let brokers = data.get("brokers").as_map().unwrap();
        let targets: Vec<&Value> = brokers
            .values()
            .flat_map(|it| it.get("health").as_slice().unwrap())
            .map(|it| it.get("target"))
            .collect();
        assert_eq!(targets, [&Value::from("10.0.1.11")]);
    });
}

#[test]
fn connections_of_all_accounts_are_listed_whatever_became_of_them() {
    run(async {
        let (account, state) = made().await;
        let service = state.get("id").as_str().unwrap().to_owned();
        let own = state.get("endpoint").get("id").as_str().unwrap().to_owned();
        let states = [
            EndpointState::PendingAcceptance,
            EndpointState::Rejected { for_good: false },
        ];
        let others = states.map(|state| {
            account.fake.edit(|world| {
                let id = world.add_foreign_endpoint(&service);
                world.endpoints.get_mut(&id).unwrap().state = state;
                id
            })
        });
        let data = data(&account, &[("id", &service)]).await;
        let connections = data.get("connections").as_slice().unwrap();
        let seen: BTreeMap<&str, (&str, &str)> = connections
            .iter()
            .map(|it| {
                let text = |name: &str| it.get(name).as_str().unwrap();
                assert_eq!(text("region"), "us-east-1");
                assert_eq!(text("created_at"), "2026-01-01T00:00:00Z");
                assert_eq!(it.get("dns_names").as_slice().unwrap().len(), 1);
                (text("endpoint_id"), (text("owner"), text("state")))
            })
            .collect();
        assert_eq!(seen.len(), 3);
        assert_eq!(seen[own.as_str()].1, "available");
        assert_eq!(
            seen[others[0].as_str()],
            ("210987654321", "pendingAcceptance")
        );
        assert_eq!(seen[others[1].as_str()], ("210987654321", "rejected"));
    });
}

#[test]
fn a_path_that_others_built_is_read_by_the_id_of_its_service() {
    run(async {
        let built = HandMade::of(&three_brokers_without_endpoint()).await;
        let service = {
            let world = built.account.fake.world();
            world.services.keys().next().unwrap().clone()
        };
        let data = data(&built.account, &[("id", &service)]).await;
        let brokers = data.get("brokers").as_map().unwrap();
        assert_eq!(brokers.keys().collect::<Vec<_>>(), ["1", "2", "3"]);
        assert!(data.get("owner_id").is_null() && data.get("endpoint").is_null());
        assert_eq!(brokers["1"].get("health").as_slice().unwrap().len(), 1);
        // Who its brokers are only their targets tell.
        built.account.fake.refuse(&["DescribeTargetHealth"]);
        let (data, said) = read(&built.account, &[("id", &service)]).await.unwrap();
        assert!(data.get("brokers").is_null() && data.get("advertised_listeners").is_null());
        assert!(
            messages(&said).contains("advertised_listeners"),
            "{}",
            messages(&said)
        );
    });
}

#[test]
fn exactly_one_of_its_names_is_given() {
    run(async {
        let account = Account::new();
        let service = "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b";
        for (written, path, said) in [
            ([].as_slice(), "id", "Give one of"),
            (&[("region", "us-east-1")], "id", "Give one of"),
            (
                &[("id", "vpce-svc-1"), ("name", "orders")],
                "name",
                "Both id and name",
            ),
            (&[("id", "vpce-1")], "id", "vpce-svc-"),
            (&[("name", "Orders")], "name", "lower-case"),
            (
                &[("service_name", "vpce-svc-1")],
                "service_name",
                "com.amazonaws",
            ),
            (
                &[("service_name", service), ("region", "eu-west-1")],
                "region",
                "us-east-1",
            ),
        ] {
            let error = error(&account, written).await;
            assert_eq!(error.path.to_string(), path, "{written:?}");
            assert!(error.detail.contains(said), "{}", error.detail);
        }
    });
}

#[test]
fn what_is_unknown_may_be_the_one_that_is_given() {
    run(async {
        let source = PrivatelinkData::new(Account::new());
        let validate = async |written: &[(&'static str, Value)]| {
            let written = Value::object(written.iter().cloned());
            let config = configuration::complete(&source.schema(), &written);
            source.validate(Default::default(), config).await
        };
        let unknown = || ("id", Value::Unknown);
        assert!(validate(&[unknown()]).await.is_empty());
        assert!(
            validate(&[unknown(), ("name", "a".into())])
                .await
                .is_empty()
        );
        assert!(validate(&[("name", Value::Null)]).await.has_errors());
    });
}

#[test]
fn what_is_not_there_and_what_is_there_twice_are_errors_at_the_argument() {
    run(async {
        let (account, state) = made().await;
        for (name, value) in [("name", "payments"), ("id", "vpce-svc-0none")] {
            let error = error(&account, &[(name, value)]).await;
            assert_eq!(error.path.to_string(), name);
            for part in [value, "us-east-1", "region"] {
                assert!(error.detail.contains(part), "{}", error.detail);
            }
        }
        // Another owner has a path of the same name.
        let twin = account.fake.edit(|world| {
            let name = world.add_foreign_service(true);
            let id = name.rsplit('.').next().unwrap().to_owned();
            let tags = [
                ("kafka-privatelink:name", "orders"),
                ("kafka-privatelink:owner", "somebody"),
                ("kafka-privatelink:resource", "endpoint-service"),
            ];
            let tags = tags.map(|(key, value)| (key.to_owned(), value.to_owned()));
            world.services.get_mut(&id).unwrap().tags.extend(tags);
            id
        });
        let error = error(&account, &[("name", "orders")]).await;
        assert_eq!(error.path.to_string(), "name");
        for id in [twin.as_str(), state.get("id").as_str().unwrap()] {
            assert!(error.detail.contains(id), "{}", error.detail);
        }
    });
}

#[test]
fn what_iam_refuses_is_null_and_a_warning_names_the_action() {
    run(async {
        for (call, action, null) in [
            (
                "DescribeTargetHealth",
                "elasticloadbalancing:DescribeTargetHealth",
                &["brokers", "1", "health"][..],
            ),
            (
                "DescribeVpcEndpointConnections",
                "ec2:DescribeVpcEndpointConnections",
                &["connections"],
            ),
            (
                "DescribeVpcEndpointServicePermissions",
                "ec2:DescribeVpcEndpointServicePermissions",
                &["endpoint_service", "allowed_principals"],
            ),
            (
                "DescribeVpcEndpoints",
                "ec2:DescribeVpcEndpoints",
                &["endpoint"],
            ),
            (
                "ListHostedZonesByVPC",
                "route53:ListHostedZonesByVPC",
                &["endpoint", "managed_zone_id"],
            ),
            (
                "DescribeSecurityGroups",
                "ec2:DescribeSecurityGroups",
                &["load_balancer_security_group_id"],
            ),
        ] {
            let (account, _) = made().await;
            let at = |data: &Value| {
                null.iter()
                    .fold(data.clone(), |it, name| it.get(name).clone())
            };
            assert!(!at(&data(&account, &[("name", "orders")]).await).is_null());
            account.fake.refuse(&[call]);
            let (data, said) = read(&account, &[("name", "orders")]).await.unwrap();
            assert!(at(&data).is_null(), "{call}");
            assert_eq!(data.get("brokers").as_map().unwrap().len(), 3);
            let said = messages(&said);
            let argument = null.join(".").replace(".1", "[*]");
            assert!(said.starts_with("Warning"), "{said}");
            assert!(said.contains(action) && said.contains(&argument), "{said}");
        }
    });
}

#[test]
fn without_the_service_there_is_nothing_to_show() {
    run(async {
        let (account, _) = made().await;
        account
            .fake
            .refuse(&["DescribeVpcEndpointServiceConfigurations"]);
        let error = error(&account, &[("name", "orders")]).await;
        assert_eq!(error.path.to_string(), "name");
        let action = "ec2:DescribeVpcEndpointServiceConfigurations";
        assert!(error.detail.contains(action), "{}", error.detail);
    });
}

#[test]
fn its_schema_is_the_resources_read_only() {
    let schema = PrivatelinkData::new(Account::new()).schema();
    assert_eq!(schema.review(), Vec::<String>::new());
    for attribute in &schema.block.attributes {
        let is_argument = ["id", "service_name", "name", "region"].contains(&&*attribute.name);
        let expected = match is_argument {
            true => Mode::OptionalComputed,
            false => Mode::Computed,
        };
        assert_eq!(attribute.mode, expected, "{}", attribute.name);
    }
    // What a refusal hides is there to be hidden.
    for path in PARTS.iter().flat_map(|(_, paths)| *paths) {
        let mut attributes = schema.block.attributes.as_slice();
        for step in path.iter().filter(|step| **step != "*") {
            let attribute = attributes.iter().find(|it| it.name == *step);
            attributes = attribute.expect(step).attributes();
        }
    }
}
