//! What the engine believes of a write is what AWS shows.

use engine::model::{
    Desired, Object, Observed, Side, Slot,
    object::{DnsMode, target_group::Target},
};
use engine::reconcile::Cloud;

use super::{Account, Path, walk};

pub async fn every_write_leaves_what_the_engine_believes(account: &impl Account) {
    let cloud = account.cloud();
    let mut lines = Vec::new();
    let mut path = Path::of(account.ground(), 3);
    path.subnets.truncate(2);
    let mut scope = path.scope();
    walk(&cloud, &mut scope, &path.desired(), &mut lines).await;

    // Settings of every kind of object.
    path.name = "renamed".to_owned();
    path.idle_timeout = 120;
    path.health_interval = 10;
    path.proxy_protocol = true;
    path.cross_zone = false;
    path.enforce = true;
    path.acceptance = false;
    path.principals = vec!["*".to_owned()];
    path.sources.push("10.8.0.0/16".to_owned());
    // Any security group of the account will do.
    let groups = scope.known.of(Slot::SecurityGroup(Side::Service));
    let groups = groups.filter_map(|(_, seen)| seen.id.known().cloned());
    path.sources.extend(groups);
    path.tags = [("stage".to_owned(), "test".to_owned())].into();
    let mut desired = path.desired();
    desired.policy.retired_tags.insert("team".to_owned());
    walk(&cloud, &mut scope, &desired, &mut lines).await;

    // Another zone, another target, a broker less, a broker outside the VPC, other ports.
    path.idle_timeout = 350;
    path.subnets = account.ground().service_subnets.clone();
    path.consumer_subnets = account.ground().consumer_subnets.clone();
    path.regions = vec!["eu-west-1".to_owned()];
    path.sources.retain(|source| source == "10.8.0.0/16");
    path.brokers.remove(&1);
    path.brokers.insert(2, target("10.0.2.99", None));
    path.brokers.insert(7, target("10.9.0.1", Some("all")));
    path.bootstrap_port = 9092;
    walk(&cloud, &mut scope, &path.desired(), &mut lines).await;

    // Addresses instead of the alias, which follow the interfaces, and back.
    (path.dns, scope.dns) = (DnsMode::Records, DnsMode::Records);
    walk(&cloud, &mut scope, &path.desired(), &mut lines).await;
    path.consumer_subnets.truncate(2);
    walk(&cloud, &mut scope, &path.desired(), &mut lines).await;
    (path.dns, scope.dns) = (DnsMode::Alias, DnsMode::Alias);
    walk(&cloud, &mut scope, &path.desired(), &mut lines).await;

    // Another hostname: a new zone and record before the old ones go.
    path.hostname = "events.test.com".to_owned();
    scope.hostname = Some(path.hostname.clone());
    path.regions.clear();
    walk(&cloud, &mut scope, &path.desired(), &mut lines).await;

    walk(&cloud, &mut scope, &Desired::nothing(), &mut lines).await;
    let left = cloud.observe(&path.scope()).await.unwrap();
    assert!(left.objects.is_empty(), "{left:#?}");
    for kind in [
        "create", "delete", "tag", "open", "close", "set ", "register", "accept",
    ] {
        assert!(
            lines.iter().any(|line| line.starts_with(kind)),
            "no {kind} among {lines:#?}"
        );
    }
}

fn target(address: &str, zone: Option<&str>) -> Target {
    Target {
        id: address.into(),
        port: 9094,
        zone: zone.map(str::to_owned),
    }
}

pub async fn listeners_change_between_tcp_and_tls(account: &impl Account) {
    let cloud = account.cloud();
    let mut lines = Vec::new();
    let mut path = Path::of(account.ground(), 1);
    let mut scope = path.scope();
    path.certificate = Some(account.certificate());
    walk(&cloud, &mut scope, &path.desired(), &mut lines).await;
    let policies = |observed: &Observed| -> Vec<bool> {
        let listeners = observed
            .objects
            .values()
            .filter_map(|seen| match &seen.object {
                Object::Listener(listener) => Some(listener.ssl_policy.is_some()),
                _ => None,
            });
        listeners.collect()
    };
    assert_eq!(policies(&scope.known), [true, true]);
    path.certificate = Some(account.certificate());
    walk(&cloud, &mut scope, &path.desired(), &mut lines).await;
    path.certificate = None;
    path.idle_timeout = 120;
    walk(&cloud, &mut scope, &path.desired(), &mut lines).await;
    path.certificate = Some(account.certificate());
    path.idle_timeout = 350;
    walk(&cloud, &mut scope, &path.desired(), &mut lines).await;
    assert_eq!(policies(&scope.known), [true, true]);
}
