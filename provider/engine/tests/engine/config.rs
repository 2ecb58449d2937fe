//! A user's configuration in small, and what it asks for.

use std::collections::{BTreeMap, BTreeSet};

use engine::model::{
    Desired, Key, Maybe, Object, Policy, RecordType, Role, Side, Slot,
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
    tags::Tags,
};

pub const OWNER: &str = "k3j9x2ab";
pub const BLOCK: &str = "10.1.0.0/16";
pub const BLOCK_6: &str = "2600:1f18:1:a00::/56";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub name: String,
    pub hostname: String,
    pub bootstrap_port: u16,
    pub brokers: BTreeMap<u32, Broker>,
    pub subnets: BTreeSet<String>,
    pub protocol: Protocol,
    /// Of the target groups: TLS only behind TLS.
    pub group_protocol: Protocol,
    pub deletion_protection: bool,
    pub health_interval: u32,
    pub proxy_protocol: bool,
    pub principals: BTreeSet<String>,
    pub acceptance: bool,
    pub endpoint: Option<Consumer>,
    /// The name of somebody else's service, instead of a service side of our own.
    pub given_service: Option<String>,
    /// Of the endpoint; the load balancer and the service follow.
    pub kind: IpAddressType,
    pub tags: BTreeMap<String, String>,
    pub policy: Policy,
    /// Targets that another resource decides: unknown at plan.
    pub hidden_targets: BTreeSet<u32>,
    pub hidden_vpc: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broker {
    pub target: String,
    pub target_port: u16,
    pub port: u16,
    pub additional_ports: BTreeSet<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consumer {
    pub vpc: String,
    pub subnets: BTreeSet<String>,
    /// A given zone instead of one of ours.
    pub zone_id: Option<String>,
    pub dns: DnsMode,
    /// Given security groups instead of one of ours.
    pub security_group_ids: BTreeSet<String>,
}

pub fn broker(id: u32) -> Broker {
    Broker {
        target: format!("10.0.{}.{}", id / 250, id % 250 + 1),
        target_port: 9094,
        port: 6000 + id as u16,
        additional_ports: BTreeSet::new(),
    }
}

pub fn set<const N: usize>(items: [&str; N]) -> BTreeSet<String> {
    items.into_iter().map(str::to_owned).collect()
}

impl Config {
    /// `orders` with brokers 1 to `brokers` and an endpoint.
    /// With somebody else's service, the consumers' side alone.
    pub fn side(&self) -> Option<Side> {
        self.given_service.as_ref().map(|_| Side::Consumer)
    }

    pub fn of(brokers: u32) -> Config {
        Config {
            name: "orders".to_owned(),
            hostname: "kafka.test.com".to_owned(),
            bootstrap_port: 9091,
            brokers: (1..=brokers).map(|id| (id, broker(id))).collect(),
            subnets: set(["subnet-a", "subnet-b"]),
            protocol: Protocol::Tcp,
            group_protocol: Protocol::Tcp,
            deletion_protection: false,
            health_interval: 30,
            proxy_protocol: false,
            principals: set(["arn:aws:iam::210987654321:root"]),
            acceptance: true,
            endpoint: Some(Consumer {
                vpc: "vpc-client".to_owned(),
                subnets: set(["subnet-x", "subnet-y"]),
                zone_id: None,
                dns: DnsMode::Alias,
                security_group_ids: BTreeSet::new(),
            }),
            given_service: None,
            kind: IpAddressType::Ipv4,
            tags: BTreeMap::from([("team".to_owned(), "streams".to_owned())]),
            policy: Policy::default(),
            hidden_targets: BTreeSet::new(),
            hidden_vpc: false,
        }
    }

    pub fn ports(&self) -> BTreeSet<u16> {
        let brokers = self.brokers.values();
        brokers
            .flat_map(|broker| broker.additional_ports.iter().copied().chain([broker.port]))
            .chain([self.bootstrap_port])
            .collect()
    }

    pub fn desired(&self) -> Desired {
        let mut desired = Desired {
            policy: self.policy.clone(),
            ..Desired::default()
        };
        if self.given_service.is_none() {
            self.service_side(&mut desired);
        }
        if let Some(consumer) = &self.endpoint {
            self.consumer_side(&mut desired, consumer);
        }
        desired
    }

    fn service_side(&self, desired: &mut Desired) {
        let service_group = self.insert(
            desired,
            Slot::SecurityGroup(Side::Service),
            Object::SecurityGroup(SecurityGroup {
                name: String::new(),
                vpc: "vpc-kafka".into(),
                rules: BTreeSet::from([Rule::EgressAll]),
                tags: Tags::new(),
            }),
        );
        self.insert(
            desired,
            Slot::LoadBalancer,
            Object::LoadBalancer(LoadBalancer {
                name: String::new(),
                subnets: self.subnets.iter().cloned().map(Maybe::Known).collect(),
                security_groups: BTreeSet::from([GroupRef::Managed(service_group)]),
                enforce_on_private_link: false,
                ip_address_type: match self.kind {
                    IpAddressType::Ipv4 => IpAddressType::Ipv4,
                    IpAddressType::Dualstack | IpAddressType::Ipv6 => IpAddressType::Dualstack,
                },
                cross_zone: true,
                deletion_protection: self.deletion_protection,
                tags: Tags::new(),
            }),
        );
        self.groups_and_listeners(desired);
        self.insert(
            desired,
            Slot::Service,
            Object::Service(Service {
                load_balancer: Some(Key::only(Slot::LoadBalancer)),
                acceptance_required: self.acceptance,
                principals: self.principals.iter().cloned().map(Maybe::Known).collect(),
                ip_address_types: match self.kind {
                    IpAddressType::Ipv4 => BTreeSet::from([IpFamily::Ipv4]),
                    _ => BTreeSet::from([IpFamily::Ipv4, IpFamily::Ipv6]),
                },
                regions: BTreeSet::new(),
                tags: Tags::new(),
            }),
        );
    }

    /// The one broker that is reached on the bootstrap port.
    pub fn sole_broker(&self) -> Option<u32> {
        let (id, broker) = self.brokers.first_key_value()?;
        (self.brokers.len() == 1 && broker.port == self.bootstrap_port).then_some(*id)
    }

    fn groups_and_listeners(&self, desired: &mut Desired) {
        let target = |id: &u32, broker: &Broker| Target {
            id: if self.hidden_targets.contains(id) {
                Maybe::Unknown
            } else {
                broker.target.as_str().into()
            },
            port: broker.target_port,
            zone: None,
        };
        let all = self.brokers.iter().map(|(id, it)| target(id, it)).collect();
        let bootstrap = self.group(desired, Role::Bootstrap, all);
        if let Some(id) = self.sole_broker() {
            desired.policy.sole_broker = Some(id);
            for port in self.ports() {
                self.listener(desired, port, bootstrap);
            }
            return;
        }
        self.listener(desired, self.bootstrap_port, bootstrap);
        for (id, broker) in &self.brokers {
            let one = BTreeSet::from([target(id, broker)]);
            let group = self.group(desired, Role::Broker(*id), one);
            for port in broker.additional_ports.iter().chain([&broker.port]) {
                self.listener(desired, *port, group);
            }
        }
    }

    fn group(&self, desired: &mut Desired, role: Role, targets: BTreeSet<Target>) -> Key {
        let made_for = match role {
            Role::Bootstrap => None,
            Role::Broker(_) => targets.first().cloned(),
        };
        let group = TargetGroup {
            name: String::new(),
            role,
            vpc: "vpc-kafka".into(),
            target_type: TargetType::Ip,
            protocol: self.group_protocol,
            port: 9094,
            family: IpFamily::Ipv4,
            made_for,
            health_check: HealthCheck {
                protocol: "TCP".to_owned(),
                port: "traffic-port".to_owned(),
                interval_seconds: self.health_interval,
                timeout_seconds: 10,
                healthy_threshold: 3,
                unhealthy_threshold: 3,
            },
            attributes: GroupAttributes {
                connection_termination: true,
                proxy_protocol_v2: self.proxy_protocol,
                dns_failover: match role {
                    Role::Bootstrap => "1".to_owned(),
                    Role::Broker(_) => "off".to_owned(),
                },
                ..GroupAttributes::default_of(TargetType::Ip, Protocol::Tcp)
            },
            targets,
            tags: Tags::new(),
        };
        self.insert(desired, Slot::TargetGroup(role), Object::TargetGroup(group))
    }

    fn listener(&self, desired: &mut Desired, port: u16, forward: Key) {
        let tls = self.protocol == Protocol::Tls;
        let listener = Listener {
            port,
            protocol: self.protocol,
            forward: Some(forward),
            certificate: tls.then(|| "arn:aws:acm:us-east-1:1:certificate/1".into()),
            ssl_policy: None,
            idle_timeout_seconds: 350,
            tags: Tags::new(),
        };
        self.insert(desired, Slot::Listener(port), Object::Listener(listener));
    }

    fn consumer_side(&self, desired: &mut Desired, consumer: &Consumer) {
        let vpc: Maybe<String> = if self.hidden_vpc {
            Maybe::Unknown
        } else {
            consumer.vpc.as_str().into()
        };
        let (blocks, records) = match self.kind {
            IpAddressType::Ipv4 => (vec![BLOCK], vec![RecordType::A]),
            IpAddressType::Dualstack => {
                (vec![BLOCK, BLOCK_6], vec![RecordType::A, RecordType::Aaaa])
            }
            IpAddressType::Ipv6 => (vec![BLOCK_6], vec![RecordType::Aaaa]),
        };
        let ports = self.ports().into_iter().flat_map(|port| {
            let rule = move |cidr: &&str| Rule::Ingress {
                from: port,
                to: port,
                source: Source::Block((*cidr).into()),
            };
            blocks.iter().map(rule).collect::<Vec<_>>()
        });
        let managed = SecurityGroup {
            name: String::new(),
            vpc: vpc.clone(),
            rules: ports.chain([Rule::EgressAll]).collect(),
            tags: Tags::new(),
        };
        let given = consumer.security_group_ids.iter();
        let mut groups: BTreeSet<GroupRef> = given
            .map(|id| GroupRef::Given(id.as_str().into()))
            .collect();
        if groups.is_empty() {
            let slot = Slot::SecurityGroup(Side::Consumer);
            let group = self.insert(desired, slot, Object::SecurityGroup(managed));
            groups.insert(GroupRef::Managed(group));
        }
        let endpoint = self.insert(
            desired,
            Slot::Endpoint,
            Object::Endpoint(Endpoint {
                service: match &self.given_service {
                    Some(name) => ServiceRef::Given(name.as_str().into()),
                    None => ServiceRef::default(),
                },
                service_region: None,
                vpc: vpc.clone(),
                subnets: consumer.subnets.iter().cloned().map(Maybe::Known).collect(),
                security_groups: groups,
                ip_address_type: self.kind,
                accepted: true,
                tags: Tags::new(),
            }),
        );
        if consumer.dns == DnsMode::Nothing {
            return;
        }
        let zone = match &consumer.zone_id {
            Some(id) => ZoneRef::Given(id.as_str().into()),
            None => ZoneRef::Managed(self.insert(
                desired,
                Slot::Zone,
                Object::Zone(Zone {
                    name: self.hostname.clone(),
                    vpc,
                    tags: Tags::new(),
                }),
            )),
        };
        for kind in records {
            let alias = Alias {
                zone: zone.clone(),
                name: self.hostname.clone(),
                kind,
                form: match consumer.dns {
                    DnsMode::Records => Form::Addresses,
                    DnsMode::Alias | DnsMode::Nothing => Form::Name,
                },
                target: Some(endpoint),
            };
            self.insert(desired, Slot::Alias(kind), Object::Alias(alias));
        }
    }

    /// With names and tags as the resource gives them.
    fn insert(&self, desired: &mut Desired, slot: Slot, mut object: Object) -> Key {
        let key = Key::new(slot, object.generation());
        let name = aws_name(&self.name, OWNER, key);
        let made_for = match &mut object {
            Object::SecurityGroup(group) => {
                group.name = name;
                None
            }
            Object::LoadBalancer(balancer) => {
                balancer.name = name;
                None
            }
            Object::TargetGroup(group) => {
                group.name = name;
                group.made_for.clone()
            }
            _ => None,
        };
        if let Some(tags) = object.tags_mut() {
            tags.extend(
                self.tags
                    .iter()
                    .map(|(key, value)| (key.clone(), value.as_str().into())),
            );
            tags.extend(ownership_tags(&self.name, OWNER, key, made_for.as_ref()));
        }
        desired.objects.insert(key, object);
        key
    }
}
