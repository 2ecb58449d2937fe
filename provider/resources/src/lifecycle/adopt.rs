//! Taking over a path that others built.
//!
//! An import finds a load balancer with ports and targets; what they mean only the configuration
//! knows. What it names becomes ours by tagging, what it does not name is left to others.

use std::collections::BTreeSet;

use tfplugin::{Diagnostic, Path};

use super::resource_type::ResourceType;
use engine::model::{Desired, Key, Observed, Slot};
use engine::reconcile::forgotten;

/// What an apply of `desired` would leave to others, for people, where others built the path.
pub fn left_alone<T: ResourceType>(desired: &Desired, observed: &Observed) -> Option<Diagnostic> {
    let keys = forgotten(desired, observed);
    let names: BTreeSet<String> = keys.iter().map(|key| key.slot.called()).collect();
    if names.is_empty() {
        return None;
    }
    let names: Vec<String> = names.into_iter().collect();
    let warning = Diagnostic::warning(
        "What is not configured will be left alone",
        format!(
            "These were imported, are not configured and were not made by this resource: {}. An \
             apply neither changes nor deletes them, and forgets them: from then on they are \
             somebody else's.",
            names.join(", ")
        ),
    );
    Some(warning.at(T::ELEMENTS.map_or_else(Path::root, Path::of)))
}

/// From now on somebody else's, like everything on the load balancer that was not taken in.
pub fn forget(observed: &mut Observed, keys: &BTreeSet<Key>) {
    observed.unclaimed.clear();
    for key in keys {
        if observed.get(*key).is_some_and(|seen| seen.owned) {
            continue;
        }
        let Some(seen) = observed.objects.remove(key) else {
            continue;
        };
        if let (Slot::Listener(port), Some(id)) = (key.slot, seen.id.known()) {
            observed.foreign_listeners.insert(port);
            observed.foreign.insert(key.slot, format!("listener {id}"));
        }
    }
}
