//! Arguments that AWS does not hold: what a destroy may do, whom a removed principal takes along,
//! and what a new target is waited for.

use engine::model::{RecordType, Role, Slot};
use resources::{
    Privatelink,
    lifecycle::{Configured, Kept, upgrade::upgrade},
};
use tfplugin::{
    Severity, Value, json,
    testing::{Action, Instance},
};

use crate::{
    account::Account,
    commands::{in_virtual_time as run, messages},
    configuration::{object, three_brokers},
    refusals::made,
    workspace::Workspace,
};

/// Three brokers, and these arguments of the endpoint service.
fn with_service<const N: usize>(arguments: [(&'static str, Value); N]) -> Value {
    let mut members = three_brokers();
    let principals = Value::set(["arn:aws:iam::210987654321:root"]);
    let mut service = vec![("allowed_principals", principals)];
    service.extend(arguments);
    members.insert("endpoint_service", Value::object(service));
    object(members)
}

/// Somebody else connects.
fn connect(account: &Account) -> String {
    account.fake.edit(|world| {
        let service = world.services.keys().next().cloned().unwrap();
        world.add_foreign_endpoint(&service)
    })
}

#[test]
fn a_destroy_with_connections_is_refused_when_it_is_planned() {
    run(async {
        let account = Account::new();
        let (mut terraform, _) = made(&account).await;
        assert!(terraform.plan_destroy().await.is_empty());
        // Connected after the last read, which is all that a removal is planned by.
        let stranger = connect(&account);
        let said = terraform.plan_destroy().await;
        let own = terraform.state().get("endpoint").get("id");
        let text = messages(&said);
        for part in [
            "Cannot delete the endpoint service",
            &format!("{stranger} of account 210987654321 (available)"),
            "on_destroy = \"reject_connections\"",
            "apply that before",
        ] {
            assert!(text.contains(part), "{part:?} is not in: {text}");
        }
        assert!(!text.contains(own.as_str().unwrap()), "{text}");
        let paths: Vec<String> = said.iter().map(|it| it.path.to_string()).collect();
        assert_eq!(paths, ["endpoint_service"], "{text}");

        // So is a replacement, which deletes the path as well.
        assert!(terraform.refresh().await);
        let mut members = three_brokers();
        members.insert("region", "eu-west-1".into());
        let refused = terraform.plan(&object(members)).await.unwrap_err();
        assert!(messages(&refused).contains(&stranger));

        // And one that nothing in the configuration asks for.
        let refused = terraform.plan_replacement(&object(three_brokers())).await;
        let text = messages(&refused.unwrap_err());
        assert!(text.contains(&stranger), "{text}");
        assert!(account.fake.take_journal().writes.is_empty());
    });
}

#[test]
fn all_that_keeps_a_path_is_said_at_once_and_each_of_its_own_object() {
    run(async {
        let account = Account::new();
        let mut members = three_brokers();
        let balancer = Value::object([
            ("subnet_ids", Value::set(["subnet-a", "subnet-b"])),
            ("deletion_protection_enabled", true.into()),
        ]);
        members.insert("load_balancer", balancer);
        let mut terraform = Workspace::new(&account);
        terraform.make(&object(members)).await;
        connect(&account);
        account.fake.edit(|world| {
            let balancer = world.balancers.keys().next().cloned().unwrap();
            world.add_foreign_listener(&balancer, 25);
            let zones = world.zones.iter();
            let mut ours = zones.filter(|(_, zone)| zone.name == "kafka.test.com");
            let zone = ours.next().unwrap().0.clone();
            let place = (zone, "www.kafka.test.com".to_owned(), RecordType::A);
            world.records.insert(place, "elsewhere".to_owned());
        });
        assert!(terraform.refresh().await);
        account.fake.take_journal();
        let said = terraform.plan_destroy().await;
        let lines: Vec<String> = said
            .iter()
            .map(|it| format!("{}: {}", it.path, it.summary))
            .collect();
        let text = messages(&said);
        assert_eq!(
            lines,
            [
                "load_balancer: Cannot delete the load balancer",
                "load_balancer: Cannot delete the load balancer",
                "endpoint_service: Cannot delete the endpoint service",
                "hostname: Cannot delete the hosted zone",
            ],
            "{text}"
        );
        for part in [
            "not ours, which would be deleted with it: 25",
            "deletion_protection_enabled = false",
            "www.kafka.test.com A",
        ] {
            assert!(text.contains(part), "{part:?} is not in: {text}");
        }
        assert!(account.fake.take_journal().writes.is_empty());
    });
}

#[test]
fn connections_are_rejected_once_that_has_been_applied() {
    run(async {
        let account = Account::new();
        let (mut terraform, _) = made(&account).await;
        let stranger = connect(&account);
        assert!(terraform.refresh().await);
        let config = with_service([("on_destroy", "reject_connections".into())]);
        let planned = terraform.plan(&config).await.unwrap();
        assert!(terraform.plan_destroy().await.has_errors());
        terraform.apply(&planned, &config).await.unwrap();
        assert!(account.fake.take_journal().writes.is_empty());

        let said = terraform.plan_destroy().await;
        let text = messages(&said);
        assert!(!said.has_errors() && text.contains(&stranger), "{text}");
        assert!(said.iter().all(|it| it.severity == Severity::Warning));
        terraform.is_destroyed().await;
        assert!(terraform.current.is_none());
        let rest = account.fake.edit(|world| world.endpoints.remove(&stranger));
        assert!(rest.is_some() && account.is_empty());
    });
}

#[test]
fn a_plan_says_whom_a_removed_principal_takes_along() {
    run(async {
        let account = Account::new();
        let (mut terraform, _) = made(&account).await;
        let stranger = connect(&account);
        assert!(terraform.refresh().await);
        let nobody = Value::set::<Value>([]);
        let config = with_service([("allowed_principals", nobody.clone())]);
        let planned = terraform.plan(&config).await.unwrap();
        let text = messages(&planned.said);
        assert!(
            text.contains("will be rejected") && text.contains(&stranger),
            "{text}"
        );

        let keep = [
            ("allowed_principals", nobody),
            ("reject_removed_principals", false.into()),
        ];
        let planned = terraform.plan(&with_service(keep)).await.unwrap();
        assert!(planned.said.is_empty(), "{}", messages(&planned.said));
    });
}

#[test]
fn the_broker_that_is_waited_for_is_named_with_its_health() {
    run(async {
        let account = Account::new();
        let (mut terraform, _) = made(&account).await;
        account.fake.edit(|world| {
            let reason = "Target.Timeout: Request timed out".to_owned();
            world.ailing.insert("10.0.3.99".to_owned(), reason);
        });
        let mut members = three_brokers();
        let broker = |target: &str| Value::object([("target", Value::from(target))]);
        let brokers = [("1", "10.0.1.11"), ("2", "10.0.2.11"), ("3", "10.0.3.99")];
        let brokers = brokers.map(|(id, target)| (id, broker(target)));
        members.insert("brokers", Value::map(brokers));
        members.insert("wait_for_healthy", true.into());
        members.insert("timeouts", Value::object([("update", Value::from("5m"))]));
        let config = object(members);
        let planned = terraform.plan(&config).await.unwrap();
        let said = terraform.apply(&planned, &config).await.unwrap_err();
        let text = messages(&said);
        for part in [
            "brokers[\"3\"]: Broker 3 is not healthy",
            "10.0.3.99:9092 unhealthy (Target.Timeout: Request timed out)",
            "wait_for_healthy = false",
            "Still to be done when the time was up: deregister targets from the target group of all \
             brokers",
        ] {
            assert!(text.contains(part), "{part:?} is not in: {text}");
        }
        assert_eq!(said.iter().count(), 1, "{text}");
        // The old machine goes on serving bootstrap beside the new one.
        let private = Kept::<Privatelink>::decode(terraform.private()).unwrap();
        let group = Slot::TargetGroup(Role::Bootstrap);
        let (_, seen) = private.observed.of(group).next().unwrap();
        assert_eq!(seen.object.as_target_group().unwrap().targets.len(), 4);

        account.fake.edit(|world| world.ailing.clear());
        assert!(terraform.refresh().await);
        assert_eq!(terraform.make(&config).await, Action::Update);
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
    });
}

/// AWS holds none of them: an import finds the defaults, and setting them writes nothing.
#[test]
fn what_aws_does_not_hold_is_its_default_after_an_import() {
    run(async {
        let account = Account::new();
        let (first, plain) = made(&account).await;
        let mut terraform = Workspace::new(&account);
        let made = first.state().clone();
        let id = |value: &Value| value.as_str().unwrap().to_owned();
        let ids = [id(made.get("id")), id(made.get("endpoint").get("id"))];
        terraform.import(&ids.join(",")).await.unwrap();
        let state = terraform.state().clone();
        assert_eq!(state.get("wait_for_healthy"), &false.into());
        let service = state.get("endpoint_service");
        assert_eq!(service.get("on_destroy"), &"refuse".into());
        assert_eq!(service.get("reject_removed_principals"), &true.into());
        let nobody = Value::set::<Value>([]);
        assert_eq!(service.get("auto_accept_principals"), &nobody);
        assert_eq!(terraform.plan(&plain).await.unwrap().action, Action::NoOp);

        let principals = Value::set(["arn:aws:iam::210987654321:root"]);
        let mut members = three_brokers();
        members.insert("wait_for_healthy", true.into());
        let service = Value::object([
            ("allowed_principals", principals),
            ("auto_accept_principals", Value::set(["210987654321"])),
            ("on_destroy", "reject_connections".into()),
            ("reject_removed_principals", false.into()),
        ]);
        members.insert("endpoint_service", service);
        let config = object(members);
        account.fake.take_journal();
        assert_eq!(terraform.make(&config).await, Action::Update);
        assert!(account.fake.take_journal().writes.is_empty());
        assert!(terraform.refresh().await);
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
    });
}

/// What was stored before the later arguments came upgrades to a plan without changes, whether the
/// state is refreshed before or not.
#[test]
fn an_older_state_plans_empty() {
    run(async {
        let account = Account::new();
        let (mut terraform, config) = made(&account).await;
        let ty = terraform.schema().implied_type();
        let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/state_v0.json");
        let mut shape: serde_json::Value =
            serde_json::from_slice(&std::fs::read(fixture).unwrap()).unwrap();
        // No argument: what it is only a read finds.
        shape["owner_id"] = serde_json::Value::Null;
        let older = |value: &Value| {
            let now = serde_json::from_slice(&json::encode(value, &ty).unwrap()).unwrap();
            serde_json::to_vec(&in_the_shape_of(&shape, now)).unwrap()
        };

        let mut private = Kept::<Privatelink>::decode(terraform.private()).unwrap();
        let told = older(&private.last_applied.unwrap().value);
        private.last_applied =
            Some(Configured::<Privatelink>::new(json::decode_state(&told, &ty).unwrap()).unwrap());
        let stored = older(terraform.state());
        terraform.current = Some(Instance {
            state: upgrade::<Privatelink>(0, &stored).unwrap(),
            private: private.encode(),
            tainted: false,
        });
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
        assert!(terraform.refresh().await);
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
        assert!(account.fake.take_journal().writes.is_empty());
    });
}

/// `now` without the members that `shape` does not have.
fn in_the_shape_of(shape: &serde_json::Value, now: serde_json::Value) -> serde_json::Value {
    match (shape, now) {
        (serde_json::Value::Object(shape), serde_json::Value::Object(now)) => {
            let kept = now.into_iter().filter_map(|(name, value)| {
                let shape = shape.get(&name)?;
                Some((name, in_the_shape_of(shape, value)))
            });
            serde_json::Value::Object(kept.collect())
        }
        (_, now) => now,
    }
}
