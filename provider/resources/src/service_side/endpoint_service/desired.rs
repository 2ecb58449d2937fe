//! The endpoint service that the arguments ask for.

use std::collections::BTreeSet;

use super::*;
use crate::{
    consumer_side::endpoint::EndpointConfig,
    elements::{elements, known, known_in, may_grow, settled},
    syntax::hostname,
};
use engine::model::{
    Key, Observed, Slot,
    object::{Service, load_balancer::IpAddressType},
    tags::{HOSTNAME, Tags},
};

/// The address families of endpoints that the service lets in. Left out they are what they are, and
/// what the path's own endpoint asks for.
pub fn families(
    config: &ServiceConfig,
    balancer_type: &Maybe<IpAddressType>,
    endpoint: Option<&EndpointConfig>,
    observed: &Observed,
) -> BTreeSet<IpFamily> {
    let seen = observed.of(Slot::Service).next();
    let seen = seen.and_then(|(_, seen)| seen.object.as_service());
    let mut served = BTreeSet::from([IpFamily::Ipv4]);
    if *balancer_type == Maybe::Known(IpAddressType::Dualstack) {
        served.insert(IpFamily::Ipv6);
    }
    match &config.supported_ip_address_types {
        Maybe::Known(Some(families)) if !may_grow(families) => known(families).copied().collect(),
        Maybe::Known(None) => {
            // A load balancer that is to have IPv4 alone cannot keep a service's IPv6.
            let kept = seen
                .map(|service| &service.ip_address_types)
                .filter(|families| families.is_subset(&served));
            let asked = endpoint.and_then(|it| it.ip_address_type.known().copied().flatten());
            let mut families = kept.map_or(BTreeSet::from([IpFamily::Ipv4]), BTreeSet::clone);
            families.extend(asked.into_iter().flat_map(IpAddressType::families));
            families
        }
        // What is unknown may be whatever an endpoint needs.
        Maybe::Known(Some(_)) | Maybe::Unknown => served,
    }
}

/// The service in front of a load balancer, for endpoints of these families.
pub fn service(
    config: &ServiceConfig,
    load_balancer: Key,
    families: BTreeSet<IpFamily>,
    hostname: &Maybe<String>,
    region: &str,
) -> Service {
    let hostname = hostname.as_ref().map(|name| hostname::canonical(name));
    Service {
        load_balancer: Some(load_balancer),
        acceptance_required: settled(&config.acceptance_required, ACCEPTANCE_REQUIRED),
        principals: elements(&config.allowed_principals)
            .into_iter()
            .map(|principal| principal.map(|text| principal::canonical(&text, region)))
            .collect(),
        ip_address_types: families,
        // AWS counts the service's own region in, named or not.
        regions: elements(&config.supported_regions)
            .into_iter()
            .filter(|other| other.known().map(String::as_str) != Some(region))
            .collect(),
        // Where there is no alias, an import learns the hostname from here.
        tags: Tags::from([(HOSTNAME.to_owned(), hostname)]),
    }
}

/// The accounts whose connections are accepted, as far as they are known.
pub fn accept_from(config: &ServiceConfig) -> BTreeSet<String> {
    known_in(&config.auto_accept_principals)
        .filter_map(|text| principal::account(text))
        .map(str::to_owned)
        .collect()
}
