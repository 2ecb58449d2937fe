//! The endpoint service that the arguments ask for.

use std::collections::BTreeSet;

use super::*;
use crate::{
    elements::{elements, known, may_grow, settled},
    syntax::hostname,
};
use engine::model::{
    Key, Observed, Slot,
    object::{Service, load_balancer::IpAddressType},
    tags::{HOSTNAME, Tags},
};

/// The service in front of a load balancer of this type.
pub fn service(
    config: &ServiceConfig,
    load_balancer: Key,
    balancer_type: &Maybe<IpAddressType>,
    hostname: &Maybe<String>,
    region: &str,
    observed: &Observed,
) -> Service {
    let seen = observed.of(Slot::Service).next();
    let seen = seen.and_then(|(_, seen)| seen.object.as_service());
    let mut served = BTreeSet::from([IpFamily::Ipv4]);
    if *balancer_type == Maybe::Known(IpAddressType::Dualstack) {
        served.insert(IpFamily::Ipv6);
    }
    let families = match (&config.supported_ip_address_types, seen) {
        (Maybe::Known(Some(families)), _) if !may_grow(families) => {
            known(families).copied().collect()
        }
        // As it is, but a load balancer that is to have IPv4 alone cannot keep a service's IPv6.
        (Maybe::Known(None), Some(service)) if service.ip_address_types.is_subset(&served) => {
            service.ip_address_types.clone()
        }
        (Maybe::Known(None), _) => BTreeSet::from([IpFamily::Ipv4]),
        // What is unknown may be whatever an endpoint needs.
        (Maybe::Known(Some(_)) | Maybe::Unknown, _) => served,
    };
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
