//! When a plan looks at the surroundings, and what it makes of that.

use std::collections::BTreeMap;

use engine::model::{
    Maybe, Survey,
    survey::{Moment, Namesake, Reading},
};
use resources::Clouds as _;
use tfplugin::{
    ApplyRequest, Diagnostics, PlanRequest, PlanResponse, RequestContext, Resource, Severity,
    Value, testing::Action,
};

use crate::{
    account::Account,
    commands::{in_virtual_time as run, messages},
    configuration::{object, three_brokers},
    workspace::Workspace,
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
    let resource = resources::KafkaPrivatelink::new(account.clone());
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
        let mut terraform = Workspace::new(&account);
        let config = object(three_brokers());
        terraform.make(&config).await;
        account.configure(|settings| settings.preflight = true);
        account.surveys(|surveys| surveys.told = vec![without_subnets()]);
        assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
        assert_eq!(asked(&account), 0);

        terraform.plan(&with_port()).await.unwrap();
        assert_eq!(asked(&account), 1);

        terraform.destroy().await.unwrap();
        assert!(account.is_empty());
        assert_eq!(asked(&account), 1);
    });
}

#[test]
fn the_second_plan_of_a_replacement_looks_at_nothing() {
    run(async {
        let account = Account::new();
        let mut terraform = Workspace::new(&account);
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
        let mut terraform = Workspace::new(&account);
        let config = object(three_brokers());
        terraform.make(&config).await;
        account.configure(|settings| settings.preflight = true);
        account.surveys(|surveys| surveys.told = vec![without_subnets()]);

        // So is its replacement in the same region: a destroy may begin with either.
        let told = terraform.plan(&with_port()).await.unwrap();
        let at = |severity, path: &str| (severity, path.to_owned());
        let found = kinds(&told.said);
        assert!(found.contains(&at(Severity::Warning, "load_balancer.subnet_ids")));
        account.fake.edit(|world| world.services.clear());
        terraform.refresh().await;
        let told = terraform.plan(&config).await.unwrap();
        assert_eq!(told.action, Action::Replace);
        let found = kinds(&told.said);
        assert!(found.contains(&at(Severity::Warning, "load_balancer.subnet_ids")));
    });
}

/// By its own apply nothing would be left of the old one.
#[test]
fn what_takes_the_place_of_a_path_is_refused_before_the_old_one_is_deleted() {
    run(async {
        let account = Account::new();
        let (mut terraform, _) = on_other_ground(&account).await;
        let mut moved = three_brokers();
        moved.insert("region", "eu-west-1".into());
        let moved = object(moved);
        let planned = terraform.plan(&moved).await.unwrap();
        assert_eq!(planned.action, Action::Replace);
        let at = (Severity::Warning, "load_balancer.subnet_ids".to_owned());
        assert!(kinds(&planned.said).contains(&at));

        // The delete of the old path, which Terraform begins with.
        let resource = resources::KafkaPrivatelink::new(account.clone());
        let request = ApplyRequest {
            prior: Some(terraform.state().clone()),
            planned: None,
            config: None,
            planned_private: planned.private.clone(),
        };
        let answer = resource.apply(RequestContext::default(), request).await;
        assert_eq!(answer.new_state, None);
        let text = messages(&answer.diagnostics);
        for part in [
            "The resource is not replaced",
            "load_balancer.subnet_ids",
            "Nothing was changed.",
        ] {
            assert!(text.contains(part), "{part:?} is not in: {text}");
        }
        assert!(account.fake.take_journal().writes.is_empty());

        // A destroy begins with the same plan.
        terraform.plan(&moved).await.unwrap();
        terraform.destroy().await.unwrap();
        assert!(account.is_empty());
    });
}

/// A configuration on other ground, and another account of the same path.
async fn on_other_ground(account: &Account) -> (Workspace, Value) {
    let mut terraform = Workspace::new(account);
    terraform.make(&object(three_brokers())).await;
    account.fake.take_journal();
    account.configure(|settings| settings.preflight = true);
    account.surveys(|surveys| surveys.told = vec![without_subnets()]);
    let mut elsewhere = three_brokers();
    let broker = |target: &str| Value::object([("target", Value::from(target))]);
    let brokers = [("1", broker("10.0.1.11")), ("2", broker("10.0.2.99"))];
    elsewhere.insert("brokers", Value::map(brokers));
    (terraform, object(elsewhere))
}

#[test]
fn a_destroy_is_not_stopped_by_what_the_configuration_has_become() {
    run(async {
        let account = Account::new();
        let (mut terraform, elsewhere) = on_other_ground(&account).await;
        // The plan that `terraform destroy` begins with.
        let told = terraform.plan(&elsewhere).await;
        let told = told.unwrap_or_else(|found| panic!("{}", messages(&found)));
        let found = kinds(&told.said);
        let at = (Severity::Warning, "load_balancer.subnet_ids".to_owned());
        assert!(found.contains(&at), "{found:?}");
        let text = messages(&told.said);
        assert!(
            text.contains("An apply stops at this before it changes anything."),
            "{text}"
        );
        terraform.destroy().await.unwrap();
        assert!(account.is_empty());
    });
}

#[test]
fn an_apply_stops_before_it_changes_what_exists() {
    run(async {
        let account = Account::new();
        let (mut terraform, elsewhere) = on_other_ground(&account).await;
        let before = (terraform.state().clone(), terraform.private().to_vec());
        let planned = terraform.plan(&elsewhere).await.unwrap();
        let said = terraform.apply(&planned, &elsewhere).await.unwrap_err();
        let at = (Severity::Error, "load_balancer.subnet_ids".to_owned());
        assert!(kinds(&said).contains(&at));
        let text = messages(&said);
        assert!(text.contains("Nothing was changed."), "{text}");
        assert!(account.fake.take_journal().writes.is_empty());
        assert_eq!(
            (terraform.state().clone(), terraform.private().to_vec()),
            before
        );

        // Once it is put right, the same apply goes on.
        account.surveys(|surveys| surveys.told = vec![Survey::default()]);
        assert_eq!(terraform.make(&elsewhere).await, Action::Update);
    });
}

/// Terraform plans the replacement of a tainted path as if there had never been one, and so begins
/// its destroy.
#[test]
fn what_a_failed_create_has_left_can_be_destroyed() {
    run(async {
        let account = checked();
        let left = Survey {
            namesakes: Reading::Known(vec![Namesake {
                id: "vpce-svc-1".to_owned(),
                owner: "k3j9x2ab".to_owned(),
            }]),
            ..without_subnets()
        };
        account.surveys(|surveys| surveys.told = vec![left]);
        let told = plan(&account, None, &[]).await;
        assert!(
            !told.diagnostics.has_errors(),
            "{}",
            messages(&told.diagnostics)
        );
        let found = kinds(&told.diagnostics);
        assert!(found.contains(&(Severity::Warning, "load_balancer.subnet_ids".to_owned())));
        // When it is gone, the new path is refused as any other.
        account.surveys(|surveys| surveys.told = vec![without_subnets()]);
        assert!(plan(&account, None, &[]).await.diagnostics.has_errors());
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
        let resource = resources::KafkaPrivatelink::new(account.clone());
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
