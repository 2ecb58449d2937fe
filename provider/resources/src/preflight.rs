//! The checks of a plan of `kafka_privatelink`: pure functions over one survey.

mod case;
mod certificate;
mod dns;
mod elsewhere;
mod endpoint;
mod finding;
mod ground;
mod inquiry;
mod instances;
mod name;
mod records;
mod security_groups;
mod subnets;
mod targets;
mod unread;

use tfplugin::{Diagnostic, Diagnostics};

use crate::{config::Config, lifecycle::preflight::CheckContext};
pub use ground::is_same;
pub use inquiry::of as inquiry;

type Case<'a> = CheckContext<'a, Config>;

type Check = fn(&Case<'_>) -> Vec<Diagnostic>;

/// What is named is there.
const EXISTENCE: &[Check] = &[
    subnets::exist,
    security_groups::exist,
    endpoint::vpc_exists,
    instances::exist,
];

const CHECKS: &[Check] = &[
    subnets::are_of_one_vpc,
    subnets::have_a_zone_each,
    subnets::have_free_addresses,
    security_groups::are_of_the_vpc,
    security_groups::open_the_ports,
    endpoint::zones_are_served,
    targets::are_private,
    targets::say_their_zone,
    targets::are_in_a_subnet,
    targets::are_in_served_zones,
    instances::are_of_the_vpc,
    instances::are_in_served_zones,
    instances::run,
    dns::vpc_resolves_names,
    dns::zone_exists,
    dns::zone_holds_the_hostname,
    dns::zone_resolves_in_the_vpc,
    dns::no_zone_is_in_the_way,
    records::hostname_is_free,
    records::zone_takes_the_record,
    name::is_free,
    certificate::is_of_this_account,
];

pub fn check(case: &Case<'_>) -> Diagnostics {
    let elsewhere = elsewhere::all(case);
    let existence = match &elsewhere {
        Some(_) => &[],
        None => EXISTENCE,
    };
    let checks = existence.iter().chain(CHECKS);
    let found = checks.flat_map(|check| check(case));
    let found = elsewhere.into_iter().chain(found);
    found.chain(unread::told(case)).collect()
}

#[cfg(test)]
mod tests;
