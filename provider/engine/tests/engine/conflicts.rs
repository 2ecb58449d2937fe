//! What only people can settle: said in full, nothing of theirs touched.

use std::collections::{BTreeMap, BTreeSet};

use engine::fake::{Effect, Fault};
use engine::model::{
    Desired, Key, Observed, RecordType, Role, Slot,
    object::{Change, load_balancer},
};
use engine::reconcile::{Conflict, Convergence, Order, Write, foresee};

use crate::{
    config::{Config, OWNER, set},
    properties::assert_untouched,
    rig::{Rig, assert_settled, explain, run},
};

fn conflicts(end: &Convergence) -> BTreeSet<Conflict> {
    end.blocked
        .iter()
        .flat_map(|it| it.conflicts().cloned())
        .collect()
}

async fn built(config: &Config) -> Rig {
    let mut rig = Rig::default();
    assert_settled(&rig.apply(config).await);
    rig
}

fn balancer(rig: &Rig) -> String {
    rig.fake.world().balancers.keys().next().cloned().unwrap()
}

fn service(rig: &Rig) -> String {
    rig.fake.world().services.keys().next().cloned().unwrap()
}

#[test]
fn a_foreign_listener_keeps_its_port() {
    run(async {
        let mut rig = built(&Config::of(2)).await;
        let balancer = balancer(&rig);
        rig.fake
            .edit(|world| world.add_foreign_listener(&balancer, 6003));
        let before = rig.fake.world();
        let end = rig.apply(&Config::of(3)).await;
        assert!(!end.timed_out && !end.is_settled());
        let text = conflicts(&end).first().unwrap().to_string();
        assert!(
            text.contains("port 6003") && text.contains("not ours"),
            "{text}"
        );
        let foreign: Vec<_> = before
            .listeners
            .iter()
            .filter(|(_, it)| it.port == 6003)
            .collect();
        for (id, listener) in foreign {
            assert_eq!(rig.fake.world().listeners.get(id), Some(listener));
        }
    });
}

/// Half a path serves nobody: as long as the load balancer has to stay, all of it stays.
#[test]
fn a_foreign_listener_keeps_the_path_from_being_destroyed() {
    run(async {
        let mut rig = built(&Config::of(2)).await;
        let balancer = balancer(&rig);
        let id = rig
            .fake
            .edit(|world| world.add_foreign_listener(&balancer, 25));
        let before = rig.fake.world();
        let end = rig.destroy().await;
        assert_eq!(
            conflicts(&end),
            [Conflict::ForeignListeners([25].into())].into()
        );
        assert!(end.done.is_empty(), "{:?}", end.done);
        assert_untouched(&before, &rig.fake.world());

        // Without the rule it dies with the load balancer.
        rig.without = vec![Order::Conflict];
        assert_settled(&rig.destroy().await);
        assert!(!rig.fake.world().listeners.contains_key(&id));
    });
}

#[test]
fn deletion_protection_protects() {
    run(async {
        let mut config = Config::of(1);
        config.deletion_protection = true;
        let mut rig = built(&config).await;
        let end = rig.destroy().await;
        assert_eq!(conflicts(&end), [Conflict::Protected].into());
        assert!(end.done.is_empty());
        config.deletion_protection = false;
        assert_settled(&rig.apply(&config).await);
        assert_settled(&rig.destroy().await);
    });
}

#[test]
fn connections_of_others_keep_the_service_unless_they_may_be_rejected() {
    run(async {
        let mut rig = built(&Config::of(1)).await;
        let service = service(&rig);
        let other = rig.fake.edit(|world| world.add_foreign_endpoint(&service));
        let end = rig.destroy().await;
        let mut connections = rig.see(Some(&Config::of(1))).connections.into_iter();
        let connection = connections.find(|it| it.is_of(&other)).unwrap();
        assert_eq!(
            conflicts(&end),
            [Conflict::Connections([connection].into())].into()
        );
        assert!(end.done.is_empty());

        let mut nothing = Desired::nothing();
        nothing.policy.reject_connections = true;
        let end = rig.converge(&rig.scope(None), &nothing).await;
        assert_settled(&end);
        assert_eq!(
            rig.fake.world().endpoints.keys().collect::<Vec<_>>(),
            [&other]
        );
    });
}

#[test]
fn connected_endpoints_keep_the_subnets() {
    run(async {
        let config = Config::of(1);
        let mut rig = built(&config).await;
        let mut fewer = config.clone();
        fewer.subnets = set(["subnet-a"]);
        let end = rig.apply(&fewer).await;
        let own: BTreeSet<String> = rig.fake.world().endpoints.keys().cloned().collect();
        assert_eq!(conflicts(&end), [Conflict::ConnectedSubnets(own)].into());

        fewer.endpoint = None;
        assert_settled(&rig.apply(&fewer).await);
    });
}

#[test]
fn subnets_come_and_go_in_steps_that_aws_takes() {
    run(async {
        let mut config = Config::of(1);
        config.endpoint = None;
        let mut rig = built(&config).await;
        // The same zone gets another subnet, and a new zone comes; the service learns of it.
        config.subnets = set(["subnet-a", "subnet-b2", "subnet-c"]);
        let end = rig.apply(&config).await;
        assert_settled(&end);
        let world = rig.fake.world();
        let service = world.services.values().next().unwrap();
        assert_eq!(service.zones, set(["a", "b", "c"]));
    });
}

/// A plan knows that the connection goes with the endpoint.
#[test]
fn an_endpoint_that_goes_keeps_no_subnets() {
    run(async {
        let mut config = Config::of(1);
        let mut rig = built(&config).await;
        config.endpoint = None;
        config.subnets = set(["subnet-a"]);
        let foresight = foresee(&config.desired(), &rig.see(Some(&config)));
        assert!(foresight.blocked.is_empty(), "{:?}", foresight.blocked);
        assert_settled(&rig.apply(&config).await);
    });
}

/// Another endpoint connects before the first one goes.
#[test]
fn an_endpoint_that_moves_keeps_the_subnets_all_the_while() {
    run(async {
        let mut config = Config::of(1);
        let mut rig = built(&config).await;
        config.endpoint.as_mut().unwrap().vpc = "vpc-other".to_owned();
        config.subnets = set(["subnet-a"]);
        let foresight = foresee(&config.desired(), &rig.see(Some(&config)));
        assert_eq!(foresight.blocked.len(), 1, "{:?}", foresight.blocked);
        let end = rig.apply(&config).await;
        assert!(matches!(
            conflicts(&end).first(),
            Some(Conflict::ConnectedSubnets(_))
        ));
    });
}

/// AWS is slow to let go of the subnet: the endpoint must not be faster.
#[test]
fn a_subnet_leaves_before_the_endpoint_comes() {
    run(async {
        let mut config = Config::of(1);
        let consumer = config.endpoint.take();
        let mut rig = built(&config).await;
        config.subnets = set(["subnet-a"]);
        config.endpoint = consumer;
        let slow = |step: &engine::reconcile::Step| match &step.write {
            Write::Change(Change::LoadBalancer(change)) => {
                matches!(change, load_balancer::Change::SetSubnets(_))
            }
            _ => false,
        };
        rig.fake.inject(Fault::new(Effect::PutOff, 6, slow));
        assert_settled(&rig.apply(&config).await);
    });
}

#[test]
fn every_subnet_is_exchanged_inside_its_zone() {
    run(async {
        let mut config = Config::of(1);
        config.endpoint = None;
        let mut rig = built(&config).await;
        config.subnets = set(["subnet-a2", "subnet-b2"]);
        assert_settled(&rig.apply(&config).await);
        let refusals = rig.fake.take_journal().refusals;
        assert!(refusals.is_empty(), "{refusals:?}");
        let world = rig.fake.world();
        let service = world.services.values().next().unwrap();
        assert_eq!(service.zones, set(["a", "b"]));
    });
}

#[test]
fn the_only_subnet_is_never_exchanged_inside_its_zone() {
    run(async {
        let mut config = Config::of(1);
        config.endpoint = None;
        config.subnets = set(["subnet-a"]);
        let mut rig = built(&config).await;
        config.subnets = set(["subnet-a2"]);
        let end = rig.apply(&config).await;
        assert_eq!(conflicts(&end), [Conflict::OnlySubnet].into());
        assert!(end.done.is_empty());

        config.subnets = set(["subnet-a2", "subnet-b"]);
        assert_settled(&rig.apply(&config).await);
    });
}

#[test]
fn a_foreign_record_keeps_its_name() {
    run(async {
        let mut config = Config::of(1);
        config.endpoint.as_mut().unwrap().zone_id = Some("Zgiven".to_owned());
        let mut rig = Rig::default();
        let place = ("Zgiven".to_owned(), config.hostname.clone(), RecordType::A);
        rig.fake.edit(|world| {
            crate::properties::strangers(world);
            world
                .records
                .insert(place.clone(), "by-hand.test.com".to_owned())
        });
        let end = rig.apply(&config).await;
        assert_eq!(end.blocked.len(), 1, "{}", explain(&end));
        assert_eq!(end.blocked[0].step.key.slot, Slot::Alias(RecordType::A));
        assert_eq!(rig.fake.world().records[&place], "by-hand.test.com");
        rig.fake.edit(|world| world.records.remove(&place));
        assert_settled(&rig.apply(&config).await);
    });
}

#[test]
fn foreign_records_keep_the_zone() {
    run(async {
        let mut rig = built(&Config::of(1)).await;
        let zone = rig.fake.world().zones.keys().next().cloned().unwrap();
        let place = (zone, "www.kafka.test.com".to_owned(), RecordType::A);
        rig.fake
            .edit(|world| world.records.insert(place.clone(), "elsewhere".to_owned()));
        let end = rig.destroy().await;
        let records = BTreeSet::from(["www.kafka.test.com A".to_owned()]);
        assert_eq!(conflicts(&end), [Conflict::ForeignRecords(records)].into());
        assert!(end.done.is_empty());
        rig.fake.edit(|world| world.records.remove(&place));
        assert_settled(&rig.destroy().await);
    });
}

#[test]
fn a_failed_load_balancer_ends_the_wait_at_once() {
    run(async {
        let mut rig = built(&Config::of(1)).await;
        let id = balancer(&rig);
        rig.fake.edit(|world| {
            let balancer = world.balancers.get_mut(&id).unwrap();
            balancer.failed = Some("no free addresses".to_owned());
        });
        let end = rig.apply(&Config::of(2)).await;
        assert!(!end.timed_out);
        let text = conflicts(&end).first().unwrap().to_string();
        assert!(text.contains("no free addresses"), "{text}");
    });
}

#[test]
fn a_load_balancer_never_gets_its_first_group() {
    run(async {
        let mut rig = built(&Config::of(1)).await;
        let id = balancer(&rig);
        rig.fake.edit(|world| {
            world
                .balancers
                .get_mut(&id)
                .unwrap()
                .security_groups
                .clear();
        });
        let end = rig.apply(&Config::of(1)).await;
        assert_eq!(conflicts(&end), [Conflict::BornWithoutGroups].into());
    });
}

#[test]
fn two_objects_of_one_place_are_never_told_apart_by_luck() {
    run(async {
        let mut rig = built(&Config::of(1)).await;
        let copy = rig.fake.edit(|world| {
            let (_, group) = world.target_groups.iter().next().unwrap();
            let copy = group.clone();
            world
                .target_groups
                .insert("arn:copy".to_owned(), copy.clone());
            copy
        });
        let mut config = Config::of(1);
        config.health_interval = 17;
        let end = rig.apply(&config).await;
        assert!(
            conflicts(&end)
                .iter()
                .any(|it| matches!(it, Conflict::Twins { .. }))
        );
        assert_eq!(rig.fake.world().target_groups["arn:copy"], copy);
    });
}

/// After an import without tags: what the configuration has is taken over by tagging, what it
/// lacks is left as it is, and said.
#[test]
fn what_was_imported_is_taken_over_or_forgotten() {
    run(async {
        let mut rig = built(&Config::of(3)).await;
        rig.fake.edit(|world| {
            for tags in (world.target_groups.values_mut().map(|it| &mut it.tags))
                .chain(world.listeners.values_mut().map(|it| &mut it.tags))
                .chain(world.balancers.values_mut().map(|it| &mut it.tags))
                .chain(world.services.values_mut().map(|it| &mut it.tags))
            {
                tags.clear();
            }
        });
        for seen in rig.state.objects.values_mut() {
            seen.owned = seen.object.tags().is_none_or(|_| {
                !matches!(
                    seen.object,
                    engine::model::Object::TargetGroup(_)
                        | engine::model::Object::Listener(_)
                        | engine::model::Object::LoadBalancer(_)
                        | engine::model::Object::Service(_)
                )
            });
        }
        let mut config = Config::of(2);
        config.policy.forget_unowned = true;
        let before = rig.fake.world();
        let end = rig.apply(&config).await;
        assert_settled(&end);
        let forgotten: Vec<String> = end.forgotten.iter().map(|it| it.slot.to_string()).collect();
        assert_eq!(forgotten, ["target-group/3", "listener/6003"]);
        let after = rig.fake.world();
        let third =
            |it: &engine::fake::World| it.listeners.values().find(|it| it.port == 6003).cloned();
        assert_eq!(third(&before), third(&after));
        let tagged = |key: Key, observed: &Observed| {
            let tags = observed.objects[&key].object.tags().cloned();
            tags.is_some_and(|it| it.contains_key("kafka-privatelink:owner"))
        };
        assert!(tagged(Key::only(Slot::LoadBalancer), &end.observed));
        assert!(tagged(Key::only(Slot::Listener(6001)), &end.observed));
        assert_eq!(rig.scope(None).owner, OWNER);
    });
}

/// Somebody took the owner tag off a broker's group and listener, or put another owner's on; then
/// the broker leaves the configuration.
async fn removed_after(retag: impl Fn(&mut BTreeMap<String, String>)) -> (Vec<String>, usize) {
    let mut rig = built(&Config::of(3)).await;
    let third = rig.state.objects.iter().filter(|(key, _)| {
        matches!(
            key.slot,
            Slot::TargetGroup(Role::Broker(3)) | Slot::Listener(6003)
        )
    });
    let ids: Vec<String> = third
        .filter_map(|(_, seen)| seen.id.known().cloned())
        .collect();
    assert_eq!(ids.len(), 2);
    rig.fake.edit(|world| {
        let groups = world.target_groups.iter_mut();
        let groups = groups.map(|(id, it)| (id, &mut it.tags));
        let listeners = world.listeners.iter_mut();
        for (id, tags) in groups.chain(listeners.map(|(id, it)| (id, &mut it.tags))) {
            if ids.contains(id) {
                retag(tags);
            }
        }
    });
    // A refresh sees it, and a second one what the first one kept.
    rig.state = rig.see(Some(&Config::of(3)));
    rig.state = rig.see(Some(&Config::of(3)));
    let mut config = Config::of(2);
    config.policy.forget_unowned = true;
    let end = rig.apply(&config).await;
    assert_settled(&end);
    let world = rig.fake.world();
    let left = world.target_groups.keys().chain(world.listeners.keys());
    let left = left.filter(|id| ids.contains(id)).count();
    let forgotten = end.forgotten.iter().map(|it| it.slot.to_string());
    (forgotten.collect(), left)
}

#[test]
fn what_lost_its_owner_tag_is_still_deleted_with_its_broker() {
    run(async {
        let removed = removed_after(|tags| {
            tags.remove("kafka-privatelink:owner");
        });
        assert_eq!(removed.await, (vec![], 0));
    });
}

#[test]
fn what_another_owner_has_tagged_meanwhile_is_left_alone() {
    run(async {
        let removed = removed_after(|tags| {
            let owner = "kafka-privatelink:owner".to_owned();
            tags.insert(owner, "somebody".to_owned());
        });
        let forgotten = ["target-group/3", "listener/6003"].map(str::to_owned);
        assert_eq!(removed.await, (forgotten.to_vec(), 2));
    });
}
