//! The adapter held against the sandbox: what the engine believes of a write is what AWS shows.
//!
//! Runs where `SANDBOX_URL` names a sandbox; each test has an account of its own.

// Clippy's allowance for tests does not reach the functions beside them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod path;
mod world;

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_ec2::types::{IpPermission, IpRange, VpcEndpointType};
use aws_sdk_elasticloadbalancingv2::types::{Action, ActionTypeEnum, ProtocolEnum};
use provider::{
    aws::{
        Aws,
        client::{AssumeRole, Clients, Settings},
    },
    model::{
        Desired, Key, Life, Maybe, Object, Observed, Role, Scope, Side, Slot,
        object::{Rule, target_group::Target},
    },
    reconcile::{Answer, Cloud, Convergence, ErrorKind, Limits, Step, Write, converge, fold, plan},
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use path::{OWNER, Path};
use world::{World, settings, world};

/// Whatever the sandbox takes its time for is done long before.
const LONG: Duration = Duration::from_secs(60);

async fn converged(world: &World, scope: &Scope, desired: &Desired) -> Convergence {
    let aws = world.aws();
    let observed = aws.observe(scope).await.unwrap();
    let deadline = tokio::time::Instant::now() + LONG;
    let limits = Limits::new(deadline, CancellationToken::new());
    let end = converge(&aws, scope, desired, observed, &limits, &|_: &Observed| {}).await;
    assert!(end.failures.is_empty(), "{:#?}", end.failures);
    assert!(
        end.is_settled(),
        "left: {:#?}, put off: {:#?}",
        end.left,
        end.put_off
    );
    end
}

/// One write at a time, each held against what AWS shows after it. Returns the writes' lines.
async fn walk(aws: &Aws, scope: &mut Scope, desired: &Desired, lines: &mut Vec<String>) {
    let mut observed = aws.observe(scope).await.unwrap();
    for _ in 0..2_000 {
        let plan = plan(desired, &observed);
        if plan.is_settled() {
            return;
        }
        scope.known = observed.clone();
        let Some(step) = plan.ready().next().cloned() else {
            assert!(!plan.awaited.is_empty(), "stuck: {plan:#?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
            observed = looked(aws, scope, &plan.awaited, observed).await;
            continue;
        };
        match aws.execute(scope, &step, &observed).await {
            Answer::Done(id) => {
                let mut folded = observed.clone();
                fold(&mut folded, &step, id.map_or(Maybe::Unknown, Maybe::Known));
                scope.known = folded.clone();
                observed = aws.observe(scope).await.unwrap();
                assert_same(&step, &folded, &observed);
                lines.push(step.to_string());
            }
            Answer::NotYet(_) | Answer::LookAgain(_) => {
                tokio::time::sleep(Duration::from_millis(50)).await;
                observed = aws.observe(scope).await.unwrap();
            }
            Answer::Failed(error) => panic!("{step}: {error}"),
        }
    }
    panic!("no end: {:#?}", plan(desired, &observed));
}

/// A look must see what an observation sees.
async fn looked(
    aws: &Aws,
    scope: &Scope,
    awaited: &BTreeSet<Key>,
    mut known: Observed,
) -> Observed {
    aws.look(scope, awaited, &mut known).await.unwrap();
    known
}

fn assert_same(step: &Step, folded: &Observed, observed: &Observed) {
    let keys = |observed: &Observed| -> BTreeSet<Key> {
        let lasting = observed
            .objects
            .iter()
            .filter(|(_, seen)| seen.life != Life::Going);
        lasting.map(|(key, _)| *key).collect()
    };
    assert_eq!(keys(folded), keys(observed), "after {step}");
    for (key, before) in &folded.objects {
        // What is going has no settings any more.
        let Some(after) = observed
            .objects
            .get(key)
            .filter(|seen| seen.life != Life::Going)
        else {
            continue;
        };
        let mut claimed = before.object.clone();
        if let (Object::Listener(claimed), Object::Listener(seen)) = (&mut claimed, &after.object)
            && claimed.ssl_policy == Some(Maybe::Unknown)
        {
            claimed.ssl_policy.clone_from(&seen.ssl_policy);
        }
        assert_eq!(claimed, after.object, "{key} after {step}");
        assert_eq!(before.id, after.id, "{key} after {step}");
        assert_eq!(before.owned, after.owned, "{key} after {step}");
    }
    assert_eq!(observed.twins, [], "after {step}");
    assert_eq!(observed.foreign, folded.foreign, "after {step}");
    assert_eq!(
        observed.foreign_listeners, folded.foreign_listeners,
        "after {step}"
    );
    assert_eq!(
        observed.foreign_records, folded.foreign_records,
        "after {step}"
    );
}

#[tokio::test]
async fn every_write_leaves_what_the_engine_believes() {
    let Some(world) = world(1).await else { return };
    let aws = world.aws();
    let mut lines = Vec::new();
    let mut path = Path::of(&world, 3);
    path.subnets.truncate(2);
    let mut scope = path.scope();
    walk(&aws, &mut scope, &path.desired(), &mut lines).await;

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
    path.tags = [("stage".to_owned(), "test".to_owned())].into();
    let mut desired = path.desired();
    desired.policy.retired_tags.insert("team".to_owned());
    walk(&aws, &mut scope, &desired, &mut lines).await;

    // Another zone, another target, a broker less, a broker outside the VPC, other ports.
    path.idle_timeout = 350;
    path.subnets = world.service_subnets.clone();
    path.consumer_subnets = world.consumer_subnets.clone();
    path.regions = vec!["eu-west-1".to_owned()];
    path.sources.remove(0);
    path.brokers.remove(&1);
    path.brokers.insert(2, target("10.0.2.99", None));
    path.brokers.insert(7, target("10.9.0.1", Some("all")));
    path.bootstrap_port = 9092;
    walk(&aws, &mut scope, &path.desired(), &mut lines).await;

    // Another hostname: a new zone and record before the old ones go.
    path.hostname = "events.test.com".to_owned();
    scope.hostname = Some(path.hostname.clone());
    path.regions.clear();
    walk(&aws, &mut scope, &path.desired(), &mut lines).await;

    walk(&aws, &mut scope, &Desired::nothing(), &mut lines).await;
    let left = aws.observe(&path.scope()).await.unwrap();
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

#[tokio::test]
async fn a_refresh_stays_within_its_budget() {
    let Some(world) = world(2).await else { return };
    let brokers = 9;
    let path = Path::of(&world, brokers);
    let mut scope = path.scope();
    let end = converged(&world, &scope, &path.desired()).await;
    scope.known = end.observed;
    world.forget_calls();
    let refreshed = world.aws().observe(&scope).await.unwrap();
    assert!(plan(&path.desired(), &refreshed).is_settled());
    let calls = world.calls();
    let budget = 3 * (brokers + 1) + brokers / 10 + 16;
    eprintln!(
        "{} calls of {budget} to refresh {brokers} brokers",
        calls.len()
    );
    assert!(
        calls.len() <= budget as usize,
        "{} > {budget}: {calls:#?}",
        calls.len()
    );
    for (action, agent) in &calls {
        assert!(
            agent.starts_with("terraform-provider-kafka/"),
            "{action}: {agent}"
        );
    }
}

#[tokio::test]
async fn a_look_sees_what_an_observation_sees() {
    let Some(world) = world(3).await else { return };
    let path = Path::of(&world, 2);
    let mut scope = path.scope();
    let mut known = converged(&world, &scope, &path.desired()).await.observed;
    scope.known = known.clone();
    let aws = world.aws();
    let observed = aws.observe(&scope).await.unwrap();
    let keys: BTreeSet<Key> = observed.objects.keys().copied().collect();
    aws.look(&scope, &keys, &mut known).await.unwrap();
    assert_eq!(known, observed);

    // Keys whose creates went unanswered are found without their ids.
    let mut unseen = observed.clone();
    unseen.objects.clear();
    let blank = path.scope();
    for _ in 0..2 {
        // What hangs on something is found when that is.
        aws.look(&blank, &keys, &mut unseen).await.unwrap();
    }
    assert_eq!(unseen, observed);
}

#[tokio::test]
async fn lost_answers_make_nothing_twice() {
    let Some(world) = world(4).await else { return };
    for action in [
        "CreateSecurityGroup",
        "CreateLoadBalancer",
        "CreateTargetGroup",
        "CreateListener",
        "CreateVpcEndpointServiceConfiguration",
        "CreateVpcEndpoint",
        "CreateHostedZone",
        "ChangeResourceRecordSets",
        "RegisterTargets",
        "AcceptVpcEndpointConnections",
        "AuthorizeSecurityGroupIngress",
    ] {
        world.fault(json!({"action": action, "after": true, "drop": true}));
    }
    let path = Path::of(&world, 2);
    let mut scope = path.scope();
    let end = converged(&world, &scope, &path.desired()).await;
    assert_eq!(end.observed.twins, []);
    assert_eq!(world.endpoints().await, 1);
    scope.known = end.observed;
    converged(&world, &scope, &Desired::nothing()).await;
    assert_eq!(world.endpoints().await, 0);
}

#[tokio::test]
async fn what_aws_does_not_show_yet_is_not_made_twice() {
    let Some(world) = world(5).await else { return };
    world.set(json!({"staleness": 1.5}));
    let path = Path::of(&world, 1);
    let mut scope = path.scope();
    let end = converged(&world, &scope, &path.desired()).await;
    assert_eq!(end.observed.twins, []);
    assert_eq!(world.endpoints().await, 1);
    scope.known = end.observed;
    converged(&world, &scope, &Desired::nothing()).await;
}

#[tokio::test]
async fn an_import_finds_the_path_by_its_service() {
    let Some(world) = world(6).await else { return };
    let path = Path::of(&world, 2);
    let scope = path.scope();
    let made = converged(&world, &scope, &path.desired()).await.observed;
    let service = made.id(Key::only(Slot::Service)).unwrap().to_owned();

    // By id, knowing nothing else; the owner is in the tags.
    let import = Scope {
        service_id: Some(service.clone()),
        ..Scope::default()
    };
    let found = world.aws().observe(&import).await.unwrap();
    assert_eq!(found.objects, made.objects);

    // By name: strangers, one of which is the service.
    let by_name = Scope {
        name: path.name.clone(),
        ..Scope::default()
    };
    let found = world.aws().observe(&by_name).await.unwrap();
    let named = found
        .strangers
        .iter()
        .find(|it| it.slot == Slot::Service)
        .unwrap();
    assert_eq!(
        (named.id.as_str(), named.owner.as_str()),
        (service.as_str(), OWNER)
    );

    // Another instance of this name touches nothing of the first one's, and sees that it is there.
    let other = Path {
        owner: "zzzzzzzz".to_owned(),
        ..path.clone()
    };
    let found = world.aws().observe(&other.scope()).await.unwrap();
    assert!(found.objects.is_empty(), "{:#?}", found.objects);
    assert!(
        found
            .strangers
            .iter()
            .any(|it| it.slot == Slot::Service && it.owner == OWNER)
    );
}

#[tokio::test]
async fn a_path_without_tags_is_taken_over_by_what_hangs_together() {
    let Some(world) = world(7).await else { return };
    let path = Path::of(&world, 2);
    let scope = path.scope();
    let made = converged(&world, &scope, &path.desired()).await.observed;
    let aws = world.aws();
    for (key, seen) in &made.objects {
        let Some(tags) = seen.object.tags() else {
            continue;
        };
        let step = Step {
            key: *key,
            write: Write::Tag {
                set: Default::default(),
                remove: tags.keys().cloned().collect(),
            },
        };
        assert_eq!(aws.execute(&scope, &step, &made).await, Answer::Done(None));
    }
    let id = |slot| made.of(slot).next().unwrap().1.id.known().cloned();
    let import = Scope {
        service_id: id(Slot::Service),
        endpoint_id: id(Slot::Endpoint),
        ..Scope::default()
    };
    let found = world.aws().observe(&import).await.unwrap();
    for (key, seen) in &made.objects {
        let expected = !matches!(key.slot, Slot::SecurityGroup(_) | Slot::Zone | Slot::Alias);
        match found.objects.get(key) {
            Some(other) => {
                assert_eq!(other.id, seen.id);
                assert!(!other.owned, "{key}");
            }
            None => assert!(!expected, "{key} was not found"),
        }
    }
    assert!(found.of(Slot::Alias).next().is_some(), "{found:#?}");
}

#[tokio::test]
async fn accounts_are_checked_and_roles_are_assumed() {
    let Some(world) = world(8).await else { return };
    let forbidden = Settings {
        allowed_account_ids: Vec::new(),
        forbidden_account_ids: vec![world.account.clone()],
        ..settings(&world.url, &world.account)
    };
    let refused = Clients::new(forbidden).unwrap().region(None).await;
    assert!(refused.unwrap_err().to_string().contains(&world.account));

    // A role of another account: what is called then is that account.
    let other = format!(
        "{:012}",
        999_000_000_000_u64 + u64::from(std::process::id())
    );
    let through_role = Settings {
        allowed_account_ids: vec![other.clone()],
        assume_role: vec![AssumeRole {
            role_arn: format!("arn:aws:iam::{other}:role/deployer"),
            external_id: Some("secret-handshake".to_owned()),
            ..AssumeRole::default()
        }],
        ..settings(&world.url, &world.account)
    };
    let clients = Clients::new(through_role).unwrap();
    let region = clients.region(None).await.unwrap();
    let vpcs = region.ec2.describe_vpcs().send().await.unwrap();
    let ours = |id| vpcs.vpcs().iter().any(|vpc| vpc.vpc_id() == Some(id));
    assert!(!ours(world.service_vpc.as_str()));
}

#[tokio::test]
async fn a_refused_write_fails_and_keeps_its_request_id() {
    let Some(world) = world(9).await else { return };
    let path = Path::of(&world, 1);
    let scope = path.scope();
    let aws = world.aws();
    let observed = aws.observe(&scope).await.unwrap();
    let first = plan(&path.desired(), &observed)
        .ready()
        .next()
        .unwrap()
        .clone();
    world.fault(json!({
        "code": "UnauthorizedOperation",
        "message": "You are not authorized to perform this operation.",
        "status": 403,
        "action": "CreateSecurityGroup",
    }));
    match aws.execute(&scope, &first, &observed).await {
        Answer::Failed(error) => {
            assert_eq!(error.kind, ErrorKind::Denied);
            assert_eq!(error.operation, "CreateSecurityGroup");
            assert!(error.request_id.is_some());
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_endpoint_of_somebody_else_is_seen_as_a_connection_only() {
    let Some(world) = world(10).await else { return };
    let path = Path::of(&world, 1);
    let mut scope = path.scope();
    let made = converged(&world, &scope, &path.desired()).await.observed;
    let service = made.get(Key::only(Slot::Service)).unwrap();
    let theirs = world
        .region
        .ec2
        .create_vpc_endpoint()
        .vpc_endpoint_type(VpcEndpointType::Interface)
        .vpc_id(&world.consumer_vpc)
        .service_name(service.outputs.service_name.known().unwrap())
        .subnet_ids(&world.consumer_subnets[0])
        .send()
        .await
        .unwrap();
    let theirs = theirs.vpc_endpoint().unwrap().vpc_endpoint_id().unwrap();
    scope.known = made.clone();
    let observed = world.aws().observe(&scope).await.unwrap();
    assert_eq!(observed.objects, made.objects);
    let states: Vec<&str> = observed
        .connections
        .iter()
        .filter(|connection| connection.endpoint_id == theirs)
        .map(|connection| connection.state.as_str())
        .collect();
    assert_eq!(states, ["pendingAcceptance"]);

    // It keeps the service from being deleted until it is sent away.
    let aws = world.aws();
    let key = Key::only(Slot::Service);
    let delete = Step {
        key,
        write: Write::Delete,
    };
    match aws.execute(&scope, &delete, &observed).await {
        Answer::NotYet(error) => assert_eq!(error.code, "ExistingVpcEndpointConnections"),
        other => panic!("{other:?}"),
    }
    let reject = Step {
        key,
        write: Write::RejectConnections([theirs.to_owned()].into()),
    };
    assert_eq!(
        aws.execute(&scope, &reject, &observed).await,
        Answer::Done(None)
    );
}

#[tokio::test]
async fn listeners_change_between_tcp_and_tls() {
    let Some(world) = world(11).await else { return };
    let aws = world.aws();
    let mut lines = Vec::new();
    let mut path = Path::of(&world, 1);
    let mut scope = path.scope();
    path.certificate = Some(world.certificate());
    walk(&aws, &mut scope, &path.desired(), &mut lines).await;
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
    path.certificate = Some(world.certificate());
    walk(&aws, &mut scope, &path.desired(), &mut lines).await;
    path.certificate = None;
    path.idle_timeout = 120;
    walk(&aws, &mut scope, &path.desired(), &mut lines).await;
    path.certificate = Some(world.certificate());
    path.idle_timeout = 350;
    walk(&aws, &mut scope, &path.desired(), &mut lines).await;
    assert_eq!(policies(&scope.known), [true, true]);
}

#[tokio::test]
async fn what_is_not_ours_is_seen_and_not_taken() {
    let Some(world) = world(12).await else { return };
    let path = Path::of(&world, 1);
    let mut scope = path.scope();
    let made = converged(&world, &scope, &path.desired()).await.observed;
    let balancer = made.id(Key::only(Slot::LoadBalancer)).unwrap();
    let (_, group) = made.of(Slot::TargetGroup(Role::Broker(1))).next().unwrap();
    let forward = Action::builder()
        .r#type(ActionTypeEnum::Forward)
        .target_group_arn(group.id.known().unwrap());
    let theirs = world
        .region
        .elb
        .create_listener()
        .load_balancer_arn(balancer)
        .port(7777)
        .protocol(ProtocolEnum::Tcp)
        .default_actions(forward.build());
    theirs.send().await.unwrap();
    let group = made.id(made
        .of(Slot::SecurityGroup(Side::Service))
        .next()
        .unwrap()
        .0);
    let rule = world
        .region
        .ec2
        .authorize_security_group_ingress()
        .group_id(group.unwrap())
        .ip_permissions(
            IpPermission::builder()
                .ip_protocol("icmp")
                .from_port(8)
                .to_port(-1)
                .ip_ranges(IpRange::builder().cidr_ip("10.7.0.0/16").build())
                .build(),
        );
    rule.send().await.unwrap();

    scope.known = made.clone();
    let observed = world.aws().observe(&scope).await.unwrap();
    assert_eq!(observed.foreign_listeners, [7777].into());
    let keys = |observed: &Observed| observed.objects.keys().copied().collect::<Vec<_>>();
    assert_eq!(keys(&observed), keys(&made));
    // A rule of somebody else in our group goes by its id.
    let (key, seen) = observed
        .of(Slot::SecurityGroup(Side::Service))
        .next()
        .unwrap();
    let Object::SecurityGroup(group) = &seen.object else {
        panic!("{seen:?}");
    };
    let others = group
        .rules
        .iter()
        .filter(|rule| matches!(rule, Rule::Other { .. }));
    let others: BTreeSet<Rule> = others.cloned().collect();
    assert_eq!(others.len(), 1, "{group:?}");
    let aws = world.aws();
    let close = Step {
        key,
        write: Write::Revoke(others),
    };
    assert_eq!(
        aws.execute(&scope, &close, &observed).await,
        Answer::Done(None)
    );
    let closed = aws.observe(&scope).await.unwrap();
    assert_eq!(closed.get(key), made.get(key));
}
