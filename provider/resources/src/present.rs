//! Which objects of an observation are rendered, and what the resource is called by them.

use tfplugin::Value;

use crate::lifecycle::{Common, View, values};
use engine::model::{
    Key, Life, Seen, Slot,
    tags::{NAME, PREFIX, Tags},
};

impl<'a, A> View<'a, A> {
    /// The objects of a slot that are part of the path. One that is being deleted is gone; one that
    /// is not ours and that nobody asks for was forgotten after an import.
    pub fn of(&self, slot: Slot) -> impl Iterator<Item = (Key, &'a Seen)> + use<'a, A> {
        self.observed
            .of(slot)
            .filter(|(_, seen)| seen.life != Life::Going)
    }

    pub fn one(&self, slot: Slot) -> Option<(Key, &'a Seen)> {
        self.of(slot).next()
    }
}

impl<A: Common> View<'_, A> {
    /// The resource's name by the tags of one of its objects. What others built carries none of
    /// ours, and is called as somebody has named it, or as `found`.
    pub fn name_by(&self, tags: Option<&Tags>, found: impl FnOnce() -> Option<Value>) -> Value {
        let told = self
            .arguments
            .map(|arguments| values::text(arguments.name()));
        match tags.filter(|tags| tags.keys().any(|key| key.starts_with(PREFIX))) {
            Some(tags) => tags.get(NAME).map_or(Value::Null, values::text),
            None => told.or_else(found).unwrap_or_default(),
        }
    }
}
