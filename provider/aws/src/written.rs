//! Objects as this run's writes left them.
//!
//! Most fields of AWS's answers are optional in its own models, and what its emulators leave out an
//! AWS of tomorrow may leave out too. A field that is missing says nothing: it is taken to be what was
//! last known of it (what this run wrote, or else what the state kept), and only where nobody ever
//! knew it AWS's documented default at create. So it is no difference that a write could settle, and
//! none is repeated. Which fields those are, `tests` lists.

use std::collections::BTreeMap;

use engine::model::{Key, Maybe, Object, Observed, Seen, Slot};
use engine::reconcile::{Step, Write, fold};

/// By id.
#[derive(Clone, Debug, Default)]
pub(super) struct Written(BTreeMap<String, Seen>);

impl Written {
    pub(super) fn objects(&self) -> BTreeMap<String, Seen> {
        self.0.clone()
    }

    /// Takes note of a write that AWS did. Of a create, `made` is the id.
    pub(super) fn add(&mut self, step: &Step, made: Option<&str>, observed: &Observed) {
        let neighbours = [Slot::LoadBalancer, Slot::Service].map(Key::only);
        let around = neighbours.iter().chain([&step.key]);
        let mut after = Observed {
            objects: around
                .filter_map(|key| Some((*key, observed.get(*key)?.clone())))
                .collect(),
            ..Observed::default()
        };
        let before = after.id(step.key).map(str::to_owned);
        fold(&mut after, step, made.map_or(Maybe::Unknown, Maybe::from));
        if step.write == Write::Delete {
            if let Some(id) = before {
                self.0.remove(&id);
            }
            return;
        }
        let zones = after
            .get(Key::only(Slot::LoadBalancer))
            .map(|balancer| balancer.outputs.zones.clone());
        if let Some(mut seen) = after.objects.remove(&step.key)
            && let Maybe::Known(id) = seen.id.clone()
        {
            // A new service serves the zones that its load balancer has.
            if let (Write::Create(_), Object::Service(_), Some(zones)) =
                (&step.write, &seen.object, zones)
            {
                seen.outputs.zones = zones;
            }
            // Zones that were known are not forgotten for a write that says nothing of them.
            if let (Maybe::Unknown, Some(before)) = (&seen.outputs.zones, self.0.get(&id)) {
                seen.outputs.zones = before.outputs.zones.clone();
            }
            self.0.insert(id, seen);
        }
    }
}

#[cfg(test)]
mod tests;
