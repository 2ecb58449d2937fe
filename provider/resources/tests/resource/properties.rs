//! Random configurations, drift and unknown values against Terraform's checks.

use engine::fake::Drift;
use engine::model::Maybe;
use proptest::{collection::vec, prelude::*, sample::Index};
use resources::{
    Privatelink,
    lifecycle::{Configured, Kept, rules::check},
    validate,
};
use tfplugin::{Path, Severity, Value};

use crate::{
    account::Account,
    configuration::{hide, places},
    oracle::{Action, compatible},
    terraform::{Planned, Terraform, messages, run},
    wishes::{Wish, wishes},
};
use testing::chance::Chance;

/// So many of a hundred of 1,000 cases, or of as many as `ORACLE_CASES` asks for.
fn runner(share: u32) -> Chance {
    Chance::new("ORACLE_CASES", 10 * share, share)
}

fn drifts() -> impl Strategy<Value = Drift> {
    prop_oneof![
        (0usize..6).prop_map(Drift::DeleteListener),
        (0usize..6, 0usize..6).prop_map(|(listener, group)| Drift::Forward(listener, group)),
        (0usize..6).prop_map(Drift::SetIdleTimeout),
        (0usize..6).prop_map(Drift::EmptyGroup),
        (0usize..6, 0u8..3).prop_map(|(group, host)| Drift::AddTarget(group, host)),
        (0usize..6).prop_map(Drift::SetHealthCheck),
        (0usize..6).prop_map(Drift::SetGroupAttributes),
        (0usize..6).prop_map(Drift::EditTags),
        Just(Drift::SetBalancerAttributes),
        Just(Drift::EnforceGroups),
        Just(Drift::AddPrincipal),
        Just(Drift::FlipAcceptance),
        Just(Drift::RejectEndpoint),
        Just(Drift::RejectForGood),
        Just(Drift::DeleteEndpoint),
        Just(Drift::DeleteRecord(0)),
        Just(Drift::PointElsewhere(0)),
        (0usize..2).prop_map(Drift::AddRule),
        (0usize..2).prop_map(Drift::DropRule),
    ]
}

/// A wish as a configuration that validates; other random ones do not count.
fn valid(wish: &Wish) -> Option<Value> {
    let config = wish.config();
    let mut found = check::<Privatelink>(&config);
    found.extend(
        validate::rules().in_region(
            &Configured::<Privatelink>::new(config.clone())
                .ok()?
                .arguments,
            "us-east-1",
        ),
    );
    (!found.has_errors()).then_some(config)
}

/// Applying went well, and from then on nothing differs and nothing is planned.
async fn is_settled(terraform: &mut Terraform, config: &Value) {
    let state = terraform.state.clone().unwrap();
    assert!(
        state
            .get("drift")
            .as_map()
            .is_some_and(|drift| drift.is_empty())
    );
    assert!(terraform.refresh().await, "nothing is left after an apply");
    let wrong = compatible(&state, terraform.state.as_ref().unwrap());
    assert!(
        wrong.is_empty(),
        "a read after the apply differs:\n{}",
        wrong.join("\n")
    );
    let planned = terraform.plan(config).await.unwrap();
    let wrong = compatible(&planned.state, terraform.state.as_ref().unwrap());
    assert_eq!(planned.action, Action::NoOp, "{}", wrong.join("\n"));
}

async fn finish(terraform: &mut Terraform, planned: &Planned, config: &Value) {
    let answer = terraform.apply(planned, config).await;
    assert!(
        !answer.diagnostics.has_errors(),
        "{}",
        messages(&answer.diagnostics)
    );
    is_settled(terraform, config).await;
}

/// What a plan refuses: conflicts that only the user can settle.
fn is_conflict(found: &tfplugin::Diagnostics) -> bool {
    let mut errors = found.iter().filter(|it| it.severity == Severity::Error);
    errors.all(|it| it.summary.starts_with("Cannot "))
}

/// Places that are unknown at plan, and whether the provider's configuration is.
fn unknowns() -> impl Strategy<Value = (Vec<Index>, bool)> {
    (vec(any::<Index>(), 0..4), any::<bool>())
}

fn invalid() -> TestCaseError {
    TestCaseError::reject("not a valid configuration")
}

#[test]
fn a_create_with_unknown_values_keeps_terraforms_rules() {
    let runner = runner(40);
    let case = (wishes(), unknowns());
    let found = runner.run(&case, |(wish, (hidden, provider_unknown))| {
        let config = valid(&wish).ok_or_else(invalid)?;
        run(change(None, &[], &config, &hidden, provider_unknown));
        Ok(())
    });
    found.unwrap();
}

#[test]
fn a_change_with_unknown_values_keeps_terraforms_rules() {
    let runner = runner(60);
    let case = (wishes(), vec(drifts(), 0..3), wishes(), unknowns());
    let found = runner.run(
        &case,
        |(before, drifts, after, (hidden, provider_unknown))| {
            let from = valid(&before).ok_or_else(invalid)?;
            let to = valid(&after).ok_or_else(invalid)?;
            run(change(Some(from), &drifts, &to, &hidden, provider_unknown));
            Ok(())
        },
    );
    found.unwrap();
}

async fn change(
    before: Option<Value>,
    drifts: &[Drift],
    after: &Value,
    hidden: &[Index],
    provider_unknown: bool,
) {
    let account = Account::new();
    let mut terraform = Terraform::new(&account);
    if let Some(before) = &before {
        terraform.make(before).await;
        let owner = Kept::<Privatelink>::decode(&terraform.private)
            .unwrap()
            .owner;
        account
            .fake
            .edit(|world| drifts.iter().for_each(|drift| world.drift(&owner, drift)));
        assert!(terraform.refresh().await);
    }

    let all = places(after);
    let hidden: Vec<&Path> = hidden.iter().map(|index| index.get(&all)).collect();
    let partly = hide(after, hidden.iter().copied());
    terraform.account.configure(|settings| {
        if provider_unknown {
            settings.default_tags = Maybe::Unknown;
            settings.region = match before {
                // A region that the state does not hold yet may be unknown.
                None => Maybe::Unknown,
                Some(_) => settings.region.clone(),
            };
        }
    });
    let planned = terraform.plan(&partly).await;
    terraform.account.configure(|settings| {
        settings.default_tags = match provider_unknown {
            true => Maybe::Known([("team".to_owned(), "core".into())].into()),
            false => Maybe::Known(Default::default()),
        };
        settings.region = Maybe::Known(Some("us-east-1".to_owned()));
    });
    match planned {
        Err(found) => assert!(is_conflict(&found), "{}", messages(&found)),
        Ok(planned) if hidden.is_empty() => finish(&mut terraform, &planned, after).await,
        // What was unknown at plan may turn out to be refused.
        Ok(planned) => match terraform.plan(after).await {
            Err(found) => assert!(is_conflict(&found), "{}", messages(&found)),
            Ok(_) => finish(&mut terraform, &planned, after).await,
        },
    }
}

#[test]
fn an_import_finds_everything_and_a_destroy_leaves_nothing() {
    let runner = runner(20);
    runner
        .run(&(wishes(), 0u8..3), |(wish, how)| {
            let Some(config) = valid(&wish) else {
                return Err(TestCaseError::reject("not a valid configuration"));
            };
            run(import(&wish, &config, how));
            Ok(())
        })
        .unwrap();
}

async fn import(wish: &Wish, config: &Value, how: u8) {
    let account = Account::new();
    let mut first = Terraform::new(&account);
    first.make(config).await;
    let made = first.state.clone().unwrap();
    account.fake.take_journal();

    let service = made.get("id").as_str().unwrap().to_owned();
    let id = match (how, made.get("endpoint").get("id").as_str()) {
        (0, _) => made.get("name").as_str().unwrap().to_owned(),
        (1, Some(endpoint)) => format!("{service},{endpoint}"),
        _ => service,
    };
    let mut second = Terraform::new(&account);
    let imported = second.import(&id).await;
    imported.unwrap_or_else(|found| panic!("{}", messages(&found)));
    assert_eq!(
        *second.state.as_ref().unwrap().get("drift"),
        *made.get("drift")
    );
    let planned = second.plan(config).await.unwrap();
    if wish.is_canonical() {
        let wrong = compatible(&planned.state, second.state.as_ref().unwrap());
        assert_eq!(planned.action, Action::NoOp, "{}", wrong.join("\n"));
    }
    assert_ne!(planned.action, Action::Replace);
    finish(&mut second, &planned, config).await;
    assert_eq!(second.state.as_ref().unwrap(), &made);
    let writes = account.fake.take_journal().writes;
    let writes: Vec<String> = writes.iter().map(|(step, _)| step.to_string()).collect();
    assert!(writes.is_empty(), "an import changed {writes:#?}");

    let gone = second.destroy().await;
    assert!(
        gone.diagnostics.is_empty(),
        "{}",
        messages(&gone.diagnostics)
    );
    assert!(account.is_empty());
}
