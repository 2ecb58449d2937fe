//! Cases that were found by chance once, in their smallest form.

use std::collections::BTreeMap;

use engine::fake::{Effect, EndpointState, Fault, World};
use engine::model::Slot;
use engine::reconcile::Write;
use tfplugin::{
    Path, Value,
    testing::{Action, Ignored},
};

use crate::{account::GIVEN_ZONE, bench::Bench, cases::Step, commands::in_virtual_time};

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
fn keep_alias(bench: &Bench) {
    bench.fake.inject(Fault::new(Effect::Forget, 1, |step| {
        matches!(step.key.slot, Slot::Alias(_)) && step.write == Write::Delete
    }));
}

#[test]
fn an_alias_that_outlives_its_endpoint_does_not_keep_its_zone() {
    in_virtual_time(async {
        let step = with_endpoint();
        let mut bench = tainted(&step).await;
        keep_alias(&bench);
        assert_eq!(bench.apply(&step).await, Action::Replace);
        bench.is_in_place(&step.config).await;
        bench.leaves_nothing().await;
    });
}

/// In a zone that is not ours, nothing but its endpoint says whose a record is.
#[test]
fn an_alias_that_outlives_its_endpoint_is_not_left_in_a_given_zone() {
    in_virtual_time(async {
        let zone = ("endpoint.zone_id", GIVEN_ZONE.into());
        let step = Step::with([("endpoint", true.into()), zone], NO_UNKNOWN);
        let mut bench = Bench::new();
        bench.apply(&step).await;
        bench.terraform.current.as_mut().unwrap().tainted = true;
        keep_alias(&bench);
        assert_eq!(bench.apply(&step).await, Action::Replace);
        bench.is_in_place(&step.config).await;
        bench.leaves_nothing().await;
    });
}

/// Its listener was deleted by others at the same time, so that the state has no port either.
#[test]
fn a_port_that_is_taken_out_of_the_configuration_is_the_default_again() {
    in_virtual_time(async {
        let brokers = |ports: [Value; 3]| {
            let [one, two, five] = ports;
            Step::with(
                [
                    ("brokers.1", true.into()),
                    ("brokers.2", true.into()),
                    ("brokers.3", false.into()),
                    ("brokers.4", false.into()),
                    ("brokers.5", true.into()),
                    ("brokers.1.port", one),
                    ("brokers.2.port", two),
                    ("brokers.5.port", five),
                    ("brokers.5.target_port", 9095.into()),
                    ("brokers.5.additional_ports", Value::set([8005])),
                ],
                NO_UNKNOWN,
            )
        };
        let mut bench = Bench::new();
        bench
            .apply(&brokers([6002, 6005, 6001].map(Value::from)))
            .await;
        bench
            .fake
            .edit(|world| world.listeners.retain(|_, it| it.port != 6001));
        let next = brokers([Value::Null, Value::Null, Value::Null]);
        assert_eq!(bench.apply(&next).await, Action::Update);
        bench.is_in_place(&next.config).await;
        bench.leaves_nothing().await;
    });
}

/// Of all objects of the path that have tags of their own.
fn all_tags(world: &mut World) -> Vec<&mut BTreeMap<String, String>> {
    let groups = world.security_groups.values_mut().map(|it| &mut it.tags);
    let balancers = world.balancers.values_mut().map(|it| &mut it.tags);
    let targets = world.target_groups.values_mut().map(|it| &mut it.tags);
    let listeners = world.listeners.values_mut().map(|it| &mut it.tags);
    let services = world.services.values_mut().map(|it| &mut it.tags);
    let all = groups.chain(balancers).chain(targets).chain(listeners);
    let all = all.chain(services);
    all.filter(|tags| tags.contains_key("team")).collect()
}

/// Whose tags are ignored, of that path others set them: on one object or on all.
#[test]
fn a_tag_that_others_change_and_that_is_ignored_is_left_to_them() {
    for objects in [1, usize::MAX] {
        in_virtual_time(async {
            let with = |team: &str, delay: u16| {
                let delay = (
                    "target_group.deregistration_delay_seconds",
                    Value::from(delay),
                );
                let written = ("target_group", Value::from(true));
                Step::with(
                    [("tags", Value::map([("team", team)])), written, delay],
                    NO_UNKNOWN,
                )
            };
            let mut bench = Bench::new();
            bench.apply(&with("a", 300)).await;
            bench.fake.edit(|world| {
                for tags in all_tags(world).into_iter().take(objects) {
                    tags.insert("team".to_owned(), "b".to_owned());
                }
            });
            let teams = |bench: &Bench| {
                let mut world = bench.fake.world();
                let all = all_tags(&mut world).into_iter();
                all.map(|tags| tags["team"].clone()).collect::<Vec<_>>()
            };
            let changed = teams(&bench);
            bench.terraform.ignored = Ignored::Paths(vec![Path::of("tags")]);
            bench.terraform.refresh().await.unwrap();
            let next = with("c", 60);
            assert_eq!(bench.apply(&next).await, Action::Update);
            assert_eq!(teams(&bench), changed);
            bench.is_at_rest(&next.config).await;
            bench.leaves_nothing().await;
        });
    }
}

/// Others have made the path what nobody should begin with, and that is ignored.
#[test]
fn what_others_made_of_a_path_and_is_ignored_stops_no_plan() {
    in_virtual_time(async {
        let mut bench = Bench::new();
        let step = Step::with([], NO_UNKNOWN);
        bench.apply(&step).await;
        bench.fake.edit(|world| {
            world
                .balancers
                .values_mut()
                .for_each(|it| it.cross_zone = false);
        });
        bench.terraform.ignored = Ignored::All;
        assert_eq!(bench.apply(&step).await, Action::NoOp);
        bench.is_at_rest(&step.config).await;
        bench.leaves_nothing().await;
    });
}

/// An endpoint that AWS gave up, and that is left as it is: its alias has nothing to wait for.
#[test]
fn a_failed_endpoint_that_is_ignored_stops_no_apply() {
    in_virtual_time(async {
        let mut bench = Bench::new();
        let step = with_endpoint();
        bench.apply(&step).await;
        bench.fake.edit(|world| {
            let all = world.endpoints.values_mut();
            all.for_each(|it| it.state = EndpointState::Failed);
        });
        bench.terraform.ignored = Ignored::All;
        bench.terraform.refresh().await.unwrap();
        bench.apply(&step).await;
        // What is ignored is shown as it was until it is read again.
        bench.terraform.refresh().await.unwrap();
        bench.is_in_place(&step.config).await;
        bench.leaves_nothing().await;
    });
}

/// Whatever the load balancer and the service turn out to be, they serve an endpoint that says what
/// it needs.
#[test]
fn an_endpoint_says_what_an_unknown_load_balancer_and_service_serve() {
    let families = Path::of("endpoint_service").attribute("supported_ip_address_types");
    let balancer = Path::of("load_balancer").attribute("ip_address_type");
    for kind in ["dualstack", "ipv6"] {
        in_virtual_time(async {
            let step = Step::with(
                [
                    ("load_balancer.ip_address_type", "dualstack".into()),
                    ("endpoint_service", true.into()),
                    (
                        "endpoint_service.supported_ip_address_types",
                        Value::set(["ipv4", "ipv6"]),
                    ),
                    ("endpoint", true.into()),
                    ("endpoint.ip_address_type", kind.into()),
                ],
                [families.clone(), balancer.clone()],
            );
            let mut bench = Bench::new();
            assert_eq!(bench.apply(&step).await, Action::Create);
            bench.is_in_place(&step.config).await;
            bench.leaves_nothing().await;
        });
    }
}
