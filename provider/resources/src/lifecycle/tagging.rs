//! Which tags the objects of a path carry.

use std::collections::{BTreeMap, BTreeSet};

use super::{common::Common, path_context::PathContext};
use engine::model::{
    Key, Maybe, Slot,
    object::target_group::Target,
    ownership::ownership_tags,
    tags::{self, LABEL, NAME, PREFIX, Tags},
};

/// The tags that the user wants on every object: the provider's default tags, and the resource's
/// own over them. Ignored keys are left to others.
pub fn user_tags(
    arguments: &impl Common,
    context: &PathContext<'_>,
) -> BTreeMap<String, Maybe<String>> {
    let own = arguments.tags().known().cloned().flatten();
    let mut tags = context.default_tags().clone();
    tags.extend(own.unwrap_or_default());
    tags.retain(|key, _| !context.ignores(key));
    tags
}

/// How the objects of one path are tagged.
pub(super) struct Tagging<'a> {
    context: PathContext<'a>,
    name: &'a Maybe<String>,
    user: Tags,
    /// Keys that the path has set and that nobody asks for any more.
    pub(super) retired: BTreeSet<String>,
}

impl<'a> Tagging<'a> {
    pub(super) fn of(arguments: &'a impl Common, context: &PathContext<'a>) -> Tagging<'a> {
        let user = user_tags(arguments, context);
        let retired = match arguments.tags().is_unknown() {
            true => BTreeSet::new(),
            false => retired(&user, context),
        };
        Tagging {
            context: *context,
            name: arguments.name(),
            user,
            retired,
        }
    }

    /// The tags of one object; ours win. `own`: tags of this object alone.
    pub(super) fn tags(
        &self,
        key: Key,
        made_for: Option<&Target>,
        own: Tags,
        seen: Option<&Tags>,
    ) -> Tags {
        let mut tags = self.user.clone();
        let name = self.name.known().map_or("", String::as_str);
        tags.extend(ownership_tags(name, self.context.owner, key, made_for));
        tags.insert(NAME.to_owned(), self.name.clone());
        tags.extend(own);
        if let Some(label) = self.label(key.slot, &tags, seen) {
            tags.insert(LABEL.to_owned(), label);
        }
        tags
    }

    /// What to call an object that the user has not named.
    ///
    /// It comes with the object, or with another change of its tags: a path of before has none, and
    /// that is no reason to write to it. What others called an object stays, and is no drift.
    fn label(&self, slot: Slot, wanted: &Tags, seen: Option<&Tags>) -> Option<Maybe<String>> {
        if wanted.contains_key(LABEL) || self.context.ignores(LABEL) || wanted.len() + 1 >= MOST {
            return None;
        }
        let label = self.name.as_ref().map(|name| tags::label(name, slot));
        let Some(seen) = seen else {
            return Some(label);
        };
        if seen.get(LABEL) == Some(&label) {
            // What may be made anew for this object, since it has failed, is called the same.
            return Some(label);
        }
        let retired = &self.retired;
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
}

/// AWS's limit of one object. The lease of a create has a place of its own.
pub(super) const MOST: usize = 50;

fn retired(wanted: &Tags, context: &PathContext<'_>) -> BTreeSet<String> {
    let applied = context.applied_tags.iter();
    applied
        .filter(|key| !wanted.contains_key(*key))
        .filter(|key| !context.ignores(key) && !key.starts_with(PREFIX))
        .cloned()
        .collect()
}
