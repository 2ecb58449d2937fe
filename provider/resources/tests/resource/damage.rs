//! What people do in the console shows in the next plan, and the next apply repairs it.

use engine::fake::World;
use engine::model::object::target_group::Target;
use tfplugin::{Value, testing::Action};

use crate::{
    account::Account,
    commands::in_virtual_time as run,
    configuration::{object, three_brokers},
    workspace::Workspace,
};

/// The path, damaged, as a read shows it; then the apply that repairs it.
fn after(damage: impl FnOnce(&mut World)) -> Value {
    run(async {
        let account = Account::new();
        let mut terraform = Workspace::new(&account);
        let config = object(three_brokers());
        terraform.make(&config).await;
        let made = terraform.state().clone();
        account.fake.edit(damage);
        assert!(terraform.refresh().await);
        let shown = terraform.state().clone();
        assert_ne!(shown, made);
        assert_eq!(terraform.make(&config).await, Action::Update);
        let repaired = terraform.state().clone();
        assert_eq!(*repaired.get("drift"), Value::map::<String, String>([]));
        for name in [
            "brokers",
            "load_balancer",
            "listener",
            "target_group",
            "endpoint_service",
        ] {
            assert_eq!(repaired.get(name), made.get(name), "{name}");
        }
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
        shown
    })
}

fn broker<'a>(state: &'a Value, id: &str, name: &str) -> &'a Value {
    state.get("brokers").get(id).get(name)
}

fn drift(state: &Value) -> Vec<(String, String)> {
    let all = state.get("drift").as_map().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    all.iter()
        .map(|(object, fault)| (object.clone(), text(fault)))
        .collect()
}

fn group_of(world: &World, port: u16) -> String {
    world
        .listeners
        .values()
        .find(|it| it.port == port)
        .unwrap()
        .group
        .clone()
}

#[test]
fn a_missing_listener_is_a_broker_without_port() {
    let shown = after(|world| world.listeners.retain(|_, it| it.port != 6003));
    assert!(broker(&shown, "3", "port").is_null());
    assert_eq!(broker(&shown, "3", "target").as_str(), Some("10.0.3.11"));
    assert!(shown.get("advertised_listeners").get("3").is_null());
    assert_eq!(drift(&shown), []);
}

#[test]
fn a_missing_bootstrap_listener_is_a_path_without_bootstrap_port() {
    let shown = after(|world| world.listeners.retain(|_, it| it.port != 9091));
    assert!(shown.get("bootstrap_port").is_null());
    assert!(shown.get("bootstrap_servers").is_null());
}

#[test]
fn a_target_that_is_gone_is_null() {
    let shown = after(|world| {
        let group = group_of(world, 6002);
        world.target_groups.get_mut(&group).unwrap().targets.clear();
    });
    assert!(broker(&shown, "2", "target").is_null());
    assert_eq!(broker(&shown, "2", "port").as_u64(), Some(6002));
    assert_eq!(drift(&shown), []);
}

#[test]
fn a_broker_that_bootstrap_lacks_is_drift() {
    let shown = after(|world| {
        let group = group_of(world, 9091);
        let targets = &mut world.target_groups.get_mut(&group).unwrap().targets;
        targets.retain(|target, _| target.to_string() != "10.0.3.11:9092");
    });
    let lacks = (
        "target-group/bootstrap".to_owned(),
        "lacks 10.0.3.11:9092".to_owned(),
    );
    assert_eq!(drift(&shown), [lacks]);
}

#[test]
fn a_stranger_among_the_targets_is_drift() {
    let shown = after(|world| {
        let group = group_of(world, 6001);
        let stranger = Target {
            id: "10.0.9.9".into(),
            port: 9092,
            zone: None,
        };
        let now = tokio::time::Instant::now();
        world
            .target_groups
            .get_mut(&group)
            .unwrap()
            .targets
            .insert(stranger, now);
    });
    assert_eq!(broker(&shown, "1", "target").as_str(), Some("10.0.1.11"));
    let also = (
        "target-group/1".to_owned(),
        "also holds 10.0.9.9:9092".to_owned(),
    );
    assert_eq!(drift(&shown), [also]);
}

#[test]
fn a_listener_that_forwards_elsewhere_is_drift() {
    let shown = after(|world| {
        let foreign = world.add_foreign_group();
        world
            .listeners
            .values_mut()
            .find(|it| it.port == 6003)
            .unwrap()
            .group = foreign;
    });
    assert_eq!(broker(&shown, "3", "port").as_u64(), Some(6003));
    let (object, fault) = drift(&shown).pop().unwrap();
    assert_eq!(object, "listener/6003");
    assert_eq!(
        fault,
        "forwards to something that is not of this path, not to broker 3"
    );
}

#[test]
fn ports_that_were_exchanged_show_where_they_lead() {
    let shown = after(|world| {
        let (two, three) = (group_of(world, 6002), group_of(world, 6003));
        for listener in world.listeners.values_mut() {
            match listener.port {
                6002 => listener.group.clone_from(&three),
                6003 => listener.group.clone_from(&two),
                _ => {}
            }
        }
    });
    assert_eq!(broker(&shown, "2", "port").as_u64(), Some(6003));
    assert_eq!(broker(&shown, "3", "port").as_u64(), Some(6002));
}

#[test]
fn one_group_of_many_shows_its_value_and_its_name() {
    let shown = after(|world| {
        let group = group_of(world, 6002);
        world
            .target_groups
            .get_mut(&group)
            .unwrap()
            .health_check
            .interval_seconds = 77;
    });
    let interval = shown
        .get("target_group")
        .get("health_check")
        .get("interval_seconds");
    assert_eq!(interval.as_u64(), Some(77));
    let other = (
        "target-group/2".to_owned(),
        "has another health check".to_owned(),
    );
    assert_eq!(drift(&shown), [other]);
}

#[test]
fn what_all_groups_share_needs_no_drift() {
    let shown = after(|world| {
        for group in world.target_groups.values_mut() {
            group.health_check.interval_seconds = 77;
        }
    });
    let interval = shown
        .get("target_group")
        .get("health_check")
        .get("interval_seconds");
    assert_eq!(interval.as_u64(), Some(77));
    assert_eq!(drift(&shown), []);
}

#[test]
fn a_record_that_is_gone_is_drift_and_a_deleted_endpoint_is_null() {
    let shown = after(|world| world.records.clear());
    assert_eq!(
        drift(&shown),
        [("alias".to_owned(), "is missing".to_owned())]
    );
    assert_eq!(shown.get("hostname").as_str(), Some("kafka.test.com"));
    let shown = after(|world| world.endpoints.clear());
    assert!(shown.get("endpoint").is_null());
}

#[test]
fn a_deviating_attribute_that_no_argument_has_is_named() {
    let shown = after(|world| {
        let group = group_of(world, 6002);
        let group = world.target_groups.get_mut(&group).unwrap();
        group.attributes.dns_failover = "1".to_owned();
    });
    let fault = "has other attributes: DNS failover 1, not off";
    assert_eq!(
        drift(&shown),
        [("target-group/2".to_owned(), fault.to_owned())]
    );
}

/// The service would go on to name a zone that the load balancer is about to leave.
#[test]
fn a_zone_that_is_left_again_is_not_to_be_served() {
    run(async {
        let account = Account::new();
        let mut terraform = Workspace::new(&account);
        let mut alone = three_brokers();
        alone.remove("endpoint");
        let config = object(alone);
        terraform.make(&config).await;
        account.fake.edit(|world| {
            let balancer = world.balancers.values_mut().next().unwrap();
            balancer.subnets.insert("subnet-d".to_owned());
        });
        assert!(terraform.refresh().await);
        let shown = terraform.state().clone();
        let subnets = shown.get("load_balancer").get("subnet_ids");
        assert_eq!(
            *subnets,
            Value::set(["subnet-a", "subnet-b", "subnet-c", "subnet-d"])
        );
        assert_eq!(drift(&shown), []);
    });
}

#[test]
fn a_service_that_is_gone_needs_a_replacement() {
    run(async {
        let account = Account::new();
        let mut terraform = Workspace::new(&account);
        let config = object(three_brokers());
        terraform.make(&config).await;
        let before = terraform.state().clone();
        account.fake.edit(|world| world.services.clear());
        assert!(terraform.refresh().await);
        let shown = terraform.state().clone();
        assert!(shown.get("endpoint_service").is_null());
        assert_eq!(shown.get("id"), before.get("id"));

        let planned = terraform.plan(&config).await.unwrap();
        assert_eq!(planned.action, Action::Replace);
        assert_eq!(planned.replaces, ["id".into()]);
        terraform.apply(&planned, &config).await.unwrap();
        assert_ne!(terraform.state().get("id"), before.get("id"));
    });
}

#[test]
fn a_path_of_which_nothing_is_left_is_gone() {
    run(async {
        let account = Account::new();
        let mut terraform = Workspace::new(&account);
        terraform.make(&object(three_brokers())).await;
        account.fake.edit(|world| {
            world.listeners.clear();
            world.target_groups.clear();
            world.records.clear();
            world.zones.clear();
            world.endpoints.clear();
            world.services.clear();
            world.balancers.clear();
        });
        assert!(terraform.refresh().await, "security groups are left");
        account.fake.edit(|world| world.security_groups.clear());
        assert!(!terraform.refresh().await);
    });
}
