//! Security groups of a load balancer or an endpoint, as a state has them.

use std::collections::BTreeSet;

use tfplugin::Value;

use crate::lifecycle::{View, values};
use engine::model::{Key, Slot, object::GroupRef};

/// Security groups of an object as its argument has them; null where the managed group is all.
/// `managed`: the user wants that, or has not said.
pub fn rendered<A>(view: &View<'_, A>, groups: &BTreeSet<GroupRef>, managed: bool) -> Value {
    let all_managed = groups.iter().all(|group| group.managed().is_some());
    if all_managed && (managed || !groups.is_empty()) {
        return Value::Null;
    }
    Value::set(groups.iter().map(|group| match group {
        GroupRef::Given(id) => values::text(id),
        GroupRef::Managed(key) => id_of(view, *key),
    }))
}

/// The id of the managed group of this slot among `groups`.
pub fn managed<A>(view: &View<'_, A>, groups: &BTreeSet<GroupRef>, slot: Slot) -> Value {
    let key = groups
        .iter()
        .find_map(GroupRef::managed)
        .filter(|key| key.slot == slot);
    key.map_or(Value::Null, |key| id_of(view, key))
}

fn id_of<A>(view: &View<'_, A>, key: Key) -> Value {
    view.observed
        .get(key)
        .map_or(Value::Null, |seen| values::text(&seen.id))
}
