//! Cases that were found by chance once, in their smallest form.

use provider::{
    fake::{Effect, Fault},
    model::Slot,
    reconcile::Write,
};
use tfplugin::{Path, Value};

use crate::{
    bench::{Bench, in_virtual_time},
    cases::Step,
    rules::Action,
};

const NO_UNKNOWN: [Path; 0] = [];

fn with_endpoint() -> Step {
    Step::with([("endpoint", true.into())], NO_UNKNOWN)
}

#[test]
fn what_a_failed_create_has_made_goes_before_the_next_attempt() {
    in_virtual_time(async {
        let mut bench = Bench::new();
        let step = with_endpoint();
        let plan = bench.plan(&step).await;
        bench.fake.inject(Fault::new(
            Effect::Refuse,
            9,
            |step| matches!(&step.write, Write::Create(object) if object.as_service().is_some()),
        ));
        bench
            .terraform
            .apply(&plan, &step.config)
            .await
            .unwrap_err();
        bench.fake.heal();
        let failed = bench.terraform.current.as_ref().unwrap();
        let made = failed
            .state
            .get("load_balancer_arn")
            .as_str()
            .unwrap()
            .to_owned();
        assert!(failed.tainted && bench.fake.world().balancers.contains_key(&made));
        assert_eq!(bench.apply(&step).await, Action::Replace);
        assert!(!bench.fake.world().balancers.contains_key(&made));
        bench.is_in_place(&step.config).await;
        bench.leaves_nothing().await;
    });
}

#[test]
fn an_unknown_subnet_may_be_one_that_endpoints_keep() {
    in_virtual_time(async {
        let mut bench = Bench::new();
        bench.apply(&with_endpoint()).await;
        let subnet = Path::of("load_balancer").attribute("subnet_ids").index(0);
        let step = Step::with([("endpoint", true.into())], [subnet]);
        assert_eq!(bench.apply(&step).await, Action::Update);
        bench.is_in_place(&step.config).await;
    });
}

#[test]
fn what_goes_with_an_unknown_protocol_is_planned_as_it_is_written() {
    in_virtual_time(async {
        let mut bench = Bench::new();
        let tls: [(&str, Value); 2] = [
            ("listener", true.into()),
            ("listener.protocol", "TLS".into()),
        ];
        let protocol = Path::of("listener").attribute("protocol");
        let step = Step::with(tls, [protocol]);
        bench.apply(&step).await;
        bench.is_in_place(&step.config).await;
    });
}

#[test]
fn a_replacement_whose_delete_fails_goes_on_with_what_is_left_of_the_old_path() {
    in_virtual_time(async {
        let mut bench = Bench::new();
        let step = Step::with([], NO_UNKNOWN);
        bench.apply(&step).await;
        let plan = bench
            .terraform
            .plan_replacement(&step.config)
            .await
            .unwrap();
        let is_group = |slot| matches!(slot, Slot::SecurityGroup(_));
        bench
            .fake
            .inject(Fault::new(Effect::Refuse, 1, move |step| {
                step.write == Write::Delete && is_group(step.key.slot)
            }));
        bench
            .terraform
            .apply(&plan, &step.config)
            .await
            .unwrap_err();
        bench.fake.heal();
        bench.apply(&step).await;
        bench.is_in_place(&step.config).await;
        bench.leaves_nothing().await;
    });
}

/// What was made of a path by a create that failed: all but the tags of its hosted zone.
async fn tainted(step: &Step) -> Bench {
    let mut bench = Bench::new();
    let plan = bench.plan(step).await;
    bench.fake.inject(Fault::new(Effect::Refuse, 9, |step| {
        step.key.slot == Slot::Zone && matches!(step.write, Write::Tag { .. })
    }));
    let applied = bench.terraform.apply(&plan, &step.config).await;
    applied.unwrap_err();
    bench.fake.heal();
    assert!(bench.terraform.current.as_ref().unwrap().tainted);
    assert_eq!(bench.fake.world().records.len(), 1);
    bench
}

/// The replaced path is known by its state alone, which names no records, and nothing is left for
/// the alias to point at.
#[test]
fn an_alias_whose_endpoint_is_gone_does_not_keep_its_zone() {
    in_virtual_time(async {
        let step = with_endpoint();
        let mut bench = tainted(&step).await;
        bench.fake.edit(|world| world.endpoints.clear());
        assert_eq!(bench.apply(&step).await, Action::Replace);
        bench.is_in_place(&step.config).await;
        bench.leaves_nothing().await;
    });
}

/// A delete of the alias that AWS does not keep shows when the endpoint has gone already.
#[test]
fn an_alias_that_outlives_its_endpoint_does_not_keep_its_zone() {
    in_virtual_time(async {
        let step = with_endpoint();
        let mut bench = tainted(&step).await;
        bench.fake.inject(Fault::new(Effect::Forget, 1, |step| {
            matches!(step.key.slot, Slot::Alias(_)) && step.write == Write::Delete
        }));
        assert_eq!(bench.apply(&step).await, Action::Replace);
        bench.is_in_place(&step.config).await;
        bench.leaves_nothing().await;
    });
}
