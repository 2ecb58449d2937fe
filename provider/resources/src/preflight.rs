//! The checks of a plan of `kafka_privatelink`: pure functions over one survey.

mod case;
mod certificate;
mod ground;
mod inquiry;
mod instances;
mod load_balancer;
mod targets;

use tfplugin::{Diagnostic, Diagnostics};

use crate::{
    config::Config,
    consumer_side::{ConsumerSide, checks},
    lifecycle::preflight::CheckContext,
    network::{elsewhere, security_groups, subnets, unread},
};
pub use ground::is_same;
pub use inquiry::of as inquiry;

type Case<'a> = CheckContext<'a, Config>;

type Check = fn(&Case<'_>) -> Vec<Diagnostic>;

/// What is named is there.
const EXISTENCE: &[Check] = &[
    |case| subnets::exist(case, &case.sides()),
    |case| security_groups::exist(case, &case.sides()),
    checks::vpc_exists,
    instances::exist,
];

const CHECKS: &[Check] = &[
    |case| subnets::are_of_one_vpc(case, &case.sides()),
    |case| subnets::have_a_zone_each(case, &case.sides()),
    load_balancer::subnets_have_free_addresses,
    |case| security_groups::are_of_the_vpc(case, &case.sides()),
    load_balancer::security_groups_open_the_ports,
    checks::security_groups_open_the_ports,
    load_balancer::serves_the_zones,
    targets::are_private,
    targets::say_their_zone,
    targets::are_in_a_subnet,
    targets::are_in_served_zones,
    instances::are_of_the_vpc,
    instances::are_in_served_zones,
    instances::run,
    checks::vpc_resolves_names,
    checks::zone_exists,
    checks::zone_holds_the_hostname,
    checks::zone_resolves_in_the_vpc,
    checks::no_zone_is_in_the_way,
    checks::hostname_is_free,
    checks::zone_takes_the_record,
    certificate::is_of_this_account,
];

pub fn check(case: &Case<'_>) -> Diagnostics {
    let vpc = case.config.endpoint().and_then(|it| it.vpc_id.known());
    let elsewhere = elsewhere::all(case, &case.sides(), vpc, instances::ids(case));
    let existence = match &elsewhere {
        Some(_) => &[],
        None => EXISTENCE,
    };
    let checks = existence.iter().chain(CHECKS);
    let found = checks.flat_map(|check| check(case));
    let found = elsewhere.into_iter().chain(found);
    let vpc_exists = checks::vpc_exists(case).is_empty();
    found.chain(unread::told(case, vpc_exists)).collect()
}

#[cfg(test)]
mod tests;
