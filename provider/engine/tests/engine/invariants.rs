//! What live traffic may rely on. A claim that holds goes on holding, write by write, while one
//! configuration becomes another.

use std::collections::{BTreeMap, BTreeSet};

use engine::model::{
    Key, Life, Observed, Role, Side, Slot,
    object::{
        DnsMode, Rule,
        load_balancer::IpAddressType,
        target_group::{IpFamily, Target},
    },
};
use engine::reconcile::Step;

use crate::config::{Broker, Config, Consumer};

pub struct Claims<'a> {
    before: &'a Config,
    after: &'a Config,
    /// Ports go round in a ring, or the load balancer is full, or nobody of bootstrap stays: then
    /// courtesy gives way, and only the ports themselves are promised.
    is_hard: bool,
    /// Machines change places with each other.
    is_shuffled: bool,
    held: BTreeSet<String>,
    groups: BTreeMap<Key, bool>,
}

fn target(broker: &Broker) -> Target {
    Target {
        id: broker.target.as_str().into(),
        port: broker.target_port,
        zone: None,
    }
}

fn ports(broker: &Broker) -> BTreeSet<u16> {
    broker
        .additional_ports
        .iter()
        .copied()
        .chain([broker.port])
        .collect()
}

fn owners(config: &Config) -> BTreeMap<u16, Role> {
    let mut owners = BTreeMap::from([(config.bootstrap_port, Role::Bootstrap)]);
    for (id, broker) in &config.brokers {
        if config.sole_broker() == Some(*id) {
            owners.extend(
                ports(broker)
                    .into_iter()
                    .map(|port| (port, Role::Bootstrap)),
            );
            continue;
        }
        owners.extend(
            ports(broker)
                .into_iter()
                .map(|port| (port, Role::Broker(*id))),
        );
    }
    owners
}

impl<'a> Claims<'a> {
    pub fn new(before: &'a Config, after: &'a Config, start: &Observed) -> Claims<'a> {
        let all: BTreeSet<u16> = before.ports().union(&after.ports()).copied().collect();
        let foreign = &start.foreign_listeners;
        let is_full = all.union(foreign).count() > 50;
        let mut claims = Claims {
            before,
            after,
            is_hard: is_full || has_ring(before, after) || nobody_stays(before, after),
            is_shuffled: machines_ring(before, after) || is_misled(before, start),
            held: BTreeSet::new(),
            groups: BTreeMap::new(),
        };
        claims.held = claims.hold(start).0;
        claims.groups = groups(start);
        claims
    }

    /// After one more write.
    pub fn check(&mut self, step: &Step, observed: &Observed) -> Result<(), String> {
        let (now, void) = self.hold(observed);
        let mut lost = self.held.difference(&now);
        if let Some(lost) = lost.find(|claim| !void.contains(*claim)) {
            return Err(format!("after {step}: no longer true that {lost}"));
        }
        let groups = groups(observed);
        for (key, has_targets) in &self.groups {
            if *has_targets && !groups.contains_key(key) {
                return Err(format!("after {step}: {key} went with its targets"));
            }
        }
        self.held = now;
        self.groups = groups;
        Ok(())
    }

    /// The claims that hold, and those that have no object any more.
    fn hold(&self, observed: &Observed) -> (BTreeSet<String>, BTreeSet<String>) {
        let (mut claims, mut void) = (BTreeSet::new(), BTreeSet::new());
        let (old, new) = (owners(self.before), owners(self.after));
        for (port, owner) in &old {
            if let Some(next) = new.get(port)
                && [owner, next]
                    .iter()
                    .any(|role| self.leads(observed, *port, **role))
            {
                claims.insert(format!(
                    "port {port} leads to its owner, and to nobody else"
                ));
            }
        }
        self.closing(observed, &mut claims, &mut void);
        self.resolving(observed, &mut claims);
        if !self.is_hard {
            for id in self.before.brokers.keys() {
                if self.after.brokers.contains_key(id) && self.is_reachable(observed, *id) {
                    claims.insert(format!("broker {id} is reachable"));
                }
            }
            self.bootstrap(observed, &mut claims);
        }
        (claims, void)
    }

    /// The port has a listener to a group of this role that holds nobody else, and somebody.
    fn leads(&self, observed: &Observed, port: u16, role: Role) -> bool {
        let Some(group) = forward(observed, port) else {
            return false;
        };
        let Some(held) = observed
            .get(group)
            .and_then(|seen| seen.object.as_target_group())
        else {
            return false;
        };
        if held.targets.is_empty() {
            return false;
        }
        // Bootstrap's group is the broker's own while nobody else is in it, whichever of its
        // machines that is.
        if let (Role::Broker(id), Role::Bootstrap) = (role, held.role) {
            let configs = [self.before, self.after];
            let machines: BTreeSet<Target> = configs
                .iter()
                .filter_map(|config| config.brokers.get(&id).map(target))
                .collect();
            return configs.iter().any(|config| {
                config.sole_broker() == Some(id) && ports(&config.brokers[&id]).contains(&port)
            }) && held.targets.is_subset(&machines);
        }
        if held.role != role {
            return false;
        }
        match role {
            Role::Bootstrap => true,
            Role::Broker(id) => [self.before, self.after].iter().any(|config| {
                config
                    .brokers
                    .get(&id)
                    .is_some_and(|broker| held.targets == BTreeSet::from([target(broker)]))
            }),
        }
    }

    fn is_reachable(&self, observed: &Observed, id: u32) -> bool {
        let all = [self.before, self.after].map(|config| config.brokers.get(&id).map(ports));
        all.into_iter()
            .flatten()
            .flatten()
            .any(|port| self.leads(observed, port, Role::Broker(id)))
    }

    /// Whom bootstrap offers now; `None` while it serves nobody.
    fn offers(&self, observed: &Observed) -> Option<BTreeSet<Target>> {
        let ports = [self.before.bootstrap_port, self.after.bootstrap_port];
        let groups: BTreeSet<Key> = ports
            .iter()
            .filter_map(|port| forward(observed, *port))
            .filter(|group| group.slot == Slot::TargetGroup(Role::Bootstrap))
            .collect();
        let targets: BTreeSet<Target> = groups
            .iter()
            .filter_map(|key| observed.get(*key)?.object.as_target_group())
            .flat_map(|group| group.targets.clone())
            .collect();
        (!targets.is_empty()).then_some(targets)
    }

    fn bootstrap(&self, observed: &Observed, claims: &mut BTreeSet<String>) {
        let Some(offers) = self.offers(observed) else {
            return;
        };
        let mut machines: BTreeMap<Target, BTreeSet<u32>> = BTreeMap::new();
        for config in [self.before, self.after] {
            for (id, broker) in &config.brokers {
                machines.entry(target(broker)).or_default().insert(*id);
            }
        }
        // Machines in a ring change ids one by one, as their ports do.
        let machines = machines.into_iter().filter(|_| !self.is_shuffled);
        for (machine, ids) in machines {
            let has_port = ids.iter().any(|id| {
                // The very machine must be reached, not its successor.
                let reaches = |port: &u16| {
                    forward(observed, *port)
                        .and_then(|key| observed.get(key)?.object.as_target_group())
                        .is_some_and(|group| {
                            let is_own = group.role == Role::Broker(*id)
                                || group.role == Role::Bootstrap
                                    && [self.before, self.after]
                                        .iter()
                                        .any(|it| it.sole_broker() == Some(*id));
                            is_own && group.targets.contains(&machine)
                        })
                };
                let all = [self.before, self.after].map(|it| it.brokers.get(id).map(ports));
                all.iter().flatten().flatten().any(reaches)
            });
            // A staying broker that changes machines answers on its port all the while, with the
            // one or the other.
            let changes = ids.iter().all(|id| {
                let both = [self.before, self.after].map(|it| it.brokers.get(id).map(target));
                matches!(both, [Some(old), Some(new)] if old != new)
                    && self.is_reachable(observed, *id)
            });
            if !offers.contains(&machine) || has_port || changes {
                claims.insert(format!("bootstrap offers {machine} only with a port"));
            }
        }
        for (id, broker) in &self.before.brokers {
            if let Some(next) = self.after.brokers.get(id)
                && (offers.contains(&target(broker)) || offers.contains(&target(next)))
            {
                claims.insert(format!("bootstrap offers broker {id}"));
            }
        }
    }

    /// A port that listens and is open to an endpoint stays open while it listens.
    fn closing(
        &self,
        observed: &Observed,
        claims: &mut BTreeSet<String>,
        void: &mut BTreeSet<String>,
    ) {
        let groups: Vec<_> = observed
            .of(Slot::SecurityGroup(Side::Consumer))
            .filter(|(key, _)| {
                let mut all = observed.objects.values();
                all.any(|seen| seen.object.references().contains(key))
            })
            .filter_map(|(_, seen)| seen.object.as_security_group())
            .collect();
        // In another VPC it is another group, and whoever comes that way finds the new ports only.
        let vpc = |config: &Config| config.endpoint.as_ref().map(|it| it.vpc.clone());
        let stays = vpc(self.before) == vpc(self.after);
        for port in self.before.ports().into_iter().filter(|_| stays) {
            let is_open = groups.iter().flat_map(|group| &group.rules).any(|rule| {
                matches!(rule, Rule::Ingress { from, to, .. } if (*from..=*to).contains(&port))
            });
            let claim = format!("port {port} is open while it listens");
            if is_open {
                claims.insert(claim);
            } else if groups.is_empty() || forward(observed, port).is_none() {
                void.insert(claim);
            }
        }
    }

    fn resolving(&self, observed: &Observed, claims: &mut BTreeSet<String>) {
        let (Some(before), Some(after)) = (&self.before.endpoint, &self.after.endpoint) else {
            return;
        };
        // Addresses follow when the interfaces are there.
        let is_published = |it: &Consumer| it.dns != DnsMode::Nothing;
        let lags = |it: &Consumer| it.dns == DnsMode::Records && before.subnets != after.subnets;
        if ![before, after].into_iter().all(is_published) || lags(before) || lags(after) {
            return;
        }
        let is_live = |key: Key| {
            observed.get(key).is_some_and(|seen| {
                matches!(seen.life, Life::Coming | Life::Ready)
                    && seen.object.as_endpoint().is_some_and(|it| it.accepted)
            })
        };
        // Where the one family takes the other's place, no record leads to addresses meanwhile.
        let trades = |config: &Config| config.kind != IpAddressType::Dualstack;
        if self.before.kind != self.after.kind && trades(self.before) && trades(self.after) {
            return;
        }
        let speaks = |key: Key, family: Option<IpFamily>| {
            let seen = observed.get(key).and_then(|seen| seen.object.as_endpoint());
            let unspoken = match family {
                Some(IpFamily::Ipv4) => Some(IpAddressType::Ipv6),
                Some(IpFamily::Ipv6) => Some(IpAddressType::Ipv4),
                None => None,
            };
            seen.is_some_and(|endpoint| Some(endpoint.ip_address_type) != unspoken)
        };
        let resolves = observed.aliases().any(|(_, _, alias)| {
            let target = alias.target.filter(|key| is_live(*key));
            target.is_some_and(|key| speaks(key, alias.family()))
        });
        if resolves {
            claims.insert("a hostname resolves to a live endpoint".to_owned());
        }
    }
}

fn forward(observed: &Observed, port: u16) -> Option<Key> {
    observed
        .get(Key::only(Slot::Listener(port)))?
        .object
        .as_listener()?
        .forward
}

fn groups(observed: &Observed) -> BTreeMap<Key, bool> {
    let groups = observed.objects.iter();
    groups
        .filter_map(|(key, seen)| Some((*key, !seen.object.as_target_group()?.targets.is_empty())))
        .collect()
}

/// Whether some role's new port is another's old one, and so on round to the first.
fn has_ring(before: &Config, after: &Config) -> bool {
    // A machine that goes on under another id is one and the same.
    let was = |role: &Role| match role {
        Role::Broker(id) if !before.brokers.contains_key(id) => {
            let machine = after.brokers.get(id).map(target);
            let old = before
                .brokers
                .iter()
                .find(|(_, it)| Some(target(it)) == machine);
            old.map_or(*role, |(id, _)| Role::Broker(*id))
        }
        _ => *role,
    };
    let (old, new) = (owners(before), owners(after));
    let mut waits: BTreeMap<Role, BTreeSet<Role>> = BTreeMap::new();
    for (port, role) in &new {
        if let Some(owner) = old.get(port)
            && *owner != was(role)
        {
            waits.entry(*owner).or_default().insert(was(role));
        }
    }
    is_ring(&waits)
}

/// Whether machines follow each other on the ports in a ring.
fn machines_ring(before: &Config, after: &Config) -> bool {
    let machines = |config: &Config| {
        let mut machines = BTreeMap::new();
        for broker in config.brokers.values() {
            machines.extend(ports(broker).into_iter().map(|port| (port, target(broker))));
        }
        machines
    };
    let (old, new) = (machines(before), machines(after));
    let mut follows: BTreeMap<Target, BTreeSet<Target>> = BTreeMap::new();
    for (port, machine) in new {
        if let Some(was) = old.get(&port)
            && *was != machine
        {
            follows.entry(was.clone()).or_default().insert(machine);
        }
    }
    is_ring(&follows)
}

/// Whether somebody sent a port to another's group, which can close a ring as well.
fn is_misled(before: &Config, start: &Observed) -> bool {
    owners(before).iter().any(|(port, owner)| {
        forward(start, *port).is_some_and(|group| group.slot != Slot::TargetGroup(*owner))
    })
}

fn is_ring<T: Ord + Clone>(edges: &BTreeMap<T, BTreeSet<T>>) -> bool {
    edges.keys().any(|start| {
        let mut reached = BTreeSet::new();
        let mut open: Vec<T> = edges[start].iter().cloned().collect();
        while let Some(next) = open.pop() {
            if reached.insert(next.clone()) {
                open.extend(edges.get(&next).into_iter().flatten().cloned());
            }
        }
        reached.contains(start)
    })
}

/// No machine of bootstrap stays: somebody new must be offered before the old ones have left.
fn nobody_stays(before: &Config, after: &Config) -> bool {
    let machines = |config: &Config| config.brokers.values().map(target).collect::<BTreeSet<_>>();
    machines(before).is_disjoint(&machines(after))
}
