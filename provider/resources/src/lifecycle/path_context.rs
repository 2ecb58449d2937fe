//! What besides its configuration decides what a path is to be.

use std::collections::{BTreeMap, BTreeSet};

use crate::settings::Settings;
use engine::model::Maybe;

static NO_TAGS: BTreeMap<String, Maybe<String>> = BTreeMap::new();

/// Whose a path is, where it is, and what the provider's configuration adds to it. All borrowed from
/// what was kept and what the provider was told.
#[derive(Clone, Copy, Debug)]
pub struct PathContext<'a> {
    pub owner: &'a str,
    /// Empty while it is not known.
    pub region: &'a str,
    /// Tag keys that the path set when it was last applied.
    pub applied_tags: &'a BTreeSet<String>,
    pub settings: &'a Settings,
}

impl<'a> PathContext<'a> {
    pub fn default_tags(&self) -> &'a BTreeMap<String, Maybe<String>> {
        self.settings.default_tags.known().unwrap_or(&NO_TAGS)
    }

    /// Is a tag of this key left to others?
    pub fn ignores(&self, key: &str) -> bool {
        let ignored = self.settings.ignored_tags.known();
        ignored.is_some_and(|ignored| ignored.ignores(key))
    }
}
