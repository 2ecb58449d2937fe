//! What is wrong with the objects of a path and shows in no argument.
//!
//! Terraform applies nothing where state and plan are equal, so that whatever an apply would
//! repair has to make a difference in the state.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    mem::{Discriminant, discriminant},
};

use tfplugin::{Value, path};

use super::{
    configured::Configured, left::OWNERSHIP, path_context::PathContext, rendered::rendered,
    resource_type::ResourceType, view::View,
};
use engine::model::{Key, Maybe, Observed, Slot, object::Change};
use engine::reconcile::{Step, Write, foresee};

/// What would be repaired if `last` were applied again: object to sentence.
pub fn drift<T: ResourceType>(
    last: &Configured<T>,
    context: &PathContext<'_>,
    observed: &Observed,
) -> BTreeMap<String, String> {
    let desired = T::desired(&last.arguments, context, observed);
    let foresight = foresee(&desired, observed);
    // Of a path that others built, one sentence says for all objects that none carries our tags.
    let adopting = !observed.is_tagged();
    let adopts = |step: &Step| {
        adopting && matches!(step.write, Write::Tag { .. }) && observed.get(step.key).is_some()
    };
    let (adopted, faulty): (Vec<&Step>, Vec<&Step>) =
        foresight.steps().partition(|step| adopts(step));
    let mut faults: BTreeMap<Slot, Vec<&Step>> = BTreeMap::new();
    for step in faulty {
        faults.entry(step.key.slot).or_default().push(step);
    }
    let adopted: BTreeSet<Key> = adopted.iter().map(|step| step.key).collect();
    if faults.is_empty() && adopted.is_empty() {
        return BTreeMap::new();
    }
    let region = Maybe::Known(context.region.to_owned());
    let shown = |observed: &Observed| {
        let view = View {
            observed,
            arguments: Some(&last.arguments),
            context: *context,
            state: None,
        };
        let state = rendered::<T>(&view, &region, &last.value, BTreeMap::new());
        compared::<T>(state)
    };
    let repaired = shown(&foresight.end);
    let everywhere = everywhere(&faults, observed);
    let told = faults
        .into_iter()
        .filter(|(slot, steps)| {
            let mut damaged = foresight.end.clone();
            damaged.objects.retain(|key, _| key.slot != *slot);
            damaged
                .objects
                .extend(observed.of(*slot).map(|(key, seen)| (key, seen.clone())));
            let damaged = shown(&damaged);
            let is_told = |name: &str| {
                repaired.get(name) != damaged.get(name)
                    && (!is_shared::<T>(name)
                        || steps.iter().all(|s| everywhere.contains(&kind(s))))
            };
            !damaged.keys().any(|name| is_told(name))
        })
        .map(|(slot, steps)| (slot, faults_of(&steps, observed)));
    if adopted.is_empty() {
        return told.map(|(slot, it)| (slot.to_string(), it)).collect();
    }
    // One key for all, for a generator writes it into the configuration, where it may stay.
    let untagged = format!(
        "{} objects are not tagged as this resource's",
        adopted.len()
    );
    let others = told.map(|(slot, it)| format!("{}: {it}", slot.called()));
    let sentences: Vec<String> = std::iter::once(untagged).chain(others).collect();
    BTreeMap::from([(OWNERSHIP.to_owned(), sentences.join("; "))])
}

/// Do many objects share it, so that it does not say which of them deviates?
fn is_shared<T: ResourceType>(name: &str) -> bool {
    T::SHARED.contains(&name) || name == "tags_all"
}

/// The attributes whose values tell drift: arguments, and what many objects share.
fn compared<T: ResourceType>(mut state: Value) -> BTreeMap<String, Value> {
    for path in T::shape().schema.computed() {
        if !is_shared::<T>(&path.to_string()) {
            remove(&mut state, path.steps());
        }
    }
    match state {
        Value::Object(attributes) => attributes,
        _ => BTreeMap::new(),
    }
}

fn remove(value: &mut Value, path: &[path::Step]) {
    if let (Value::Object(members), [path::Step::Attribute(name), rest @ ..]) = (value, path) {
        match (members.get_mut(name), rest) {
            (Some(member), [_, ..]) => remove(member, rest),
            _ => drop(members.remove(name)),
        }
    }
}

/// A kind of write to a kind of object. Changes are of one kind if the same words say what they do
/// to the same object.
type Kind = (
    Discriminant<Write>,
    Option<(Discriminant<Change>, String)>,
    u8,
);

fn kind(step: &Step) -> Kind {
    let same = Key::only(Slot::LoadBalancer);
    let change = match &step.write {
        Write::Change(change) => Some((discriminant(change), change.wording(same, None).action)),
        Write::Create(_) | Write::Overwrite(_) | Write::Delete | Write::Tag { .. } => None,
    };
    (discriminant(&step.write), change, group(step.key.slot))
}

fn group(slot: Slot) -> u8 {
    match slot {
        Slot::TargetGroup(_) => 0,
        Slot::Listener(_) => 1,
        _ => 2,
    }
}

/// What is wrong with every object of its kind alike: the argument that they share says it all.
fn everywhere(faults: &BTreeMap<Slot, Vec<&Step>>, observed: &Observed) -> HashSet<Kind> {
    let mut count: BTreeMap<u8, usize> = BTreeMap::new();
    for (key, seen) in &observed.objects {
        if seen.object.tags().is_some() {
            *count.entry(group(key.slot)).or_default() += 1;
        }
    }
    let mut found: HashMap<Kind, usize> = HashMap::new();
    for steps in faults.values() {
        for kind in steps.iter().map(|step| kind(step)).collect::<HashSet<_>>() {
            *found.entry(kind).or_default() += 1;
        }
    }
    found
        .into_iter()
        .filter(|((_, _, group), found)| count.get(group) == Some(found))
        .map(|(kind, _)| kind)
        .collect()
}

/// What is wrong with one object. Of one that is missing there is nothing more to say.
fn faults_of(steps: &[&Step], observed: &Observed) -> String {
    let creates = |step: &&Step| matches!(step.write, Write::Create(_) | Write::Overwrite(_));
    let deletes = |step: &&Step| step.write == Write::Delete;
    match (steps.iter().any(creates), steps.iter().any(deletes)) {
        (true, false) => "is missing".to_owned(),
        (true, true) => "is not one that can be changed to what is wanted".to_owned(),
        (false, _) => {
            let faults: BTreeSet<String> = steps.iter().map(|step| fault(step, observed)).collect();
            faults.into_iter().collect::<Vec<_>>().join("; ")
        }
    }
}

/// What a step would repair.
fn fault(step: &Step, observed: &Observed) -> String {
    match &step.write {
        Write::Create(_) | Write::Overwrite(_) => "is missing".to_owned(),
        Write::Delete => "is left over".to_owned(),
        Write::Tag { set, remove } => {
            let set = set.iter().map(|(key, value)| format!("{key} = {value}"));
            let remove = remove.iter().map(|key| format!("no {key}"));
            let tags: Vec<String> = set.chain(remove).collect();
            format!("lacks in its tags: {}", tags.join(", "))
        }
        Write::Change(change) => {
            let seen = observed.get(step.key).map(|seen| &seen.object);
            change.wording(step.key, seen).defect
        }
    }
}
