//! The tiny Terraform against a resource that behaves, and against one that does not: every defect
//! is noticed, and every error leaves the state that Terraform would have saved.

mod data;
mod shelf;

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use crate::Value;

use super::{Action, Terraform};
use shelf::{Defect, Shelf, Store};

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(work)
}

fn config(name: impl Into<Value>, size: impl Into<Value>) -> Value {
    Value::object([
        ("name", name.into()),
        ("size", size.into()),
        ("id", Value::Null),
    ])
}

fn shelves() -> (Store, Terraform) {
    with(Defect::None)
}

fn with(defect: Defect) -> (Store, Terraform) {
    let store = Store::default();
    let terraform = terraform(&store, defect);
    (store, terraform)
}

fn terraform(store: &Store, defect: Defect) -> Terraform {
    Terraform::new(Arc::new(Shelf {
        store: store.clone(),
        defect,
    }))
}

async fn apply(terraform: &mut Terraform, config: &Value) -> Action {
    let plan = terraform.plan(config).await.unwrap();
    terraform.apply(&plan, config).await.unwrap();
    plan.action
}

#[test]
fn an_object_lives_from_create_to_destroy() {
    run(async {
        let (store, mut terraform) = shelves();
        let plan = terraform
            .plan(&config(Value::Unknown, Value::Null))
            .await
            .unwrap();
        assert_eq!(
            (plan.action, plan.planned.get("id")),
            (Action::Create, &Value::Unknown)
        );
        terraform
            .apply(&plan, &config("a", Value::Null))
            .await
            .unwrap();
        assert_eq!(terraform.state().get("id"), &Value::from("shelf-1"));
        assert_eq!(terraform.state().get("size"), &Value::from(1));
        assert_eq!(
            apply(&mut terraform, &config("a", Value::Null)).await,
            Action::NoOp
        );
        assert_eq!(apply(&mut terraform, &config("a", 3)).await, Action::Update);
        assert_eq!(
            apply(&mut terraform, &config("b", 3)).await,
            Action::Replace
        );
        assert_eq!(store.ids(), ["shelf-2"]);
        store.resize("shelf-2", 7);
        assert_eq!(apply(&mut terraform, &config("b", 3)).await, Action::Update);
        store.remove("shelf-2");
        assert_eq!(apply(&mut terraform, &config("b", 3)).await, Action::Create);
        terraform.destroy().await.unwrap();
        assert!(store.ids().is_empty() && terraform.current.is_none());
    });
}

#[test]
fn an_update_of_something_unknown_may_turn_out_to_be_none() {
    run(async {
        let (_, mut terraform) = shelves();
        apply(&mut terraform, &config("a", 3)).await;
        let plan = terraform.plan(&config("a", Value::Unknown)).await.unwrap();
        assert_eq!(plan.action, Action::Update);
        terraform.apply(&plan, &config("a", 3)).await.unwrap();
        assert_eq!(terraform.state().get("size"), &Value::from(3));
    });
}

#[test]
fn what_exists_is_imported_and_what_does_not_is_not() {
    run(async {
        let (store, mut terraform) = shelves();
        store.put("shelf-7", "a", 2);
        assert!(terraform.import("shelf-8").await.is_err());
        assert!(terraform.current.is_none());
        terraform.import("shelf-7").await.unwrap();
        assert_eq!(apply(&mut terraform, &config("a", 2)).await, Action::NoOp);
    });
}

#[test]
fn with_create_before_destroy_the_new_one_comes_first() {
    run(async {
        let (store, mut terraform) = shelves();
        terraform.create_before_destroy = true;
        apply(&mut terraform, &config("a", 1)).await;
        let plan = terraform.plan_replacement(&config("a", 1)).await.unwrap();
        assert_eq!(plan.action, Action::Replace);
        terraform.apply(&plan, &config("a", 1)).await.unwrap();
        assert_eq!(store.ids(), ["shelf-2"]);
        assert!(terraform.deposed.is_none());
    });
}

#[test]
fn a_create_before_destroy_that_makes_nothing_leaves_the_old_one() {
    run(async {
        let (store, mut terraform) = shelves();
        terraform.create_before_destroy = true;
        apply(&mut terraform, &config("a", 1)).await;
        let plan = terraform.plan_replacement(&config("a", 1)).await.unwrap();
        terraform.resource = Arc::new(Shelf {
            store: store.clone(),
            defect: Defect::FailsToNull,
        });
        assert!(terraform.apply(&plan, &config("a", 1)).await.is_err());
        assert_eq!(terraform.state().get("id"), &Value::from("shelf-1"));
        assert!(terraform.deposed.is_none());
    });
}

/// Applies `config` in the presence of an error, from a state with a shelf or from none.
fn failing(defect: Defect, first: Option<Value>, config: Option<&Value>) -> Terraform {
    run(async {
        let (store, mut terraform) = shelves();
        if let Some(first) = first {
            apply(&mut terraform, &first).await;
        }
        terraform.resource = Arc::new(Shelf { store, defect });
        let failed = match config {
            Some(config) => {
                let plan = terraform.plan(config).await.unwrap();
                terraform.apply(&plan, config).await
            }
            None => terraform.destroy().await,
        };
        assert!(failed.is_err(), "no error of {defect:?}");
        terraform
    })
}

#[test]
fn a_failed_create_is_tainted_and_replaced_and_without_a_state_forgotten() {
    let mut failed = failing(Defect::FailsWithState, None, Some(&config("a", 1)));
    assert!(failed.current.as_ref().unwrap().tainted);
    let plan = run(failed.plan(&config("a", 1))).unwrap();
    assert_eq!(plan.action, Action::Replace);
    assert!(
        plan.private.is_empty(),
        "a tainted object's private data is not planned from"
    );
    assert!(
        failing(Defect::FailsToNull, None, Some(&config("a", 1)))
            .current
            .is_none()
    );
}

#[test]
fn a_failed_update_keeps_what_was_or_what_is_said_to_be() {
    let (first, next) = (|| Some(config("a", 1)), config("a", 2));
    let kept = failing(Defect::FailsToNull, first(), Some(&next))
        .current
        .unwrap();
    assert_eq!(
        (kept.state.get("size"), kept.tainted),
        (&Value::from(1), false)
    );
    let said = failing(Defect::FailsWithState, first(), Some(&next))
        .current
        .unwrap();
    assert_eq!(
        (said.state.get("size"), said.tainted),
        (&Value::from(2), false)
    );
    assert_eq!(said.private, b"failed");
}

#[test]
fn a_failed_delete_keeps_what_was_or_what_is_said_to_be() {
    let first = || Some(config("a", 1));
    let kept = failing(Defect::FailsToNull, first(), None).current.unwrap();
    assert_eq!(kept.private, b"shelf-1");
    let said = failing(Defect::FailsWithState, first(), None)
        .current
        .unwrap();
    assert_eq!(said.private, b"failed");
}

#[test]
fn a_replacement_whose_second_half_fails_leaves_nothing() {
    let failed = failing(
        Defect::CreateFailsToNull,
        Some(config("a", 1)),
        Some(&config("b", 1)),
    );
    assert!(failed.current.is_none());
}

#[test]
fn every_defect_is_noticed() {
    let defects = [
        (
            Defect::PlansOtherThanConfigured,
            "a plan follows the configuration",
        ),
        (Defect::PlansLessAtApply, "a plan keeps what it said"),
        (
            Defect::NamesNoPath,
            "the paths that require replacement exist",
        ),
        (
            Defect::MakesOtherThanPlanned,
            "what was planned is what is made",
        ),
        (
            Defect::MakesNothing,
            "what was made without an error has a state",
        ),
        (Defect::MakesUnknown, "a state is known throughout"),
        (Defect::MakesHalf, "an answer is of the schema"),
        (Defect::ReadsUnknown, "a state is known throughout"),
        (
            Defect::PlansTheDestroyed,
            "a destroy plans that nothing is left",
        ),
        (
            Defect::DeletesNothing,
            "what was deleted without an error has no state",
        ),
        (
            Defect::UpgradesInvent,
            "a state of the present version is taken as it is",
        ),
    ];
    for (defect, rule) in defects {
        let life = || {
            run(async {
                let (_, mut terraform) = with(defect);
                apply(&mut terraform, &config("a", 2)).await;
                apply(&mut terraform, &config("a", 3)).await;
                terraform.destroy().await.unwrap();
            });
        };
        let panic = catch_unwind(AssertUnwindSafe(life)).expect_err(&format!("{defect:?} passed"));
        let account = panic.downcast_ref::<String>().expect("an account");
        assert!(account.contains(rule), "{defect:?} is told as {account}");
    }
}
