//! Writes, reads and time.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    config::Config,
    rig::{Rig, assert_settled, run},
};

#[test]
fn creating_stays_within_its_budget_of_writes() {
    for brokers in [1, 3, 9, 49] {
        run(async {
            let mut rig = Rig::default();
            let end = rig.apply(&Config::of(brokers)).await;
            assert_settled(&end);
            let budget = 4 * (brokers as usize + 1) + 14;
            let journal = rig.fake.take_journal();
            assert!(
                end.done.len() <= budget,
                "{} writes for {brokers}",
                end.done.len()
            );
            assert_eq!(journal.writes.len(), end.done.len());
            assert!(journal.refusals.is_empty(), "{:?}", journal.refusals);
            assert_eq!(journal.observations, 2, "one before, one after");
            assert!(journal.most_in_flight <= engine::reconcile::IN_FLIGHT);
        });
    }
}

/// 120 s of load balancer, 10 s of service, 60 s of endpoint, and the calls themselves.
#[test]
fn creating_takes_hardly_longer_than_aws() {
    for brokers in [3, 49] {
        run(async {
            let begun = Instant::now();
            let end = Rig::default().apply(&Config::of(brokers)).await;
            assert_settled(&end);
            let longest_chain = Duration::from_secs(120 + 10 + 60);
            assert!(
                begun.elapsed() < longest_chain.mul_f64(1.15),
                "{:?}",
                begun.elapsed()
            );
        });
    }
}

#[test]
fn nothing_to_do_costs_nothing() {
    run(async {
        let mut rig = Rig::default();
        assert_settled(&rig.apply(&Config::of(3)).await);
        rig.fake.take_journal();
        let end = rig.apply(&Config::of(3)).await;
        assert_settled(&end);
        let journal = rig.fake.take_journal();
        assert!(end.done.is_empty(), "{:?}", end.done);
        assert_eq!((journal.observations, journal.looks), (1, 0));
    });
}

#[test]
fn destroying_leaves_nothing() {
    run(async {
        let mut rig = Rig::default();
        let empty = rig.fake.world();
        assert_settled(&rig.apply(&Config::of(3)).await);
        assert_settled(&rig.destroy().await);
        tokio::time::sleep(Duration::from_secs(3600)).await;
        let left = rig.fake.world();
        assert_eq!(left.balancers, empty.balancers);
        assert_eq!(left.target_groups, empty.target_groups);
        assert_eq!(left.listeners, empty.listeners);
        assert_eq!(left.security_groups, empty.security_groups);
        assert_eq!(left.services, empty.services);
        assert_eq!(left.endpoints, empty.endpoints);
        assert_eq!(left.zones, empty.zones);
        assert_eq!(left.records, empty.records);
    });
}
