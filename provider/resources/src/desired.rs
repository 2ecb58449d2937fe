//! From a configuration to the objects that it asks for. Pure: no AWS, no clock, no chance.

mod service_side;

use tfplugin::Value;

use crate::{
    config::{Config, OnDestroy, defaults},
    consumer_side::{self, desired::Wanted},
    lifecycle::{DesiredBuilder, PathContext},
};
use engine::model::{Desired, Key, Maybe, Object, Observed, Policy, Slot, object::ServiceRef};

/// All objects of a path. Names and what AWS decides are taken from `observed` where it has them;
/// of a VPC only the surroundings know. While the configuration has unknown numbers, bools or
/// words, [`crate::lifecycle::ResourceType::assume`] puts something in their place.
pub fn desired(config: &Config, context: &PathContext<'_>, observed: &Observed) -> Desired {
    let mut draft = Draft {
        config,
        context,
        observed,
        builder: DesiredBuilder::new(config, context, observed),
    };
    service_side::add(&mut draft);
    let endpoint = config.endpoint.known().and_then(Option::as_ref);
    if let Some(endpoint) = endpoint {
        let wanted = Wanted {
            endpoint,
            hostname: &config.hostname,
            ports: service_side::ports(config),
            service: ServiceRef::default(),
            // The resource lets its own endpoint in, and no other.
            accepted: true,
            region: context.region,
            observed,
        };
        consumer_side::desired::add(wanted, &mut draft.builder);
    }
    draft.builder.build(Policy {
        forget_unowned: true,
        sole_broker: config.sole_broker().map(|(id, _)| id),
        wait_for_healthy: settled(&config.wait_for_healthy, defaults::WAIT_FOR_HEALTHY),
        overwrite_record: endpoint.is_some_and(consumer_side::desired::overwrites_record),
        reject_removed_principals: settled(
            &config.endpoint_service.reject_removed_principals,
            defaults::REJECT_REMOVED_PRINCIPALS,
        ),
        ..Policy::default()
    })
}

/// How the path is destroyed that was last applied as `state` says.
pub fn destroy_policy(state: &Value, policy: &mut Policy) {
    let on_destroy = state.get("endpoint_service").get("on_destroy").as_str();
    policy.reject_connections = on_destroy == Some(OnDestroy::RejectConnections.as_str());
}

struct Draft<'a> {
    config: &'a Config,
    context: &'a PathContext<'a>,
    observed: &'a Observed,
    builder: DesiredBuilder<'a>,
}

impl Draft<'_> {
    fn add(&mut self, slot: Slot, object: Object) -> Key {
        self.builder.add(slot, object)
    }
}

/// A value that gives the path its shape; unknown ones have been settled.
fn settled<T: Clone>(value: &Maybe<T>, default: T) -> T {
    value.known().cloned().unwrap_or(default)
}
