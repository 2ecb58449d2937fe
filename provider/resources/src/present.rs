//! Which objects of an observation are rendered.

use crate::lifecycle::View;
use engine::model::{Key, Life, Seen, Slot};

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
