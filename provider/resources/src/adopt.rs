//! Taking over a path that others built.
//!
//! An import finds a load balancer with ports and targets; what they mean only the configuration
//! knows. What it names becomes ours by tagging, what it does not name is left to others.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Diagnostic;

use crate::{
    config::{Config, known},
    private::Private,
};
use engine::model::{Desired, Key, Observed, Role, Slot, layout};
use engine::reconcile::forgotten;

/// Gives what an import found the places that the configuration's ports say. After the first apply
/// the tags say them.
pub fn take_in(private: &mut Private, config: &Config) {
    if private.adopting {
        layout::take_in(&mut private.observed, &roles(config));
    }
}

fn roles(config: &Config) -> BTreeMap<u16, Role> {
    let bootstrap = config.bootstrap_port.known();
    let is_sole = config.sole_broker().is_some();
    let role = |id| match is_sole {
        true => Role::Bootstrap,
        false => Role::Broker(id),
    };
    let bootstrap = bootstrap.map(|port| (*port, Role::Bootstrap));
    let brokers = config.brokers.known().into_iter().flatten();
    let brokers = brokers.flat_map(|(id, broker)| {
        let more = broker.additional_ports.known().into_iter().flat_map(known);
        let ports = broker.port.known().into_iter().chain(more);
        ports.map(move |port| (*port, role(*id)))
    });
    brokers.chain(bootstrap).collect()
}

/// What an apply of `desired` would leave to others, for people.
pub fn left_alone(desired: &Desired, private: &Private) -> Option<Diagnostic> {
    if !private.adopting {
        return None;
    }
    let keys = forgotten(desired, &private.observed);
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
    Some(warning.at("brokers"))
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
