//! What is possible and unwise: who is told of it, and when.

use tfplugin::{
    Severity, Value,
    testing::{Action, Plan},
};

use crate::{
    account::Account,
    adoption::HandMade,
    commands::{in_virtual_time as run, messages},
    configuration::{object, three_brokers},
    workspace::Workspace,
};

/// Three brokers, with these members of an argument.
fn with<const N: usize>(argument: &'static str, members: [(&'static str, Value); N]) -> Value {
    let mut all = three_brokers();
    let before = all
        .remove(argument)
        .unwrap_or_else(|| Value::object([("", Value::Null); 0]));
    let Value::Object(mut object_of) = before else {
        panic!("{argument} is no object");
    };
    object_of.extend(members.map(|(name, value)| (name.to_owned(), value)));
    all.insert(argument, Value::Object(object_of));
    object(all)
}

fn tls(port: u16) -> Value {
    let mut all = three_brokers();
    let arn = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b";
    all.insert(
        "listener",
        Value::object([
            ("protocol", Value::from("TLS")),
            ("certificate_arn", arn.into()),
        ]),
    );
    all.insert("bootstrap_port", port.into());
    object(all)
}

fn summaries(planned: &Plan) -> Vec<&str> {
    planned.said.iter().map(|it| it.summary.as_str()).collect()
}

#[test]
fn tls_is_warned_of_when_it_comes_and_in_no_plan_after_that() {
    run(async {
        const ENDS: &str = "Client certificates do not reach the brokers";
        let account = Account::new();
        let mut terraform = Workspace::new(&account);
        // At create.
        let planned = terraform.plan(&tls(9091)).await.unwrap();
        assert_eq!(summaries(&planned), [ENDS]);
        terraform.make(&tls(9091)).await;
        let planned = terraform.plan(&tls(9091)).await.unwrap();
        assert_eq!(
            (planned.action, summaries(&planned)),
            (Action::NoOp, vec![])
        );
        // Another change says nothing of it.
        let planned = terraform.plan(&tls(9092)).await.unwrap();
        assert_eq!(summaries(&planned), ["The bootstrap port moves"]);
        // It goes, and comes again.
        let plain = object(three_brokers());
        let planned = terraform.plan(&plain).await.unwrap();
        assert_eq!(
            summaries(&planned),
            ["The protocol of all listeners changes"]
        );
        terraform.make(&plain).await;
        let planned = terraform.plan(&tls(9091)).await.unwrap();
        let both = ["The protocol of all listeners changes", ENDS];
        assert_eq!(summaries(&planned), both);
    });
}

#[test]
fn a_path_that_was_built_without_cross_zone_stays_so_with_a_warning() {
    run(async {
        let off = || ("cross_zone_enabled", Value::from(false));
        let account = Account::new();
        let new = Workspace::new(&account)
            .plan(&with("load_balancer", [off()]))
            .await;
        let refused = messages(&new.unwrap_err());
        assert!(
            refused.starts_with("Error load_balancer.cross_zone_enabled"),
            "{refused}"
        );

        let built = HandMade::of(&crate::adoption::three_brokers_without_endpoint()).await;
        built.account.fake.edit(|world| {
            world
                .balancers
                .values_mut()
                .for_each(|it| it.cross_zone = false);
        });
        let mut terraform = built.imported().await;
        let as_it_is = built.config_with([off()]);
        let planned = terraform.plan(&as_it_is).await;
        let planned = planned.unwrap_or_else(|found| panic!("{}", messages(&found)));
        let told = planned.said.iter();
        let told: Vec<_> = told.map(|it| (it.severity, it.path.to_string())).collect();
        let at = "load_balancer.cross_zone_enabled".to_owned();
        assert_eq!(
            told,
            [(Severity::Warning, at)],
            "{}",
            messages(&planned.said)
        );
        terraform.make(&as_it_is).await;
        assert_eq!(built.writes(), Vec::<String>::new());
        let planned = terraform.plan(&as_it_is).await.unwrap();
        assert_eq!(
            (planned.action, summaries(&planned)),
            (Action::NoOp, vec![])
        );

        // Whoever puts it right does not go back.
        let on = built.config_with([]);
        terraform.make(&on).await;
        let refused = terraform.plan(&as_it_is).await.unwrap_err();
        assert!(messages(&refused).contains("Brokers out of reach"));
    });
}

#[test]
fn an_aws_service_may_be_a_principal() {
    run(async {
        let account = Account::new();
        let mut terraform = Workspace::new(&account);
        let principals = Value::set(["vpce.amazonaws.com", "210987654321"]);
        let config = with(
            "endpoint_service",
            [("allowed_principals", principals.clone())],
        );
        terraform.make(&config).await;
        assert!(terraform.refresh().await);
        let state = terraform.state().clone();
        let told = state.get("endpoint_service").get("allowed_principals");
        assert_eq!(told, &principals);
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
        // Removed by somebody, it is missed, and comes back.
        account.fake.edit(|world| {
            let services = world.services.values_mut();
            services.for_each(|it| it.principals.retain(|it| it != "vpce.amazonaws.com"));
        });
        assert!(terraform.refresh().await);
        assert_eq!(
            terraform.plan(&config).await.unwrap().action,
            Action::Update
        );
        terraform.make(&config).await;

        let mut imported = Workspace::new(&account);
        let id = state.get("id").as_str().unwrap();
        imported.import(id).await.unwrap();
        let found = imported.state().get("endpoint_service");
        let all = Value::set(["arn:aws:iam::210987654321:root", "vpce.amazonaws.com"]);
        assert_eq!(found.get("allowed_principals"), &all);
    });
}
