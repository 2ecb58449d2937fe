//! Which listeners of a load balancer that others built lead to which broker.
//!
//! AWS holds ports and targets, and no broker ids. An import makes the best of it by [`guess`];
//! what a configuration then says of its ports is taken for the truth by [`take_in`].

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    BrokerId, Key, Object, Observed, Role, Seen, Slot, object::target_group::Target,
    observed::Unclaimed,
};

/// Broker `n` on port `6000 + n`, and all brokers on 9091, are what is built most.
const USUAL_BOOTSTRAP_PORT: u16 = 9091;
const USUAL_BASE: u16 = 6000;
const USUAL_PORTS: std::ops::RangeInclusive<u16> = 6000..=6999;

/// Where people begin to count: the finest of these that leaves all brokers in one span.
const SPANS: [u16; 4] = [10, 100, 1000, 10_000];

/// Whom each listener seems to serve, by port. One that serves something else is not in it.
///
/// A listener that is alone and leads to one target is both, bootstrap's and the broker's. Else
/// bootstrap is the listener that leads to several targets which others lead to singly. A broker's
/// listener leads to one target: one of bootstrap's, or one on the port that brokers have. More
/// listeners to the same target are additional ports of the same broker.
pub fn guess(listeners: &BTreeMap<u16, Unclaimed>) -> BTreeMap<u16, Role> {
    if let Some(port) = alone(listeners) {
        return BTreeMap::from([(port, Role::Bootstrap)]);
    }
    let bootstrap = bootstrap(listeners);
    let mut singles: BTreeMap<u16, &Target> = listeners
        .iter()
        .filter(|(port, _)| Some(**port) != bootstrap)
        .filter_map(|(port, listener)| Some((*port, single(listener)?)))
        .collect();
    let offered: Option<&BTreeSet<Target>> = bootstrap.map(|port| listeners[&port].targets());
    let usual = match offered.filter(|targets| !targets.is_empty()) {
        Some(targets) => most(targets.iter().map(|target| target.port)),
        None => most(singles.values().map(|target| target.port)),
    };
    singles.retain(|_, target| {
        offered.is_some_and(|offered| offered.contains(target))
            || usual.is_none_or(|port| port == target.port)
    });

    let mut ports: BTreeMap<&Target, u16> = BTreeMap::new();
    for (port, target) in &singles {
        ports.entry(target).or_insert(*port);
    }
    let base = base(&ports.values().copied().collect());
    let broker = |target| Role::Broker(BrokerId::from(ports[target] - base));
    let brokers = singles.iter().map(|(port, target)| (*port, broker(target)));
    bootstrap
        .map(|port| (port, Role::Bootstrap))
        .into_iter()
        .chain(brokers)
        .collect()
}

fn alone(listeners: &BTreeMap<u16, Unclaimed>) -> Option<u16> {
    let (port, listener) = listeners.first_key_value()?;
    single(listener)
        .filter(|_| listeners.len() == 1)
        .map(|_| *port)
}

/// What to call the one broker on a bootstrap port: the configuration knows better.
pub fn sole_broker(port: u16) -> BrokerId {
    BrokerId::from(port - base(&BTreeSet::from([port])))
}

fn bootstrap(listeners: &BTreeMap<u16, Unclaimed>) -> Option<u16> {
    let singles: Vec<(u16, &Target)> = listeners
        .iter()
        .filter_map(|(port, listener)| Some((*port, single(listener)?)))
        .collect();
    // How many of the others it stands in for, and the usual port before any other.
    let score = |port: u16| {
        let targets = listeners[&port].targets();
        let others = singles
            .iter()
            .filter(|(other, target)| *other != port && targets.contains(target));
        (
            others.count(),
            port == USUAL_BOOTSTRAP_PORT,
            u16::MAX - port,
        )
    };
    let leads_to_many = |port: &u16| listeners[port].targets().len() > 1;
    let many = listeners.keys().copied().filter(leads_to_many);
    let one = listeners
        .keys()
        .copied()
        .filter(|port| *port == USUAL_BOOTSTRAP_PORT);
    many.max_by_key(|port| score(*port))
        .filter(|port| score(*port).0 > 0 || *port == USUAL_BOOTSTRAP_PORT)
        .or_else(|| one.into_iter().find(|port| score(*port).0 > 0))
}

fn single(listener: &Unclaimed) -> Option<&Target> {
    only(listener.targets())
}

fn only(targets: &BTreeSet<Target>) -> Option<&Target> {
    targets.first().filter(|_| targets.len() == 1)
}

/// What more than one has, and most.
fn most(ports: impl Iterator<Item = u16>) -> Option<u16> {
    let mut votes: BTreeMap<u16, usize> = BTreeMap::new();
    for port in ports {
        *votes.entry(port).or_default() += 1;
    }
    votes
        .into_iter()
        .filter(|(_, votes)| *votes > 1)
        .max_by_key(|(port, votes)| (*votes, u16::MAX - port))
        .map(|(port, _)| port)
}

fn base(ports: &BTreeSet<u16>) -> u16 {
    let (Some(first), Some(last)) = (ports.first(), ports.last()) else {
        return USUAL_BASE;
    };
    if ports.iter().all(|port| USUAL_PORTS.contains(port)) {
        return USUAL_BASE;
    }
    let begin = |span: u16| first / span * span;
    let holds_all = |span: &u16| last - begin(*span) < *span;
    SPANS.into_iter().find(holds_all).map_or(0, begin)
}

/// Gives the listeners on these ports, and the groups behind them, the places that `roles` says.
/// Only what nobody owns moves: what carries our tags has its place from them.
pub fn take_in(observed: &mut Observed, roles: &BTreeMap<u16, Role>) {
    let is_new = |(port, role): (&u16, &Role)| {
        observed.unclaimed.contains_key(port)
            || served(observed, *port).is_some_and(|served| served != Some(*role))
    };
    if !roles.iter().any(is_new) {
        return;
    }
    let unclaimed = std::mem::take(&mut observed.unclaimed);
    let placed = unplaced(observed);
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let before = placed.iter().map(|it| (it, true));
    for ((port, listener), had_place) in before.chain(unclaimed.iter().map(|it| (it, false))) {
        if let Some((id, seen)) = listener.group_id() {
            let group = groups.entry(id.clone()).or_insert_with(|| Group::new(seen));
            group.roles.extend(roles.get(port));
            group.had_place |= had_place;
        }
    }
    let listeners: BTreeMap<u16, Unclaimed> = placed.into_iter().chain(unclaimed).collect();
    // Of two groups that are alike, the one on the lower port gets the place.
    let mut keys: BTreeMap<String, Option<Key>> = BTreeMap::new();
    for (port, mut listener) in listeners {
        let key = listener.group_id().and_then(|(id, _)| {
            let place = || groups.get_mut(id).and_then(|group| group.place(observed));
            *keys.entry(id.clone()).or_insert_with(place)
        });
        if key.is_none() && !roles.contains_key(&port) {
            observed.unclaimed.insert(port, listener);
            continue;
        }
        let slot = Slot::Listener(port);
        if let Object::Listener(object) = &mut listener.listener.object {
            object.forward = key;
        }
        observed.foreign.remove(&slot);
        observed.foreign_listeners.remove(&port);
        observed.objects.insert(Key::only(slot), listener.listener);
    }
}

/// Takes nobody's listeners, and the groups behind them, out of their places.
fn unplaced(observed: &mut Observed) -> BTreeMap<u16, Unclaimed> {
    let nobodys = |key: &Key, observed: &Observed| {
        let seen = observed.objects.get(key);
        seen.filter(|seen| !seen.owned).cloned()
    };
    let found: Vec<(u16, Key, Option<Key>)> = observed
        .objects
        .iter()
        .filter(|(_, seen)| !seen.owned)
        .filter_map(|(key, seen)| {
            let listener = seen.object.as_listener()?;
            let ours = listener
                .forward
                .filter(|group| nobodys(group, observed).is_none());
            ours.is_none()
                .then_some((listener.port, *key, listener.forward))
        })
        .collect();
    let taken: BTreeMap<u16, Unclaimed> = found
        .iter()
        .filter_map(|(port, key, forward)| {
            let listener = nobodys(key, observed)?;
            let group = forward.and_then(|group| nobodys(&group, observed));
            Some((*port, Unclaimed { listener, group }))
        })
        .collect();
    for (_, key, forward) in found {
        observed.objects.remove(&key);
        forward.and_then(|group| observed.objects.remove(&group));
    }
    taken
}

/// A group on its way to its place.
struct Group {
    seen: Seen,
    /// Whom its listeners are to serve.
    roles: BTreeSet<Role>,
    had_place: bool,
}

impl Group {
    fn new(seen: &Seen) -> Group {
        Group {
            seen: seen.clone(),
            roles: BTreeSet::new(),
            had_place: false,
        }
    }

    /// A group of one target that serves a broker is that broker's, whoever else uses it: with more
    /// targets in it, the broker's port would lead to others.
    fn role(&self) -> Option<Role> {
        let group = self.seen.object.as_target_group()?;
        let told = match group.targets.len() {
            1 => self.roles.last(),
            _ => self.roles.first(),
        };
        told.copied().or(self.had_place.then_some(group.role))
    }

    fn place(&mut self, observed: &mut Observed) -> Option<Key> {
        let role = self.role()?;
        let Object::TargetGroup(group) = &mut self.seen.object else {
            return None;
        };
        group.role = role;
        group.made_for = match role {
            Role::Bootstrap => None,
            Role::Broker(_) => only(&group.targets).cloned(),
        };
        let key = Key::new(Slot::TargetGroup(role), self.seen.object.generation());
        if observed.objects.contains_key(&key) {
            return None;
        }
        observed.objects.insert(key, self.seen.clone());
        Some(key)
    }
}

/// Whom a listener without our tags serves; `None` if there is no such listener.
fn served(observed: &Observed, port: u16) -> Option<Option<Role>> {
    let seen = observed.get(Key::only(Slot::Listener(port)))?;
    let forward = seen.object.as_listener()?.forward;
    let role = forward.and_then(|key| match key.slot {
        Slot::TargetGroup(role) => Some(role),
        _ => None,
    });
    (!seen.owned).then_some(role)
}

#[cfg(test)]
mod tests;
