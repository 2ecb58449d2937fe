//! Which listeners and which target group serve bootstrap, and which each broker.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Value;

use super::{View, values};
use crate::{
    config::Config,
    service_side::brokers::{BROKER_PORT_BASE, broker_port},
};
use engine::model::{
    BrokerId, Key, Life, Maybe, Observed, Role, Seen, Slot, layout, object::TargetGroup,
};

/// What serves whom.
pub(super) struct Roles<'a> {
    pub bootstrap: Serving<'a>,
    /// Every broker of which anything exists.
    pub brokers: BTreeMap<BrokerId, Serving<'a>>,
    pub broker_port_base: Maybe<u16>,
}

/// What serves one role.
#[derive(Clone, Default)]
pub(super) struct Serving<'a> {
    pub listeners: BTreeMap<u16, &'a Seen>,
    /// The one that is the role's own port, of those with a listener.
    pub port: Option<u16>,
    pub group: Option<&'a Seen>,
}

impl<'a> Roles<'a> {
    pub fn of(view: &View<'a>) -> Roles<'a> {
        let mut serving: BTreeMap<Role, Serving<'a>> = BTreeMap::new();
        for (key, seen) in &view.observed.objects {
            if seen.life == Life::Going {
                continue;
            }
            match key.slot {
                Slot::Listener(port) => {
                    if let Some(role) = role_of(view, port, seen) {
                        serving
                            .entry(role)
                            .or_default()
                            .listeners
                            .insert(port, seen);
                    }
                }
                Slot::TargetGroup(role) => {
                    serving.entry(role).or_default();
                }
                _ => {}
            }
        }
        let base = match view.config() {
            Some(config) => config.broker_port_base.clone(),
            None => Maybe::Known(broker_port_base(view.observed)),
        };
        for (role, serving) in &mut serving {
            serving.port = own_port(view, *role, &base, &serving.listeners);
            serving.group = group(view, *role, serving);
        }
        let bootstrap = serving.remove(&Role::Bootstrap).unwrap_or_default();
        if let Some(id) = sole_broker(view, &bootstrap, &serving) {
            serving.entry(Role::Broker(id)).or_insert(bootstrap.clone());
        }
        let brokers = serving
            .into_iter()
            .filter_map(|(role, serving)| match role {
                Role::Broker(id) => Some((id, serving)),
                Role::Bootstrap => None,
            })
            .filter(|(id, serving)| {
                view.arguments.is_none() || view.told_broker(*id).is_some() || serving.is_ours()
            })
            .collect();
        Roles {
            bootstrap,
            brokers,
            broker_port_base: base,
        }
    }

    /// Everyone who is served, bootstrap first.
    pub fn all(&self) -> impl Iterator<Item = &Serving<'a>> {
        std::iter::once(&self.bootstrap).chain(self.brokers.values())
    }

    pub fn group_arns(&self) -> Value {
        self.arns(|serving| serving.group)
    }

    pub fn listener_arns(&self) -> Value {
        self.arns(|serving| serving.listeners.get(&serving.port?).copied())
    }

    fn arns(&self, object: impl Fn(&Serving<'a>) -> Option<&'a Seen>) -> Value {
        let bootstrap = std::iter::once(("bootstrap".to_owned(), &self.bootstrap));
        let brokers = self
            .brokers
            .iter()
            .map(|(id, serving)| (id.to_string(), serving));
        let arn = |(name, serving)| Some((name, values::text(&object(serving)?.id)));
        Value::map(bootstrap.chain(brokers).filter_map(arn))
    }
}

impl Serving<'_> {
    fn is_ours(&self) -> bool {
        self.group.is_some_and(|group| group.owned) || self.listeners.values().any(|l| l.owned)
    }

    pub fn target_group(&self) -> Option<&TargetGroup> {
        self.group?.object.as_target_group()
    }
}

/// A listener serves whom its group serves. One that forwards elsewhere still stands in the place
/// of whom the user wants on its port.
fn role_of(view: &View<'_>, port: u16, seen: &Seen) -> Option<Role> {
    let forward = seen.object.as_listener()?.forward;
    if let Some(Slot::TargetGroup(role)) = forward.map(|key: Key| key.slot) {
        return Some(role);
    }
    if view.told_bootstrap_port() == Some(port) {
        return Some(Role::Bootstrap);
    }
    let brokers = view.config()?.brokers.known()?;
    let wants = |id: &BrokerId| {
        wanted_ports(view, *id)
            .is_some_and(|(main, more)| main == Some(port) || more.contains(&port))
    };
    brokers.keys().copied().find(wants).map(Role::Broker)
}

/// The one broker that bootstrap stands for. Which it is only the configuration says: where there is
/// none, after an import, bootstrap leads to one target and nothing else does.
fn sole_broker(
    view: &View<'_>,
    bootstrap: &Serving<'_>,
    others: &BTreeMap<Role, Serving<'_>>,
) -> Option<BrokerId> {
    if bootstrap.group.is_none() && bootstrap.listeners.is_empty() {
        return None;
    }
    match view.config() {
        Some(config) => config.sole_broker().map(|(id, _)| id),
        None => {
            let group = bootstrap.target_group()?;
            let is_alone = others.is_empty() && group.targets.len() == 1;
            is_alone.then(|| layout::sole_broker(bootstrap.port.unwrap_or_default()))
        }
    }
}

/// A broker's own port and its additional ones, as the user wants them.
fn wanted_ports(view: &View<'_>, id: BrokerId) -> Option<(Option<u16>, BTreeSet<u16>)> {
    let broker = view.told_broker(id)?;
    let more = broker.additional_ports.known().into_iter().flatten();
    let more = more.filter_map(|port| port.known().copied()).collect();
    Some((broker.port.known().copied(), more))
}

fn own_port(
    view: &View<'_>,
    role: Role,
    base: &Maybe<u16>,
    listeners: &BTreeMap<u16, &Seen>,
) -> Option<u16> {
    let (wanted, more) = match role {
        Role::Bootstrap => {
            let sole = view.config().and_then(Config::sole_broker);
            let more = sole.and_then(|(id, _)| wanted_ports(view, id));
            (
                view.told_bootstrap_port(),
                more.map(|(_, more)| more).unwrap_or_default(),
            )
        }
        Role::Broker(id) => wanted_ports(view, id).unwrap_or_else(|| {
            let base = base.known().copied().unwrap_or(BROKER_PORT_BASE);
            (broker_port(base, id), BTreeSet::new())
        }),
    };
    if let Some(port) = wanted.filter(|port| listeners.contains_key(port)) {
        return Some(port);
    }
    listeners.keys().copied().find(|port| !more.contains(port))
}

fn group<'a>(view: &View<'a>, role: Role, serving: &Serving<'a>) -> Option<&'a Seen> {
    let listener = serving.port.and_then(|port| serving.listeners.get(&port));
    let used = listener.and_then(|seen| seen.object.as_listener()?.forward);
    let used = used.and_then(|key| view.observed.get(key));
    used.or_else(|| view.one(Slot::TargetGroup(role)).map(|(_, seen)| seen))
}

/// The base by which most brokers have the ports that they have, for an import: AWS does not hold
/// it. The default, unless no broker fits it.
pub fn broker_port_base(observed: &Observed) -> u16 {
    let mut votes: BTreeMap<u16, usize> = BTreeMap::new();
    for (key, seen) in &observed.objects {
        let (Slot::Listener(port), Some(listener)) = (key.slot, seen.object.as_listener()) else {
            continue;
        };
        if let Some(Slot::TargetGroup(Role::Broker(id))) = listener.forward.map(|key| key.slot)
            && let Some(base) = u16::try_from(id).ok().and_then(|id| port.checked_sub(id))
        {
            *votes.entry(base).or_default() += 1;
        }
    }
    if votes.contains_key(&BROKER_PORT_BASE) {
        return BROKER_PORT_BASE;
    }
    let most = votes
        .into_iter()
        .max_by_key(|(base, votes)| (*votes, u16::MAX - base));
    most.map_or(BROKER_PORT_BASE, |(base, _)| base)
}
