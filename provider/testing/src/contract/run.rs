//! The engine on a cloud: as a whole, and write by write.

use std::{collections::BTreeSet, time::Duration};

use engine::model::{Desired, Key, Life, Maybe, Object, Observed, Scope};
use engine::reconcile::{Answer, Cloud, Convergence, Limits, Step, converge, fold, plan};
use tokio_util::sync::CancellationToken;

/// Whatever a cloud takes its time for is done long before.
const LONG: Duration = Duration::from_secs(60);

pub async fn converged(cloud: &impl Cloud, scope: &Scope, desired: &Desired) -> Convergence {
    let observed = cloud.observe(scope).await.unwrap();
    let deadline = tokio::time::Instant::now() + LONG;
    let limits = Limits::new(deadline, CancellationToken::new());
    let end = converge(cloud, scope, desired, observed, &limits, &|_: &Observed| {}).await;
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
pub async fn walk(
    cloud: &impl Cloud,
    scope: &mut Scope,
    desired: &Desired,
    lines: &mut Vec<String>,
) {
    let mut observed = cloud.observe(scope).await.unwrap();
    for _ in 0..2_000 {
        let plan = plan(desired, &observed);
        if plan.is_settled() {
            return;
        }
        scope.known = observed.clone();
        let Some(step) = plan.ready().next().cloned() else {
            assert!(!plan.awaited.is_empty(), "stuck: {plan:#?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
            observed = looked(cloud, scope, &plan.awaited, observed).await;
            continue;
        };
        match cloud.execute(scope, &step, &observed).await {
            Answer::Done(id) => {
                let mut folded = observed.clone();
                fold(&mut folded, &step, id.map_or(Maybe::Unknown, Maybe::Known));
                scope.known = folded.clone();
                observed = cloud.observe(scope).await.unwrap();
                assert_same(&step, &folded, &observed);
                lines.push(step.to_string());
            }
            Answer::NotYet(_) | Answer::LookAgain(_) => {
                tokio::time::sleep(Duration::from_millis(50)).await;
                observed = cloud.observe(scope).await.unwrap();
            }
            Answer::Failed(error) => panic!("{step}: {error}"),
        }
    }
    panic!("no end: {:#?}", plan(desired, &observed));
}

/// A look must see what an observation sees.
async fn looked(
    cloud: &impl Cloud,
    scope: &Scope,
    awaited: &BTreeSet<Key>,
    mut known: Observed,
) -> Observed {
    cloud.look(scope, awaited, &mut known).await.unwrap();
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
