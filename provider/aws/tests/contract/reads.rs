//! What a refresh costs, and what a refusal says.

use engine::reconcile::{Answer, Cloud, ErrorKind, plan};
use serde_json::json;
use testing::contract::{Account, Path, converged};

use crate::world::world;

#[tokio::test]
#[ignore = "needs SANDBOX_URL; acceptance-tests/test_contract.py runs it"]
async fn a_refresh_stays_within_its_budget() {
    let world = world(2).await;
    let brokers = 9;
    let path = Path::of(world.ground(), brokers);
    let mut scope = path.scope();
    let end = converged(&world.cloud(), &scope, &path.desired()).await;
    scope.known = end.observed;
    world.forget_calls();
    let refreshed = world.cloud().observe(&scope).await.unwrap();
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
#[ignore = "needs SANDBOX_URL; acceptance-tests/test_contract.py runs it"]
async fn a_refused_write_fails_and_keeps_its_request_id() {
    let world = world(9).await;
    let path = Path::of(world.ground(), 1);
    let scope = path.scope();
    let aws = world.cloud();
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
