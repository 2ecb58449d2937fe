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
mod tags;
mod target_group;

use tfplugin::{Diagnostic, Diagnostics, Path, Severity, Value};

use crate::{config::Config, left};
use engine::model::Maybe;

pub use region::restricted;
pub use tags::too_many as too_many_tags;

/// A rule says what is wrong with a configuration, or nothing.
type Rule = fn(&Config) -> Vec<Diagnostic>;

const RULES: &[Rule] = &[
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
    endpoint_service::no_principal_twice,
    endpoint_service::default_idle_timeout_across_regions,
    endpoint::has_subnets,
    endpoint::has_security_groups,
    endpoint::blocks_go_with_managed_group,
    endpoint::rules_fit_in_a_group,
    endpoint::address_type_is_served,
    tags::fit_on_an_object,
];

/// What nobody should begin with. A path that others built may be so, and is taken over as it is:
/// only a plan knows whether it is one.
const BEGINNINGS: &[Rule] = &[load_balancer::one_zone_without_cross_zone];

/// What is possible and most likely not meant: warnings. They are told by the plan that brings it
/// about, and by no plan after that: what is said for ever is not read any more.
const ADVICE: &[Rule] = &[
    listener::idle_timeout_beyond_endpoints,
    listener::tls_ends_here,
    target_group::client_ip_stays_hidden,
    target_group::brokers_know_no_proxy_protocol,
    endpoint_service::somebody_decides,
    endpoint::somebody_gets_in,
];

/// A rule that needs the region, which is the provider's unless the configuration names one.
type RegionalRule = fn(&Config, &str) -> Vec<Diagnostic>;

const REGIONAL_RULES: &[RegionalRule] = &[
    region::certificate_is_here,
    region::default_idle_timeout_across_regions,
    region::partition_is_one,
];

/// Everything that can be said of a configuration that has passed the checks of the schema.
pub fn check(value: &Value) -> Diagnostics {
    let (config, mut found) = Config::read(value);
    found.extend(left::check(value));
    found.extend(validate(&config));
    found
}

/// The rules between arguments that every configuration has to keep.
pub fn validate(config: &Config) -> Diagnostics {
    let mut found: Diagnostics = RULES.iter().flat_map(|rule| rule(config)).collect();
    if let Maybe::Known(Some(region)) = &config.region {
        found.extend(in_region(config, region));
    }
    found
}

/// What is to be told of a path that is to be made.
pub fn beginning(config: &Config) -> Diagnostics {
    let rules = BEGINNINGS.iter().chain(ADVICE);
    rules.flat_map(|rule| rule(config)).collect()
}

/// What is to be told of a path that changes: what was not so when it was last applied. What others
/// have made so already, as the `state` has it, is a warning: it is ignored, or taken over from them.
/// `is_taken_over`: others built the path, `before` is what was found of it, and nobody was told of
/// that yet.
pub fn change(before: &Config, state: &Config, after: &Config, is_taken_over: bool) -> Diagnostics {
    let rules = BEGINNINGS.iter().chain(ADVICE);
    rules
        .flat_map(|rule| {
            let (known, there) = (rule(before), rule(state));
            let new = rule(after)
                .into_iter()
                .filter(move |it| is_taken_over || !known.contains(it));
            new.map(move |it| match there.contains(&it) {
                true => Diagnostic {
                    severity: Severity::Warning,
                    ..it
                },
                false => it,
            })
        })
        .collect()
}

/// The rules that need the region. [`validate`] has applied them already where the configuration
/// names its region; where it takes the provider's, a plan has to.
pub fn in_region(config: &Config, region: &str) -> Diagnostics {
    REGIONAL_RULES
        .iter()
        .flat_map(|rule| rule(config, region))
        .collect()
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
