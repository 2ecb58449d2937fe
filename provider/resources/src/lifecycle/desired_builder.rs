//! The objects that a configuration asks for, each with its name and its tags.

use std::collections::BTreeMap;

use super::{common::Common, path_context::PathContext, tagging::Tagging};
use engine::model::{Desired, Key, Maybe, Object, Observed, Policy, Slot, name::aws_name};

/// Collects the objects of a resource.
pub struct DesiredBuilder<'a> {
    observed: &'a Observed,
    owner: &'a str,
    name: &'a Maybe<String>,
    tagging: Tagging<'a>,
    objects: BTreeMap<Key, Object>,
}

impl<'a> DesiredBuilder<'a> {
    pub fn new(
        arguments: &'a impl Common,
        context: &PathContext<'a>,
        observed: &'a Observed,
    ) -> DesiredBuilder<'a> {
        DesiredBuilder {
            observed,
            owner: context.owner,
            name: arguments.name(),
            tagging: Tagging::of(arguments, context),
            objects: BTreeMap::new(),
        }
    }

    /// Adds an object, which gets its name here, and tags besides those that it has.
    pub fn add(&mut self, slot: Slot, mut object: Object) -> Key {
        let key = Key::new(slot, object.generation());
        if let Some(name) = name_mut(&mut object) {
            *name = self.name(key);
        }
        let seen = self.observed.get(key).and_then(|seen| seen.object.tags());
        let group = object.as_target_group();
        let made_for = group.and_then(|group| group.made_for.clone());
        if let Some(tags) = object.tags_mut() {
            let own = std::mem::take(tags);
            *tags = self.tagging.tags(key, made_for.as_ref(), own, seen);
        }
        self.objects.insert(key, object);
        key
    }

    /// All that was added, with what the tags say of a policy.
    pub fn build(self, policy: Policy) -> Desired {
        Desired {
            policy: Policy {
                retired_tags: self.tagging.retired,
                ..policy
            },
            objects: self.objects,
        }
    }

    /// What exists keeps its name, whatever the path is called by now.
    fn name(&self, key: Key) -> String {
        let seen = self.observed.get(key);
        match seen.and_then(|seen| name_mut(&mut seen.object.clone()).cloned()) {
            Some(name) => name,
            None => {
                let path = self.name.known().map_or("kafka", String::as_str);
                aws_name(path, self.owner, key)
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
