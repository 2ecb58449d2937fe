//! `ignore_changes`, and functions that give another value each time: an apply goes by its plan.

use proptest::{prelude::*, sample::Index};
use resources::{
    Privatelink,
    lifecycle::{Kept, asked::meant, validate::validate},
};
use tfplugin::{
    Value,
    testing::{Action, Ignored},
};

use crate::{
    bench::Bench,
    cases::{Case, Step, cases, ignored, impure},
    commands::messages,
    properties::{check, drift, drifts, faults},
};

fn picks() -> impl Strategy<Value = Vec<Index>> {
    prop::collection::vec(any::<Index>(), 1..4)
}

/// The configuration that results, if it is one that could have been written: what goes together in
/// either configuration need not do so in a mixture of them.
fn mixed(bench: &Bench, config: &Value) -> Option<Value> {
    let current = bench.terraform.current.as_ref()?;
    let considered = bench.terraform.considered(config);
    let kept = Kept::<Privatelink>::of(&current.private, &current.state);
    let is_written = considered == *config;
    let mut meant = meant(&considered, Some(&current.state), kept.as_ref(), is_written);
    if let Value::Object(members) = &mut meant {
        // Nobody writes it.
        members.insert("drift".to_owned(), Value::Null);
    }
    (!validate::<Privatelink>(&meant).has_errors()).then_some(meant)
}

#[test]
fn what_is_ignored_stays_as_it_was() {
    check(8, (cases(0), picks()), async |(case, picks)| {
        let mut bench = Bench::new();
        bench.apply(&case.first).await;
        bench.terraform.ignored = ignored(&case, &picks);
        if mixed(&bench, &case.next.config).is_none() {
            return;
        }
        let action = bench.apply(&case.next).await;
        if bench.terraform.ignored == Ignored::All {
            assert_eq!(action, Action::NoOp);
        }
        bench.is_in_place(&case.next.config).await;
        bench.leaves_nothing().await;
    });
}

#[test]
fn what_is_another_value_each_time_is_applied_as_it_was_planned() {
    check(6, impure(3), async |(case, anew): (Case, Value)| {
        let mut bench = Bench::new();
        for step in [&case.first, &case.next] {
            bench.terraform.evaluated_anew = Some(anew.clone());
            bench.apply(step).await;
            bench.is_in_place(&step.config).await;
        }
        bench.leaves_nothing().await;
    });
}

#[test]
fn what_others_change_and_is_ignored_stops_nothing() {
    check(
        6,
        (impure(0), picks(), drifts()),
        async |(case, picks, drifts)| {
            let (case, anew) = case;
            let mut bench = Bench::new();
            bench.apply(&case.first).await;
            bench.terraform.ignored = ignored(&case, &picks);
            drift(&bench, &drifts);
            bench.terraform.refresh().await.unwrap();
            if mixed(&bench, &case.next.config).is_none() {
                return;
            }
            bench.terraform.evaluated_anew = Some(anew);
            bench.apply(&case.next).await;
            // What was null for being gone is read again, and then is what is ignored.
            if bench.terraform.current.is_some() && mixed(&bench, &case.next.config).is_some() {
                bench.apply(&case.next).await;
            }
            bench.is_at_rest(&case.next.config).await;
            bench.leaves_nothing().await;
        },
    );
}

#[test]
fn a_replacement_that_fails_goes_on_and_forgets_nothing() {
    let how = (cases(0), faults(), any::<bool>(), any::<bool>());
    check(4, how, async |(case, faults, taints, creates_first)| {
        let mut bench = Bench::new();
        bench.apply(&case.first).await;
        bench.terraform.create_before_destroy = creates_first;
        let config = &case.next.config;
        let plan = match taints {
            true => {
                bench.terraform.current.as_mut().unwrap().tainted = true;
                bench.terraform.plan(config).await
            }
            false => bench.terraform.plan_replacement(config).await,
        };
        let plan = plan.unwrap_or_else(|said| panic!("the plan failed: {}", messages(&said)));
        for (skip, effect) in &faults {
            bench
                .fake
                .inject(engine::fake::Fault::after(*skip, *effect));
        }
        // It may fail, and with create_before_destroy and one name it must.
        let _ = bench.terraform.apply(&plan, config).await;
        bench.fake.heal();
        bench.terraform.create_before_destroy = false;
        bench.apply(&Step::known(config)).await;
        bench.is_in_place(config).await;
        bench.leaves_nothing().await;
    });
}
