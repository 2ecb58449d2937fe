//! A path as a configuration would ask for it, on the networks of an account.

use std::collections::{BTreeMap, BTreeSet};

use engine::model::{
    Desired, Key, Maybe, Object, RecordType, Role, Scope, Side, Slot,
    name::aws_name,
    object::{
        Alias, Endpoint, GroupRef, Listener, LoadBalancer, Rule, SecurityGroup, Service,
        ServiceRef, TargetGroup, Zone, ZoneRef,
        alias::{DnsMode, Form},
        load_balancer::IpAddressType,
        security_group::Source,
        target_group::{GroupAttributes, HealthCheck, IpFamily, Protocol, Target, TargetType},
    },
    ownership::ownership_tags,
    tags::{HOSTNAME, Tags},
};

use super::Ground;

pub const OWNER: &str = "k3j9x2ab";

#[derive(Clone)]
pub struct Path {
    pub name: String,
    pub owner: String,
    pub hostname: String,
    pub service_vpc: String,
    pub consumer_vpc: String,
    pub subnets: Vec<String>,
    pub consumer_subnets: Vec<String>,
    pub zone_id: Option<String>,
    /// By an alias or by addresses.
    pub dns: DnsMode,
    pub bootstrap_port: u16,
    /// Broker to its target.
    pub brokers: BTreeMap<u32, Target>,
    /// With one, listeners speak TLS.
    pub certificate: Option<String>,
    pub idle_timeout: u32,
    pub health_interval: u32,
    pub proxy_protocol: bool,
    pub cross_zone: bool,
    pub enforce: bool,
    pub acceptance: bool,
    pub principals: Vec<String>,
    pub regions: Vec<String>,
    pub sources: Vec<String>,
    pub tags: BTreeMap<String, String>,
    /// The name of another path's service, instead of one of its own.
    pub given_service: Option<String>,
}

impl Path {
    pub fn of(ground: &Ground, brokers: u32) -> Path {
        let target = |id: u32| Target {
            id: format!("10.0.{}.{}", id % 3, 10 + id).into(),
            port: 9094,
            zone: None,
        };
        Path {
            name: "orders".to_owned(),
            owner: OWNER.to_owned(),
            hostname: "kafka.test.com".to_owned(),
            service_vpc: ground.service_vpc.clone(),
            consumer_vpc: ground.consumer_vpc.clone(),
            subnets: ground.service_subnets.clone(),
            consumer_subnets: ground.consumer_subnets[..2].to_vec(),
            zone_id: None,
            dns: DnsMode::Alias,
            bootstrap_port: 9091,
            brokers: (1..=brokers).map(|id| (id, target(id))).collect(),
            certificate: None,
            idle_timeout: 350,
            health_interval: 30,
            proxy_protocol: false,
            cross_zone: true,
            enforce: false,
            acceptance: true,
            principals: vec![format!("arn:aws:iam::{}:root", ground.account)],
            regions: Vec::new(),
            sources: vec!["10.1.0.0/16".to_owned()],
            tags: BTreeMap::from([("team".to_owned(), "streams".to_owned())]),
            given_service: None,
        }
    }

    pub fn scope(&self) -> Scope {
        Scope {
            side: self.given_service.as_ref().map(|_| Side::Consumer),
            owner: self.owner.clone(),
            name: self.name.clone(),
            subnets: self.subnets.iter().cloned().collect(),
            consumer_vpc: Some(self.consumer_vpc.clone()),
            hostname: Some(self.hostname.clone()),
            zone_id: self.zone_id.clone(),
            dns: self.dns,
            ..Scope::default()
        }
    }

    pub fn desired(&self) -> Desired {
        let mut desired = Desired::default();
        if self.given_service.is_none() {
            self.service_side(&mut desired);
        }
        self.consumer_side(&mut desired);
        desired
    }

    fn service_side(&self, desired: &mut Desired) {
        let group = self.security_group(
            desired,
            Side::Service,
            &self.service_vpc,
            BTreeSet::from([Rule::EgressAll]),
        );
        let balancer = LoadBalancer {
            name: String::new(),
            subnets: known(&self.subnets),
            security_groups: BTreeSet::from([GroupRef::Managed(group)]),
            enforce_on_private_link: self.enforce,
            ip_address_type: IpAddressType::Ipv4,
            cross_zone: self.cross_zone,
            deletion_protection: false,
            tags: Tags::new(),
        };
        self.insert(desired, Slot::LoadBalancer, Object::LoadBalancer(balancer));
        let all = self.brokers.values().cloned().collect();
        let bootstrap = self.target_group(desired, Role::Bootstrap, all);
        self.listener(desired, self.bootstrap_port, bootstrap);
        for (id, target) in &self.brokers {
            let one = BTreeSet::from([target.clone()]);
            let group = self.target_group(desired, Role::Broker(*id), one);
            self.listener(desired, 6000 + *id as u16, group);
        }
        let service = Service {
            load_balancer: Some(Key::only(Slot::LoadBalancer)),
            acceptance_required: self.acceptance,
            principals: known(&self.principals),
            ip_address_types: BTreeSet::from([IpFamily::Ipv4]),
            regions: known(&self.regions),
            tags: Tags::new(),
        };
        self.insert(desired, Slot::Service, Object::Service(service));
    }

    fn consumer_side(&self, desired: &mut Desired) {
        let ports = self.brokers.keys().map(|id| 6000 + *id as u16);
        let ports: Vec<u16> = ports.chain([self.bootstrap_port]).collect();
        let rules = self.sources.iter().flat_map(|source| {
            ports.iter().map(|port| Rule::Ingress {
                from: *port,
                to: *port,
                source: source_of(source),
            })
        });
        let rules = rules.chain([Rule::EgressAll]).collect();
        let group = self.security_group(desired, Side::Consumer, &self.consumer_vpc, rules);
        let endpoint = Endpoint {
            service: match &self.given_service {
                Some(name) => ServiceRef::Given(name.as_str().into()),
                None => ServiceRef::default(),
            },
            service_region: None,
            vpc: self.consumer_vpc.as_str().into(),
            subnets: known(&self.consumer_subnets),
            security_groups: BTreeSet::from([GroupRef::Managed(group)]),
            ip_address_type: IpAddressType::Ipv4,
            accepted: true,
            tags: Tags::new(),
        };
        let endpoint = self.insert(desired, Slot::Endpoint, Object::Endpoint(endpoint));
        let zone = match &self.zone_id {
            Some(id) => ZoneRef::Given(id.as_str().into()),
            None => {
                let zone = Zone {
                    name: self.hostname.clone(),
                    vpc: self.consumer_vpc.as_str().into(),
                    tags: Tags::new(),
                };
                ZoneRef::Managed(self.insert(desired, Slot::Zone, Object::Zone(zone)))
            }
        };
        let alias = Alias {
            zone,
            name: self.hostname.clone(),
            kind: RecordType::A,
            form: match self.dns {
                DnsMode::Records => Form::Addresses,
                DnsMode::Alias | DnsMode::Nothing => Form::Name,
            },
            target: Some(endpoint),
        };
        self.insert(desired, Slot::Alias(RecordType::A), Object::Alias(alias));
    }

    fn security_group(
        &self,
        desired: &mut Desired,
        side: Side,
        vpc: &str,
        rules: BTreeSet<Rule>,
    ) -> Key {
        let group = SecurityGroup {
            name: String::new(),
            vpc: vpc.into(),
            rules,
            tags: Tags::new(),
        };
        let slot = Slot::SecurityGroup(side);
        self.insert(desired, slot, Object::SecurityGroup(group))
    }

    fn target_group(&self, desired: &mut Desired, role: Role, targets: BTreeSet<Target>) -> Key {
        let bootstrap = role == Role::Bootstrap;
        let group = TargetGroup {
            name: String::new(),
            role,
            vpc: self.service_vpc.as_str().into(),
            target_type: TargetType::Ip,
            protocol: Protocol::Tcp,
            port: 9094,
            family: IpFamily::Ipv4,
            made_for: targets.first().filter(|_| !bootstrap).cloned(),
            health_check: HealthCheck {
                protocol: "TCP".to_owned(),
                port: "traffic-port".to_owned(),
                interval_seconds: self.health_interval,
                timeout_seconds: 10,
                healthy_threshold: 3,
                unhealthy_threshold: 3,
            },
            attributes: GroupAttributes {
                deregistration_delay_seconds: 0,
                connection_termination: true,
                proxy_protocol_v2: self.proxy_protocol,
                dns_failover: if bootstrap { "1" } else { "off" }.to_owned(),
                ..GroupAttributes::default_of(TargetType::Ip, Protocol::Tcp)
            },
            targets,
            tags: Tags::new(),
        };
        self.insert(desired, Slot::TargetGroup(role), Object::TargetGroup(group))
    }

    fn listener(&self, desired: &mut Desired, port: u16, forward: Key) {
        let listener = Listener {
            port,
            protocol: match self.certificate {
                Some(_) => Protocol::Tls,
                None => Protocol::Tcp,
            },
            forward: Some(forward),
            certificate: self.certificate.clone().map(Maybe::Known),
            ssl_policy: None,
            idle_timeout_seconds: self.idle_timeout,
            tags: Tags::new(),
        };
        self.insert(desired, Slot::Listener(port), Object::Listener(listener));
    }

    fn insert(&self, desired: &mut Desired, slot: Slot, mut object: Object) -> Key {
        let key = Key::new(slot, object.generation());
        let name = aws_name(&self.name, &self.owner, key);
        let mut made_for = None;
        match &mut object {
            Object::SecurityGroup(group) => group.name = name,
            Object::LoadBalancer(balancer) => balancer.name = name,
            Object::TargetGroup(group) => {
                group.name = name;
                made_for.clone_from(&group.made_for);
            }
            _ => {}
        }
        if let Some(tags) = object.tags_mut() {
            let own = self.tags.iter();
            tags.extend(own.map(|(key, value)| (key.clone(), value.as_str().into())));
            tags.extend(ownership_tags(
                &self.name,
                &self.owner,
                key,
                made_for.as_ref(),
            ));
            if self.given_service.is_some() {
                tags.insert(HOSTNAME.to_owned(), self.hostname.as_str().into());
            }
        }
        desired.objects.insert(key, object);
        key
    }
}

fn known(values: &[String]) -> BTreeSet<Maybe<String>> {
    values.iter().cloned().map(Maybe::Known).collect()
}

/// By the prefix of its id.
fn source_of(text: &str) -> Source {
    match text.split('-').next() {
        Some("sg") => Source::SecurityGroup(text.into()),
        Some("pl") => Source::PrefixList(text.into()),
        _ => Source::Block(text.into()),
    }
}
