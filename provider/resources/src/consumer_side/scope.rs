//! Where the objects of the consumers' side are found.

use tfplugin::Value;

use super::{ConsumerSide, desired::dns_mode, endpoint::DNS_MODES};
use crate::{lifecycle::text, syntax::hostname};
use engine::model::{
    Maybe, Object, Observed, Scope, Side, Slot,
    object::{DnsMode, ZoneRef},
};

/// By its arguments.
pub fn scope<A: ConsumerSide>(arguments: &A, scope: &mut Scope) {
    let Some(endpoint) = arguments.endpoint() else {
        return;
    };
    let hostname = arguments.hostname().known();
    scope.consumer_vpc = endpoint.vpc_id.known().cloned();
    scope.hostname = hostname.map(|name| hostname::canonical(name));
    scope.zone_id = endpoint.zone_id.known().cloned().flatten();
    scope.dns = dns_mode(endpoint);
}

/// By a state alone. `endpoint`: the object that the endpoint's attributes are in.
pub fn scope_of_state(hostname: &Value, endpoint: &Value, scope: &mut Scope) {
    scope.consumer_vpc = text(endpoint.get("vpc_id"));
    // Also without an endpoint: a create that failed before it leaves a zone behind.
    scope.hostname = hostname.as_str().map(hostname::canonical);
    scope.zone_id = text(endpoint.get("zone_id"));
    let mode = endpoint.get("dns").get("mode").as_str();
    let known = DNS_MODES.iter().find(|(word, _)| Some(*word) == mode);
    scope.dns = known.map(|(_, mode)| *mode).unwrap_or_default();
}

/// The ids in a state, and the objects that they are of.
pub fn named(endpoint: &Value) -> [(&Value, Slot); 2] {
    [
        (endpoint.get("id"), Slot::Endpoint),
        (
            endpoint.get("managed_security_group_id"),
            Slot::SecurityGroup(Side::Consumer),
        ),
    ]
}

/// Forgets the records that an import found in zones of others, where `arguments` leave DNS to
/// these: whoever runs it has made them.
pub fn forget_found<A: ConsumerSide>(observed: &mut Observed, arguments: &A) {
    let is_theirs = |endpoint| dns_mode(endpoint) == DnsMode::Nothing;
    if !arguments.endpoint().is_some_and(is_theirs) {
        return;
    }
    let is_found = |object: &Object| {
        let alias = object.as_alias();
        alias.is_some_and(|alias| matches!(alias.zone, ZoneRef::Given(_)))
    };
    observed.objects.retain(|_, seen| !is_found(&seen.object));
}

/// Forgets what `observed` says of a VPC that is not the one of `after`.
pub fn forget_surroundings<A: ConsumerSide>(
    observed: &mut Observed,
    before: Option<&A>,
    after: &A,
) {
    let vpc = |arguments: &A| arguments.endpoint()?.vpc_id.known().cloned();
    let before = before.and_then(vpc);
    if before.is_none() || before != vpc(after) {
        observed.surroundings.consumer_cidrs = Maybe::Unknown;
        observed.surroundings.consumer_ipv6_cidrs = Maybe::Unknown;
    }
}
