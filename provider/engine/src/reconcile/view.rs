//! Desired and observed side by side, with the questions that the orders ask of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    BrokerId, Desired, Key, Life, Maybe, Object, Observed, Role, Seen, Slot,
    object::{
        Listener, Rule, TargetGroup,
        load_balancer::IpAddressType,
        target_group::{IpFamily, Target},
    },
};

pub(super) const LOAD_BALANCER: Key = Key {
    slot: Slot::LoadBalancer,
    generation: crate::model::Generation::ONLY,
};
pub(super) const SERVICE: Key = Key {
    slot: Slot::Service,
    generation: crate::model::Generation::ONLY,
};

pub(super) struct View<'a> {
    pub desired: &'a Desired,
    pub observed: &'a Observed,
    /// Neither changed nor deleted.
    pub forgotten: BTreeSet<Key>,
    /// Wanted listeners of each role.
    ports: BTreeMap<Role, Vec<(Key, &'a Listener)>>,
    /// Wanted groups of each role.
    groups: BTreeMap<Role, (Key, &'a TargetGroup)>,
    /// Which wanted brokers a target is.
    brokers: BTreeMap<&'a Target, BTreeSet<BrokerId>>,
    /// Seen groups that a seen listener forwards to.
    serving: BTreeSet<Key>,
    /// Bootstrap offers one machine alone, which no other listener leads to: its port may be the
    /// broker's.
    had_sole_broker: bool,
}

impl<'a> View<'a> {
    pub(super) fn new(desired: &'a Desired, observed: &'a Observed) -> View<'a> {
        let mut view = View {
            desired,
            observed,
            forgotten: forgotten(desired, observed),
            ports: BTreeMap::new(),
            groups: BTreeMap::new(),
            brokers: BTreeMap::new(),
            serving: BTreeSet::new(),
            had_sole_broker: false,
        };
        for (key, object) in &desired.objects {
            match object {
                Object::Listener(listener) => {
                    if let Some(Slot::TargetGroup(role)) = listener.forward.map(|key| key.slot) {
                        view.ports.entry(role).or_default().push((*key, listener));
                    }
                }
                Object::TargetGroup(group) => {
                    view.groups.insert(group.role, (*key, group));
                    if let Role::Broker(id) = group.role {
                        for target in &group.targets {
                            view.brokers.entry(target).or_default().insert(id);
                        }
                    }
                }
                _ => {}
            }
        }
        if let Some(id) = desired.policy.sole_broker
            && let Some((key, group)) = view.groups.get(&Role::Bootstrap).copied()
        {
            let ports = view.ports.get(&Role::Bootstrap).cloned();
            view.ports
                .insert(Role::Broker(id), ports.unwrap_or_default());
            view.groups.insert(Role::Broker(id), (key, group));
            for target in &group.targets {
                view.brokers.entry(target).or_default().insert(id);
            }
        }
        view.serving = view
            .listeners()
            .filter_map(|(_, listener)| listener.forward)
            .collect();
        view.had_sole_broker = view.bootstrap_was_sole();
        view
    }

    pub(super) fn wanted(&self, key: Key) -> Option<&'a Object> {
        self.desired.objects.get(&key)
    }

    pub(super) fn is_wanted(&self, key: Key) -> bool {
        self.desired.objects.contains_key(&key)
    }

    pub(super) fn seen(&self, key: Key) -> Option<&'a Seen> {
        self.observed.objects.get(&key)
    }

    /// Seen listeners that are not going.
    pub(super) fn listeners(&self) -> impl Iterator<Item = (Key, &'a Listener)> {
        self.observed.objects.iter().filter_map(|(key, seen)| {
            let listener = seen.object.as_listener()?;
            (seen.life != Life::Going).then_some((*key, listener))
        })
    }

    /// The load balancer is going, or is to go: its listeners die with it and need no step.
    pub(super) fn balancer_goes(&self) -> bool {
        match self.seen(LOAD_BALANCER) {
            Some(seen) => {
                seen.life == Life::Going
                    || (!self.is_wanted(LOAD_BALANCER) && !self.forgotten.contains(&LOAD_BALANCER))
            }
            None => true,
        }
    }

    pub(super) fn is_wanted_role(&self, role: Role) -> bool {
        self.ports.contains_key(&role)
    }

    pub(super) fn wanted_roles(&self) -> impl Iterator<Item = Role> {
        self.ports.keys().copied()
    }

    /// Every wanted listener of the role forwards to the role's wanted group.
    pub(super) fn serves(&self, role: Role) -> bool {
        let mut ports = self.ports.get(&role).into_iter().flatten();
        ports.all(|(key, wanted)| {
            self.seen(*key).is_some_and(|seen| {
                let listener = seen.object.as_listener();
                seen.life != Life::Going
                    && listener.is_some_and(|listener| listener.forward == wanted.forward)
            })
        })
    }

    pub(super) fn wanted_group(&self, role: Role) -> Option<(Key, &'a TargetGroup)> {
        self.groups.get(&role).copied()
    }

    pub(super) fn is_serving(&self, group: Key) -> bool {
        self.serving.contains(&group)
    }

    /// Targets registered in any seen group of a broker.
    pub(super) fn targets_of(&self, id: BrokerId) -> BTreeSet<&'a Target> {
        self.observed
            .of(Slot::TargetGroup(Role::Broker(id)))
            .filter_map(|(_, seen)| seen.object.as_target_group())
            .flat_map(|group| group.targets.iter().chain(&group.made_for))
            .collect()
    }

    /// Wanted brokers that this target is.
    pub(super) fn brokers_at(&self, target: &Target) -> impl Iterator<Item = BrokerId> {
        self.brokers.get(target).into_iter().flatten().copied()
    }

    /// Brokers, wanted ones only, whose seen groups hold this target.
    pub(super) fn brokers_seen_at(&self, target: &Target) -> BTreeSet<BrokerId> {
        let groups = self.observed.objects.values();
        groups
            .filter_map(|seen| seen.object.as_target_group())
            .filter(|group| {
                group.targets.contains(target) || group.made_for.as_ref() == Some(target)
            })
            .filter_map(|group| match group.role {
                Role::Broker(id) if self.is_wanted_role(group.role) => Some(id),
                _ => None,
            })
            .collect()
    }

    /// Bootstrap takes a broker when its own listeners serve, or while bootstrap itself serves
    /// nobody: then all join in one call.
    pub(super) fn may_join(&self, group: &TargetGroup, target: &Target) -> bool {
        group.role != Role::Bootstrap
            || !self.bootstrap_serves()
            || self
                .served_before(target)
                .into_iter()
                .all(|id| self.serves(Role::Broker(id)))
    }

    /// The brokers whose own listeners serve before bootstrap takes this target. Where bootstrap's
    /// port is a broker's own, that broker has another before anybody joins it there.
    pub(super) fn served_before(&self, target: &Target) -> Vec<BrokerId> {
        if self.desired.policy.sole_broker.is_some() {
            return Vec::new();
        }
        match self.had_sole_broker {
            true => self.broker_groups().map(|(id, _)| id).collect(),
            false => self.brokers_at(target).collect(),
        }
    }

    /// Whether this broker's port is bootstrap's.
    pub(super) fn is_sole(&self, id: BrokerId) -> bool {
        self.desired.policy.sole_broker == Some(id)
    }

    /// Brokers other than this one of which groups are there.
    pub(super) fn others_seen(&self, id: BrokerId) -> BTreeSet<BrokerId> {
        let slots = self.observed.objects.keys().map(|key| key.slot);
        let ids = slots.filter_map(|slot| match slot {
            Slot::TargetGroup(Role::Broker(other)) if other != id => Some(other),
            _ => None,
        });
        ids.collect()
    }

    fn bootstrap_was_sole(&self) -> bool {
        let offered: BTreeSet<&Target> = self
            .serving
            .iter()
            .filter(|key| key.slot == Slot::TargetGroup(Role::Bootstrap))
            .filter_map(|key| self.seen_group(*key))
            .flat_map(|group| &group.targets)
            .collect();
        let has_own = |target: &Target| {
            let mut groups = self.serving.iter().filter_map(|key| self.seen_group(*key));
            groups.any(|group| group.role != Role::Bootstrap && group.targets.contains(target))
        };
        offered.len() == 1 && !offered.into_iter().any(has_own)
    }

    /// Wanted groups of brokers.
    pub(super) fn broker_groups(&self) -> impl Iterator<Item = (BrokerId, &'a TargetGroup)> {
        self.groups
            .iter()
            .filter_map(|(role, (_, group))| match role {
                Role::Broker(id) => Some((*id, *group)),
                Role::Bootstrap => None,
            })
    }

    fn bootstrap_serves(&self) -> bool {
        self.serving
            .iter()
            .any(|key| key.slot == Slot::TargetGroup(Role::Bootstrap))
    }

    pub(super) fn seen_group(&self, key: Key) -> Option<&'a TargetGroup> {
        self.seen(key)?.object.as_target_group()
    }

    /// Whether something that is wanted points at it and speaks that family.
    pub(super) fn will_use(&self, key: Key, family: IpFamily) -> bool {
        let mut wanted = self.desired.objects.values();
        wanted.any(|it| it.references().contains(&key) && speaks(it, family))
    }

    /// Seen ports below a rule that is to close.
    pub(super) fn ports_in<'b>(&self, rules: impl IntoIterator<Item = &'b Rule>) -> Vec<Key> {
        let ranges: Vec<(u16, u16)> = rules
            .into_iter()
            .filter_map(|rule| match rule {
                Rule::Ingress { from, to, .. } => Some((*from, *to)),
                Rule::EgressAll | Rule::Other { .. } => None,
            })
            .collect();
        self.listeners()
            .filter(|(_, it)| {
                ranges
                    .iter()
                    .any(|(from, to)| (*from..=*to).contains(&it.port))
            })
            .map(|(key, _)| key)
            .collect()
    }
}

pub(super) fn speaks(object: &Object, family: IpFamily) -> bool {
    let of_type = |kind: IpAddressType| match family {
        IpFamily::Ipv4 => kind != IpAddressType::Ipv6,
        IpFamily::Ipv6 => kind != IpAddressType::Ipv4,
    };
    match object {
        Object::LoadBalancer(balancer) => of_type(balancer.ip_address_type),
        Object::Endpoint(endpoint) => of_type(endpoint.ip_address_type),
        Object::Service(service) => service.ip_address_types.contains(&family),
        Object::Alias(alias) => alias.family() == Some(family),
        _ => false,
    }
}

/// What is neither changed nor deleted although it is not wanted: objects that do not carry our
/// owner, and what these point at.
pub fn forgotten(desired: &Desired, observed: &Observed) -> BTreeSet<Key> {
    if !desired.policy.forget_unowned {
        return BTreeSet::new();
    }
    let unwanted = |key: &Key| !desired.objects.contains_key(key);
    let mut keys: Vec<Key> = observed
        .objects
        .iter()
        .filter(|(key, seen)| !seen.owned && unwanted(key))
        .map(|(key, _)| *key)
        .collect();
    let mut forgotten = BTreeSet::new();
    while let Some(key) = keys.pop() {
        if let Some(seen) = observed.objects.get(&key)
            && unwanted(&key)
            && forgotten.insert(key)
        {
            keys.extend(seen.object.references());
        }
    }
    forgotten
}

/// Whether every member is decided.
pub(super) fn all_known(values: &BTreeSet<Maybe<String>>) -> bool {
    !values.contains(&Maybe::Unknown)
}
