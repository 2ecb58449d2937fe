//! What has to be looked at to check a configuration.

use std::collections::BTreeSet;

use super::case::{known_ids, standing_in};
use crate::config::{
    Config, EndpointConfig, hostname, known,
    target::{self, Kind},
};
use engine::model::{Inquiry, Observed, object::ZoneRef};

/// `observed`: what was kept of the path, or of the one that it replaces.
pub fn of(config: &Config, observed: Option<&Observed>, is_new: bool) -> Inquiry {
    let endpoint = config.endpoint.known().and_then(Option::as_ref);
    let targets: Vec<Kind> = config
        .brokers
        .known()
        .into_iter()
        .flatten()
        .filter_map(|(_, broker)| Kind::of(&target::canonical(broker.target.known()?)))
        .collect();
    let groups = [
        Some(&config.load_balancer.security_group_ids),
        endpoint.map(|endpoint| &endpoint.security_group_ids),
    ];
    let groups = groups
        .into_iter()
        .flatten()
        .filter_map(|ids| ids.known()?.as_ref());
    let service_subnets: BTreeSet<String> = known_ids(&config.load_balancer.subnet_ids)
        .cloned()
        .collect();
    let standing = observed.filter(|_| !is_new).and_then(standing_in);
    Inquiry {
        side: None,
        service_name: None,
        has_addresses: targets.iter().any(|it| matches!(it, Kind::Address(_)))
            && (standing.is_some() || !service_subnets.is_empty()),
        service_subnets,
        service_vpc: standing.map(str::to_owned),
        instances: instances(config),
        security_groups: groups.flat_map(known).cloned().collect(),
        consumer_subnets: endpoint
            .into_iter()
            .flat_map(|endpoint| known_ids(&endpoint.subnet_ids))
            .cloned()
            .collect(),
        consumer_vpc: endpoint.and_then(|endpoint| endpoint.vpc_id.known().cloned()),
        hosted_zone: endpoint.and_then(given_zone),
        records_at: endpoint.and_then(|endpoint| new_place(config, endpoint, observed)),
        new_name: config.name.known().filter(|_| is_new).cloned(),
        needs_account: config
            .listener
            .certificate_arn
            .known()
            .is_some_and(Option::is_some),
    }
}

fn instances(config: &Config) -> BTreeSet<String> {
    let brokers = config.brokers.known().into_iter().flatten();
    let targets = brokers.filter_map(|(_, broker)| broker.target.known());
    targets
        .filter(|text| Kind::of(text) == Some(Kind::Instance))
        .cloned()
        .collect()
}

/// Where the hostname's records are to be, and none of ours is yet.
fn new_place(
    config: &Config,
    endpoint: &EndpointConfig,
    observed: Option<&Observed>,
) -> Option<(String, String)> {
    let zone = given_zone(endpoint)?;
    let name = hostname::canonical(config.hostname.known()?);
    let mut known = observed.into_iter().flat_map(Observed::aliases);
    let given = ZoneRef::Given(zone.as_str().into());
    let is_there = known.any(|(_, _, alias)| alias.zone == given && alias.name == name);
    (!is_there).then_some((zone, name))
}

fn given_zone(endpoint: &EndpointConfig) -> Option<String> {
    endpoint.zone_id.known().cloned().flatten()
}
