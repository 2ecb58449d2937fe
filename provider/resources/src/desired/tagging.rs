//! Which tags the objects of a path carry.

use std::collections::{BTreeMap, BTreeSet};

use super::Footing;
use crate::config::{Config, hostname};
use engine::model::{
    Key, Maybe, Slot,
    object::target_group::Target,
    ownership::ownership_tags,
    tags::{self, HOSTNAME, LABEL, NAME, PREFIX, Tags},
};

/// The tags that the user wants on every object: the provider's default tags, and the resource's
/// own over them. Ignored keys are left to others.
pub fn user_tags(config: &Config, footing: &Footing) -> BTreeMap<String, Maybe<String>> {
    let own = config.tags.known().cloned().flatten().unwrap_or_default();
    let mut tags = footing.default_tags.clone();
    tags.extend(own);
    tags.retain(|key, _| !footing.ignored_tags.ignores(key));
    tags
}

/// The tags of one object; ours win.
pub(super) fn tags(
    config: &Config,
    footing: &Footing,
    key: Key,
    made_for: Option<&Target>,
    seen: Option<&Tags>,
) -> Tags {
    let mut tags = user_tags(config, footing);
    let name = config.name.known().map_or("", String::as_str);
    tags.extend(ownership_tags(name, &footing.owner, key, made_for));
    tags.insert(NAME.to_owned(), config.name.clone());
    if key.slot == Slot::Service {
        let hostname = config.hostname.as_ref();
        tags.insert(
            HOSTNAME.to_owned(),
            hostname.map(|name| hostname::canonical(name)),
        );
    }
    if let Some(label) = label(config, footing, key.slot, &tags, seen) {
        tags.insert(LABEL.to_owned(), label);
    }
    tags
}

/// AWS's limit of one object.
const MOST: usize = 50;

/// What to call an object that the user has not named.
///
/// It comes with the object, or with another change of its tags: a path of before has none, and
/// that is no reason to write to it. What others called an object stays, and is no drift.
fn label(
    config: &Config,
    footing: &Footing,
    slot: Slot,
    wanted: &Tags,
    seen: Option<&Tags>,
) -> Option<Maybe<String>> {
    if wanted.contains_key(LABEL) || footing.ignored_tags.ignores(LABEL) || wanted.len() >= MOST {
        return None;
    }
    let label = config.name.as_ref().map(|name| tags::label(name, slot));
    let Some(seen) = seen else {
        return Some(label);
    };
    if seen.get(LABEL) == Some(&label) {
        // What may be made anew for this object, since it has failed, is called the same.
        return Some(label);
    }
    let retired = retired(config, footing);
    let is_changed = wanted
        .iter()
        .any(|(key, value)| seen.get(key) != Some(value))
        || retired.iter().any(|key| seen.contains_key(key));
    if !is_changed {
        return None;
    }
    let is_ours = match (seen.get(LABEL), seen.get(NAME).and_then(Maybe::known)) {
        (None, _) => true,
        (Some(called), Some(name)) => {
            *called == Maybe::Known(tags::label(name, slot)) || retired.contains(LABEL)
        }
        (Some(_), None) => retired.contains(LABEL),
    };
    is_ours.then_some(label)
}

/// Keys that the path has set and that nobody asks for any more.
pub(super) fn retired(config: &Config, footing: &Footing) -> BTreeSet<String> {
    if config.tags.is_unknown() {
        return BTreeSet::new();
    }
    let tags = user_tags(config, footing);
    footing
        .applied_tags
        .iter()
        .filter(|key| !tags.contains_key(*key))
        .filter(|key| !footing.ignored_tags.ignores(key) && !key.starts_with(PREFIX))
        .cloned()
        .collect()
}
