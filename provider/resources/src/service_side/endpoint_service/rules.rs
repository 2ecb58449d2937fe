//! What the endpoint service's arguments must not be together, or with those of others.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Diagnostic, Path, Value};

use super::ServiceConfig;
use crate::{
    elements::{known, known_in, may_grow},
    finding::{error, warning},
    service_side::{
        listener::{IDLE_TIMEOUT_SECONDS, ListenerConfig},
        load_balancer::LoadBalancerConfig,
    },
    syntax::{arn::Arn, principal, region::partition},
};
use engine::model::{
    Maybe,
    object::{load_balancer::IpAddressType, target_group::IpFamily},
};

pub fn some_address_type(service: &ServiceConfig) -> Vec<Diagnostic> {
    match &service.supported_ip_address_types {
        Maybe::Known(Some(types)) if types.is_empty() => vec![error(
            place("supported_ip_address_types"),
            "No address types",
            "A service supports \"ipv4\", \"ipv6\" or both. Leave the argument out for \"ipv4\".",
        )],
        _ => Vec::new(),
    }
}

/// <https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#supported-ip-address-types>
pub fn ipv6_needs_dualstack(
    service: &ServiceConfig,
    balancer: &LoadBalancerConfig,
) -> Vec<Diagnostic> {
    let Maybe::Known(Some(types)) = &service.supported_ip_address_types else {
        return Vec::new();
    };
    if balancer.ip_address_type != Maybe::Known(IpAddressType::Ipv4)
        || !types.contains(&Maybe::Known(IpFamily::Ipv6))
    {
        return Vec::new();
    }
    vec![error(
        place("supported_ip_address_types"),
        "IPv6 endpoints at an IPv4 load balancer",
        "\"ipv6\" needs load_balancer.ip_address_type = \"dualstack\". The brokers themselves may \
         stay on IPv4.",
    )]
}

pub fn no_principal_twice(service: &ServiceConfig) -> Vec<Diagnostic> {
    let principals = service.allowed_principals.known();
    let mut roots: BTreeMap<&str, &str> = BTreeMap::new();
    let mut found = Vec::new();
    for text in principals.into_iter().flat_map(known) {
        let Some(account) = principal::root_account(text) else {
            continue;
        };
        if let Some(other) = roots.insert(account, text) {
            found.push(error(
                place("allowed_principals").element(Value::from(text)),
                "Principal named twice",
                format!("{text:?} and {other:?} are the same account. Remove one of them."),
            ));
        }
    }
    found
}

pub fn somebody_decides(service: &ServiceConfig) -> Vec<Diagnostic> {
    let everybody = service
        .allowed_principals
        .known()
        .is_some_and(|principals| known(principals).any(|text| text == principal::EVERYBODY));
    if !everybody || service.acceptance_required != Maybe::Known(false) {
        return Vec::new();
    }
    vec![warning(
        place("allowed_principals"),
        "Every AWS account can connect",
        "With \"*\" and acceptance_required = false, anybody who learns the name of the service \
         reaches the brokers: only their own authentication is left. Name the principals, or \
         require acceptance.",
    )]
}

/// AWS lets in nobody whom no principal allows, accepted or not. Organizational units and services
/// may allow any account.
pub fn accepted_accounts_are_allowed(service: &ServiceConfig) -> Vec<Diagnostic> {
    let Maybe::Known(allowed) = &service.allowed_principals else {
        return Vec::new();
    };
    if may_grow(allowed) {
        return Vec::new();
    }
    let may_allow = |account: &str| {
        let mut accounts = known(allowed).map(|text| principal::account(text));
        accounts.any(|allowed| allowed.is_none_or(|allowed| allowed == account))
    };
    let named = known_in(&service.auto_accept_principals);
    let accounts = named.filter_map(|text| Some((text, principal::account(text)?)));
    accounts
        .filter(|(_, account)| !may_allow(account))
        .map(|(text, account)| {
            warning(
                place("auto_accept_principals").element(Value::from(text.as_str())),
                "An accepted account that is not allowed",
                format!(
                    "AWS lets account {account} make no endpoint of this service unless it is the \
                     service's own account: no principal in allowed_principals is of it. Add it \
                     there, or remove it here."
                ),
            )
        })
        .collect()
}

/// Of two regions, at most one is the service's own. With one, the region has to be known.
pub fn default_idle_timeout_across_regions(
    service: &ServiceConfig,
    listener: &ListenerConfig,
    region: &Maybe<Option<String>>,
) -> Vec<Diagnostic> {
    let regions = service.supported_regions.known();
    let regions: BTreeSet<&String> = regions.into_iter().flat_map(known).collect();
    if regions.len() < 2 || matches!(region, Maybe::Known(Some(_))) {
        return Vec::new();
    }
    custom_idle_timeout(listener)
}

/// "Cross-Region access is not supported for Network Load Balancers with a custom value configured
/// for the TCP idle timeout."
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region>
fn custom_idle_timeout(listener: &ListenerConfig) -> Vec<Diagnostic> {
    match listener.tcp_idle_timeout_seconds {
        Maybe::Known(seconds) if seconds != IDLE_TIMEOUT_SECONDS => vec![error(
            place("supported_regions"),
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

pub fn default_idle_timeout_in_region(
    service: &ServiceConfig,
    listener: &ListenerConfig,
    region: &str,
) -> Vec<Diagnostic> {
    let regions = service.supported_regions.known();
    match regions
        .into_iter()
        .flat_map(known)
        .any(|other| other != region)
    {
        true => custom_idle_timeout(listener),
        false => Vec::new(),
    }
}

/// Nothing connects two partitions.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region>
pub fn partition_is_one(service: &ServiceConfig, region: &str) -> Vec<Diagnostic> {
    let own = partition(region);
    let regions = service
        .supported_regions
        .known()
        .into_iter()
        .flat_map(known);
    let principals = service
        .allowed_principals
        .known()
        .into_iter()
        .flat_map(known);
    let regions = regions.map(|text| ("supported_regions", text, partition(text)));
    let principals = principals
        .filter_map(|text| Some(("allowed_principals", text, Arn::parse(text)?.partition)));
    regions
        .chain(principals)
        .filter(|(_, _, other)| *other != own)
        .map(|(name, text, other)| {
            error(
                place(name).element(Value::from(text)),
                "Another partition",
                format!(
                    "{text:?} is in the partition {other:?}, and {region} in {own:?}. AWS \
                     connects nothing between partitions: remove it."
                ),
            )
        })
        .collect()
}

fn place(argument: &str) -> Path {
    Path::of("endpoint_service").attribute(argument)
}
