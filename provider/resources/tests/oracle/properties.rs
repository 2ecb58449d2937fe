//! What holds of every case.

use engine::fake::{Drift, Effect, Fault};
use engine::model::tags::OWNER;
use proptest::{prelude::*, sample::Index};
use resources::{Privatelink, lifecycle::validate::validate};
use tfplugin::{Value, testing::Action};

use crate::{
    bench::{Bench, changed, differences, nothing_to_do},
    cases::{Case, Step, cases},
    commands::{in_virtual_time, messages},
};
use testing::chance::Chance;

/// Tries a property on its part, in percent, of 1,000 cases, or of as many as `ORACLE_CASES` asks
/// for.
fn runner(percent: u32) -> Chance {
    Chance::new("ORACLE_CASES", 10 * percent, percent)
}

pub fn check<T: std::fmt::Debug>(
    percent: u32,
    cases: impl Strategy<Value = T>,
    property: impl AsyncFn(T),
) {
    let run = |case: T| {
        in_virtual_time(property(case));
        Ok(())
    };
    runner(percent).run(&cases, run).unwrap();
}

#[test]
fn every_configuration_is_valid_and_so_it_is_while_parts_are_unknown() {
    let valid = |step: &Step| {
        for config in [&step.config, &step.foreseen] {
            let found = validate::<Privatelink>(config);
            assert!(!found.has_errors(), "{}", messages(&found));
        }
    };
    check(6, cases(6), async |case: Case| {
        valid(&case.first);
        valid(&case.next);
    });
}

#[test]
fn a_path_is_made_changed_and_destroyed_as_planned() {
    check(14, cases(0), life);
}

#[test]
fn whatever_is_unknown_and_turns_out_as_it_may_the_plan_was_right() {
    check(22, cases(5), life);
}

async fn life(case: Case) {
    let mut bench = Bench::new();
    assert_eq!(bench.apply(&case.first).await, Action::Create);
    bench.is_in_place(&case.first.config).await;
    bench.apply(&case.next).await;
    bench.is_in_place(&case.next.config).await;
    bench.leaves_nothing().await;
}

pub fn drifts() -> impl Strategy<Value = Vec<Drift>> {
    let some = || any::<usize>();
    let one = prop_oneof![
        some().prop_map(Drift::DeleteListener),
        (some(), some()).prop_map(|(listener, group)| Drift::Forward(listener, group)),
        some().prop_map(Drift::SetIdleTimeout),
        some().prop_map(Drift::EmptyGroup),
        (some(), 1_u8..9).prop_map(|(group, host)| Drift::AddTarget(group, host)),
        some().prop_map(Drift::SetHealthCheck),
        some().prop_map(Drift::SetGroupAttributes),
        some().prop_map(Drift::EditTags),
        Just(Drift::SetBalancerAttributes),
        Just(Drift::EnforceGroups),
        Just(Drift::AddPrincipal),
        Just(Drift::FlipAcceptance),
        Just(Drift::RejectEndpoint),
        Just(Drift::RejectForGood),
        Just(Drift::FailEndpoint),
        Just(Drift::DeleteEndpoint),
        Just(Drift::DeleteRecord(0)),
        Just(Drift::PointElsewhere(0)),
        some().prop_map(Drift::AddRule),
        some().prop_map(Drift::DropRule),
        some().prop_map(Drift::DeleteUnusedGroup),
    ];
    prop::collection::vec(one, 1..4)
}

/// Somebody's work in the console.
pub fn drift(bench: &Bench, drifts: &[Drift]) {
    bench.fake.edit(|world| {
        let owner = world
            .balancers
            .values()
            .find_map(|it| it.tags.get(OWNER))
            .cloned();
        for drift in drifts {
            world.drift(&owner.clone().unwrap_or_default(), drift);
        }
    });
}

#[test]
fn what_was_changed_in_the_console_is_put_right() {
    check(8, (cases(2), drifts()), async |(case, drifts)| {
        let mut bench = Bench::new();
        bench.apply(&case.first).await;
        drift(&bench, &drifts);
        bench.apply(&case.next).await;
        bench.is_in_place(&case.next.config).await;
        bench.leaves_nothing().await;
    });
}

#[test]
fn what_was_changed_between_plan_and_apply_stops_it_or_is_put_right() {
    check(6, (cases(2), drifts()), async |(case, drifts)| {
        let mut bench = Bench::new();
        bench.apply(&case.first).await;
        let plan = bench.plan(&case.next).await;
        drift(&bench, &drifts);
        // The plan may not be kept any more, and to say so is all that is asked.
        let _ = bench.terraform.apply(&plan, &case.next.config).await;
        bench.apply(&case.next).await;
        bench.is_in_place(&case.next.config).await;
        bench.leaves_nothing().await;
    });
}

#[test]
fn what_is_imported_is_in_place() {
    check(5, cases(0), async |case| {
        let mut bench = Bench::new();
        bench.apply(&case.first).await;
        let state = bench.terraform.state().clone();
        let config = as_aws_spells(&case.first.config);
        let service = state.get("id").as_str().unwrap().to_owned();
        let endpoint = state.get("endpoint").get("id").as_str().map(str::to_owned);
        let by_id = endpoint.map_or(service.clone(), |endpoint| format!("{service},{endpoint}"));
        for id in [by_id.as_str(), state.get("name").as_str().unwrap()] {
            let mut other = bench.elsewhere();
            let imported = other.import(id).await;
            imported
                .unwrap_or_else(|said| panic!("the import of {id} failed: {}", messages(&said)));
            let plan = other.plan(&config).await.unwrap();
            let expected = expected_after_import(&config);
            let changes = changed(&plan.before, &plan.planned);
            let surprises: Vec<_> = changes.iter().filter(|it| !expected(it)).collect();
            assert!(
                surprises.is_empty() || is_on_the_bootstrap_port(&state),
                "{}",
                differences(&plan.before, &plan.planned)
            );
            bench.fake.take_journal();
            other.apply(&plan, &config).await.unwrap();
            assert!(
                bench.fake.take_journal().writes.is_empty(),
                "something was written"
            );
            nothing_to_do(&mut other, &config).await;
        }
        bench.leaves_nothing().await;
    });
}

/// Such a broker has no group of its own, and AWS holds neither its id nor, of several listeners, the
/// one for bootstrap. An import guesses; the next apply says it, without a write.
fn is_on_the_bootstrap_port(state: &Value) -> bool {
    let mut brokers = state.get("brokers").as_map().into_iter().flatten();
    brokers.any(|(_, broker)| broker.get("port") == state.get("bootstrap_port"))
}

/// The same in the spellings that AWS answers with, which an import finds.
pub fn as_aws_spells(config: &Value) -> Value {
    edit(config, &mut |name, value| match (name, value) {
        ("hostname", Value::String(text)) => Value::from(text.trim_end_matches('.').to_lowercase()),
        ("allowed_principals", Value::Set(all)) => Value::set(all.iter().map(|it| {
            let text = it.as_str().unwrap();
            match text.len() == 12 {
                true => format!("arn:aws:iam::{text}:root"),
                false => text.to_owned(),
            }
        })),
        ("supported_regions", Value::Set(all)) => Value::set(
            all.iter()
                .filter(|it| it.as_str() != Some("us-east-1"))
                .cloned(),
        ),
        (_, value) => value.clone(),
    })
}

fn edit(object: &Value, change: &mut impl FnMut(&str, &Value) -> Value) -> Value {
    let members = object.as_map().into_iter().flatten();
    Value::object(members.map(|(name, value)| match value {
        Value::Object(_) => (name, edit(value, change)),
        value => (name, change(name, value)),
    }))
}

/// What AWS does not hold and an import cannot find: how long to wait, whether no tags are an empty
/// map and no prefix lists an empty set, from where ports are counted and which is the common target port when brokers have ports of
/// their own, which of a broker's ports it advertises, and the hostname
/// and its mode where no record of ours has it: without an endpoint or records, and in a zone that
/// others have, too.
fn expected_after_import(config: &Value) -> impl Fn(&str) -> bool {
    let any_broker = |holds: fn(&Value) -> bool| {
        let brokers = config.get("brokers").as_map();
        brokers.is_some_and(|brokers| brokers.values().any(holds))
    };
    let several_ports = any_broker(|it| it.get("additional_ports").as_slice() > Some(&[]));
    let own_target_ports = any_broker(|it| !it.get("target_port").is_null());
    let empty_tags = config
        .get("tags")
        .as_map()
        .is_some_and(|tags| tags.is_empty());
    let endpoint = config.get("endpoint");
    let no_lists = endpoint.get("allowed_prefix_list_ids").as_slice() == Some(&[]);
    let is_unpublished = endpoint.get("dns").get("mode").as_str() == Some("none");
    let no_alias = endpoint.is_null() || is_unpublished || !endpoint.get("zone_id").is_null();
    move |path| {
        let of_brokers = [
            "brokers",
            "listener_arns",
            "advertised_listeners",
            "target_group_arns",
        ];
        let of_the_alias = ["hostname", "endpoint.zone_id", "bootstrap_servers", "drift"];
        // AWS does not hold them.
        let policies = [
            "wait_for_healthy",
            "endpoint_service.auto_accept_principals",
            "endpoint_service.reject_removed_principals",
            "endpoint_service.on_destroy",
            "endpoint.overwrite_record",
        ];
        path.starts_with("timeouts")
            || policies.contains(&path)
            || ["broker_port_base", "endpoint.state"].contains(&path)
            || own_target_ports && path == "target_group.port"
            || empty_tags && path == "tags"
            || no_alias && path.starts_with("endpoint.dns")
            || no_lists && path == "endpoint.allowed_prefix_list_ids"
            || several_ports && of_brokers.contains(&path)
            || no_alias && (of_the_alias.contains(&path) || path == "advertised_listeners")
    }
}

pub fn faults() -> impl Strategy<Value = Vec<(u32, Effect)>> {
    let effects = [
        Effect::Refuse,
        Effect::Break,
        Effect::LoseAnswer,
        Effect::Forget,
        Effect::PutOff,
    ];
    prop::collection::vec((0_u32..30, prop::sample::select(effects.to_vec())), 1..4)
}

#[test]
fn whatever_fails_another_apply_ends_in_place() {
    check(
        8,
        (cases(1), faults(), any::<Index>()),
        async |(case, faults, when)| {
            let mut bench = Bench::new();
            let steps = [&case.first, &case.next];
            for (index, step) in steps.into_iter().enumerate() {
                let fails = index == when.index(2);
                if fails {
                    for (skip, effect) in &faults {
                        bench.fake.inject(Fault::after(*skip, *effect));
                    }
                }
                let plan = bench.plan(step).await;
                let failed = bench.terraform.apply(&plan, &step.config).await.is_err();
                bench.fake.heal();
                if failed {
                    bench.apply(&Step::known(&step.config)).await;
                }
                bench.is_in_place(&step.config).await;
            }
            bench.leaves_nothing().await;
        },
    );
}

#[test]
fn a_destroy_that_fails_goes_on_where_it_was() {
    check(3, (cases(0), faults()), async |(case, faults)| {
        let mut bench = Bench::new();
        bench.apply(&case.first).await;
        for (skip, effect) in &faults {
            bench.fake.inject(Fault::after(*skip, *effect));
        }
        let failed = bench.terraform.destroy().await.is_err();
        bench.fake.heal();
        assert_eq!(failed, bench.terraform.current.is_some());
        bench.leaves_nothing().await;
    });
}

#[test]
fn a_forced_replacement_leaves_the_new_path_alone() {
    check(2, cases(0), async |case| {
        let mut bench = Bench::new();
        bench.apply(&case.first).await;
        let before = bench.terraform.state().get("id").clone();
        let plan = bench
            .terraform
            .plan_replacement(&case.next.config)
            .await
            .unwrap();
        assert_eq!(plan.action, Action::Replace);
        let applied = bench.terraform.apply(&plan, &case.next.config).await;
        applied.unwrap_or_else(|said| panic!("the replacement failed: {}", messages(&said)));
        assert_ne!(bench.terraform.state().get("id"), &before);
        bench.is_in_place(&case.next.config).await;
        bench.leaves_nothing().await;
    });
}

#[test]
fn with_create_before_destroy_nothing_is_made_and_nothing_deleted() {
    check(2, cases(0), async |case| {
        let mut bench = Bench::new();
        bench.apply(&case.first).await;
        bench.terraform.create_before_destroy = true;
        let plan = bench
            .terraform
            .plan_replacement(&case.first.config)
            .await
            .unwrap();
        bench.fake.take_journal();
        assert!(
            bench
                .terraform
                .apply(&plan, &case.first.config)
                .await
                .is_err()
        );
        assert!(
            bench.fake.take_journal().writes.is_empty(),
            "something was written"
        );
        assert!(bench.terraform.deposed.is_none());
        bench.is_in_place(&case.first.config).await;
        bench.leaves_nothing().await;
    });
}
