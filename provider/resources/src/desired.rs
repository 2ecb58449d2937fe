//! From a configuration to the objects that it asks for. Pure: no AWS, no clock, no chance.

mod consumer_side;
mod rules;
mod service_side;

use std::collections::BTreeSet;

use tfplugin::Value;

use crate::{
    config::{Config, OnDestroy, defaults},
    lifecycle::{DesiredBuilder, PathContext},
};
use engine::model::{Desired, Key, Maybe, Object, Observed, Policy, Slot};

/// All objects of a path. Names and what AWS decides are taken from `observed` where it has them;
/// of a VPC only the surroundings know. While the configuration has unknown numbers, bools or
/// words, [`crate::unknown::settle`] puts something in their place.
pub fn desired(config: &Config, context: &PathContext<'_>, observed: &Observed) -> Desired {
    let mut draft = Draft {
        config,
        context,
        observed,
        builder: DesiredBuilder::new(config, context, observed),
    };
    service_side::add(&mut draft);
    consumer_side::add(&mut draft);
    let endpoint = config.endpoint.known().and_then(Option::as_ref);
    draft.builder.build(Policy {
        forget_unowned: true,
        sole_broker: config.sole_broker().map(|(id, _)| id),
        wait_for_healthy: settled(&config.wait_for_healthy, defaults::WAIT_FOR_HEALTHY),
        overwrite_record: endpoint.is_some_and(|endpoint| {
            settled(&endpoint.overwrite_record, defaults::OVERWRITE_RECORD)
        }),
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

/// A set that may be unknown as a whole counts as one unknown element.
fn elements(set: &Maybe<BTreeSet<Maybe<String>>>) -> BTreeSet<Maybe<String>> {
    set.known()
        .cloned()
        .unwrap_or_else(|| BTreeSet::from([Maybe::Unknown]))
}

/// A value that gives the path its shape; unknown ones have been settled.
fn settled<T: Clone>(value: &Maybe<T>, default: T) -> T {
    value.known().cloned().unwrap_or(default)
}
