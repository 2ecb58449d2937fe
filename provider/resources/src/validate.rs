//! The rules between the arguments of a configuration.
//!
//! No rule calls AWS, and none refuses what an unknown value may still make right. What is wrong
//! with one argument for itself is found while [`Config`] is read.

mod both_sides;
mod brokers;
mod ports;

use tfplugin::Path;

use crate::{
    config::Config,
    consumer_side::rules as endpoint,
    lifecycle::{
        rules::{RegionalRule, Rule, Rules},
        tag_limit,
    },
    service_side::{
        endpoint_service::rules as endpoint_service, listener::rules as listener,
        load_balancer::rules as load_balancer, target_group::rules as target_group,
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
    |it| load_balancer::has_subnets(&it.load_balancer),
    |it| load_balancer::has_security_groups(&it.load_balancer),
    |it| load_balancer::managed_group_lets_consumers_in(&it.load_balancer),
    |it| listener::certificate_goes_with_tls(&it.listener),
    |it| listener::ssl_policy_goes_with_tls(&it.listener),
    |it| listener::idle_timeout_goes_with_tcp(&it.listener),
    |it| target_group::tls_goes_with_tls(&it.target_group, &it.listener),
    |it| target_group::health_check_answers_in_time(&it.target_group),
    |it| endpoint_service::some_address_type(&it.endpoint_service),
    |it| endpoint_service::ipv6_needs_dualstack(&it.endpoint_service, &it.load_balancer),
    both_sides::ipv6_endpoint_needs_dualstack,
    |it| endpoint_service::no_principal_twice(&it.endpoint_service),
    |it| {
        endpoint_service::default_idle_timeout_across_regions(
            &it.endpoint_service,
            &it.listener,
            &it.region,
        )
    },
    endpoint::has_subnets,
    endpoint::has_security_groups,
    endpoint::allowed_go_with_managed_group,
    endpoint::zone_goes_with_records,
    both_sides::ports_fit_in_a_security_group,
    both_sides::service_supports_the_endpoint,
    tag_limit::fit_on_an_object,
];

const BEGINNINGS: &[Rule<Config>] =
    &[|it| load_balancer::one_zone_without_cross_zone(&it.load_balancer)];

const ADVICE: &[Rule<Config>] = &[
    |it| listener::idle_timeout_beyond_endpoints(&it.listener),
    |it| listener::tls_ends_here(&it.listener),
    |it| target_group::client_ip_stays_hidden(&it.target_group),
    |it| target_group::brokers_know_no_proxy_protocol(&it.target_group),
    |it| endpoint_service::somebody_decides(&it.endpoint_service),
    |it| endpoint_service::accepted_accounts_are_allowed(&it.endpoint_service),
    endpoint::somebody_gets_in,
];

const REGIONAL_RULES: &[RegionalRule<Config>] = &[
    |it, region| listener::certificate_is_here(&it.listener, region),
    |it, region| {
        let service = &it.endpoint_service;
        endpoint_service::default_idle_timeout_in_region(service, &it.listener, region)
    },
    |it, region| endpoint_service::partition_is_one(&it.endpoint_service, region),
];

pub fn rules() -> Rules<Config> {
    Rules {
        always: RULES,
        beginnings: BEGINNINGS,
        advice: ADVICE,
        regional: REGIONAL_RULES,
    }
}

/// The place of `object.attribute`.
fn place(object: &str, attribute: &str) -> Path {
    Path::of(object).attribute(attribute)
}

#[cfg(test)]
mod tests;
