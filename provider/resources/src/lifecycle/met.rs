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
    sync::{Mutex, MutexGuard, PoisonError},
};

use tfplugin::{ReadResponse, Value, msgpack};

use super::{common::Common, kept::Kept, resource_type::ResourceType};

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

    /// What was kept of the path that one with these arguments replaces: it has the same name, or
    /// else would be in its way.
    pub fn replaced<T: ResourceType>(&self, arguments: &T::Arguments) -> Option<Kept<T>> {
        let met: Vec<Kept<T>> = {
            let all = self.all();
            all.values()
                .filter_map(|bytes| Kept::decode(bytes))
                .collect()
        };
        let is_called_so =
            |last: &T::Arguments| last.name().known().is_some() && last.name() == arguments.name();
        let is_in_the_way = |last: &T::Arguments| T::collide(last, arguments);
        let of = |is: &dyn Fn(&T::Arguments) -> bool| {
            let mut all = met.iter();
            all.find(|kept| kept.last_arguments().is_some_and(is))
        };
        of(&is_called_so).or_else(|| of(&is_in_the_way)).cloned()
    }

    /// This configuration is as somebody wrote it.
    pub fn validated<T: ResourceType>(&self, config: &Value) {
        if let Some(hash) = hash::<T>(config) {
            self.written().insert(hash);
        }
    }

    /// Is this configuration as somebody wrote it?
    pub fn is_written<T: ResourceType>(&self, config: &Value) -> bool {
        hash::<T>(config).is_some_and(|hash| self.written().contains(&hash))
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.paths.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn written(&self) -> MutexGuard<'_, BTreeSet<u64>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Of the bytes that Terraform sends it in, which of one value are the same.
fn hash<T: ResourceType>(config: &Value) -> Option<u64> {
    let bytes = msgpack::encode(config, &T::shape().ty).ok()?;
    let mut hasher = DefaultHasher::new();
    hasher.write(&bytes);
    Some(hasher.finish())
}

fn owner(state: &Value) -> Option<String> {
    state.get("owner_id").as_str().map(str::to_owned)
}
