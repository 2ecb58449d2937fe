//! What a refresh costs, and what a look sees.

use std::collections::BTreeSet;

use engine::model::Key;
use engine::reconcile::{Cloud, plan};

use crate::{path::Path, run::converged, world::world};

#[tokio::test]
#[ignore = "needs SANDBOX_URL; acceptance-tests/test_contract.py runs it"]
async fn a_refresh_stays_within_its_budget() {
    let world = world(2).await;
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
#[ignore = "needs SANDBOX_URL; acceptance-tests/test_contract.py runs it"]
async fn a_look_sees_what_an_observation_sees() {
    let world = world(3).await;
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
