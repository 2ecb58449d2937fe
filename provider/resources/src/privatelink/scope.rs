//! Where the objects of a path are found.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Value;

use crate::{
    config::{Config, hostname, known},
    lifecycle::text,
};
use engine::model::{Maybe, Observed, Role, Scope, Side, Slot};

/// By its configuration.
pub(super) fn scope(config: &Config, scope: &mut Scope) {
    let endpoint = config.endpoint.known().and_then(Option::as_ref);
    scope.subnets = subnets(config);
    if let Some(endpoint) = endpoint {
        scope.consumer_vpc = endpoint.vpc_id.known().cloned();
        scope.hostname = config
            .hostname
            .known()
            .map(|name| hostname::canonical(name));
        scope.zone_id = endpoint.zone_id.known().cloned().flatten();
    }
}

/// By its state alone.
pub(super) fn scope_of_state(state: &Value, scope: &mut Scope) {
    let endpoint = state.get("endpoint");
    scope.consumer_vpc = text(endpoint.get("vpc_id"));
    // Also without an endpoint: a create that failed before it leaves a zone behind.
    scope.hostname = state.get("hostname").as_str().map(hostname::canonical);
    scope.zone_id = text(endpoint.get("zone_id"));
}

pub(super) fn named(state: &Value) -> BTreeMap<String, Slot> {
    let endpoint = state.get("endpoint");
    let single = [
        (state.get("id"), Slot::Service),
        (state.get("load_balancer_arn"), Slot::LoadBalancer),
        (
            state.get("load_balancer_security_group_id"),
            Slot::SecurityGroup(Side::Service),
        ),
        (endpoint.get("id"), Slot::Endpoint),
        (
            endpoint.get("managed_security_group_id"),
            Slot::SecurityGroup(Side::Consumer),
        ),
    ];
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
        .chain(groups)
        .filter_map(|(id, slot)| Some((id.as_str()?.to_owned(), slot)))
        .collect()
}

fn subnets(config: &Config) -> BTreeSet<String> {
    let subnets = config.load_balancer.subnet_ids.known();
    subnets.into_iter().flat_map(known).cloned().collect()
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
    let vpc = |config: &Config| config.endpoint.known()?.as_ref()?.vpc_id.known().cloned();
    let before = before.and_then(vpc);
    if before.is_none() || before != vpc(after) {
        observed.surroundings.consumer_cidrs = Maybe::Unknown;
        observed.surroundings.consumer_ipv6_cidrs = Maybe::Unknown;
    }
}
