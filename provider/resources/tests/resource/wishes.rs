//! Random configurations, all of them valid.

use std::collections::BTreeMap;

use proptest::{collection::btree_map, option, prelude::*};
use tfplugin::Value;

use crate::configuration::object;

/// What a user may write; small numbers stand for texts.
#[derive(Clone, Debug)]
pub struct Wish {
    pub hostname: u8,
    pub name: u8,
    pub region: bool,
    pub bootstrap_port: Option<u16>,
    pub broker_port_base: Option<u16>,
    pub brokers: BTreeMap<u32, Broker>,
    pub subnets: u8,
    pub groups: Option<u8>,
    pub enforce: Option<bool>,
    pub dualstack: bool,
    pub deletion_protection: Option<bool>,
    pub listener: Option<Listener>,
    pub target_group: Option<TargetGroup>,
    pub service: Option<Service>,
    pub endpoint: Option<Endpoint>,
    pub tags: Option<BTreeMap<u8, u8>>,
    pub timeout: bool,
    pub waits: Option<bool>,
}

#[derive(Clone, Debug)]
pub struct Broker {
    pub target: u8,
    pub port: Option<u16>,
    pub target_port: Option<u16>,
    pub zone: bool,
    pub additional: bool,
}

#[derive(Clone, Debug)]
pub struct Listener {
    pub tls: bool,
    pub policy: bool,
    pub idle: Option<u16>,
}

#[derive(Clone, Debug)]
pub struct TargetGroup {
    pub instances: bool,
    pub port: Option<u16>,
    pub delay: Option<u16>,
    pub termination: Option<bool>,
    pub interval: Option<u16>,
}

#[derive(Clone, Debug)]
pub struct Service {
    pub acceptance: Option<bool>,
    /// 1 is spelled as an account id, 2 as the ARN of the same account.
    pub principals: Option<Vec<u8>>,
    pub regions: Option<u8>,
    pub rejects: Option<bool>,
    pub on_destroy: Option<bool>,
}

#[derive(Clone, Debug)]
pub struct Endpoint {
    pub vpc: u8,
    pub subnets: u8,
    pub groups: bool,
    pub blocks: Option<u8>,
    pub zone: bool,
}

pub fn wishes() -> impl Strategy<Value = Wish> {
    let brokers = btree_map(1u32..6, broker(), 1..5);
    let path = (
        0u8..3,
        0u8..2,
        any::<bool>(),
        option::of(9091u16..9093),
        option::of(prop_oneof![Just(6000u16), Just(6001), Just(7000)]),
    );
    let balancer = (
        prop_oneof![4 => Just(0u8), 1 => Just(1)],
        option::weighted(0.3, 0u8..2),
        option::weighted(0.2, any::<bool>()),
        any::<bool>(),
        option::weighted(0.2, Just(false)),
    );
    let rest = (
        option::of(listener()),
        option::of(target_group()),
        option::of(service()),
        option::weighted(0.7, endpoint()),
        option::of(btree_map(0u8..3, 0u8..2, 0..3)),
        any::<bool>(),
        option::weighted(0.3, any::<bool>()),
    );
    (path, brokers, balancer, rest).prop_map(|(path, brokers, balancer, rest)| {
        let (hostname, name, region, bootstrap_port, broker_port_base) = path;
        let (subnets, groups, enforce, dualstack, deletion_protection) = balancer;
        let (listener, target_group, service, endpoint, tags, timeout, waits) = rest;
        Wish {
            hostname,
            name,
            region,
            bootstrap_port,
            broker_port_base,
            brokers,
            subnets,
            groups,
            enforce,
            dualstack,
            deletion_protection,
            listener,
            target_group,
            service,
            endpoint,
            tags,
            timeout,
            waits,
        }
    })
}

fn broker() -> impl Strategy<Value = Broker> {
    (
        0u8..4,
        option::weighted(0.3, 0u16..3),
        option::weighted(0.3, 9092u16..9095),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(target, port, target_port, zone, additional)| Broker {
            target,
            port,
            target_port,
            zone,
            additional,
        })
}

fn listener() -> impl Strategy<Value = Listener> {
    (any::<bool>(), any::<bool>(), option::of(300u16..302))
        .prop_map(|(tls, policy, idle)| Listener { tls, policy, idle })
}

fn target_group() -> impl Strategy<Value = TargetGroup> {
    (
        prop::bool::weighted(0.2),
        option::of(9092u16..9095),
        option::of(10u16..12),
        option::of(any::<bool>()),
        option::of(10u16..12),
    )
        .prop_map(
            |(instances, port, delay, termination, interval)| TargetGroup {
                instances,
                port,
                delay,
                termination,
                interval,
            },
        )
}

fn service() -> impl Strategy<Value = Service> {
    (
        option::of(any::<bool>()),
        option::of(prop::sample::subsequence(vec![0u8, 1, 3], 0..=3)),
        option::of(0u8..3),
        option::weighted(0.3, any::<bool>()),
        option::weighted(0.3, any::<bool>()),
    )
        .prop_map(
            |(acceptance, principals, regions, rejects, on_destroy)| Service {
                acceptance,
                principals,
                regions,
                rejects,
                on_destroy,
            },
        )
}

fn endpoint() -> impl Strategy<Value = Endpoint> {
    (
        prop_oneof![3 => Just(0u8), 1 => Just(1)],
        0u8..3,
        any::<bool>(),
        option::of(0u8..3),
        prop::bool::weighted(0.3),
    )
        .prop_map(|(vpc, subnets, groups, blocks, zone)| Endpoint {
            vpc,
            subnets,
            groups,
            blocks: blocks.filter(|_| !groups),
            zone,
        })
}

impl Wish {
    /// Whether an import can find out all that is written: nothing that AWS does not hold, nothing
    /// spelled otherwise.
    pub fn is_canonical(&self) -> bool {
        let principals = self.service.as_ref().and_then(|it| it.principals.as_ref());
        let own_region = self
            .service
            .as_ref()
            .is_some_and(|it| it.regions == Some(2));
        let has_policies = self.waits == Some(true)
            || self
                .service
                .as_ref()
                .is_some_and(|it| it.rejects == Some(false) || it.on_destroy == Some(true));
        let empty = self.tags.as_ref().is_some_and(BTreeMap::is_empty);
        !self.timeout
            && !has_policies
            && !empty
            && !own_region
            && self.hostname < 2
            && !principals.is_some_and(|it| it.contains(&1))
            && self.broker_port_base.is_none_or(|base| base == 6000)
            && self
                .brokers
                .values()
                .all(|it| it.port.is_none() && !it.additional && it.target_port.is_none())
            && self.bootstrap_port.is_none_or(|port| port == 9091)
    }

    pub fn config(&self) -> Value {
        let names = ["orders", "payments"];
        let hosts = ["kafka.test.com", "events.test.com", "Kafka.Test.com."];
        let mut members = BTreeMap::from([
            ("name", names[usize::from(self.name)].into()),
            ("hostname", hosts[usize::from(self.hostname)].into()),
            ("region", self.region.then_some("us-east-1").into()),
            ("bootstrap_port", self.bootstrap_port.into()),
            ("broker_port_base", self.broker_port_base.into()),
            ("brokers", self.brokers()),
            ("load_balancer", self.load_balancer()),
            ("wait_for_healthy", self.waits.into()),
        ]);
        if let Some(listener) = &self.listener {
            members.insert("listener", listener.value());
        }
        if let Some(group) = &self.target_group {
            members.insert("target_group", group.value());
        }
        if let Some(service) = &self.service {
            members.insert("endpoint_service", service.value());
        }
        if let Some(endpoint) = &self.endpoint {
            members.insert("endpoint", endpoint.value());
        }
        if let Some(tags) = &self.tags {
            let tags = tags
                .iter()
                .map(|(key, value)| (format!("k{key}"), format!("v{value}")));
            members.insert("tags", Value::map(tags));
        }
        if self.timeout {
            members.insert("timeouts", Value::object([("update", Value::from("45m"))]));
        }
        object(members)
    }

    fn brokers(&self) -> Value {
        let instances = self.target_group.as_ref().is_some_and(|it| it.instances);
        Value::map(self.brokers.iter().map(|(id, broker)| {
            let target = match instances {
                true => format!("i-0000000{}{id}", broker.target),
                false => format!("10.0.{}.1{id}", broker.target),
            };
            let zone = broker.zone && !instances;
            let ten = u16::try_from(*id).unwrap() * 10;
            let is_alone = self.brokers.len() == 1;
            let port = match broker.port {
                // One broker alone may share its port with bootstrap.
                Some(2) if is_alone => Some(self.bootstrap_port.unwrap_or(9091)),
                port => port.map(|port| 8000 + ten + port),
            };
            let value = Value::object([
                ("target", target.into()),
                ("port", port.into()),
                ("target_port", broker.target_port.into()),
                ("availability_zone", zone.then_some("all").into()),
                (
                    "additional_ports",
                    if broker.additional {
                        Value::set([8500 + ten])
                    } else {
                        Value::Null
                    },
                ),
            ]);
            (id.to_string(), value)
        }))
    }

    fn load_balancer(&self) -> Value {
        let subnets: &[&str] = match self.subnets {
            0 => &["subnet-a", "subnet-b"],
            _ => &["subnet-a", "subnet-b", "subnet-c"],
        };
        let groups = self.groups.map(|groups| match groups {
            0 => Value::set(["sg-1"]),
            _ => Value::set(["sg-1", "sg-2"]),
        });
        // With a managed group, which has no inbound rules, enforcing them would let nobody in.
        let enforce = self.enforce.filter(|on| !on || self.groups.is_some());
        Value::object([
            ("subnet_ids", Value::set(subnets.iter().copied())),
            ("security_group_ids", groups.unwrap_or_default()),
            (
                "enforce_security_group_inbound_rules_on_private_link_traffic",
                enforce.map(|on| if on { "on" } else { "off" }).into(),
            ),
            (
                "ip_address_type",
                self.dualstack.then_some("dualstack").into(),
            ),
            (
                "deletion_protection_enabled",
                self.deletion_protection.into(),
            ),
        ])
    }
}

impl Listener {
    fn value(&self) -> Value {
        let certificate = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b";
        let policy = self.policy && self.tls;
        Value::object([
            ("protocol", self.tls.then_some("TLS").into()),
            ("certificate_arn", self.tls.then_some(certificate).into()),
            (
                "ssl_policy",
                policy
                    .then_some("ELBSecurityPolicy-TLS13-1-3-2021-06")
                    .into(),
            ),
            (
                "tcp_idle_timeout_seconds",
                self.idle.filter(|_| !self.tls).into(),
            ),
        ])
    }
}

impl TargetGroup {
    fn value(&self) -> Value {
        let check = Value::object([("interval_seconds", Value::from(self.interval))]);
        Value::object([
            ("target_type", self.instances.then_some("instance").into()),
            ("port", self.port.into()),
            ("deregistration_delay_seconds", self.delay.into()),
            ("connection_termination", self.termination.into()),
            (
                "health_check",
                if self.interval.is_some() {
                    check
                } else {
                    Value::Null
                },
            ),
        ])
    }
}

impl Service {
    fn value(&self) -> Value {
        let principal = |index: &u8| match index {
            0 => "arn:aws:iam::111111111111:role/reader",
            1 => "210987654321",
            _ => "arn:aws:iam::333333333333:root",
        };
        let regions: Option<&[&str]> = self.regions.map(|regions| match regions {
            0 => [].as_slice(),
            1 => &["eu-west-1"],
            _ => &["us-east-1"],
        });
        Value::object([
            ("acceptance_required", self.acceptance.into()),
            (
                "allowed_principals",
                match &self.principals {
                    Some(principals) => Value::set(principals.iter().map(principal)),
                    None => Value::Null,
                },
            ),
            (
                "supported_regions",
                regions.map_or(Value::Null, |regions| Value::set(regions.iter().copied())),
            ),
            ("reject_removed_principals", self.rejects.into()),
            (
                "on_destroy",
                self.on_destroy
                    .map(|rejects| match rejects {
                        true => "reject_connections",
                        false => "refuse",
                    })
                    .into(),
            ),
        ])
    }
}

impl Endpoint {
    fn value(&self) -> Value {
        let vpc = ["vpc-client", "vpc-other"][usize::from(self.vpc)];
        let subnets: &[&str] = match self.subnets {
            0 => &["subnet-a9"],
            1 => &["subnet-b9"],
            _ => &["subnet-a9", "subnet-b9"],
        };
        let blocks: Option<&[&str]> = self.blocks.map(|blocks| match blocks {
            0 => ["10.9.0.0/16"].as_slice(),
            1 => &["10.9.0.0/16", "10.8.0.0/16"],
            _ => &["10.7.0.0/16"],
        });
        Value::object([
            ("vpc_id", vpc.into()),
            ("subnet_ids", Value::set(subnets.iter().copied())),
            (
                "security_group_ids",
                if self.groups {
                    Value::set(["sg-9"])
                } else {
                    Value::Null
                },
            ),
            (
                "allowed_cidr_blocks",
                blocks.map_or(Value::Null, |blocks| Value::set(blocks.iter().copied())),
            ),
            ("zone_id", self.zone.then_some("Z0GIVEN").into()),
        ])
    }
}
