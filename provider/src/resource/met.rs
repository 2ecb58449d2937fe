//! The paths that this process has read.
//!
//! Terraform reads what is in its state and then plans the replacement of a tainted path as if there
//! had been none before. Only here is it known that what is in the way is what goes first.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tfplugin::{ReadResponse, Value};

use crate::resource::{
    config::{Config, hostname},
    private::Private,
};

/// Private data by owner, of paths that were read and have not been planned to stay.
#[derive(Debug, Default)]
pub struct Met(Mutex<BTreeMap<String, Vec<u8>>>);

impl Met {
    pub fn read(&self, answer: &ReadResponse) {
        if let Some(owner) = answer.state.as_ref().and_then(owner) {
            self.all().insert(owner, answer.private.clone());
        }
    }

    /// Terraform plans with this prior state, which it does not of a tainted path.
    pub fn stays(&self, prior: &Value) {
        if let Some(owner) = owner(prior) {
            self.all().remove(&owner);
        }
    }

    /// What was kept of the path that one of this configuration replaces: it has the same name, or
    /// else the same hostname.
    pub fn replaced(&self, config: &Config) -> Option<Private> {
        let all = self.all();
        let met: Vec<Private> = all
            .values()
            .filter_map(|bytes| Private::decode(bytes))
            .collect();
        let told = |private: &Private, same: &dyn Fn(&Config) -> bool| {
            private.told.as_ref().is_some_and(|told| same(&told.config))
        };
        let name = |other: &Config| other.name.known().is_some() && other.name == config.name;
        let host = |config: &Config| config.hostname.known().map(|it| hostname::canonical(it));
        let hostname = |other: &Config| host(other).is_some() && host(other) == host(config);
        let found = met.iter().find(|it| told(it, &name));
        found.or(met.iter().find(|it| told(it, &hostname))).cloned()
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn owner(state: &Value) -> Option<String> {
    state.get("owner_id").as_str().map(str::to_owned)
}
