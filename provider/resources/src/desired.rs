//! From a configuration to the objects that it asks for. Pure: no AWS, no clock, no chance.

mod consumer_side;
mod rules;
mod service_side;
mod tagging;

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Value;

use crate::{
    config::{Config, OnDestroy, defaults},
    settings::IgnoredTags,
};
use engine::model::{Desired, Key, Maybe, Object, Observed, Policy, Slot, name::aws_name};

/// What besides its configuration decides what a path is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footing {
    pub owner: String,
    pub region: String,
    pub default_tags: BTreeMap<String, Maybe<String>>,
    pub ignored_tags: IgnoredTags,
    /// Tag keys that the path set when it was last applied.
    pub applied_tags: BTreeSet<String>,
}

/// All objects of a path. Names and what AWS decides are taken from `observed` where it has them;
/// of a VPC only the surroundings know. While the configuration has unknown numbers, bools or
/// words, [`crate::unknown::settle`] puts something in their place.
pub fn desired(config: &Config, footing: &Footing, observed: &Observed) -> Desired {
    let mut draft = Draft {
        config,
        footing,
        observed,
        objects: BTreeMap::new(),
    };
    service_side::add(&mut draft);
    consumer_side::add(&mut draft);
    let endpoint = config.endpoint.known().and_then(Option::as_ref);
    Desired {
        objects: draft.objects,
        policy: Policy {
            retired_tags: tagging::retired(config, footing),
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
        },
    }
}

/// Nothing, of a path that was last applied as `state` says: all that a destroy is told.
pub fn destroyed(state: &Value) -> Desired {
    let on_destroy = state.get("endpoint_service").get("on_destroy").as_str();
    let mut desired = Desired::nothing();
    desired.policy.reject_connections = on_destroy == Some(OnDestroy::RejectConnections.as_str());
    desired
}

pub use tagging::user_tags;

struct Draft<'a> {
    config: &'a Config,
    footing: &'a Footing,
    observed: &'a Observed,
    objects: BTreeMap<Key, Object>,
}

impl Draft<'_> {
    /// Adds an object, which gets its name and tags here.
    fn add(&mut self, slot: Slot, mut object: Object) -> Key {
        let key = Key::new(slot, object.generation());
        if let Some(name) = name_mut(&mut object) {
            *name = self.name(key);
        }
        let made_for = object
            .as_target_group()
            .and_then(|group| group.made_for.as_ref());
        let seen = self.observed.get(key).and_then(|seen| seen.object.tags());
        let tags = tagging::tags(self.config, self.footing, key, made_for, seen);
        if let Some(slot) = object.tags_mut() {
            *slot = tags;
        }
        self.objects.insert(key, object);
        key
    }

    /// What exists keeps its name, whatever the path is called by now.
    fn name(&self, key: Key) -> String {
        let seen = self.observed.get(key);
        match seen.and_then(|seen| name_mut(&mut seen.object.clone()).cloned()) {
            Some(name) => name,
            None => {
                let path = self.config.name.known().map_or("kafka", String::as_str);
                aws_name(path, &self.footing.owner, key)
            }
        }
    }
}

fn name_mut(object: &mut Object) -> Option<&mut String> {
    match object {
        Object::SecurityGroup(group) => Some(&mut group.name),
        Object::LoadBalancer(balancer) => Some(&mut balancer.name),
        Object::TargetGroup(group) => Some(&mut group.name),
        Object::Listener(_) | Object::Service(_) | Object::Endpoint(_) => None,
        // A zone is named by the hostname, which is part of what it is.
        Object::Zone(_) | Object::Alias(_) => None,
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
