//! What a preflight looks at and finds wrong on the consumers' side.

mod dns;
mod records;
mod vpc;

use tfplugin::Diagnostic;

use super::{ConsumerSide, desired::dns_mode, endpoint::EndpointConfig, side};
use crate::{
    elements::{known, known_in},
    lifecycle::preflight::CheckContext,
    network::security_groups,
    syntax::hostname,
};
use engine::model::{
    Inquiry, Maybe, Observed,
    object::{DnsMode, ZoneRef},
};

pub use dns::{
    no_zone_is_in_the_way, vpc_resolves_names, zone_exists, zone_holds_the_hostname,
    zone_resolves_in_the_vpc,
};
pub use records::{hostname_is_free, zone_takes_the_record};
pub use vpc::vpc_exists;

/// Adds what has to be looked at. `observed`: what was kept of the path, or of the one that it
/// replaces.
pub fn inquire<A: ConsumerSide>(arguments: &A, observed: Option<&Observed>, inquiry: &mut Inquiry) {
    let Some(endpoint) = arguments.endpoint() else {
        return;
    };
    let groups = endpoint.security_group_ids.known().and_then(Option::as_ref);
    let groups = groups.into_iter().flat_map(known).cloned();
    inquiry.security_groups.extend(groups);
    let subnets = known_in(&endpoint.subnet_ids).cloned();
    inquiry.consumer_subnets.extend(subnets);
    inquiry.consumer_vpc = endpoint.vpc_id.known().cloned();
    inquiry.dns_is_elsewhere = dns_mode(endpoint) == DnsMode::Nothing;
    inquiry.hosted_zone = given_zone(endpoint);
    inquiry.records_at = new_place(arguments.hostname(), endpoint, observed);
}

/// Where the hostname's records are to be, and none of ours is yet.
fn new_place(
    hostname: &Maybe<String>,
    endpoint: &EndpointConfig,
    observed: Option<&Observed>,
) -> Option<(String, String)> {
    let zone = given_zone(endpoint)?;
    let name = hostname::canonical(hostname.known()?);
    let mut known = observed.into_iter().flat_map(Observed::aliases);
    let given = ZoneRef::Given(zone.as_str().into());
    let is_there = known.any(|(_, _, alias)| alias.zone == given && alias.name == name);
    (!is_there).then_some((zone, name))
}

fn given_zone(endpoint: &EndpointConfig) -> Option<String> {
    endpoint.zone_id.known().cloned().flatten()
}

/// What of the arguments stands on things that the path does not own: its address type and blocks
/// are AWS's to judge.
pub fn ground(endpoint: &EndpointConfig) -> EndpointConfig {
    EndpointConfig {
        allowed_cidr_blocks: Maybe::Known(None),
        allowed_security_group_ids: Maybe::Known(None),
        allowed_prefix_list_ids: Maybe::Known(None),
        ip_address_type: Maybe::Known(None),
        overwrite_record: Maybe::Known(false),
        ..endpoint.clone()
    }
}

/// May the hostname have the record of somebody else? In a managed zone it cannot.
pub fn has_given_zone<A: ConsumerSide>(arguments: &A) -> bool {
    let endpoint = arguments.endpoint();
    endpoint.is_some_and(|endpoint| endpoint.zone_id != Maybe::Known(None))
}

pub fn security_groups_open_the_ports<A: ConsumerSide>(
    case: &CheckContext<'_, A>,
) -> Vec<Diagnostic> {
    let instead = "leave security_group_ids out for a managed group that opens them";
    let found = side(case.config).and_then(|side| {
        security_groups::open_the_ports(case, &side, case.config.ports(), instead)
    });
    found.into_iter().collect()
}
