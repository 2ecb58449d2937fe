//! `default_tags` and `ignore_tags`.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Maybe, Object, object::not_empty};

use resources::syntax::tag;

/// Tags for every object.
#[derive(Object)]
pub(crate) struct DefaultTags {
    /// The tags. A resource's `tags` win over them.
    #[attr(optional, entry = tag::check)]
    pub tags: Maybe<BTreeMap<String, Maybe<String>>>,
}

/// Tags that others manage.
#[derive(Object)]
pub(crate) struct IgnoreTags {
    /// Their keys.
    #[attr(optional, rule = not_empty)]
    pub keys: Maybe<BTreeSet<Maybe<String>>>,
    /// What their keys begin with.
    #[attr(optional, rule = not_empty)]
    pub key_prefixes: Maybe<BTreeSet<Maybe<String>>>,
}
