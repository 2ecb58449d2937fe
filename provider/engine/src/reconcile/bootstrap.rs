//! Who of bootstrap is healthy, and whom it still offers: what `wait_for_healthy` goes by.

use super::view::View;
use crate::model::{BrokerId, Key, Role};

/// Wanted brokers that bootstrap may offer by now.
pub(super) fn offerable(view: &View<'_>) -> Vec<BrokerId> {
    let Some((_, bootstrap)) = view.wanted_group(Role::Bootstrap) else {
        return Vec::new();
    };
    view.broker_groups()
        .filter(|(_, own)| own.targets.iter().all(|it| view.may_join(bootstrap, it)))
        .map(|(id, _)| id)
        .collect()
}

/// The broker's wanted targets are healthy in the wanted bootstrap group.
pub(super) fn is_healthy(view: &View<'_>, id: BrokerId) -> bool {
    let bootstrap = view.wanted_group(Role::Bootstrap);
    let own = view.wanted_group(Role::Broker(id));
    let (Some((key, _)), Some((_, own))) = (bootstrap, own) else {
        return true;
    };
    view.seen(key).is_some_and(|seen| {
        let mut health = own.targets.iter().map(|target| seen.health.get(target));
        health.all(|health| health.is_some_and(|health| health.state == "healthy"))
    })
}

/// The wanted bootstrap group holds no target of this group that is not to be in it.
pub(super) fn has_dismissed(view: &View<'_>, group: Key) -> bool {
    let Some((key, wanted)) = view.wanted_group(Role::Bootstrap) else {
        return true;
    };
    let (Some(bootstrap), Some(group)) = (view.seen_group(key), view.seen_group(group)) else {
        return true;
    };
    let mut own = group.targets.iter().chain(&group.made_for);
    own.all(|target| wanted.targets.contains(target) || !bootstrap.targets.contains(target))
}
