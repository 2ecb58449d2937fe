//! What a caller sees of its path: ids that its state knew, its tags, children of its load
//! balancer.

mod adopt;

use std::collections::{BTreeMap, BTreeSet};

use tokio::time::Instant;

use super::{
    route53::{caller_reference, record_id},
    world::{
        EndpointState, Group, TagMap, World, addresses, addresses_in, endpoint_name,
        is_endpoint_name, service_name,
    },
};
use crate::model::{
    self, Connection, Health, Key, Life, Maybe, Object, Observed, Outputs, Role, Scope, Seen, Side,
    Slot,
    object::{
        Alias, Endpoint, GroupRef, Listener, LoadBalancer, SecurityGroup, Service, TargetGroup,
        Zone, ZoneRef, alias::Form,
    },
    ownership::{Claim, Claims},
    tags::{NAME, OWNER, TARGET, Tags},
};

pub(super) fn observe(world: &World, scope: &Scope, now: Instant) -> Observed {
    look(world, scope, &scope.known, now)
}

/// The same, by somebody who knows more by now than the scope does.
pub(super) fn look(world: &World, scope: &Scope, known: &Observed, now: Instant) -> Observed {
    let latest = Scope {
        known: known.clone(),
        ..scope.clone()
    };
    let claims = claims(world, scope, &latest);
    let mut sight = Sight {
        world,
        scope,
        now,
        earlier: known,
        path: model::sight::Sight::new(&claims),
    };
    let surroundings = &mut sight.path.observed.surroundings;
    surroundings.clone_from(&scope.known.surroundings);
    for subnet in &scope.subnets {
        let zone = World::zone_of(subnet);
        surroundings.subnet_zones.insert(subnet.clone(), zone);
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
    sight.strangers();
    sight.path.observed
}

/// An import knows one object alone: its tags name the owner, or that there is none.
fn claims<'a>(world: &World, scope: &Scope, latest: &'a Scope) -> Claims<'a> {
    let named = scope.imported_id();
    let Some(id) = named.filter(|_| scope.known.objects.is_empty()) else {
        let adopting = Claims::new(scope, scope.owner.clone(), BTreeMap::new()).adopting();
        return Claims::new(latest, scope.owner.clone(), BTreeMap::new()).adopts(adopting);
    };
    let tags = match scope.side {
        Some(Side::Consumer) => world.endpoints.get(id).map(|it| &it.tags),
        Some(Side::Service) | None => world.services.get(id).map(|it| &it.tags),
    };
    let tagged = tags.and_then(|tags| tags.get(OWNER)).cloned();
    let adopting = tagged.is_none();
    let owner = Some(scope.owner.clone()).filter(|owner| !owner.is_empty());
    let owner = owner.or(tagged).unwrap_or_default();
    Claims::new(latest, owner, BTreeMap::new()).adopts(adopting)
}

struct Sight<'a> {
    world: &'a World,
    scope: &'a Scope,
    now: Instant,
    earlier: &'a Observed,
    path: model::sight::Sight<'a>,
}

impl Sight<'_> {
    /// The place of one object and whether it carries our owner; `None` if it is not of this path.
    fn place(&self, id: &str, tags: &TagMap) -> Option<(Slot, bool)> {
        match self.path.claims.claim(id, tags) {
            Claim::Ours { slot, owned } => Some((slot?, owned)),
            Claim::Nobodys => Some((self.behind_import(id)?, false)),
            Claim::Foreign => None,
        }
    }

    fn found(&mut self, slot: Slot, seen: Seen) {
        self.path.place(slot, seen);
    }

    fn groups(&self, ids: &BTreeSet<String>) -> BTreeSet<GroupRef> {
        self.path.group_refs(ids.iter().map(String::as_str))
    }

    fn tags(&self, tags: &TagMap) -> Tags {
        self.path.claims.visible(tags)
    }

    fn security_groups(&mut self) {
        for (id, it) in &self.world.security_groups {
            if let Some((slot @ Slot::SecurityGroup(_), owned)) = self.place(id, &it.tags) {
                let object = Object::SecurityGroup(SecurityGroup {
                    name: it.name.clone(),
                    vpc: it.vpc.as_str().into(),
                    rules: it.rules.clone(),
                    tags: self.tags(&it.tags),
                });
                self.found(slot, seen(id, owned, Life::Ready, object));
            }
        }
    }

    fn balancers(&mut self) {
        if !self.scope.has(Side::Service) {
            return;
        }
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
                tags: self.tags(&it.tags),
            });
            let zones = it.subnets.iter();
            let zones = zones.map(|subnet| (subnet.clone(), World::zone_of(subnet)));
            self.path.observed.surroundings.subnet_zones.extend(zones);
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
            self.found(slot, seen);
        }
    }

    fn target_groups(&mut self) {
        for (id, it) in &self.world.target_groups {
            if let Some((slot @ Slot::TargetGroup(role), owned)) = self.place(id, &it.tags) {
                let seen = self.target_group(id, it, role, owned);
                self.found(slot, seen);
            }
        }
    }

    fn target_group(&self, id: &str, it: &Group, role: Role, owned: bool) -> Seen {
        let key = self.path.claims.key(id);
        let known = key.and_then(|key| self.earlier.get(key)?.object.as_target_group());
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
            tags: self.tags(&it.tags),
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
            let (reason, description) = reason.split_once(": ").unwrap_or((reason, ""));
            let health = Health {
                state: state.to_owned(),
                reason: reason.to_owned(),
                description: description.to_owned(),
            };
            seen.health.insert(target.clone(), health);
        }
        seen
    }

    fn listeners(&mut self) {
        for (id, it) in &self.world.listeners {
            if self.path.key(&it.balancer).is_none() {
                continue;
            }
            let slot = Slot::Listener(it.port);
            let place = self.place(id, &it.tags);
            let object = Object::Listener(Listener {
                port: it.port,
                protocol: it.protocol,
                forward: self.path.key(&it.group),
                certificate: it.certificate.clone().map(Maybe::Known),
                ssl_policy: it.ssl_policy.clone().map(Maybe::Known),
                idle_timeout_seconds: it.idle_timeout_seconds,
                tags: self.tags(&it.tags),
            });
            let Some((_, owned)) = place else {
                self.path.observed.foreign_listeners.insert(it.port);
                self.path.observed.foreign.insert(slot, id.clone());
                if self.path.claims.claim(id, &it.tags) == Claim::Nobodys {
                    self.note(it, seen(id, false, Life::Ready, object));
                }
                continue;
            };
            self.found(slot, seen(id, owned, Life::Ready, object));
        }
    }

    fn services(&mut self) {
        if !self.scope.has(Side::Service) {
            return;
        }
        for (id, it) in &self.world.services {
            let Some((slot @ Slot::Service, owned)) = self.place(id, &it.tags) else {
                continue;
            };
            let object = Object::Service(Service {
                load_balancer: self.path.key(&it.balancer),
                acceptance_required: it.acceptance_required,
                principals: maybes(&it.principals),
                ip_address_types: it.ip_address_types.clone(),
                regions: maybes(&it.regions),
                tags: self.tags(&it.tags),
            });
            let life = match it.gone_at {
                Some(_) => Life::Going,
                None if self.now < it.available_at => Life::Coming,
                None => Life::Ready,
            };
            let mut seen = seen(id, owned, life, object);
            seen.outputs = Outputs {
                service_name: service_name(id).into(),
                zones: Maybe::Known(it.zones.clone()),
                zone_ids: Maybe::Known(it.zones.clone()),
                state: match &seen.life {
                    Life::Going => "Deleting",
                    Life::Coming => "Pending",
                    _ => "Available",
                }
                .into(),
                ..Outputs::default()
            };
            self.found(slot, seen);
            for (endpoint, connection) in &self.world.endpoints {
                if connection.service == *id {
                    self.path.observed.connections.push(Connection {
                        endpoint_id: Some(endpoint.clone()),
                        id: None,
                        owner: connection.account.clone(),
                        state: connection.state(self.now).to_owned(),
                        region: Some("us-east-1".to_owned()),
                        created_at: Some("2026-01-01T00:00:00Z".to_owned()),
                        dns_names: BTreeSet::from([endpoint_name(endpoint)]),
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
            let known = self.path.claims.before(id);
            let known = known.and_then(|seen| seen.object.as_endpoint());
            let service = service_name(&it.service);
            let object = Object::Endpoint(Endpoint {
                service: self.path.service_ref(Some(&service), known),
                service_region: known.and_then(|it| it.service_region.clone()),
                vpc: it.vpc.as_str().into(),
                subnets: maybes(&it.subnets),
                security_groups: self.groups(&it.security_groups),
                ip_address_type: it.ip_address_type,
                accepted,
                tags: self.tags(&it.tags),
            });
            let mut seen = seen(id, owned, life, object);
            let interfaces = it.subnets.iter().map(|subnet| format!("eni-{id}-{subnet}"));
            seen.outputs = Outputs {
                dns_name: endpoint_name(id).into(),
                hosted_zone_id: "Z7HUB22UULQXV".into(),
                network_interface_ids: Maybe::Known(interfaces.collect()),
                addresses: Maybe::Known(addresses(id, it)),
                state: it.state(self.now).into(),
                ..Outputs::default()
            };
            self.found(slot, seen);
        }
    }

    fn zones(&mut self) {
        for (id, it) in &self.world.zones {
            let owner = &self.path.claims.owner;
            let made_by_us =
                !owner.is_empty() && it.caller_reference.starts_with(&caller_reference(owner));
            let owned = match self.place(id, &it.tags) {
                Some((Slot::Zone, owned)) => owned || made_by_us,
                _ if made_by_us => true,
                _ => continue,
            };
            let object = Object::Zone(Zone {
                name: it.name.clone(),
                vpc: it.vpc.as_str().into(),
                tags: self.tags(&it.tags),
            });
            self.found(Slot::Zone, seen(id, owned, Life::Ready, object));
        }
    }

    fn aliases(&mut self) {
        // Who does not know the hostname looks for names in the zones of the endpoint's VPC, and
        // for addresses where there are none.
        let is_searching = self.scope.hostname.is_none();
        let mut all = self.world.records.values();
        let leads_by_name = is_searching && all.any(|target| self.named(target).is_some());
        for ((zone, name, kind), target) in &self.world.records {
            let id = record_id(zone, name, *kind);
            let held = addresses_in(target);
            let holder = match &held {
                Some(_) if leads_by_name && self.path.claims.key(&id).is_none() => None,
                Some(addresses) => self.path.holder_of(&id, name, *kind, addresses),
                None => self.named(target).map(|key| (key, true)),
            };
            let endpoint = holder.map(|(key, _)| key);
            let managed = self.path.key(zone);
            let known = self.path.claims.key(&id).is_some();
            let mut values = target.split(' ');
            let outlived = values.all(|it| self.scope.departed.contains(it));
            let ours =
                endpoint.is_some() || known || outlived || self.is_left_over(zone, name, target);
            let is_found = is_searching && endpoint.is_some();
            let is_placed = managed.is_some() || known || is_found || self.is_named(zone, name);
            if !ours || !is_placed {
                if managed.is_some() {
                    let record = format!("{name} {}", kind.as_str());
                    self.path.observed.foreign_records.insert(record);
                }
                if self.is_named(zone, name) || managed.is_some() && self.is_hostname(name) {
                    let what = format!("record {name} {} {target} in zone {zone}", kind.as_str());
                    self.path.observed.foreign.insert(Slot::Alias(*kind), what);
                }
                continue;
            }
            let object = Object::Alias(Alias {
                zone: match managed {
                    Some(key) => ZoneRef::Managed(key),
                    None => ZoneRef::Given(zone.as_str().into()),
                },
                name: name.clone(),
                kind: *kind,
                form: match held {
                    Some(_) => Form::Addresses,
                    None => Form::Name,
                },
                target: holder.filter(|(_, is_whole)| *is_whole).map(|(key, _)| key),
            });
            self.found(Slot::Alias(*kind), seen(&id, true, Life::Ready, object));
        }
    }

    /// The endpoint of this regional name.
    fn named(&self, name: &str) -> Option<Key> {
        let mut endpoints = self.path.observed.of(Slot::Endpoint);
        let is_named = |seen: &Seen| seen.id.known().is_some_and(|id| endpoint_name(id) == name);
        endpoints
            .find(|(_, seen)| is_named(seen))
            .map(|(key, _)| key)
    }

    /// Only before a path exists: afterwards another of its name is not its business.
    fn strangers(&mut self) {
        if self.scope.name.is_empty() || !self.scope.known.objects.is_empty() {
            return;
        }
        let groups = self.world.security_groups.iter();
        let groups = groups.map(|(id, it)| (id, &it.tags));
        let services = self.world.services.iter();
        let services = services.filter(|(_, it)| it.gone_at.is_none());
        let services = services.map(|(id, it)| (id, &it.tags));
        let endpoints = self.world.endpoints.iter();
        let endpoints = endpoints.filter(|(_, it)| !matches!(it.state, EndpointState::Going(_)));
        let endpoints = endpoints.map(|(id, it)| (id, &it.tags));
        let balancers = self.world.balancers.iter();
        let balancers = balancers.map(|(id, it)| (id, &it.tags));
        let named = groups
            .chain(balancers.filter(|_| self.scope.has(Side::Service)))
            .chain(services.filter(|_| self.scope.has(Side::Service)))
            .chain(endpoints.filter(|_| !self.scope.has(Side::Service)))
            .filter(|(_, tags)| tags.get(NAME) == Some(&self.scope.name));
        let strangers = named.filter_map(|(id, tags)| self.path.claims.stranger(id, tags));
        self.path.observed.strangers = strangers.collect();
    }

    /// A zone that we made was made for one record: at its own name, to an endpoint, which may be
    /// gone by now.
    fn is_left_over(&self, zone: &str, name: &str, target: &str) -> bool {
        let zone = self
            .path
            .key(zone)
            .and_then(|key| self.path.observed.get(key));
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
