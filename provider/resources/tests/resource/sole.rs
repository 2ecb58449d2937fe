//! One broker alone, whose port is the bootstrap port.

use tfplugin::{Severity, Value, testing::Action};

use crate::{
    account::Account,
    adoption::HandMade,
    commands::{in_virtual_time as run, messages},
    configuration::{object, three_brokers},
    workspace::Workspace,
};

fn broker(target: &str, port: u16) -> Value {
    Value::object([("target", Value::from(target)), ("port", port.into())])
}

fn with<const N: usize>(brokers: [(&'static str, Value); N], port: u16) -> Value {
    let mut members = three_brokers();
    members.remove("endpoint");
    members.insert("brokers", Value::map(brokers));
    members.insert("bootstrap_port", port.into());
    object(members)
}

fn writes(account: &Account) -> Vec<String> {
    let writes = account.fake.take_journal().writes;
    writes.iter().map(|(step, _)| step.to_string()).collect()
}

fn kinds(lines: &[String], what: &str) -> usize {
    lines.iter().filter(|line| line.starts_with(what)).count()
}

#[test]
fn it_has_one_listener_and_one_group() {
    run(async {
        let account = Account::new();
        let mut terraform = Workspace::new(&account);
        let config = with([("7", broker("10.0.1.11", 9098))], 9098);
        terraform.make(&config).await;
        let lines = writes(&account);
        assert_eq!(kinds(&lines, "create listener"), 1, "{lines:#?}");
        assert_eq!(kinds(&lines, "create target-group"), 1, "{lines:#?}");

        assert!(terraform.refresh().await);
        let state = terraform.state().clone();
        let broker = state.get("brokers").as_map().unwrap()["7"].clone();
        assert_eq!(broker.get("port"), &9098.into());
        assert_eq!(broker.get("target"), &"10.0.1.11".into());
        assert_eq!(state.get("bootstrap_port"), &9098.into());
        let hosts = [("7", "kafka.test.com:9098")];
        assert_eq!(state.get("advertised_listeners"), &Value::map(hosts));
        let arns = state.get("listener_arns").as_map().unwrap();
        assert_eq!(arns["7"], arns["bootstrap"]);
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);

        // A new machine, and another port for both.
        let moved = with([("7", crate::sole::broker("10.0.1.12", 9099))], 9099);
        terraform.make(&moved).await;
        assert_eq!(terraform.plan(&moved).await.unwrap().action, Action::NoOp);
        terraform.destroy().await.unwrap();
        assert!(account.is_empty());
    });
}

/// Bootstrap's listener and group stay as they are; nobody joins there before the first broker has
/// a port of its own.
#[test]
fn a_second_broker_costs_it_nothing() {
    run(async {
        let account = Account::new();
        let mut terraform = Workspace::new(&account);
        terraform
            .make(&with([("1", broker("10.0.1.11", 9091))], 9091))
            .await;
        account.fake.take_journal();
        let two = with(
            [
                ("1", broker("10.0.1.11", 6001)),
                ("2", broker("10.0.2.11", 6002)),
            ],
            9091,
        );
        let planned = terraform.plan(&two).await.unwrap();
        let told = messages(&planned.said);
        assert!(
            told.contains("give broker 1 the port 6001 first, restart it, and add"),
            "{told}"
        );
        terraform.make(&two).await;
        let lines = writes(&account);
        let at = |what: &str| lines.iter().position(|line| line.starts_with(what));
        assert!(
            !lines.iter().any(|it| it.contains("listener/9091")),
            "{lines:#?}"
        );
        let joined = at("register in target-group/bootstrap").expect("it joins");
        for port in ["create listener/6001", "create listener/6002"] {
            assert!(at(port).expect("a listener") < joined, "{lines:#?}");
        }
        assert_eq!(terraform.plan(&two).await.unwrap().action, Action::NoOp);

        // In two applies nobody needs to be warned.
        terraform
            .make(&with([("1", broker("10.0.1.11", 9091))], 9091))
            .await;
        let own = with([("1", broker("10.0.1.11", 6001))], 9091);
        let planned = terraform.plan(&own).await.unwrap();
        assert!(planned.said.is_empty(), "{}", messages(&planned.said));
        terraform.make(&own).await;
        let planned = terraform.plan(&two).await.unwrap();
        assert!(planned.said.is_empty(), "{}", messages(&planned.said));
    });
}

#[test]
fn what_others_built_so_is_taken_over_as_it_is() {
    run(async {
        let config = with([("1", broker("10.0.1.11", 9098))], 9098);
        let built = HandMade::of(&config).await;
        let mut terraform = built.imported().await;
        let state = terraform.state().clone();
        assert_eq!(state.get("bootstrap_port"), &9098.into());
        let brokers = state.get("brokers").as_map().unwrap();
        let ports: Vec<&Value> = brokers.values().map(|it| it.get("port")).collect();
        assert_eq!(ports, [&Value::from(9098)], "{brokers:#?}");
        let mut members = three_brokers();
        members.remove("endpoint");
        members.insert("brokers", Value::map([("5", broker("10.0.1.11", 9098))]));
        members.insert("bootstrap_port", 9098.into());
        let balancer = [
            (
                "subnet_ids",
                Value::set(["subnet-a", "subnet-b", "subnet-c"]),
            ),
            ("security_group_ids", Value::set([built.group()])),
        ];
        members.insert("load_balancer", Value::object(balancer));
        let config = object(members);
        let planned = terraform.plan(&config).await.unwrap();
        let warned = planned.said.iter().any(|it| it.severity == Severity::Error);
        assert!(!warned, "{}", messages(&planned.said));
        terraform.make(&config).await;
        assert_eq!(built.writes(), Vec::<String>::new());
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
    });
}
