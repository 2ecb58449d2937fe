//! What `drift` lists and the user ignores is left as it is.
//!
//! A provider is not told what is ignored, and Terraform ignores no attribute that only the provider
//! sets. `drift` is one that a configuration could set, so that `ignore_changes` hands in what the
//! state lists; nobody may write it.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Diagnostic, Value};

use engine::model::{Desired, Key, Life, Object, Observed, Seen, Slot, tags::Tags};

pub const DRIFT: &str = "drift";

/// Stands for the tags of all objects. Generated configurations of paths that others built have it.
pub const OWNERSHIP: &str = "ownership";

/// What is planned: nothing is wrong after an apply, but for what is ignored. Terraform takes what
/// is configured, or what the state has where that means the same.
pub fn planned(given: &Value, prior: Option<&Value>) -> Value {
    if given.is_null() {
        return Value::map::<&str, Value>([]);
    }
    let found = prior.map_or(&Value::Null, |prior| prior.get(DRIFT));
    let (Some(ignored), Some(listed)) = (given.as_map(), found.as_map()) else {
        return given.clone();
    };
    match listed.keys().all(|key| ignored.contains_key(key)) {
        true => found.clone(),
        false => given.clone(),
    }
}

/// Refuses a value that somebody wrote.
pub fn check(config: &Value) -> Option<Diagnostic> {
    let given = config.get(DRIFT);
    let is_generated = |all: &BTreeMap<String, Value>| all.keys().all(|key| key == OWNERSHIP);
    let is_given = !config.is_unknown() && !given.is_null();
    if !is_given || given.as_map().is_some_and(is_generated) {
        return None;
    }
    let refused = Diagnostic::error(
        "drift takes no value",
        "Remove it: it lists what was found to differ. To have that left as it is, write \
         lifecycle { ignore_changes = [drift] }, or name one of its keys: [drift[\"alias\"]].",
    );
    Some(refused.at(DRIFT))
}

/// The objects of `desired` that `drift`, as it is planned, lists stay as they are observed, unless
/// the configuration wants something else of them than it did `before`.
pub fn leave(
    desired: &mut Desired,
    before: impl FnOnce() -> Option<Desired>,
    observed: &Observed,
    drift: &Value,
) {
    let listed = drift.as_map().into_iter().flat_map(BTreeMap::keys);
    let slots: Vec<Slot> = listed.filter_map(|key| key.parse().ok()).collect();
    if slots.is_empty() {
        return;
    }
    let Some(before) = before() else { return };
    // A connection that waits is something that is wrong with the service.
    let accepts = |desired: &Desired| desired.policy.accept_from.clone();
    if slots.contains(&Slot::Service) && accepts(&before) == accepts(desired) {
        desired.policy.accept_from.clear();
    }
    for slot in &slots {
        let (was, wanted) = (of(&before, *slot), of(desired, *slot));
        if untagged(was.clone()) == untagged(wanted.clone()) {
            // All objects carry the tags: new ones are set on this one as well.
            let new = tags(&wanted).filter(|_| tags(&was) != tags(&wanted));
            stays(desired, observed, *slot, &slots, new.as_ref());
        }
    }
}

fn of(desired: &Desired, slot: Slot) -> BTreeMap<Key, Object> {
    let objects = desired.objects.iter().filter(|(key, _)| key.slot == slot);
    objects
        .map(|(key, object)| (*key, object.clone()))
        .collect()
}

fn untagged(mut objects: BTreeMap<Key, Object>) -> BTreeMap<Key, Object> {
    for tags in objects.values_mut().filter_map(Object::tags_mut) {
        tags.clear();
    }
    objects
}

fn tags(objects: &BTreeMap<Key, Object>) -> Option<Tags> {
    objects.values().find_map(Object::tags).cloned()
}

fn stays(
    desired: &mut Desired,
    observed: &Observed,
    slot: Slot,
    left: &[Slot],
    new: Option<&Tags>,
) {
    // What failed is made anew, like what is missing.
    let stands = |seen: &Seen| !matches!(seen.life, Life::Going | Life::Failed(_));
    let seen = observed.of(slot).filter(|(_, seen)| stands(seen));
    let mut seen: BTreeMap<Key, Object> =
        seen.map(|(key, seen)| (key, seen.object.clone())).collect();
    for tags in seen.values_mut().filter_map(Object::tags_mut) {
        tags.extend(new.cloned().unwrap_or_default());
    }
    let wanted: BTreeSet<Key> = of(desired, slot).into_keys().collect();
    let missing: Vec<Key> = wanted
        .iter()
        .filter(|key| !seen.contains_key(key))
        .copied()
        .collect();
    let slots = desired.objects.keys().map(|key| key.slot);
    let mut aliases = slots.filter(|slot| matches!(slot, Slot::Alias(_)));
    match (missing.as_slice(), slot) {
        ([], _) => {}
        // Nothing stands on an alias, and on a zone nothing but the alias.
        (_, Slot::Alias(_)) => {}
        (_, Slot::Zone) if aliases.all(|alias| left.contains(&alias)) => {}
        // The listeners stay with the group that is there.
        ([gone], Slot::TargetGroup(_)) if seen.len() == 1 => {
            let there = seen.keys().next().copied();
            for object in desired.objects.values_mut() {
                if let Object::Listener(listener) = object
                    && listener.forward == Some(*gone)
                {
                    listener.forward = there;
                }
            }
        }
        // Others could not be without it.
        _ => return,
    }
    desired.objects.retain(|key, _| key.slot != slot);
    desired.objects.extend(seen);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drift<const N: usize>(keys: [&str; N]) -> Value {
        Value::map(keys.map(|key| (key, "differs")))
    }

    #[test]
    fn what_is_planned_is_what_is_ignored_of_what_was_found() {
        let prior = Value::object([(DRIFT, drift(["alias", "listener/6003"]))]);
        let planned = |given: &Value| planned(given, Some(&prior));
        assert_eq!(planned(&Value::Null), drift([]));
        assert_eq!(planned(&drift(["alias"])), drift(["alias"]));
        assert_eq!(
            planned(&drift(["alias", "listener/6003"])),
            *prior.get(DRIFT)
        );
        // Written once by a generator, and no longer found.
        assert_eq!(
            planned(&drift(["alias", "listener/6003", OWNERSHIP])),
            *prior.get(DRIFT)
        );
    }

    #[test]
    fn nobody_writes_it_but_generators_of_configurations() {
        let config = |value: Value| Value::object([(DRIFT, value)]);
        for value in [Value::Null, drift([]), drift([OWNERSHIP])] {
            assert_eq!(check(&config(value)), None);
        }
        for value in [
            Value::Unknown,
            drift(["alias"]),
            drift(["alias", OWNERSHIP]),
        ] {
            assert!(check(&config(value)).unwrap().path.to_string() == DRIFT);
        }
    }
}
