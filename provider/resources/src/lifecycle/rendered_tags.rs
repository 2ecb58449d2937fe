//! `tags` and `tags_all`: what every object carries.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Value;

use super::{common::Common, tagging::user_tags, values, view::View};
use engine::model::{
    Life, Maybe,
    tags::{OWNER, PREFIX, Tags},
};

/// The configured keys that every object carries with one value. After an import, all that every
/// object carries, less the provider's default tags.
pub(super) fn tags(view: &View<'_, impl Common>) -> Value {
    let carried = carried(view);
    let Some(arguments) = view.arguments else {
        let defaults = view.context.default_tags();
        let own: BTreeMap<_, _> = carried
            .into_iter()
            .filter(|(key, value)| defaults.get(key) != Some(value))
            .collect();
        return if own.is_empty() {
            Value::Null
        } else {
            map(own)
        };
    };
    match arguments.tags() {
        Maybe::Unknown => Value::Unknown,
        Maybe::Known(None) => Value::Null,
        Maybe::Known(Some(told)) => map(told
            .iter()
            .filter_map(|(key, value)| {
                // What others manage is not looked at, and so cannot be found to differ.
                let value = match view.context.ignores(key) {
                    true => value,
                    false => carried.get(key)?,
                };
                Some((key.clone(), value.clone()))
            })
            .collect()),
    }
}

/// All that the path sets on every object, ownership tags aside. A key that it has set and no
/// longer should is shown while it is there: its removal must be visible.
pub(super) fn tags_all(view: &View<'_, impl Common>) -> Value {
    let carried = carried(view);
    let Some(arguments) = view.arguments else {
        return map(carried);
    };
    let wanted = user_tags(arguments, &view.context);
    let keys: BTreeSet<&String> = wanted.keys().chain(view.context.applied_tags).collect();
    map(carried
        .into_iter()
        .filter(|(key, _)| keys.contains(key))
        .collect())
}

fn map(tags: BTreeMap<String, Maybe<String>>) -> Value {
    Value::map(
        tags.iter()
            .map(|(key, value)| (key.clone(), values::text(value))),
    )
}

/// Tags that every object of the path carries with one value.
fn carried(view: &View<'_, impl Common>) -> BTreeMap<String, Maybe<String>> {
    let owner = Maybe::Known(view.context.owner.to_owned());
    let is_ours = |tags: &Tags| tags.get(OWNER) == Some(&owner);
    let alive = view
        .observed
        .objects
        .values()
        .filter(|seen| seen.life != Life::Going);
    let mut all: Vec<&Tags> = alive.filter_map(|seen| seen.object.tags()).collect();
    // A path that others built is not tagged as ours before it was applied.
    if view.arguments.is_some() && all.iter().any(|tags| is_ours(tags)) {
        all.retain(|tags| is_ours(tags));
    }
    let Some((first, others)) = all.split_first() else {
        return BTreeMap::new();
    };
    first
        .iter()
        .filter(|(key, _)| !key.starts_with(PREFIX) && !key.starts_with("aws:"))
        .filter(|(key, _)| !view.context.ignores(key))
        .filter(|(key, value)| others.iter().all(|tags| tags.get(*key) == Some(value)))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}
