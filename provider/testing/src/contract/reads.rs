//! What a look sees.

use std::collections::BTreeSet;

use engine::model::Key;
use engine::reconcile::Cloud;

use super::{Account, Path, converged};

pub async fn a_look_sees_what_an_observation_sees(account: &impl Account) {
    let path = Path::of(account.ground(), 2);
    let mut scope = path.scope();
    let mut known = converged(&account.cloud(), &scope, &path.desired())
        .await
        .observed;
    scope.known = known.clone();
    let cloud = account.cloud();
    let observed = cloud.observe(&scope).await.unwrap();
    let keys: BTreeSet<Key> = observed.objects.keys().copied().collect();
    cloud.look(&scope, &keys, &mut known).await.unwrap();
    assert_eq!(known, observed);

    // Keys whose creates went unanswered are found without their ids.
    let mut unseen = observed.clone();
    unseen.objects.clear();
    let blank = path.scope();
    for _ in 0..2 {
        // What hangs on something is found when that is.
        cloud.look(&blank, &keys, &mut unseen).await.unwrap();
    }
    assert_eq!(unseen, observed);
}
