//! What of a configuration stands on things that the path does not own.

use crate::config::{BrokerConfig, Config, EndpointConfig};
use engine::model::{BrokerId, Maybe};

/// Do two configurations of one region stand on the same networks, groups, brokers and zones?
pub fn is_same(before: &Config, after: &Config) -> bool {
    let balancer = |config: &Config| {
        let balancer = &config.load_balancer;
        (
            balancer.subnet_ids.clone(),
            balancer.security_group_ids.clone(),
        )
    };
    balancer(before) == balancer(after)
        && brokers(before) == brokers(after)
        && endpoint(before) == endpoint(after)
        && (before.hostname == after.hostname || !has_given_zone(after))
}

/// There the hostname is somebody's record, or nobody's.
fn has_given_zone(config: &Config) -> bool {
    let endpoint = config.endpoint.known().and_then(Option::as_ref);
    endpoint.is_some_and(|endpoint| endpoint.zone_id != Maybe::Known(None))
}

type Place = (Maybe<String>, Maybe<Option<String>>);

fn brokers(config: &Config) -> Maybe<Vec<(BrokerId, Place)>> {
    let place = |broker: &BrokerConfig| (broker.target.clone(), broker.availability_zone.clone());
    let brokers = config.brokers.as_ref();
    brokers.map(|all| all.iter().map(|(id, it)| (*id, place(it))).collect())
}

/// Its address type and blocks are AWS's to judge.
fn endpoint(config: &Config) -> Maybe<Option<EndpointConfig>> {
    let endpoint = config.endpoint.clone();
    endpoint.map(|endpoint| {
        endpoint.map(|endpoint| EndpointConfig {
            allowed_cidr_blocks: Maybe::Known(None),
            ip_address_type: Maybe::Known(None),
            overwrite_record: Maybe::Known(false),
            ..endpoint
        })
    })
}
