//! What others have beside the path.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{IpPermission, IpRange, VpcEndpointType};
use aws_sdk_elasticloadbalancingv2::types::{Action, ActionTypeEnum, ProtocolEnum, Tag};
use engine::model::{
    Key, Object, Observed, Role, Side, Slot,
    object::{Change, Rule, security_group, service},
    tags::OWNER,
};
use engine::reconcile::{Answer, Cloud, Step, Write};

use crate::{path::Path, run::converged, world::world};

#[tokio::test]
#[ignore = "needs SANDBOX_URL; acceptance-tests/test_contract.py runs it"]
async fn an_endpoint_of_somebody_else_is_seen_as_a_connection_only() {
    let world = world(10).await;
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
        .filter(|connection| connection.is_of(theirs))
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
        write: Write::Change(Change::Service(service::Change::RejectConnections(
            [theirs.to_owned()].into(),
        ))),
    };
    assert_eq!(
        aws.execute(&scope, &reject, &observed).await,
        Answer::Done(None)
    );
}

#[tokio::test]
#[ignore = "needs SANDBOX_URL; acceptance-tests/test_contract.py runs it"]
async fn what_is_not_ours_is_seen_and_not_taken() {
    let world = world(12).await;
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
        write: Write::Change(Change::SecurityGroup(security_group::Change::Revoke(
            others,
        ))),
    };
    assert_eq!(
        aws.execute(&scope, &close, &observed).await,
        Answer::Done(None)
    );
    let closed = aws.observe(&scope).await.unwrap();
    assert_eq!(closed.get(key), made.get(key));
}

#[tokio::test]
#[ignore = "needs SANDBOX_URL; acceptance-tests/test_contract.py runs it"]
async fn what_lost_its_owner_tag_stays_ours_and_what_another_owner_tagged_does_not() {
    let world = world(14).await;
    let path = Path::of(&world, 2);
    let mut scope = path.scope();
    let made = converged(&world, &scope, &path.desired()).await.observed;
    let id = |broker| {
        let (key, seen) = made.of(Slot::TargetGroup(Role::Broker(broker))).next()?;
        Some((key, seen.id.known()?.clone()))
    };
    let (untagged, untagged_id) = id(1).unwrap();
    let (retagged, retagged_id) = id(2).unwrap();
    let elb = &world.region.elb;
    let untag = elb.remove_tags().resource_arns(untagged_id);
    untag.tag_keys(OWNER).send().await.unwrap();
    let theirs = Tag::builder().key(OWNER).value("somebody").build();
    let retag = elb.add_tags().resource_arns(retagged_id);
    retag.tags(theirs).send().await.unwrap();

    scope.known = made.clone();
    // The second time from what the first one kept.
    for _ in 0..2 {
        let observed = world.aws().observe(&scope).await.unwrap();
        assert!(observed.get(untagged).unwrap().owned);
        assert!(!observed.get(retagged).unwrap().owned);
        scope.known = observed;
    }
}
