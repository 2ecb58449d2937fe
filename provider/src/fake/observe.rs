//! What a caller sees of its path: ids that its state knew, its tags, children of its load
//! balancer.

mod adopt;

use std::collections::{BTreeMap, BTreeSet};

use tokio::time::Instant;

use super::{
    route53::caller_reference,
    world::{EndpointState, Group, TagMap, World, endpoint_name, is_endpoint_name},
};
use crate::model::{
    Connection, Health, Key, Life, Maybe, Object, Observed, Outputs, Role, Scope, Seen, Slot,
    object::{
        Alias, Endpoint, GroupRef, Listener, LoadBalancer, SecurityGroup, Service, TargetGroup,
        Zone, ZoneRef,
    },
    tags::{OWNER, RESOURCE, TARGET, Tags},
};

pub(super) fn observe(world: &World, scope: &Scope, now: Instant) -> Observed {
    look(world, scope, &scope.known, now)
}

/// The same, by somebody who knows more by now than the scope does.
pub(super) fn look(world: &World, scope: &Scope, known: &Observed, now: Instant) -> Observed {
    let objects = known.objects.iter();
    let kept =
        objects.filter_map(|(key, seen)| Some((seen.id.known()?.as_str(), (*key, seen.owned))));
    let named = scope.named.iter();
    let named = named.map(|(id, slot)| (id.as_str(), (Key::only(*slot), false)));
    let mut sight = Sight {
        world,
        scope,
        now,
        earlier: known,
        known: named.chain(kept).collect(),
        keys: BTreeMap::new(),
        observed: Observed {
            surroundings: scope.known.surroundings.clone(),
            ..Observed::default()
        },
    };
    for subnet in &scope.subnets {
        let zones = &mut sight.observed.surroundings.subnet_zones;
        zones.insert(subnet.clone(), World::zone_of(subnet));
    }
    // What is pointed at comes before what points.
    sight.security_groups();
    sight.balancers();
    sight.target_groups();
    sight.listeners();
    sight.services();
    sight.endpoints();
    sight.zones();
    sight.aliases();
    sight.take_in();
    sight.observed
}

struct Sight<'a> {
    world: &'a World,
    scope: &'a Scope,
    now: Instant,
    earlier: &'a Observed,
    /// What the state knew, by id.
    known: BTreeMap<&'a str, (Key, bool)>,
    /// What was found, by id.
    keys: BTreeMap<String, Key>,
    observed: Observed,
}

impl Sight<'_> {
    /// The place of one object and whether it carries our owner; `None` if it is not of this path.
    fn place(&self, id: &str, tags: &TagMap) -> Option<(Slot, bool)> {
        let tagged = !self.scope.owner.is_empty() && tags.get(OWNER) == Some(&self.scope.owner);
        if let Some((key, owned)) = self.known.get(id) {
            return Some((key.slot, *owned || tagged));
        }
        if self.is_nobodys(tags) {
            return Some((self.behind_import(id)?, false));
        }
        let slot = tags.get(RESOURCE)?.parse().ok()?;
        tagged.then_some((slot, true))
    }

    fn found(&mut self, slot: Slot, id: &str, seen: Seen) {
        let key = Key::new(slot, seen.object.generation());
        if self.observed.objects.contains_key(&key) {
            self.observed.twins.push((key, id.to_owned()));
        } else {
            self.keys.insert(id.to_owned(), key);
            self.observed.objects.insert(key, seen);
        }
    }

    fn groups(&self, ids: &BTreeSet<String>) -> BTreeSet<GroupRef> {
        let group = |id: &String| match self.keys.get(id) {
            Some(key) => GroupRef::Managed(*key),
            None => GroupRef::Given(id.as_str().into()),
        };
        ids.iter().map(group).collect()
    }

    fn security_groups(&mut self) {
        for (id, it) in &self.world.security_groups {
            if let Some((slot @ Slot::SecurityGroup(_), owned)) = self.place(id, &it.tags) {
                let object = Object::SecurityGroup(SecurityGroup {
                    name: it.name.clone(),
                    vpc: it.vpc.as_str().into(),
                    rules: it.rules.clone(),
                    tags: tags(&it.tags),
                });
                self.found(slot, id, seen(id, owned, Life::Ready, object));
            }
        }
    }

    fn balancers(&mut self) {
        for (id, it) in &self.world.balancers {
            let Some((slot @ Slot::LoadBalancer, owned)) = self.place(id, &it.tags) else {
                continue;
            };
            let object = Object::LoadBalancer(LoadBalancer {
                name: it.name.clone(),
                subnets: maybes(&it.subnets),
                security_groups: self.groups(&it.security_groups),
                enforce_on_private_link: it.enforce_on_private_link,
                ip_address_type: it.ip_address_type,
                cross_zone: it.cross_zone,
                deletion_protection: it.deletion_protection,
                tags: tags(&it.tags),
            });
            let zones = it.subnets.iter();
            let zones = zones.map(|subnet| (subnet.clone(), World::zone_of(subnet)));
            self.observed.surroundings.subnet_zones.extend(zones);
            let life = match &it.failed {
                Some(reason) => Life::Failed(reason.clone()),
                None if self.now < it.active_at => Life::Coming,
                None => Life::Ready,
            };
            let mut seen = seen(id, owned, life, object);
            seen.outputs = Outputs {
                dns_name: format!("{}.elb.us-east-1.amazonaws.com", it.name).into(),
                hosted_zone_id: "Z26RNL4JYFTOTI".into(),
                zones: Maybe::Known(it.zones()),
                zone_ids: Maybe::Known(it.zones()),
                ..Outputs::default()
            };
            self.found(slot, id, seen);
        }
    }

    fn target_groups(&mut self) {
        for (id, it) in &self.world.target_groups {
            if let Some((slot @ Slot::TargetGroup(role), owned)) = self.place(id, &it.tags) {
                let seen = self.target_group(id, it, role, owned);
                self.found(slot, id, seen);
            }
        }
    }

    fn target_group(&self, id: &str, it: &Group, role: Role, owned: bool) -> Seen {
        let known = self
            .known
            .get(id)
            .and_then(|(key, _)| self.earlier.objects.get(key)?.object.as_target_group());
        let object = Object::TargetGroup(TargetGroup {
            name: it.name.clone(),
            role,
            vpc: it.vpc.as_str().into(),
            target_type: it.target_type,
            protocol: it.protocol,
            port: it.port,
            family: it.family,
            made_for: match (known, role) {
                (_, Role::Bootstrap) => None,
                (Some(known), _) => known.made_for.clone(),
                (None, _) => it.tags.get(TARGET).and_then(|text| text.parse().ok()),
            },
            health_check: it.health_check.clone(),
            attributes: it.attributes.clone(),
            targets: it.targets.keys().cloned().collect(),
            tags: tags(&it.tags),
        });
        let served = self
            .world
            .listeners
            .values()
            .any(|listener| listener.group == id);
        let mut seen = seen(id, owned, Life::Ready, object);
        for (target, since) in &it.targets {
            let ailing = target.id.known().and_then(|id| self.world.ailing.get(id));
            let (state, reason) = match (served, ailing) {
                (false, _) => ("unused", "Target.NotInUse"),
                (true, _) if self.now < *since + self.world.pace.healthy => {
                    ("initial", "Elb.RegistrationInProgress")
                }
                (true, Some(reason)) => ("unhealthy", reason.as_str()),
                (true, None) => ("healthy", ""),
            };
            let health = Health {
                state: state.to_owned(),
                reason: reason.to_owned(),
            };
            seen.health.insert(target.clone(), health);
        }
        seen
    }

    fn listeners(&mut self) {
        for (id, it) in &self.world.listeners {
            if !self.keys.contains_key(&it.balancer) {
                continue;
            }
            let slot = Slot::Listener(it.port);
            let place = self.place(id, &it.tags);
            let object = Object::Listener(Listener {
                port: it.port,
                protocol: it.protocol,
                forward: self.keys.get(&it.group).copied(),
                certificate: it.certificate.clone().map(Maybe::Known),
                ssl_policy: it.ssl_policy.clone().map(Maybe::Known),
                idle_timeout_seconds: it.idle_timeout_seconds,
                tags: tags(&it.tags),
            });
            let Some((_, owned)) = place else {
                self.observed.foreign_listeners.insert(it.port);
                self.observed.foreign.insert(slot, id.clone());
                if self.is_nobodys(&it.tags) {
                    self.note(it, seen(id, false, Life::Ready, object));
                }
                continue;
            };
            self.found(slot, id, seen(id, owned, Life::Ready, object));
        }
    }

    fn services(&mut self) {
        for (id, it) in &self.world.services {
            let Some((slot @ Slot::Service, owned)) = self.place(id, &it.tags) else {
                continue;
            };
            let object = Object::Service(Service {
                load_balancer: self.keys.get(&it.balancer).copied(),
                acceptance_required: it.acceptance_required,
                principals: maybes(&it.principals),
                ip_address_types: it.ip_address_types.clone(),
                regions: maybes(&it.regions),
                tags: tags(&it.tags),
            });
            let life = match it.gone_at {
                Some(_) => Life::Going,
                None if self.now < it.available_at => Life::Coming,
                None => Life::Ready,
            };
            let mut seen = seen(id, owned, life, object);
            seen.outputs = Outputs {
                service_name: format!("com.amazonaws.vpce.us-east-1.{id}").into(),
                zones: Maybe::Known(it.zones.clone()),
                zone_ids: Maybe::Known(it.zones.clone()),
                ..Outputs::default()
            };
            self.found(slot, id, seen);
            for (endpoint, connection) in &self.world.endpoints {
                if connection.service == *id {
                    self.observed.connections.push(Connection {
                        endpoint_id: endpoint.clone(),
                        owner: connection.account.clone(),
                        state: connection.state(self.now).to_owned(),
                    });
                }
            }
        }
    }

    fn endpoints(&mut self) {
        for (id, it) in &self.world.endpoints {
            let Some((slot @ Slot::Endpoint, owned)) = self.place(id, &it.tags) else {
                continue;
            };
            let (life, accepted) = match &it.state {
                EndpointState::PendingAcceptance => (Life::Coming, false),
                EndpointState::Rejected { .. } => (Life::Coming, false),
                EndpointState::Accepted(at) if self.now < *at => (Life::Coming, true),
                EndpointState::Accepted(_) => (Life::Ready, true),
                EndpointState::Failed => (Life::Failed("failed".to_owned()), false),
                EndpointState::Going(_) => (Life::Going, true),
            };
            let object = Object::Endpoint(Endpoint {
                vpc: it.vpc.as_str().into(),
                subnets: maybes(&it.subnets),
                security_groups: self.groups(&it.security_groups),
                ip_address_type: it.ip_address_type,
                accepted,
                tags: tags(&it.tags),
            });
            let mut seen = seen(id, owned, life, object);
            let interfaces = it.subnets.iter().map(|subnet| format!("eni-{id}-{subnet}"));
            seen.outputs = Outputs {
                dns_name: endpoint_name(id).into(),
                hosted_zone_id: "Z7HUB22UULQXV".into(),
                network_interface_ids: Maybe::Known(interfaces.collect()),
                state: it.state(self.now).into(),
                ..Outputs::default()
            };
            self.found(slot, id, seen);
        }
    }

    fn zones(&mut self) {
        for (id, it) in &self.world.zones {
            let made_by_us = !self.scope.owner.is_empty()
                && it
                    .caller_reference
                    .starts_with(&caller_reference(&self.scope.owner));
            let owned = match self.place(id, &it.tags) {
                Some((Slot::Zone, owned)) => owned || made_by_us,
                _ if made_by_us => true,
                _ => continue,
            };
            let object = Object::Zone(Zone {
                name: it.name.clone(),
                vpc: it.vpc.as_str().into(),
                tags: tags(&it.tags),
            });
            self.found(Slot::Zone, id, seen(id, owned, Life::Ready, object));
        }
    }

    fn aliases(&mut self) {
        for ((zone, name), target) in &self.world.records {
            let id = format!("{zone}/{name}");
            let endpoint = self
                .keys
                .iter()
                .find(|(id, key)| key.slot == Slot::Endpoint && endpoint_name(id) == *target)
                .map(|(_, key)| *key);
            let managed = self.keys.get(zone).copied();
            let known = self.known.contains_key(id.as_str());
            let ours = endpoint.is_some() || known || self.is_left_over(zone, name, target);
            if !ours || (managed.is_none() && !known && !self.is_named(zone, name)) {
                if managed.is_some() {
                    self.observed.foreign_records.insert(format!("{name} A"));
                }
                if self.is_named(zone, name) || managed.is_some() && self.is_hostname(name) {
                    self.observed.foreign.insert(Slot::Alias, id);
                }
                continue;
            }
            let object = Object::Alias(Alias {
                zone: match managed {
                    Some(key) => ZoneRef::Managed(key),
                    None => ZoneRef::Given(zone.as_str().into()),
                },
                name: name.clone(),
                target: endpoint,
            });
            self.found(Slot::Alias, &id, seen(&id, true, Life::Ready, object));
        }
    }

    /// A zone that we made was made for one record: at its own name, to an endpoint, which may be
    /// gone by now.
    fn is_left_over(&self, zone: &str, name: &str, target: &str) -> bool {
        let zone = self.keys.get(zone).and_then(|key| self.observed.get(*key));
        zone.is_some_and(|seen| {
            seen.owned && matches!(&seen.object, Object::Zone(zone) if zone.name == name)
        }) && is_endpoint_name(target)
    }

    fn is_hostname(&self, name: &str) -> bool {
        self.scope.hostname.as_deref() == Some(name)
    }

    fn is_named(&self, zone: &str, name: &str) -> bool {
        self.scope.zone_id.as_deref() == Some(zone) && self.is_hostname(name)
    }
}

fn seen(id: &str, owned: bool, life: Life, object: Object) -> Seen {
    Seen {
        life,
        owned,
        ..Seen::newborn(object, id.into())
    }
}

fn maybes(values: &BTreeSet<String>) -> BTreeSet<Maybe<String>> {
    values.iter().cloned().map(Maybe::Known).collect()
}

fn tags(tags: &TagMap) -> Tags {
    tags.iter()
        .map(|(key, value)| (key.clone(), value.as_str().into()))
        .collect()
}
