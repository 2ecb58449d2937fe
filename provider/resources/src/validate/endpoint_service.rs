//! `endpoint_service`.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Diagnostic, Value};

use super::{error, place, warning};
use crate::config::{Config, defaults::IDLE_TIMEOUT_SECONDS, known, principal};
use engine::model::{
    Maybe,
    object::{load_balancer::IpAddressType, target_group::IpFamily},
};

const OBJECT: &str = "endpoint_service";

pub(super) fn some_address_type(config: &Config) -> Vec<Diagnostic> {
    match &config.endpoint_service.supported_ip_address_types {
        Maybe::Known(Some(types)) if types.is_empty() => vec![error(
            place(OBJECT, "supported_ip_address_types"),
            "No address types",
            "A service supports \"ipv4\", \"ipv6\" or both. Leave the argument out for \"ipv4\".",
        )],
        _ => Vec::new(),
    }
}

/// <https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#supported-ip-address-types>
pub(super) fn ipv6_needs_dualstack(config: &Config) -> Vec<Diagnostic> {
    let Maybe::Known(Some(types)) = &config.endpoint_service.supported_ip_address_types else {
        return Vec::new();
    };
    let balancer = &config.load_balancer.ip_address_type;
    if *balancer != Maybe::Known(IpAddressType::Ipv4)
        || !types.contains(&Maybe::Known(IpFamily::Ipv6))
    {
        return Vec::new();
    }
    vec![error(
        place(OBJECT, "supported_ip_address_types"),
        "IPv6 endpoints at an IPv4 load balancer",
        "\"ipv6\" needs load_balancer.ip_address_type = \"dualstack\". The brokers themselves may \
         stay on IPv4.",
    )]
}

/// What the service supports may be left out, but it has nothing that its load balancer has not.
pub(super) fn ipv6_endpoint_needs_dualstack(config: &Config) -> Vec<Diagnostic> {
    let endpoint = config.endpoint.known().and_then(Option::as_ref);
    let asked = endpoint.and_then(|it| it.ip_address_type.known()?.as_ref());
    let types = &config.endpoint_service.supported_ip_address_types;
    if config.load_balancer.ip_address_type != Maybe::Known(IpAddressType::Ipv4)
        || matches!(types, Maybe::Known(Some(_)))
        || asked.is_none_or(|kind| !kind.families().contains(&IpFamily::Ipv6))
    {
        return Vec::new();
    }
    vec![error(
        place("endpoint", "ip_address_type"),
        "IPv6 endpoint at an IPv4 load balancer",
        "An endpoint of this type needs load_balancer.ip_address_type = \"dualstack\". The brokers \
         themselves may stay on IPv4.",
    )]
}

pub(super) fn no_principal_twice(config: &Config) -> Vec<Diagnostic> {
    let principals = config.endpoint_service.allowed_principals.known();
    let mut roots: BTreeMap<&str, &str> = BTreeMap::new();
    let mut found = Vec::new();
    for text in principals.into_iter().flat_map(known) {
        let Some(account) = principal::root_account(text) else {
            continue;
        };
        if let Some(other) = roots.insert(account, text) {
            found.push(error(
                place(OBJECT, "allowed_principals").element(Value::from(text)),
                "Principal named twice",
                format!("{text:?} and {other:?} are the same account. Remove one of them."),
            ));
        }
    }
    found
}

pub(super) fn somebody_decides(config: &Config) -> Vec<Diagnostic> {
    let service = &config.endpoint_service;
    let everybody = service
        .allowed_principals
        .known()
        .is_some_and(|principals| known(principals).any(|text| text == principal::EVERYBODY));
    if !everybody || service.acceptance_required != Maybe::Known(false) {
        return Vec::new();
    }
    vec![warning(
        place(OBJECT, "allowed_principals"),
        "Every AWS account can connect",
        "With \"*\" and acceptance_required = false, anybody who learns the name of the service \
         reaches the brokers: only their own authentication is left. Name the principals, or \
         require acceptance.",
    )]
}

/// Of two regions, at most one is the service's own. With one, the region has to be known.
pub(super) fn default_idle_timeout_across_regions(config: &Config) -> Vec<Diagnostic> {
    let regions = config.endpoint_service.supported_regions.known();
    let regions: BTreeSet<&String> = regions.into_iter().flat_map(known).collect();
    if regions.len() < 2 || matches!(config.region, Maybe::Known(Some(_))) {
        return Vec::new();
    }
    custom_idle_timeout(config)
}

/// "Cross-Region access is not supported for Network Load Balancers with a custom value configured
/// for the TCP idle timeout."
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region>
pub(super) fn custom_idle_timeout(config: &Config) -> Vec<Diagnostic> {
    match config.listener.tcp_idle_timeout_seconds {
        Maybe::Known(seconds) if seconds != IDLE_TIMEOUT_SECONDS => vec![error(
            place(OBJECT, "supported_regions"),
            "Custom idle timeout across regions",
            format!(
                "AWS does not let other regions in where the idle timeout is not \
                 {IDLE_TIMEOUT_SECONDS} seconds. Remove listener.tcp_idle_timeout_seconds, or \
                 the other regions."
            ),
        )],
        _ => Vec::new(),
    }
}
