//! The rules between the arguments of a configuration.
//!
//! No rule calls AWS, and none refuses what an unknown value may still make right. What is wrong
//! with one argument for itself is found while [`Config`] is read.

mod brokers;
mod endpoint;
mod endpoint_service;
mod listener;
mod load_balancer;
mod ports;
mod region;
mod target_group;

use tfplugin::{Diagnostic, Path};

use crate::{
    config::Config,
    lifecycle::{
        rules::{RegionalRule, Rule, Rules},
        tag_limit,
    },
};

const RULES: &[Rule<Config>] = &[
    brokers::at_least_one,
    brokers::addresses_of_one_family,
    brokers::targets_fit_target_type,
    brokers::no_target_twice,
    brokers::zones_only_for_addresses,
    brokers::ipv6_needs_dualstack,
    ports::fit_on_a_load_balancer,
    ports::are_distinct,
    load_balancer::has_subnets,
    load_balancer::has_security_groups,
    load_balancer::managed_group_lets_consumers_in,
    listener::certificate_goes_with_tls,
    listener::ssl_policy_goes_with_tls,
    listener::idle_timeout_goes_with_tcp,
    target_group::tls_goes_with_tls,
    target_group::health_check_answers_in_time,
    endpoint_service::some_address_type,
    endpoint_service::ipv6_needs_dualstack,
    endpoint_service::ipv6_endpoint_needs_dualstack,
    endpoint_service::no_principal_twice,
    endpoint_service::default_idle_timeout_across_regions,
    endpoint::has_subnets,
    endpoint::has_security_groups,
    endpoint::blocks_go_with_managed_group,
    endpoint::rules_fit_in_a_group,
    endpoint::address_type_is_served,
    tag_limit::fit_on_an_object,
];

const BEGINNINGS: &[Rule<Config>] = &[load_balancer::one_zone_without_cross_zone];

const ADVICE: &[Rule<Config>] = &[
    listener::idle_timeout_beyond_endpoints,
    listener::tls_ends_here,
    target_group::client_ip_stays_hidden,
    target_group::brokers_know_no_proxy_protocol,
    endpoint_service::somebody_decides,
    endpoint::somebody_gets_in,
];

const REGIONAL_RULES: &[RegionalRule<Config>] = &[
    region::certificate_is_here,
    region::default_idle_timeout_across_regions,
    region::partition_is_one,
];

pub fn rules() -> Rules<Config> {
    Rules {
        always: RULES,
        beginnings: BEGINNINGS,
        advice: ADVICE,
        regional: REGIONAL_RULES,
    }
}

/// An error at a place.
fn error(path: Path, summary: impl Into<String>, detail: impl Into<String>) -> Diagnostic {
    Diagnostic::error(summary, detail).at(path)
}

/// A warning at a place.
fn warning(path: Path, summary: impl Into<String>, detail: impl Into<String>) -> Diagnostic {
    Diagnostic::warning(summary, detail).at(path)
}

/// The place of `object.attribute`.
fn place(object: &str, attribute: &str) -> Path {
    Path::of(object).attribute(attribute)
}

#[cfg(test)]
mod tests;
