//! Which tags the objects of a path carry.

use std::collections::{BTreeMap, BTreeSet};

use super::Footing;
use crate::{
    model::{
        Key, Maybe, Slot,
        object::target_group::Target,
        tags::{HOSTNAME, NAME, PREFIX, Tags, ownership},
    },
    resource::config::{Config, hostname},
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
) -> Tags {
    let mut tags = user_tags(config, footing);
    let name = config.name.known().map_or("", String::as_str);
    tags.extend(ownership(name, &footing.owner, key, made_for));
    tags.insert(NAME.to_owned(), config.name.clone());
    if key.slot == Slot::Service {
        let hostname = config.hostname.as_ref();
        tags.insert(
            HOSTNAME.to_owned(),
            hostname.map(|name| hostname::canonical(name)),
        );
    }
    tags
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
