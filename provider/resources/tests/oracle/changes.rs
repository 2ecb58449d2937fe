//! From any configuration to any other, after drift, with parts of both and the provider's own
//! configuration unknown while it is planned.

use std::cell::Cell;

use engine::{fake::Drift, model::Maybe};
use proptest::prelude::*;
use testing::chance::Chance;
use tfplugin::{
    Diagnostics, Path, Severity, Value,
    testing::{Action, Plan, configuration},
};

use crate::{
    bench::{Bench, changed},
    cases::{Step, cases, unrelated},
    commands::{in_virtual_time, is_idle, messages},
    properties::{as_aws_spells, drift, drifts},
};

/// What a plan refuses: conflicts that only the user can settle.
fn is_conflict(said: &Diagnostics) -> bool {
    let mut errors = said.iter().filter(|it| it.severity == Severity::Error);
    errors.all(|it| it.summary.starts_with("Cannot "))
}

/// Whether it was applied to the end, and not refused for a conflict.
async fn change(
    before: Option<&Value>,
    drifts: &[Drift],
    after: &Step,
    provider_unknown: bool,
) -> bool {
    let mut bench = Bench::new();
    if let Some(before) = before {
        bench.apply(&Step::known(before)).await;
        drift(&bench, drifts);
        bench.terraform.refresh().await.unwrap();
        assert!(bench.terraform.current.is_some());
    }
    bench.account.configure(|settings| {
        if provider_unknown {
            settings.default_tags = Maybe::Unknown;
            // A region that the state does not hold yet may be unknown.
            if before.is_none() {
                settings.region = Maybe::Unknown;
            }
        }
    });
    let current = bench.terraform.current.as_ref();
    let planned = bench
        .terraform
        .change(current, &after.foreseen, false)
        .await;
    bench.account.configure(|settings| {
        if provider_unknown {
            settings.default_tags = Maybe::Known([("team".to_owned(), "core".into())].into());
        }
        settings.region = Maybe::Known(Some("us-east-1".to_owned()));
    });
    let plan: Result<Plan, Diagnostics> = match planned {
        // What was unknown at plan may turn out to be refused.
        Ok(plan) if after.foreseen != after.config => {
            let again = bench.terraform.change(current, &after.config, false).await;
            again.map(|_| plan)
        }
        planned => planned,
    };
    match plan {
        Err(said) => {
            assert!(is_conflict(&said), "{}", messages(&said));
            false
        }
        Ok(plan) => {
            if plan.action == Action::NoOp && !provider_unknown {
                is_idle(&bench.account, &bench.terraform, &after.config);
            }
            let applied = bench.terraform.apply(&plan, &after.config).await;
            applied.unwrap_or_else(|said| panic!("the apply failed: {}", messages(&said)));
            bench.is_in_place(&after.config).await;
            is_idle(&bench.account, &bench.terraform, &after.config);
            true
        }
    }
}

const FAMILIES: &str = "endpoint_service.supported_ip_address_types";
const BALANCER_TYPE: &str = "load_balancer.ip_address_type";

/// From a path whose endpoint speaks both families to what is given.
fn from_dualstack<const N: usize, const M: usize>(
    given: [(&str, Value); N],
    unknown: [Path; M],
) -> bool {
    let first = Step::with(
        [
            ("endpoint", true.into()),
            ("endpoint.ip_address_type", "dualstack".into()),
            ("endpoint_service", true.into()),
            (FAMILIES, Value::set(["ipv4", "ipv6"])),
            (BALANCER_TYPE, "dualstack".into()),
        ],
        [],
    );
    let next = Step::with(given, unknown);
    in_virtual_time(change(Some(&first.config), &[], &next, false))
}

/// The endpoint would stay as it is, but service and load balancer go back to IPv4 under it.
#[test]
fn ipv6_is_given_up_under_an_endpoint_that_has_it() {
    let endpoint = || ("endpoint", true.into());
    assert!(from_dualstack([endpoint()], []));
    assert!(from_dualstack(
        [
            endpoint(),
            ("endpoint_service", true.into()),
            (FAMILIES, Value::set(["ipv4"])),
            (BALANCER_TYPE, "dualstack".into()),
        ],
        []
    ));
}

/// What the service turns out to serve decides what the endpoint can keep.
#[test]
fn whether_ipv6_is_given_up_may_be_known_after_apply() {
    let families = Path::of("endpoint_service").attribute("supported_ip_address_types");
    let balancer = Path::of("load_balancer").attribute("ip_address_type");
    for kept in [false, true] {
        let (served, kind): (&[&str], _) = match kept {
            true => (&["ipv4", "ipv6"], "dualstack"),
            false => (&["ipv4"], "ipv4"),
        };
        let given = || {
            [
                ("endpoint", true.into()),
                ("endpoint_service", true.into()),
                (BALANCER_TYPE, kind.into()),
            ]
        };
        let [endpoint, service, _] = given();
        let served = Value::set(served.iter().copied());
        let told = [
            endpoint,
            service,
            (FAMILIES, served),
            (BALANCER_TYPE, "dualstack".into()),
        ];
        assert!(from_dualstack(told, [families.clone()]));
        assert!(from_dualstack(given(), [balancer.clone()]));
        assert!(from_dualstack(
            given(),
            [families.clone(), balancer.clone()]
        ));
    }
}

/// An endpoint that is unknown while it is planned is not taken to keep IPv6.
#[test]
fn ipv6_is_given_up_under_an_endpoint_that_is_unknown() {
    let endpoint = || ("endpoint", true.into());
    assert!(from_dualstack([endpoint()], [Path::of("endpoint")]));
    let kind = Path::of("endpoint").attribute("ip_address_type");
    assert!(from_dualstack([endpoint()], [kind]));
}

#[test]
fn other_families_may_be_other_network_interfaces() {
    let served = || {
        [
            ("endpoint", true.into()),
            ("endpoint_service", true.into()),
            (FAMILIES, Value::set(["ipv4", "ipv6"])),
            (BALANCER_TYPE, "dualstack".into()),
            ("endpoint.ip_address_type", "ipv4".into()),
        ]
    };
    let kind = Path::of("endpoint").attribute("ip_address_type");
    assert!(from_dualstack(served(), [kind]));
}

/// A dualstack load balancer, and an endpoint of this type; what the service serves is left out.
fn with_endpoint_of<const M: usize>(kind: &str, unknown: [Path; M]) -> Step {
    Step::with(
        [
            (BALANCER_TYPE, "dualstack".into()),
            ("endpoint", true.into()),
            ("endpoint.ip_address_type", kind.into()),
        ],
        unknown,
    )
}

#[test]
fn a_service_that_is_left_out_serves_what_its_endpoint_asks_for() {
    let ipv4 = with_endpoint_of("ipv4", []);
    let kind = || Path::of("endpoint").attribute("ip_address_type");
    let balancer = || Path::of("load_balancer").attribute("ip_address_type");
    for asked in ["dualstack", "ipv6"] {
        for before in [None, Some(&ipv4.config)] {
            for unknown in [
                vec![],
                vec![kind()],
                vec![balancer()],
                vec![kind(), balancer()],
                vec![Path::of("endpoint")],
                vec![Path::of("endpoint"), balancer()],
            ] {
                let mut step = with_endpoint_of(asked, []);
                step.foreseen = unknown
                    .iter()
                    .fold(step.foreseen, configuration::with_unknown);
                assert!(in_virtual_time(change(before, &[], &step, false)));
            }
        }
    }
}

/// Tries it, and demands that so many of a hundred cases are applied to the end.
#[allow(clippy::print_stdout)] // The share is what `--nocapture` is for.
fn applied<T: std::fmt::Debug>(
    share: u32,
    cases: impl Strategy<Value = T>,
    least: usize,
    property: impl AsyncFn(T) -> bool,
) {
    let (tried, applied) = (Cell::new(0_usize), Cell::new(0_usize));
    let found = Chance::new("ORACLE_CASES", 10 * share, share).run(&cases, |case| {
        tried.set(tried.get() + 1);
        if in_virtual_time(property(case)) {
            applied.set(applied.get() + 1);
        }
        Ok(())
    });
    found.unwrap();
    let (tried, applied) = (tried.get(), applied.get());
    println!("{applied} of {tried} cases were applied to the end");
    assert!(applied * 100 >= least * tried, "{applied} of {tried}");
}

#[test]
fn a_create_with_unknown_values_keeps_terraforms_rules() {
    let cases = (cases(3), any::<bool>());
    applied(40, cases, 100, async |(case, unknown)| {
        change(None, &[], &case.first, unknown).await
    });
}

#[test]
fn a_change_with_unknown_values_keeps_terraforms_rules() {
    let cases = (unrelated(3), prop::option::of(drifts()), any::<bool>());
    applied(60, cases, 50, async |(case, drifts, unknown)| {
        let drifts = drifts.unwrap_or_default();
        change(Some(&case.first.config), &drifts, &case.next, unknown).await
    });
}

/// Whether an import can find out all that is written: nothing that AWS does not hold, nothing
/// spelled otherwise.
fn is_canonical(config: &Value) -> bool {
    let at = |object: &str, name: &str| config.get(object).get(name).clone();
    let is_default = |value: Value, default: Value| value.is_null() || value == default;
    let mut brokers = config.get("brokers").as_map().into_iter().flatten();
    let no_tags = Value::map::<&str, Value>([]);
    as_aws_spells(config) == *config
        && config.get("timeouts").is_null()
        && *config.get("tags") != no_tags
        && is_default(config.get("wait_for_healthy").clone(), false.into())
        && is_default(
            at("endpoint_service", "reject_removed_principals"),
            true.into(),
        )
        && is_default(
            at("endpoint_service", "auto_accept_principals"),
            Value::set::<Value>([]),
        )
        && is_default(at("endpoint_service", "on_destroy"), "refuse".into())
        && is_default(at("endpoint", "overwrite_record"), false.into())
        && is_default(config.get("broker_port_base").clone(), 6000.into())
        && is_default(config.get("bootstrap_port").clone(), 9091.into())
        && brokers.all(|(_, broker)| {
            ["port", "target_port", "additional_ports"]
                .iter()
                .all(|name| broker.get(name).is_null())
        })
}

#[test]
fn an_import_finds_everything_and_a_destroy_leaves_nothing() {
    applied(20, (cases(0), 0_u8..3), 100, async |(case, how)| {
        let mut bench = Bench::new();
        let config = &case.first.config;
        bench.apply(&Step::known(config)).await;
        let made = bench.terraform.state().clone();
        bench.fake.take_journal();

        let service = made.get("id").as_str().unwrap().to_owned();
        let id = match (how, made.get("endpoint").get("id").as_str()) {
            (0, _) => made.get("name").as_str().unwrap().to_owned(),
            (1, Some(endpoint)) => format!("{service},{endpoint}"),
            _ => service,
        };
        let mut second = bench.elsewhere();
        let imported = second.import(&id).await;
        imported.unwrap_or_else(|said| panic!("{}", messages(&said)));
        assert_eq!(second.state().get("drift"), made.get("drift"));
        let planned = second.plan(config).await.unwrap();
        let changes = changed(&planned.before, &planned.planned);
        if is_canonical(config) {
            assert_eq!(planned.action, Action::NoOp, "{changes:?}");
        }
        assert_ne!(planned.action, Action::Replace);
        second.apply(&planned, config).await.unwrap();
        bench.terraform = second;
        bench.is_in_place(config).await;
        assert_eq!(bench.terraform.state(), &made);
        let writes = bench.fake.take_journal().writes;
        let writes: Vec<String> = writes.iter().map(|(step, _)| step.to_string()).collect();
        assert!(writes.is_empty(), "an import changed {writes:#?}");
        bench.leaves_nothing().await;
        true
    });
}
