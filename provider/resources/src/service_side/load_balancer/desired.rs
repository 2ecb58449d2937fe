//! The load balancer that the arguments ask for, and its managed security group.

use std::collections::BTreeSet;

use super::*;
use crate::{
    elements::{elements, settled},
    lifecycle::DesiredBuilder,
};
use engine::model::{
    Key, Object, Observed, Side, Slot,
    object::{GroupRef, LoadBalancer, Rule, SecurityGroup},
    tags::Tags,
};

/// Adds them.
pub fn add(
    config: &LoadBalancerConfig,
    observed: &Observed,
    builder: &mut DesiredBuilder<'_>,
) -> Key {
    let seen = observed.of(Slot::LoadBalancer).next();
    let seen = seen.and_then(|(_, seen)| seen.object.as_load_balancer());
    // AWS never adds groups to a load balancer that was born without: only one that was imported
    // can be so, and is left as it is.
    let groupless = seen.is_some_and(|balancer| balancer.security_groups.is_empty());

    let (groups, enforced) = match settled(&config.security_group_ids, None) {
        Some(given) => {
            let groups: BTreeSet<GroupRef> = given.into_iter().map(GroupRef::Given).collect();
            let given = |group: &GroupRef| matches!(group, GroupRef::Given(_));
            let kept =
                seen.filter(|balancer| !groupless && balancer.security_groups.iter().all(given));
            (
                groups,
                kept.is_none_or(|balancer| balancer.enforce_on_private_link),
            )
        }
        None if groupless => (BTreeSet::new(), false),
        // Nothing could enter through a group without inbound rules.
        None => (
            BTreeSet::from([GroupRef::Managed(managed_group(observed, builder))]),
            false,
        ),
    };
    let enforced = settled(&config.enforce_on_private_link, None).unwrap_or(enforced);
    let balancer = LoadBalancer {
        name: String::new(),
        subnets: elements(&config.subnet_ids),
        enforce_on_private_link: enforced && !groups.is_empty(),
        security_groups: groups,
        ip_address_type: settled(&config.ip_address_type, IP_ADDRESS_TYPE),
        cross_zone: settled(&config.cross_zone_enabled, CROSS_ZONE_ENABLED),
        deletion_protection: settled(
            &config.deletion_protection_enabled,
            DELETION_PROTECTION_ENABLED,
        ),
        tags: Tags::new(),
    };
    builder.add(Slot::LoadBalancer, Object::LoadBalancer(balancer))
}

fn managed_group(observed: &Observed, builder: &mut DesiredBuilder<'_>) -> Key {
    let group = SecurityGroup {
        name: String::new(),
        vpc: observed.surroundings.service_vpc.clone(),
        rules: BTreeSet::from([Rule::EgressAll]),
        tags: Tags::new(),
    };
    builder.add(
        Slot::SecurityGroup(Side::Service),
        Object::SecurityGroup(group),
    )
}
