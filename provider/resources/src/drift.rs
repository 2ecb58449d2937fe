//! What is wrong with the objects of a path and shows in no argument.
//!
//! Terraform applies nothing where state and plan are equal, so that whatever an apply would
//! repair has to make a difference in the state.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use tfplugin::{Value, path};

use crate::{
    desired::{Footing, desired},
    left::OWNERSHIP,
    render::{View, render},
    schema::SCHEMA,
    told::Told,
};
use engine::model::{Key, Maybe, Object, Observed, Role, Slot, object::TargetGroup};
use engine::reconcile::{Step, Write, foresee};

/// Arguments that many objects share: which of them deviates they do not say.
const SHARED: [&str; 4] = ["listener", "target_group", "tags", "tags_all"];

/// What would be repaired if what was told were applied again: object to sentence.
pub fn drift(told: &Told, footing: &Footing, observed: &Observed) -> BTreeMap<String, String> {
    let desired = desired(&told.config, footing, observed);
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
    let shown = |observed: &Observed| {
        arguments(render(&View {
            observed,
            told: Some(told),
            footing,
            region: Maybe::Known(footing.region.clone()),
            service: None,
            drift: BTreeMap::new(),
        }))
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
                    && (!SHARED.contains(&name)
                        || steps.iter().all(|s| everywhere.contains(&kind(s))))
            };
            !damaged.keys().any(|name| is_told(name))
        })
        .map(|(slot, steps)| (slot, faults_of(&steps, observed)));
    if adopted.is_empty() {
        return told.map(|(slot, it)| (slot.to_string(), it)).collect();
    }
    // One key for all, for a generator writes it into the configuration, where it may stay.
    let untagged = format!("{} objects are not tagged as this path's", adopted.len());
    let others = told.map(|(slot, it)| format!("{}: {it}", slot.called()));
    let sentences: Vec<String> = std::iter::once(untagged).chain(others).collect();
    BTreeMap::from([(OWNERSHIP.to_owned(), sentences.join("; "))])
}

/// A state without what AWS or the provider decides, for what is wrong shows in arguments.
fn arguments(mut state: Value) -> BTreeMap<String, Value> {
    for path in SCHEMA.computed() {
        if !SHARED.contains(&path.to_string().as_str()) {
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

/// A kind of write to a kind of object.
type Kind = (std::mem::Discriminant<Write>, u8);

fn kind(step: &Step) -> Kind {
    (std::mem::discriminant(&step.write), group(step.key.slot))
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
        .filter(|(kind, found)| count.get(&kind.1) == Some(found))
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
    let seen = observed.get(step.key).map(|seen| &seen.object);
    match &step.write {
        Write::Create(_) | Write::Overwrite(_) => "is missing".to_owned(),
        Write::Delete => "is left over".to_owned(),
        Write::Tag { set, remove } => {
            let set = set.iter().map(|(key, value)| format!("{key} = {value}"));
            let remove = remove.iter().map(|key| format!("no {key}"));
            format!("lacks in its tags: {}", list(set.chain(remove)))
        }
        Write::Authorize(rules) => format!("does not allow {}", list(rules)),
        Write::Revoke(rules) => format!("also allows {}", list(rules)),
        Write::SetSubnets(subnets) => format!("is not in the subnets {}", list(subnets)),
        Write::SetSecurityGroups {
            enforce_on_private_link,
            ..
        } => format!(
            "has other security groups, or enforces them on PrivateLink other than {}",
            on(*enforce_on_private_link)
        ),
        Write::SetIpAddressType(kind) => format!("its address type is not {kind}"),
        Write::SetLoadBalancerAttributes {
            cross_zone,
            deletion_protection,
        } => format!(
            "does not have cross-zone {} and deletion protection {}",
            on(*cross_zone),
            on(*deletion_protection)
        ),
        Write::SetHealthCheck(_) => "has another health check".to_owned(),
        Write::SetGroupAttributes(_) => match (seen, &step.write) {
            (Some(Object::TargetGroup(group)), Write::SetGroupAttributes(wanted)) => {
                let wanted = TargetGroup {
                    attributes: wanted.clone(),
                    ..group.clone()
                };
                format!("has other attributes: {}", attributes(group, &wanted))
            }
            _ => "has other attributes".to_owned(),
        },
        Write::Register(targets) => format!("lacks {}", list(targets)),
        Write::Deregister(targets) => format!("also holds {}", list(targets)),
        Write::SetListener { forward, .. } => match seen {
            Some(Object::Listener(listener)) if listener.forward != Some(*forward) => {
                let to = match listener.forward.map(|key| key.slot) {
                    Some(slot) => slot.called(),
                    None => "something that is not of this path".to_owned(),
                };
                match forward.slot {
                    Slot::TargetGroup(Role::Broker(id)) => {
                        format!("forwards to {to}, not to broker {id}")
                    }
                    slot => format!("forwards to {to}, not to {}", slot.called()),
                }
            }
            _ => "has another protocol, certificate or policy".to_owned(),
        },
        Write::SetIdleTimeout(seconds) => format!("its idle timeout is not {seconds} s"),
        Write::SetService(_) => "differs from its configuration".to_owned(),
        Write::SetPrincipals { .. } => "allows other principals".to_owned(),
        Write::LearnZones => "does not serve all zones of the load balancer".to_owned(),
        Write::RejectConnections(ids) => format!("still has the connections {}", list(ids)),
        Write::SetEndpoint(_) => "differs from its configuration".to_owned(),
        Write::Accept => "is not accepted".to_owned(),
        Write::Point(_) => "points elsewhere".to_owned(),
    }
}

fn attributes(seen: &TargetGroup, wanted: &TargetGroup) -> String {
    let (seen, wanted) = (&seen.attributes, &wanted.attributes);
    let differing = [
        (
            "deregistration delay",
            seen.deregistration_delay_seconds.to_string(),
            wanted.deregistration_delay_seconds.to_string(),
        ),
        (
            "connection termination",
            on(seen.connection_termination).to_owned(),
            on(wanted.connection_termination).to_owned(),
        ),
        (
            "preserve client IP",
            on(seen.preserve_client_ip).to_owned(),
            on(wanted.preserve_client_ip).to_owned(),
        ),
        (
            "proxy protocol",
            on(seen.proxy_protocol_v2).to_owned(),
            on(wanted.proxy_protocol_v2).to_owned(),
        ),
        (
            "DNS failover",
            seen.dns_failover.clone(),
            wanted.dns_failover.clone(),
        ),
        (
            "cross-zone",
            seen.cross_zone.clone(),
            wanted.cross_zone.clone(),
        ),
    ];
    let differing = differing
        .into_iter()
        .filter(|(_, seen, wanted)| seen != wanted);
    list(differing.map(|(name, seen, wanted)| format!("{name} {seen}, not {wanted}")))
}

fn on(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    items.join(", ")
}
