//! Where the objects of a path are found.

use std::collections::BTreeMap;

use tfplugin::Value;

use crate::{config::Config, consumer_side, elements::known_in};
use engine::model::{Maybe, Observed, Role, Scope, Side, Slot};

/// By its configuration.
pub(super) fn scope(config: &Config, scope: &mut Scope) {
    scope.subnets = known_in(&config.load_balancer.subnet_ids)
        .cloned()
        .collect();
    consumer_side::scope::scope(config, scope);
}

/// By its state alone.
pub(super) fn scope_of_state(state: &Value, scope: &mut Scope) {
    consumer_side::scope::scope_of_state(state.get("hostname"), state.get("endpoint"), scope);
}

pub(super) fn named(state: &Value) -> BTreeMap<String, Slot> {
    let single = [
        (state.get("id"), Slot::Service),
        (state.get("load_balancer_arn"), Slot::LoadBalancer),
        (
            state.get("load_balancer_security_group_id"),
            Slot::SecurityGroup(Side::Service),
        ),
    ];
    let consumer = consumer_side::scope::named(state.get("endpoint"));
    let groups = state
        .get("target_group_arns")
        .as_map()
        .into_iter()
        .flatten();
    let groups = groups.filter_map(|(key, arn)| {
        let role = match key.as_str() {
            "bootstrap" => Role::Bootstrap,
            id => Role::Broker(id.parse().ok()?),
        };
        Some((arn, Slot::TargetGroup(role)))
    });
    single
        .into_iter()
        .chain(consumer)
        .chain(groups)
        .filter_map(|(id, slot)| Some((id.as_str()?.to_owned(), slot)))
        .collect()
}

pub(super) fn forget_found(observed: &mut Observed, config: &Config) {
    consumer_side::scope::forget_found(observed, config);
}

/// What the surroundings of the path say of the surroundings of `after`: nothing, where it stands
/// elsewhere.
pub(super) fn forget_surroundings(
    observed: &mut Observed,
    before: Option<&Config>,
    after: &Config,
) {
    let balancer = observed.of(Slot::LoadBalancer).next();
    let subnets = before.map(|before| &before.load_balancer.subnet_ids);
    // A load balancer that is there never leaves its VPC.
    if balancer.is_none() && subnets != Some(&after.load_balancer.subnet_ids) {
        observed.surroundings.service_vpc = Maybe::Unknown;
    }
    consumer_side::scope::forget_surroundings(observed, before, after);
}
