//! Which facts the observation shows already.

use super::{
    Fact, Need, bootstrap,
    connection::{live, losers},
    rejection::asks,
    subnets,
    view::{View, speaks},
};
use crate::model::{
    BrokerId, Key, Life, Object, Role, Slot,
    object::target_group::{IpFamily, Target},
};

/// Whether the fact is seen.
pub(super) fn holds(view: &View<'_>, fact: &Fact) -> bool {
    match fact {
        Fact::Until(key, need) => is_at(view, *key, *need),
        Fact::Released { key, by } => view
            .seen(*by)
            .is_none_or(|by| !by.object.references().contains(key)),
        Fact::Gone(key) => view.seen(*key).is_none(),
        Fact::Disconnected => live(view).next().is_none(),
        Fact::Rejected => losers(view).is_empty(),
        Fact::Placed => subnets::are_settled(view),
        Fact::Asking(key) => view.seen(*key).is_some_and(asks),
        Fact::Speaks(key, family) => view
            .seen(*key)
            .is_some_and(|seen| speaks(&seen.object, *family)),
        Fact::Unspoken(key, family) => !is_used(view, *key, *family),
        Fact::Served(role) => view.serves(*role),
        Fact::Left(id) => has_left(view, *id),
        Fact::Joined(id) => has_joined(view, *id),
        Fact::Registered(key) => is_registered(view, *key),
        Fact::Healthy(id) => bootstrap::is_healthy(view, *id),
        Fact::Dismissed(key) => bootstrap::has_dismissed(view, *key),
        Fact::Empty(key) => view
            .seen_group(*key)
            .is_none_or(|group| group.targets.is_empty()),
        Fact::Open(key) => is_open(view, *key),
        // Counted, not seen: the plan grants as many as there are places.
        Fact::Room | Fact::Whole | Fact::Never(_) => false,
    }
}

fn is_at(view: &View<'_>, key: Key, need: Need) -> bool {
    let Some(seen) = view.seen(key) else {
        return false;
    };
    let is_ready = seen.life == Life::Ready
        && seen
            .object
            .as_endpoint()
            .is_none_or(|endpoint| endpoint.accepted);
    match need {
        Need::Exists => matches!(seen.life, Life::Coming | Life::Ready),
        Need::Ready => is_ready,
        Need::Serves => match key.slot {
            Slot::LoadBalancer => is_ready && view.wanted_roles().all(|role| view.serves(role)),
            Slot::TargetGroup(_) => is_ready && is_registered(view, key),
            _ => is_ready,
        },
    }
}

/// Something that stays points at the object and speaks this family.
fn is_used(view: &View<'_>, key: Key, family: IpFamily) -> bool {
    let stay = |by: &Key| !view.forgotten.contains(by);
    let objects = view.observed.objects.iter();
    objects.filter(|(by, _)| stay(by)).any(|(_, seen)| {
        seen.object.references().contains(&key) && speaks(&seen.object, family)
            || key.slot == Slot::LoadBalancer
                && seen
                    .object
                    .as_listener()
                    .and_then(|it| it.forward)
                    .and_then(|group| view.seen_group(group))
                    .is_some_and(|group| group.family == family)
    })
}

/// No bootstrap group that serves, or is to serve, holds a target of this broker alone.
fn has_left(view: &View<'_>, id: BrokerId) -> bool {
    let wanted = view.wanted_group(Role::Bootstrap);
    let stays = |target: &Target| wanted.is_some_and(|(_, group)| group.targets.contains(target));
    let own = view.targets_of(id);
    view.observed
        .of(Slot::TargetGroup(Role::Bootstrap))
        // One whose listener is missing will serve in a moment.
        .filter(|(key, _)| view.is_serving(*key) || view.is_wanted(*key))
        .filter_map(|(_, seen)| seen.object.as_target_group())
        .flat_map(|group| &group.targets)
        .all(|target| stays(target) || !own.contains(target))
}

/// The broker's wanted targets are in the wanted bootstrap group.
fn has_joined(view: &View<'_>, id: BrokerId) -> bool {
    let Some((key, _)) = view.wanted_group(Role::Bootstrap) else {
        return true;
    };
    let Some((_, own)) = view.wanted_group(Role::Broker(id)) else {
        return true;
    };
    view.seen_group(key)
        .is_some_and(|group| own.targets.is_subset(&group.targets))
}

/// All that may be in are in, and a group that is to have targets has some.
fn is_registered(view: &View<'_>, key: Key) -> bool {
    let wanted = view.wanted(key).and_then(Object::as_target_group);
    let (Some(wanted), Some(seen)) = (wanted, view.seen_group(key)) else {
        return false;
    };
    let mut missing = wanted.targets.difference(&seen.targets);
    missing.all(|target| !view.may_join(wanted, target))
        && (wanted.targets.is_empty() || !wanted.targets.is_disjoint(&seen.targets))
}

/// Every wanted rule of the security group is in force.
fn is_open(view: &View<'_>, key: Key) -> bool {
    let wanted = view.wanted(key).and_then(Object::as_security_group);
    let seen = view
        .seen(key)
        .and_then(|seen| seen.object.as_security_group());
    match (wanted, seen) {
        (Some(wanted), Some(seen)) => wanted.rules.is_subset(&seen.rules),
        _ => false,
    }
}
