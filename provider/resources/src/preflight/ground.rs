//! What of a configuration stands on things that the path does not own.

use crate::{
    config::{BrokerConfig, Config, EndpointConfig},
    consumer_side::checks,
};
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
        && (before.hostname == after.hostname || !checks::has_given_zone(after))
}

type Place = (Maybe<String>, Maybe<Option<String>>);

fn brokers(config: &Config) -> Maybe<Vec<(BrokerId, Place)>> {
    let place = |broker: &BrokerConfig| (broker.target.clone(), broker.availability_zone.clone());
    let brokers = config.brokers.as_ref();
    brokers.map(|all| all.iter().map(|(id, it)| (*id, place(it))).collect())
}

fn endpoint(config: &Config) -> Maybe<Option<EndpointConfig>> {
    let endpoint = config.endpoint.as_ref();
    endpoint.map(|endpoint| endpoint.as_ref().map(checks::ground))
}
