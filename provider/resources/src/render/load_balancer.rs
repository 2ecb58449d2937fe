//! `load_balancer` and what AWS says of it.

use std::collections::BTreeSet;

use tfplugin::Value;

use super::{View, values};
use engine::model::{
    Key, Seen, Side, Slot,
    object::{GroupRef, LoadBalancer},
};

fn seen<'a>(view: &View<'a>) -> Option<(&'a Seen, &'a LoadBalancer)> {
    let (_, seen) = view.one(Slot::LoadBalancer)?;
    Some((seen, seen.object.as_load_balancer()?))
}

pub(super) fn load_balancer(view: &View<'_>) -> Value {
    let Some((_, balancer)) = seen(view) else {
        return Value::Null;
    };
    let managed = view
        .config()
        .is_none_or(|config| config.load_balancer.security_group_ids.known() == Some(&None));
    let enforced = if balancer.enforce_on_private_link {
        "on"
    } else {
        "off"
    };
    Value::object([
        ("subnet_ids", values::texts(&balancer.subnets)),
        (
            "security_group_ids",
            groups(view, &balancer.security_groups, managed),
        ),
        (
            "enforce_security_group_inbound_rules_on_private_link_traffic",
            enforced.into(),
        ),
        ("ip_address_type", balancer.ip_address_type.as_str().into()),
        ("cross_zone_enabled", balancer.cross_zone.into()),
        (
            "deletion_protection_enabled",
            balancer.deletion_protection.into(),
        ),
    ])
}

/// Security groups of an object; null where the managed group is all. `managed`: the user wants
/// that, or has not said.
pub(super) fn groups(view: &View<'_>, groups: &BTreeSet<GroupRef>, managed: bool) -> Value {
    let all_managed = groups.iter().all(|group| group.managed().is_some());
    if all_managed && (managed || !groups.is_empty()) {
        return Value::Null;
    }
    Value::set(groups.iter().map(|group| match group {
        GroupRef::Given(id) => values::text(id),
        GroupRef::Managed(key) => id_of(view, *key),
    }))
}

/// The id of the managed group among `groups`.
pub(super) fn managed_id(view: &View<'_>, groups: &BTreeSet<GroupRef>, side: Side) -> Value {
    let slot = Slot::SecurityGroup(side);
    let key = groups
        .iter()
        .find_map(GroupRef::managed)
        .filter(|key| key.slot == slot);
    key.map_or(Value::Null, |key| id_of(view, key))
}

fn id_of(view: &View<'_>, key: Key) -> Value {
    view.observed
        .get(key)
        .map_or(Value::Null, |seen| values::text(&seen.id))
}

pub(super) fn arn(view: &View<'_>) -> Value {
    seen(view).map_or(Value::Null, |(seen, _)| values::text(&seen.id))
}

pub(super) fn dns_name(view: &View<'_>) -> Value {
    seen(view).map_or(Value::Null, |(seen, _)| {
        values::text(&seen.outputs.dns_name)
    })
}

/// The hosted zone of its DNS name.
pub(super) fn zone_id(view: &View<'_>) -> Value {
    seen(view).map_or(Value::Null, |(seen, _)| {
        values::text(&seen.outputs.hosted_zone_id)
    })
}

pub(super) fn managed_group(view: &View<'_>) -> Value {
    if let Some((_, balancer)) = seen(view) {
        return managed_id(view, &balancer.security_groups, Side::Service);
    }
    // A group that a failed create or delete has left alone is found again by what the state says.
    let mut left = view.observed.of(Slot::SecurityGroup(Side::Service));
    left.next()
        .map_or(Value::Null, |(_, seen)| values::text(&seen.id))
}
