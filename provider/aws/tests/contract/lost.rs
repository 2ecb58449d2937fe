//! Answers that get lost and reads that come late make nothing twice.

use engine::model::Desired;
use serde_json::json;
use testing::contract::{Account, Path, converged};

use crate::world::world;

#[tokio::test]
#[ignore = "needs SANDBOX_URL; acceptance-tests/test_contract.py runs it"]
async fn lost_answers_make_nothing_twice() {
    let world = world(4).await;
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
    let path = Path::of(world.ground(), 2);
    let mut scope = path.scope();
    let end = converged(&world.cloud(), &scope, &path.desired()).await;
    assert_eq!(end.observed.twins, []);
    assert_eq!(world.endpoints().await, 1);
    scope.known = end.observed;
    converged(&world.cloud(), &scope, &Desired::nothing()).await;
    assert_eq!(world.endpoints().await, 0);
}

#[tokio::test]
#[ignore = "needs SANDBOX_URL; acceptance-tests/test_contract.py runs it"]
async fn what_aws_does_not_show_yet_is_not_made_twice() {
    let world = world(5).await;
    world.set(json!({"staleness": 1.5}));
    let path = Path::of(world.ground(), 1);
    let mut scope = path.scope();
    let end = converged(&world.cloud(), &scope, &path.desired()).await;
    assert_eq!(end.observed.twins, []);
    assert_eq!(world.endpoints().await, 1);
    scope.known = end.observed;
    converged(&world.cloud(), &scope, &Desired::nothing()).await;
}
