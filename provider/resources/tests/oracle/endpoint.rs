//! `kafka_privatelink_endpoint`, held to the same rules, and to what `endpoint` of a whole path does.

use std::collections::BTreeSet;

use engine::fake::{Drift, EndpointState, World};
use engine::model::{
    Object, Observed, Side, Slot,
    object::{Change, ServiceRef, endpoint},
};
use engine::reconcile::{Step as EngineStep, Write, foresee};
use proptest::{prelude::*, sample::Index, sample::select};
use resources::{
    Clouds as _, Privatelink, PrivatelinkEndpoint,
    lifecycle::{PathContext, ResourceType, validate::validate},
};
use tfplugin::{
    Path, Value,
    testing::{Action, configuration, generator},
};

use crate::{
    account::{Account, GIVEN_ZONE},
    bench::{Bench, differences, nothing_to_do},
    cases::Step,
    commands::{messages, terraform_of},
    properties::check,
};

const SERVICE: &str = "com.amazonaws.vpce.us-east-1.vpce-svc-0given";

const OTHER: &str = "com.amazonaws.vpce.us-east-1.vpce-svc-0other";

fn schema() -> &'static tfplugin::Schema {
    &PrivatelinkEndpoint::shape().schema
}

/// What each argument is drawn from; null comes first where there may be none.
fn values(place: &str) -> Vec<Value> {
    let texts = |choices: &[&str]| choices.iter().copied().map(Value::from).collect();
    let sets = |choices: &[&[&str]]| {
        let set = |it: &&[&str]| Value::set(it.iter().copied());
        choices.iter().map(set).collect()
    };
    match place {
        "name" => texts(&["orders", "billing"]),
        "service_name" => texts(&[SERVICE, OTHER]),
        "hostname" => texts(&["kafka.test.com", "Kafka.Test.com.", "events.test.com"]),
        "region" | "service_region" => texts(&["us-east-1"]),
        "bootstrap_port" => vec![9091.into(), 9500.into()],
        "broker_ports" => {
            let ports: [&[u16]; 3] = [&[6001], &[6001, 6002, 6003], &[6002, 9091]];
            ports.map(|ports| Value::set(ports.iter().copied())).into()
        }
        "vpc_id" => texts(&["vpc-client", "vpc-other"]),
        "subnet_ids" => sets(&[&["subnet-a9"], &["subnet-a9", "subnet-b9"], &["subnet-b9"]]),
        "security_group_ids" => sets(&[&["sg-given3"], &["sg-given3", "sg-given4"]]),
        "allowed_cidr_blocks" => sets(&[&["10.1.0.0/16"], &["10.1.0.0/16", "10.7.0.0/16"]]),
        "allowed_security_group_ids" => sets(&[&["sg-client1"], &["sg-client1", "sg-client2"]]),
        "allowed_prefix_list_ids" => sets(&[&["pl-client1"], &[], &["pl-client2"]]),
        "ip_address_type" => texts(&["ipv4", "dualstack", "ipv6"]),
        "zone_id" => texts(&[GIVEN_ZONE]),
        "tags" => vec![
            Value::map::<&str, Value>([]),
            Value::map([("team", "streams"), ("stage", "test")]),
        ],
        "dns.mode" => texts(&["alias", "records", "none"]),
        "drift" => vec![Value::Null],
        _ if place.starts_with("timeouts.") => texts(&["45m"]),
        _ => Vec::new(),
    }
}

fn choices() -> generator::Choices {
    generator::choices(schema(), &|_| Vec::new(), &|place, _| values(place))
}

fn draw() -> impl Strategy<Value = generator::Drawing> {
    let all = choices();
    let drawn: Vec<_> = all.iter().map(|(_, it)| select(it.clone())).collect();
    drawn.prop_map(move |values| generator::Drawing::new(&all, values))
}

fn config(drawing: &generator::Drawing) -> Value {
    let mut drawing = drawing.clone();
    if !drawing.get("security_group_ids").is_null() {
        for sources in ["cidr_blocks", "security_group_ids", "prefix_list_ids"] {
            drawing.set(&format!("allowed_{sources}"), Value::Null);
        }
    }
    if drawing.get("dns.mode").as_str() == Some("none") {
        drawing.set("zone_id", Value::Null);
    }
    drawing.config(schema())
}

/// The configuration with the places that `holes` pick unknown while it is planned.
fn step(drawing: &generator::Drawing, holes: &[Index]) -> Step {
    let config = config(drawing);
    let mut places = configuration::places(schema(), &config);
    places.retain(|place| *place != Path::of("drift"));
    let foreseen = holes.iter().fold(config.clone(), |config, hole| {
        configuration::with_unknown(config, hole.get(&places))
    });
    Step { config, foreseen }
}

/// Two configurations in a row, most of the second as in the first.
fn steps(unknown: usize) -> impl Strategy<Value = (Step, Step)> {
    let holes = || prop::collection::vec(any::<Index>(), 0..=unknown);
    let edits = prop::collection::vec(any::<Index>(), 1..5);
    (draw(), draw(), edits, holes(), holes()).prop_map(|(first, other, edits, before, after)| {
        let places: Vec<&str> = first.places().collect();
        let mut next = first.clone();
        for edit in edits {
            let place = edit.get(&places);
            next.set(place, other.drawn(place).clone());
        }
        (step(&first, &before), step(&next, &after))
    })
}

fn id_of(service_name: &str) -> &str {
    service_name.rsplit('.').next().unwrap()
}

fn bench(acceptance_required: bool) -> Bench {
    Bench::of::<PrivatelinkEndpoint>(|world| {
        let made = world.add_foreign_service(acceptance_required);
        let service = world.services.remove(id_of(&made)).unwrap();
        for name in [SERVICE, OTHER] {
            world
                .services
                .insert(id_of(name).to_owned(), service.clone());
        }
    })
}

/// An account in which a service lets everybody in.
pub fn open_service() -> Bench {
    bench(false)
}

/// An endpoint of it, and the same with another hostname, a further port and another subnet.
pub fn plain_and_changed() -> (Step, Step) {
    let step = |hostname: &str, ports: &[u16], subnets: &[&str]| {
        let written = Value::object([
            ("name", Value::from("orders")),
            ("service_name", SERVICE.into()),
            ("hostname", hostname.into()),
            ("broker_ports", Value::set(ports.iter().copied())),
            ("vpc_id", "vpc-client".into()),
            ("subnet_ids", Value::set(subnets.iter().copied())),
        ]);
        let config = configuration::complete(schema(), &written);
        Step {
            foreseen: config.clone(),
            config,
        }
    };
    (
        step("kafka.test.com", &[6001, 6002], &["subnet-a9"]),
        step(
            "events.test.com",
            &[6001, 6002, 6003],
            &["subnet-a9", "subnet-b9"],
        ),
    )
}

#[test]
fn every_configuration_is_valid_and_so_it_is_while_parts_are_unknown() {
    check(4, steps(5), async |(first, next): (Step, Step)| {
        for config in [&first.config, &first.foreseen, &next.config, &next.foreseen] {
            let found = validate::<PrivatelinkEndpoint>(config);
            assert!(!found.has_errors(), "{}", messages(&found));
        }
    });
}

#[test]
fn it_is_made_changed_and_destroyed_as_planned() {
    check(12, steps(4), async |(first, next): (Step, Step)| {
        let mut bench = bench(false);
        assert_eq!(bench.apply(&first).await, Action::Create);
        bench.is_in_place(&first.config).await;
        bench.apply(&next).await;
        bench.is_in_place(&next.config).await;
        bench.leaves_nothing().await;
    });
}

fn set(step: &mut Step, name: &str, value: &Value) {
    let config = configuration::with_value(step.config.clone(), &Path::of(name), value.clone());
    *step = Step::known(&config);
}

/// An endpoint that waits is in place; after the acceptance there is the record to make.
#[test]
fn one_that_waits_is_at_rest_until_it_is_accepted() {
    check(8, steps(0), async |(mut first, mut next): (Step, Step)| {
        // The endpoint itself is not changed before it is accepted.
        for name in ["subnet_ids", "security_group_ids", "ip_address_type"] {
            let before = first.config.get(name).clone();
            set(&mut next, name, &before);
        }
        if !next.config.get("security_group_ids").is_null() {
            for sources in ["cidr_blocks", "security_group_ids", "prefix_list_ids"] {
                set(&mut next, &format!("allowed_{sources}"), &Value::Null);
            }
        }
        set(&mut first, "wait_for_acceptance", &false.into());
        set(&mut next, "wait_for_acceptance", &false.into());
        let mut bench = bench(true);
        bench.apply(&first).await;
        bench.is_in_place(&first.config).await;
        assert!(bench.fake.world().records.is_empty());
        bench.apply(&next).await;
        bench.is_in_place(&next.config).await;
        bench.fake.edit(World::accept_all);
        bench.apply(&next).await;
        // What the acceptance let in takes a moment.
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        bench.terraform.refresh().await.unwrap();
        bench.apply(&Step::known(&next.config)).await;
        bench.is_in_place(&next.config).await;
        let is_published = next.config.get("dns").get("mode").as_str() != Some("none");
        assert_eq!(!bench.fake.world().records.is_empty(), is_published);
        bench.leaves_nothing().await;
    });
}

fn drifts() -> impl Strategy<Value = Vec<Drift>> {
    let some = || any::<usize>();
    let one = prop_oneof![
        some().prop_map(Drift::EditTags),
        Just(Drift::FailEndpoint),
        Just(Drift::DeleteEndpoint),
        Just(Drift::DeleteRecord(0)),
        Just(Drift::PointElsewhere(0)),
        some().prop_map(Drift::AddRule),
        some().prop_map(Drift::DropRule),
    ];
    prop::collection::vec(one, 1..4)
}

#[test]
fn what_was_changed_in_the_console_is_put_right() {
    let cases = (steps(2), drifts());
    check(
        8,
        cases,
        async |((first, next), drifts): ((Step, Step), Vec<Drift>)| {
            let mut bench = bench(false);
            bench.apply(&first).await;
            let owner = bench
                .terraform
                .state()
                .get("owner_id")
                .as_str()
                .unwrap()
                .to_owned();
            bench.fake.edit(|world| {
                for drift in &drifts {
                    world.drift(&owner, drift);
                }
            });
            bench.apply(&next).await;
            bench.is_in_place(&next.config).await;
            bench.leaves_nothing().await;
        },
    );
}

/// By its id and by its name, with managed objects and with given ones.
#[test]
fn what_is_imported_is_in_place() {
    check(5, steps(0), async |(first, _): (Step, Step)| {
        let mut bench = bench(false);
        bench.apply(&first).await;
        let state = bench.terraform.state().clone();
        let hostname = state.get("hostname").as_str().unwrap();
        let spelled = hostname.trim_end_matches('.').to_lowercase();
        let place = Path::of("hostname");
        let config = configuration::with_value(first.config.clone(), &place, spelled.into());
        for id in ["id", "name"].map(|name| state.get(name).as_str().unwrap().to_owned()) {
            let mut other = terraform_of::<PrivatelinkEndpoint>(&bench.account);
            other
                .import(&id)
                .await
                .unwrap_or_else(|said| panic!("{}", messages(&said)));
            let plan = other.plan(&config).await.unwrap();
            bench.fake.take_journal();
            other.apply(&plan, &config).await.unwrap();
            let writes = bench.fake.take_journal().writes;
            assert!(writes.is_empty(), "{writes:?}");
            nothing_to_do(&mut other, &config).await;
            let after = other.state();
            assert!(
                after.get("id") == state.get("id"),
                "{}",
                differences(&state, after)
            );
        }
        bench.leaves_nothing().await;
    });
}

/// In one account with the whole path: which of the two made it shows in the tags alone.
const OWNER: &str = "k3j9x2ab";

fn desired<T: ResourceType>(config: &Value, observed: &Observed) -> engine::model::Desired {
    let (arguments, found) = T::read(config);
    assert!(!found.has_errors(), "{}", messages(&found));
    let (settings, applied_tags) = (Account::new().settings(), BTreeSet::new());
    let context = PathContext {
        owner: OWNER,
        region: "us-east-1",
        applied_tags: &applied_tags,
        settings: &settings,
    };
    T::desired(&arguments, &context, observed)
}

/// Generations tell endpoints of two services apart.
fn without_generations(text: &str) -> String {
    let mut parts = text.split("Generation(");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| {
        plain + part.trim_start_matches(char::is_numeric)
    })
}

/// The steps on the consumers' side, less tags and whose service it is. A whole path makes some of
/// them later, when its service side is ready for them.
fn consumers_steps(rounds: Vec<Vec<EngineStep>>) -> BTreeSet<String> {
    let is_consumers = |step: &EngineStep| {
        let accepts = Write::Change(Change::Endpoint(endpoint::Change::Accept));
        matches!(
            step.key.slot,
            Slot::SecurityGroup(Side::Consumer) | Slot::Endpoint | Slot::Zone | Slot::Alias(_)
        ) && step.write != accepts
            && !matches!(step.write, Write::Tag { .. })
    };
    let plain = |mut step: EngineStep| {
        if let Write::Create(object) = &mut step.write {
            if let Some(tags) = object.tags_mut() {
                tags.clear();
            }
            if let Object::Endpoint(endpoint) = object.as_mut() {
                endpoint.service = ServiceRef::default();
                endpoint.accepted = false;
            }
        }
        without_generations(&format!("{step:?}"))
    };
    let steps = rounds.into_iter().flatten().filter(is_consumers);
    steps.map(plain).collect()
}

#[test]
fn both_resources_take_the_same_steps_for_the_same_endpoint() {
    check(
        6,
        (draw(), draw()),
        async |(first, next): (generator::Drawing, _)| {
            let whole = |alone: Option<&Value>| {
                let plain = config(&generator::Drawing::simplest(&choices()));
                let text = |name: &str| alone.unwrap_or(&plain).get(name).clone();
                let names = [
                    "vpc_id",
                    "subnet_ids",
                    "security_group_ids",
                    "allowed_cidr_blocks",
                    "allowed_security_group_ids",
                    "allowed_prefix_list_ids",
                    "ip_address_type",
                    "zone_id",
                    "dns",
                    "overwrite_record",
                ];
                let endpoint = alone.map(|_| Value::object(names.map(|name| (name, text(name)))));
                let ports = text("broker_ports");
                let ports = ports.as_slice().unwrap_or_default().iter();
                let brokers = ports.enumerate().map(|(id, port)| {
                    let target = format!("10.0.1.{}", id + 10);
                    let broker = [("target", Value::from(target)), ("port", port.clone())];
                    ((id + 1).to_string(), Value::object(broker))
                });
                let subnets = Value::set(["subnet-a", "subnet-b"]);
                let balancer = [
                    ("subnet_ids", subnets),
                    ("ip_address_type", "dualstack".into()),
                ];
                let families = Value::set(["ipv4", "ipv6"]);
                let service = [("supported_ip_address_types", families)];
                let written = Value::object([
                    ("name", "orders".into()),
                    ("hostname", text("hostname")),
                    ("bootstrap_port", text("bootstrap_port")),
                    ("brokers", Value::map(brokers)),
                    ("load_balancer", Value::object(balancer)),
                    ("endpoint_service", Value::object(service)),
                    ("endpoint", endpoint.unwrap_or_default()),
                ]);
                configuration::complete(&Privatelink::shape().schema, &written)
            };
            let nothing = Observed::default();
            let service_side = desired::<Privatelink>(&whole(None), &nothing);
            let mut path = foresee(&service_side, &nothing).end;
            let mut alone = Observed::default();
            for mut drawing in [first, next] {
                // A path has one service for ever.
                drawing.set("service_name", SERVICE);
                let config = config(&drawing);
                // The ports of the sole broker of a path may be one, of several they may not.
                let ports = config.get("broker_ports").as_slice().unwrap_or_default();
                if ports.len() > 1 && ports.contains(config.get("bootstrap_port")) {
                    return;
                }
                let name = Path::of("name");
                let config = configuration::with_value(config, &name, "orders".into());
                let of_path = foresee(&desired::<Privatelink>(&whole(Some(&config)), &path), &path);
                let of_alone = foresee(&desired::<PrivatelinkEndpoint>(&config, &alone), &alone);
                assert_eq!(
                    consumers_steps(of_path.rounds),
                    consumers_steps(of_alone.rounds)
                );
                assert!(of_path.blocked.is_empty() && of_alone.blocked.is_empty());
                (path, alone) = (of_path.end, of_alone.end);
            }
        },
    );
}

/// A rejection is no reason to ask again, and one that failed for good is made anew.
#[test]
fn what_the_owner_rejects_stays_and_what_failed_is_replaced() {
    check(2, steps(0), async |(first, _): (Step, Step)| {
        let place = Path::of("wait_for_acceptance");
        let config = configuration::with_value(first.config, &place, false.into());
        let mut bench = bench(true);
        bench.apply(&Step::known(&config)).await;
        let id = bench.terraform.state().get("id").clone();
        bench.fake.edit(|world| {
            for endpoint in world.endpoints.values_mut() {
                endpoint.state = EndpointState::Rejected { for_good: false };
            }
        });
        bench.apply(&Step::known(&config)).await;
        assert_eq!(bench.terraform.state().get("id"), &id);
        bench.fake.edit(|world| {
            for endpoint in world.endpoints.values_mut() {
                endpoint.state = EndpointState::Failed;
            }
        });
        bench.apply(&Step::known(&config)).await;
        assert_ne!(bench.terraform.state().get("id"), &id);
        bench.leaves_nothing().await;
    });
}
