//! From the first apply to the last, step by step.

use tfplugin::{Value, testing::Action};

use crate::{
    account::Account,
    commands::in_virtual_time as run,
    configuration::{object, three_brokers},
    workspace::Workspace,
};

#[test]
fn three_brokers_from_nothing_and_back_to_nothing() {
    run(async {
        let account = Account::new();
        let mut terraform = Workspace::new(&account);
        let config = object(three_brokers());
        assert_eq!(terraform.make(&config).await, Action::Create);

        let state = terraform.state().clone();
        assert_eq!(
            state.get("bootstrap_servers").as_str(),
            Some("kafka.test.com:9091")
        );
        let advertised = Value::map([
            ("1", "kafka.test.com:6001"),
            ("2", "kafka.test.com:6002"),
            ("3", "kafka.test.com:6003"),
        ]);
        assert_eq!(*state.get("advertised_listeners"), advertised);
        assert_eq!(*state.get("drift"), Value::map::<String, String>([]));
        assert_eq!(
            state.get("endpoint").get("state").as_str(),
            Some("available")
        );
        let blocks = state.get("endpoint").get("allowed_cidr_blocks");
        assert_eq!(*blocks, Value::set(["10.1.0.0/16"]));

        assert!(terraform.refresh().await);
        assert_eq!(terraform.state(), &state);
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);

        terraform.is_destroyed().await;
        assert!(terraform.current.is_none());
        assert!(account.is_empty());
    });
}
