//! When a plan looks at the surroundings, and what it makes of that.

use std::collections::BTreeMap;

use provider::{
    model::{
        Maybe, Survey,
        survey::{Moment, Reading},
    },
    resource::Clouds as _,
};
use tfplugin::{Diagnostics, PlanRequest, PlanResponse, RequestContext, Resource, Severity, Value};

use crate::{
    account::Account,
    configuration::{object, three_brokers},
    oracle::Action,
    terraform::{Terraform, messages, run},
};

/// An account whose plans are checked. None of the subnets exists.
fn checked() -> Account {
    let account = Account::new();
    account.configure(|settings| settings.preflight = true);
    account.surveys(|surveys| surveys.told = vec![without_subnets()]);
    account
}

fn without_subnets() -> Survey {
    Survey {
        subnets: Reading::Known(BTreeMap::new()),
        begun: Moment(7),
        ..Survey::default()
    }
}

async fn plan(account: &Account, prior: Option<&Value>, private: &[u8]) -> PlanResponse {
    let resource = provider::resource::KafkaPrivatelink::new(account.clone());
    let request = PlanRequest {
        prior_state: prior.cloned(),
        config: Some(object(three_brokers())),
        proposed: None,
        prior_private: private.to_vec(),
    };
    resource.plan(RequestContext::default(), request).await
}

fn asked(account: &Account) -> usize {
    account.surveys(|surveys| surveys.asked.len())
}

fn kinds(found: &Diagnostics) -> Vec<(Severity, String)> {
    let kinds = found.iter().map(|it| (it.severity, it.path.to_string()));
    kinds.collect()
}

#[test]
fn what_is_found_is_told_and_changes_nothing_that_is_planned() {
    run(async {
        let account = checked();
        let told = plan(&account, None, &[]).await;
        let expected = [
            (Severity::Error, "load_balancer.subnet_ids".to_owned()),
            (Severity::Error, "endpoint.subnet_ids".to_owned()),
        ];
        assert_eq!(kinds(&told.diagnostics), expected);
        assert_eq!(asked(&account), 1);

        account.configure(|settings| settings.preflight = false);
        let silent = plan(&account, None, &[]).await;
        assert_eq!(asked(&account), 1);
        assert!(silent.diagnostics.is_empty());
        assert_eq!(told.planned_state, silent.planned_state);
        assert_eq!(told.requires_replace, silent.requires_replace);
    });
}

#[test]
fn an_empty_plan_and_a_destroy_look_at_nothing() {
    run(async {
        let account = Account::new();
        let mut terraform = Terraform::new(&account);
        let config = object(three_brokers());
        terraform.make(&config).await;
        account.configure(|settings| settings.preflight = true);
        account.surveys(|surveys| surveys.told = vec![without_subnets()]);
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
        assert_eq!(asked(&account), 0);

        terraform.plan(&with_port()).await.unwrap();
        assert_eq!(asked(&account), 1);

        terraform.destroy().await;
        assert!(account.is_empty());
        assert_eq!(asked(&account), 1);
    });
}

#[test]
fn the_second_plan_of_a_replacement_looks_at_nothing() {
    run(async {
        let account = Account::new();
        let mut terraform = Terraform::new(&account);
        let config = object(three_brokers());
        terraform.make(&config).await;
        account.fake.edit(|world| world.services.clear());
        terraform.refresh().await;
        account.configure(|settings| settings.preflight = true);
        let planned = terraform.plan(&config).await.unwrap();
        assert_eq!(planned.action, Action::Replace);
        let asked = account.surveys(|surveys| surveys.asked.clone());
        let [(inquiry, _)] = asked.as_slice() else {
            panic!("{asked:?}");
        };
        // The path that takes the place of another is a new one.
        assert_eq!(inquiry.new_name.as_deref(), Some("orders"));
        assert_eq!(inquiry.service_vpc, None);
    });
}

/// The same ground, and another bootstrap port.
fn with_port() -> Value {
    let mut changed = three_brokers();
    changed.insert("bootstrap_port", 9092.into());
    object(changed)
}

#[test]
fn a_path_that_stands_as_before_is_only_warned_of() {
    run(async {
        let account = Account::new();
        let mut terraform = Terraform::new(&account);
        let config = object(three_brokers());
        terraform.make(&config).await;
        account.configure(|settings| settings.preflight = true);
        account.surveys(|surveys| surveys.told = vec![without_subnets()]);

        // So is its replacement in the same region: a destroy may begin with either.
        let told = terraform.plan(&with_port()).await.unwrap();
        let at = |severity, path: &str| (severity, path.to_owned());
        let found = kinds(&told.diagnostics);
        assert!(found.contains(&at(Severity::Warning, "load_balancer.subnet_ids")));
        account.fake.edit(|world| world.services.clear());
        terraform.refresh().await;
        let told = terraform.plan(&config).await.unwrap();
        assert_eq!(told.action, Action::Replace);
        let found = kinds(&told.diagnostics);
        assert!(found.contains(&at(Severity::Warning, "load_balancer.subnet_ids")));

        let mut elsewhere = three_brokers();
        let subnets = Value::set(["subnet-a", "subnet-b"]);
        elsewhere.insert("load_balancer", Value::object([("subnet_ids", subnets)]));
        let refused = terraform.plan(&object(elsewhere)).await.unwrap_err();
        assert!(kinds(&refused).contains(&at(Severity::Error, "load_balancer.subnet_ids")));
        let mut moved = three_brokers();
        moved.insert("region", "eu-west-1".into());
        let refused = terraform.plan(&object(moved)).await.unwrap_err();
        assert!(kinds(&refused).contains(&at(Severity::Error, "load_balancer.subnet_ids")));
    });
}

#[test]
fn a_region_that_is_unknown_cannot_be_looked_at() {
    run(async {
        let account = checked();
        account.configure(|settings| settings.region = Maybe::Unknown);
        let told = plan(&account, None, &[]).await;
        assert!(told.diagnostics.is_empty());
        assert_eq!(asked(&account), 0);
    });
}

#[test]
fn what_was_read_before_is_read_again_before_anything_is_found_wrong() {
    run(async {
        let account = checked();
        let recalled = Survey {
            is_recalled: true,
            ..without_subnets()
        };
        let fine = Survey::default();
        account.surveys(|surveys| surveys.told = vec![recalled.clone(), fine.clone()]);
        assert!(plan(&account, None, &[]).await.diagnostics.is_empty());
        let since = account.surveys(|surveys| {
            let asked = surveys.asked.drain(..);
            asked.map(|(_, since)| since).collect::<Vec<_>>()
        });
        assert_eq!(since, [Moment::default(), Moment(7)]);

        // Twice is enough, and what is well is not doubted.
        account.surveys(|surveys| surveys.told = vec![recalled]);
        assert!(plan(&account, None, &[]).await.diagnostics.has_errors());
        assert_eq!(asked(&account), 2);
        let recalled = Survey {
            is_recalled: true,
            ..fine
        };
        account.surveys(|surveys| surveys.told = vec![recalled]);
        assert!(plan(&account, None, &[]).await.diagnostics.is_empty());
        assert_eq!(asked(&account), 3);
    });
}

#[test]
fn an_aws_that_does_not_answer_fails_no_plan() {
    run(async {
        let account = checked();
        account.surveys(|surveys| surveys.hangs = true);
        let told = plan(&account, None, &[]).await;
        assert_eq!(
            kinds(&told.diagnostics),
            [(Severity::Warning, String::new())]
        );
        assert!(messages(&told.diagnostics).contains("not checked against AWS"));
        assert!(told.planned_state.is_some());
    });
}

/// Credentials that AWS refuses, or no way to it: no apply could follow.
#[test]
fn an_aws_that_cannot_be_asked_at_all_is_an_error() {
    run(async {
        let account = checked();
        account.surveys(|surveys| surveys.fails = true);
        let told = plan(&account, None, &[]).await;
        assert_eq!(kinds(&told.diagnostics), [(Severity::Error, String::new())]);
    });
}

#[test]
fn an_interrupted_plan_says_nothing() {
    run(async {
        let account = checked();
        account.surveys(|surveys| surveys.hangs = true);
        let resource = provider::resource::KafkaPrivatelink::new(account.clone());
        let ctx = RequestContext::default();
        ctx.cancel.cancel();
        let request = PlanRequest {
            prior_state: None,
            config: Some(object(three_brokers())),
            proposed: None,
            prior_private: Vec::new(),
        };
        let told = resource.plan(ctx, request).await;
        assert!(told.diagnostics.is_empty());
        assert!(account.settings().preflight);
    });
}
