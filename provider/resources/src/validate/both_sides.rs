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

/// <https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html>
pub(super) fn service_supports_the_endpoint(config: &Config) -> Vec<Diagnostic> {
    let served = &config.endpoint_service.supported_ip_address_types;
    let (Some(endpoint), Maybe::Known(Some(served))) = (config.endpoint(), served) else {
        return Vec::new();
    };
    let needed: &[IpFamily] = match endpoint.ip_address_type {
        Maybe::Known(Some(IpAddressType::Ipv4)) => &[IpFamily::Ipv4],
        Maybe::Known(Some(IpAddressType::Ipv6)) => &[IpFamily::Ipv6],
        Maybe::Known(Some(IpAddressType::Dualstack)) => &[IpFamily::Ipv4, IpFamily::Ipv6],
        Maybe::Known(None) | Maybe::Unknown => &[],
    };
    if may_grow(served) {
        return Vec::new();
    }
    needed
        .iter()
        .filter(|family| !served.contains(&Maybe::Known(**family)))
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
