//! Rules between the two sides of a path.

use std::collections::BTreeSet;

use tfplugin::{Diagnostic, Path};

use super::ports::ports;
use crate::{
    config::Config,
    consumer_side::{ConsumerSide, rules},
    elements::may_grow,
    finding::error,
};
use engine::model::{
    Maybe,
    object::{load_balancer::IpAddressType, target_group::IpFamily},
};

/// The endpoint's managed group has a rule for each range of them. An unknown port may close a gap
/// between two ranges.
pub(super) fn ports_fit_in_a_security_group(config: &Config) -> Vec<Diagnostic> {
    let is_port = |path: &Path| path.to_string().contains("port");
    if config.unknown_shape.iter().any(is_port) || config.brokers.is_unknown() {
        return Vec::new();
    }
    let ports: BTreeSet<u16> = ports(config).into_iter().map(|(port, ..)| port).collect();
    rules::rules_fit_in_a_group(config, &ports)
}

/// What the service supports may be left out, but it has nothing that its load balancer has not.
pub(super) fn ipv6_endpoint_needs_dualstack(config: &Config) -> Vec<Diagnostic> {
    let asked = config
        .endpoint()
        .and_then(|it| it.ip_address_type.known()?.as_ref());
    let types = &config.endpoint_service.supported_ip_address_types;
    if config.load_balancer.ip_address_type != Maybe::Known(IpAddressType::Ipv4)
        || matches!(types, Maybe::Known(Some(_)))
        || asked.is_none_or(|kind| !kind.families().contains(&IpFamily::Ipv6))
    {
        return Vec::new();
    }
    vec![error(
        Config::place("ip_address_type"),
        "IPv6 endpoint at an IPv4 load balancer",
        "An endpoint of this type needs load_balancer.ip_address_type = \"dualstack\". The brokers \
         themselves may stay on IPv4.",
    )]
}

/// <https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html>
pub(super) fn service_supports_the_endpoint(config: &Config) -> Vec<Diagnostic> {
    let served = &config.endpoint_service.supported_ip_address_types;
    let (Some(endpoint), Maybe::Known(Some(served))) = (config.endpoint(), served) else {
        return Vec::new();
    };
    let asked = endpoint.ip_address_type.known().copied().flatten();
    let needed = asked.map_or_else(Vec::new, IpAddressType::families);
    if may_grow(served) {
        return Vec::new();
    }
    needed
        .into_iter()
        .filter(|family| !served.contains(&Maybe::Known(*family)))
        .map(|family| {
            let family = family.as_str();
            error(
                Config::place("ip_address_type"),
                "Address type that the service does not support",
                format!(
                    "An endpoint of this type needs {family:?} in \
                     endpoint_service.supported_ip_address_types. Add it there, or choose another \
                     type."
                ),
            )
        })
        .collect()
}
