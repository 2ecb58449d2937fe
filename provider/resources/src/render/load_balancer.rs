//! `load_balancer` and what AWS says of it.

use tfplugin::Value;

use super::{View, values};
use crate::network::group_ids;
use engine::model::{Seen, Side, Slot, object::LoadBalancer};

/// The managed security group.
const SLOT: Slot = Slot::SecurityGroup(Side::Service);

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
            group_ids::rendered(view, &balancer.security_groups, managed),
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
        return group_ids::managed(view, &balancer.security_groups, SLOT);
    }
    // A group that a failed create or delete has left alone is found again by what the state says.
    let mut left = view.observed.of(SLOT);
    left.next()
        .map_or(Value::Null, |(_, seen)| values::text(&seen.id))
}
