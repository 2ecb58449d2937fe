//! What this process has met: the paths that it has read, and what people have written.
//!
//! Terraform reads what is in its state and then plans the replacement of a tainted path as if there
//! had been none before. Only here is it known that what is in the way is what goes first.
//!
//! Terraform validates a configuration as it is written before it puts the state's values in the
//! place of what is ignored, and plans with that. A configuration that was never validated has such
//! values.
//! (`plan` in internal/terraform/node_resource_abstract_instance.go)

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{DefaultHasher, Hasher},
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
};

use tfplugin::{ReadResponse, Type, Value, msgpack};

use crate::{
    config::{Config, hostname},
    private::Private,
    schema,
};

static TYPE: LazyLock<Type> = LazyLock::new(|| schema::schema().implied_type());

#[derive(Debug, Default)]
pub struct Met {
    /// Private data by owner, of paths that were read and have not been planned to stay.
    paths: Mutex<BTreeMap<String, Vec<u8>>>,
    /// Hashes of configurations that were validated.
    written: Mutex<BTreeSet<u64>>,
}

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

    /// This configuration is as somebody wrote it.
    pub fn validated(&self, config: &Value) {
        if let Some(hash) = hash(config) {
            self.written().insert(hash);
        }
    }

    /// Is this configuration as somebody wrote it?
    pub fn is_written(&self, config: &Value) -> bool {
        hash(config).is_some_and(|hash| self.written().contains(&hash))
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.paths.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn written(&self) -> MutexGuard<'_, BTreeSet<u64>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Of the bytes that Terraform sends it in, which of one value are the same.
fn hash(config: &Value) -> Option<u64> {
    let bytes = msgpack::encode(config, &TYPE).ok()?;
    let mut hasher = DefaultHasher::new();
    hasher.write(&bytes);
    Some(hasher.finish())
}

fn owner(state: &Value) -> Option<String> {
    state.get("owner_id").as_str().map(str::to_owned)
}
