//! What the configuration asks for.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{BrokerId, Key, Object};

/// Objects by key; nothing else is to exist of this path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desired {
    pub objects: BTreeMap<Key, Object>,
    pub policy: Policy,
}

/// How to get there, where there is more than one way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Tag keys that were ours and are no longer configured: removed where they are seen.
    pub retired_tags: BTreeSet<String>,
    /// Leave alone, with a warning, what does not carry our owner and is not desired. Set unless
    /// the path is being destroyed: after an import a broker that the configuration lacks is
    /// forgotten, never deleted.
    pub forget_unowned: bool,
    /// A new target must be healthy in the bootstrap group before an old one leaves it.
    pub wait_for_healthy: bool,
    /// The one broker of a path whose bootstrap port is its own: bootstrap's listeners and group are
    /// the broker's as well.
    pub sole_broker: Option<BrokerId>,
    /// Connections of others that keep the service from being deleted are rejected.
    pub reject_connections: bool,
    /// A record of another value at the hostname is taken over.
    pub overwrite_record: bool,
    /// The run goes on until the owner of a given service has accepted the endpoint. Without it,
    /// what needs the endpoint waits for a later run, the records above all.
    pub wait_for_acceptance: bool,
    /// When a principal leaves, connections are rejected whose account no other principal covers.
    pub reject_removed_principals: bool,
    /// Accounts, by id, whose connections are accepted when they ask.
    pub accept_from: BTreeSet<String>,
}

impl Desired {
    /// Nothing at all: what destroy converges to.
    pub fn nothing() -> Desired {
        Desired::default()
    }

    pub fn insert(&mut self, slot: crate::model::Slot, object: Object) -> Key {
        let key = Key::new(slot, object.generation());
        self.objects.insert(key, object);
        key
    }
}
