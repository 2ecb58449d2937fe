//! Objects made in this run that AWS does not show yet.
//!
//! EC2 and load balancing are eventually consistent: a new object may not be found for seconds, by
//! its id or by its tags. Taken for gone it would be made a second time.
//! <https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html>

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use engine::model::{Key, Maybe, Object, Observed, Seen};

/// How long one that was never seen is believed to be there.
const GRACE: Duration = Duration::from_secs(60);

/// By id.
#[derive(Debug, Default)]
pub(super) struct Newborns(BTreeMap<String, Newborn>);

#[derive(Debug)]
struct Newborn {
    key: Key,
    born: Instant,
    /// As it was created; `None` since it was seen.
    unseen: Option<Seen>,
}

impl Newborns {
    /// `object`: as AWS made it.
    pub(super) fn add(&mut self, id: &str, key: Key, object: Object) {
        let newborn = Newborn {
            key,
            born: Instant::now(),
            unseen: Some(Seen::newborn(object, id.into())),
        };
        self.0.insert(id.to_owned(), newborn);
    }

    /// It was deleted, or will be.
    pub(super) fn remove(&mut self, id: &str) {
        self.0.remove(id);
    }

    pub(super) fn keys(&self) -> BTreeMap<String, Key> {
        self.0
            .iter()
            .map(|(id, newborn)| (id.clone(), newborn.key))
            .collect()
    }

    /// Keeps those that AWS does not show yet: as they were in `before`, or as they were made.
    pub(super) fn keep(&mut self, observed: &mut Observed, before: &BTreeMap<Key, Seen>) {
        for (id, newborn) in &mut self.0 {
            let shown = observed
                .objects
                .values()
                .any(|seen| seen.id.known() == Some(id));
            if shown || newborn.born.elapsed() > GRACE {
                newborn.unseen = None;
                continue;
            }
            let Some(unseen) = &newborn.unseen else {
                continue;
            };
            let known = before
                .get(&newborn.key)
                .filter(|seen| seen.id == Maybe::Known(id.clone()));
            observed
                .objects
                .entry(newborn.key)
                .or_insert_with(|| known.unwrap_or(unseen).clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::model::{Slot, object::Zone};

    #[test]
    fn one_that_was_never_seen_is_kept_until_it_was() {
        let object = Object::Zone(Zone {
            name: "kafka.test.com".to_owned(),
            vpc: "vpc-1".into(),
            tags: BTreeMap::new(),
        });
        let key = Key::new(Slot::Zone, object.generation());
        let mut newborns = Newborns::default();
        newborns.add("Z1", key, object.newborn());

        let mut observed = Observed::default();
        newborns.keep(&mut observed, &BTreeMap::new());
        assert_eq!(observed.id(key), Some("Z1"));

        // Seen once, its absence means that it is gone.
        newborns.keep(&mut observed, &BTreeMap::new());
        let mut observed = Observed::default();
        newborns.keep(&mut observed, &BTreeMap::new());
        assert_eq!(observed.id(key), None);
    }
}
