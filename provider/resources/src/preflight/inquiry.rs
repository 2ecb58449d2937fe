//! What has to be looked at to check a configuration.

use std::collections::BTreeSet;

use super::case::standing_in;
use crate::{
    config::{
        Config,
        target::{self, Kind},
    },
    consumer_side::checks,
    elements::{known, known_in},
};
use engine::model::{Inquiry, Observed};

/// `observed`: what was kept of the path, or of the one that it replaces.
pub fn of(config: &Config, observed: Option<&Observed>, is_new: bool) -> Inquiry {
    let targets: Vec<Kind> = config
        .brokers
        .known()
        .into_iter()
        .flatten()
        .filter_map(|(_, broker)| Kind::of(&target::canonical(broker.target.known()?)))
        .collect();
    let groups = config.load_balancer.security_group_ids.known();
    let groups = groups.and_then(Option::as_ref).into_iter().flat_map(known);
    let service_subnets: BTreeSet<String> = known_in(&config.load_balancer.subnet_ids)
        .cloned()
        .collect();
    let standing = observed.filter(|_| !is_new).and_then(standing_in);
    let mut inquiry = Inquiry {
        has_addresses: targets.iter().any(|it| matches!(it, Kind::Address(_)))
            && (standing.is_some() || !service_subnets.is_empty()),
        service_subnets,
        service_vpc: standing.map(str::to_owned),
        instances: instances(config),
        security_groups: groups.cloned().collect(),
        new_name: config.name.known().filter(|_| is_new).cloned(),
        needs_account: config
            .listener
            .certificate_arn
            .known()
            .is_some_and(Option::is_some),
        ..Inquiry::default()
    };
    checks::inquire(config, observed, &mut inquiry);
    inquiry
}

fn instances(config: &Config) -> BTreeSet<String> {
    let brokers = config.brokers.known().into_iter().flatten();
    let targets = brokers.filter_map(|(_, broker)| broker.target.known());
    targets
        .filter(|text| Kind::of(text) == Some(Kind::Instance))
        .cloned()
        .collect()
}
