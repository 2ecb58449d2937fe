//! What users change, and what others do meanwhile: at random, and always valid.

use engine::fake::Drift;
use engine::model::object::target_group::Protocol;
use proptest::prelude::*;

use crate::config::{Broker, Config, Consumer, set};

#[derive(Clone, Debug)]
pub enum Edit {
    AddBroker(u32),
    RemoveBroker(usize),
    Retarget(usize, u8),
    /// The machine goes on under another id, on its old port or the new id's.
    Reincarnate(usize, u32, bool),
    SwapPorts(usize, usize),
    SwapTargets(usize, usize),
    /// Every port goes to the next broker.
    RotatePorts,
    /// Every broker's place is taken by a new one.
    ReplaceAll(u32),
    MovePort(usize, u16),
    SwapWithBootstrap(usize),
    AddPort(usize, u16),
    /// What was an additional port becomes the port.
    Promote(usize),
    DropPorts(usize),
    BootstrapPort(u16),
    /// Of the one broker, if there is one only.
    ShareBootstrapPort,
    TargetPort(usize, u16),
    Hostname(u8),
    Vpc(u8),
    Subnets(u8),
    /// Of the load balancer, some of them exchanged for others of their zones.
    BalancerSubnets(u8),
    Zone(bool),
    DropEndpoint,
    AddEndpoint,
    /// Of the listeners and of the groups behind them.
    Protocol(bool, bool),
    HealthCheck(u32),
    Proxy(bool),
    Principals(u8),
    Acceptance(bool),
    Tags(u8),
    Rename(u8),
}

pub fn edit() -> impl Strategy<Value = Edit> {
    let at = 0usize..8;
    prop_oneof![
        4 => (1u32..9).prop_map(Edit::AddBroker),
        4 => at.clone().prop_map(Edit::RemoveBroker),
        3 => (at.clone(), 1u8..20).prop_map(|(at, host)| Edit::Retarget(at, host)),
        3 => (at.clone(), 10u32..15, any::<bool>()).prop_map(|(a, id, p)| Edit::Reincarnate(a, id, p)),
        3 => (at.clone(), at.clone()).prop_map(|(a, b)| Edit::SwapPorts(a, b)),
        3 => (at.clone(), at.clone()).prop_map(|(a, b)| Edit::SwapTargets(a, b)),
        2 => Just(Edit::RotatePorts),
        1 => (20u32..23).prop_map(Edit::ReplaceAll),
        3 => (at.clone(), 7000u16..7006).prop_map(|(at, port)| Edit::MovePort(at, port)),
        1 => at.clone().prop_map(Edit::SwapWithBootstrap),
        2 => (at.clone(), 8000u16..8004).prop_map(|(at, port)| Edit::AddPort(at, port)),
        2 => at.clone().prop_map(Edit::Promote),
        1 => at.clone().prop_map(Edit::DropPorts),
        2 => (9091u16..9094).prop_map(Edit::BootstrapPort),
        2 => Just(Edit::ShareBootstrapPort),
        2 => (at, 9094u16..9097).prop_map(|(at, port)| Edit::TargetPort(at, port)),
        2 => (0u8..3).prop_map(Edit::Hostname),
        2 => (0u8..3).prop_map(Edit::Vpc),
        1 => (0u8..3).prop_map(Edit::Subnets),
        2 => (0u8..6).prop_map(Edit::BalancerSubnets),
        1 => any::<bool>().prop_map(Edit::Zone),
        1 => Just(Edit::DropEndpoint),
        2 => Just(Edit::AddEndpoint),
        2 => any::<(bool, bool)>().prop_map(|(tls, again)| Edit::Protocol(tls, again)),
        1 => (10u32..13).prop_map(Edit::HealthCheck),
        1 => any::<bool>().prop_map(Edit::Proxy),
        1 => (0u8..3).prop_map(Edit::Principals),
        1 => any::<bool>().prop_map(Edit::Acceptance),
        1 => (0u8..4).prop_map(Edit::Tags),
        1 => (0u8..3).prop_map(Edit::Rename),
    ]
}

pub fn drift() -> impl Strategy<Value = Drift> {
    let at = 0usize..12;
    prop_oneof![
        at.clone().prop_map(Drift::DeleteListener),
        (at.clone(), at.clone()).prop_map(|(listener, group)| Drift::Forward(listener, group)),
        at.clone().prop_map(Drift::SetIdleTimeout),
        at.clone().prop_map(Drift::EmptyGroup),
        (at.clone(), 1u8..200).prop_map(|(at, host)| Drift::AddTarget(at, host)),
        at.clone().prop_map(Drift::SetHealthCheck),
        at.clone().prop_map(Drift::SetGroupAttributes),
        at.clone().prop_map(Drift::EditTags),
        Just(Drift::SetBalancerAttributes),
        Just(Drift::EnforceGroups),
        Just(Drift::AddPrincipal),
        Just(Drift::FlipAcceptance),
        Just(Drift::RejectEndpoint),
        Just(Drift::RejectForGood),
        Just(Drift::FailEndpoint),
        Just(Drift::DeleteEndpoint),
        Just(Drift::DeleteRecord(0)),
        Just(Drift::PointElsewhere(0)),
        (0usize..2).prop_map(Drift::AddRule),
        (0usize..2).prop_map(Drift::DropRule),
        at.prop_map(Drift::DeleteUnusedGroup),
    ]
}

/// One apply: what the user changed, and what others did before it.
#[derive(Clone, Debug)]
pub struct Turn {
    pub edits: Vec<Edit>,
    pub drifts: Vec<Drift>,
}

pub fn turn(drifts: usize) -> impl Strategy<Value = Turn> {
    (
        prop::collection::vec(edit(), 0..4),
        prop::collection::vec(drift(), 0..=drifts),
    )
        .prop_map(|(edits, drifts)| Turn { edits, drifts })
}

pub fn config() -> impl Strategy<Value = Config> {
    (1u32..6, prop::collection::vec(edit(), 0..6)).prop_map(|(brokers, edits)| {
        let mut config = Config::of(brokers);
        for edit in &edits {
            config.edit(edit);
        }
        config.policy.retired_tags.clear();
        config
    })
}

/// In this account beside our own zones.
pub const GIVEN_ZONE: &str = "Zgiven";

impl Config {
    fn nth(&self, at: usize) -> u32 {
        let ids: Vec<u32> = self.brokers.keys().copied().collect();
        ids[at % ids.len()]
    }

    fn broker(&mut self, at: usize) -> &mut Broker {
        let id = self.nth(at);
        self.brokers.get_mut(&id).unwrap()
    }

    fn is_free(&self, port: u16) -> bool {
        !self.ports().contains(&port)
    }

    fn has_target(&self, target: &str) -> bool {
        self.brokers.values().any(|broker| broker.target == target)
    }

    /// Does nothing where it would not be valid.
    pub fn edit(&mut self, edit: &Edit) {
        self.make(edit);
        // Only the one broker of a path shares its port with bootstrap.
        if self.brokers.len() > 1 {
            let taken: Vec<u16> = self.ports().into_iter().collect();
            for broker in self.brokers.values_mut() {
                if broker.port == self.bootstrap_port {
                    let mut free = (6500..).filter(|port| !taken.contains(port));
                    broker.port = free.next().unwrap();
                }
            }
        }
    }

    fn make(&mut self, edit: &Edit) {
        match edit.clone() {
            Edit::AddBroker(id) => {
                let new = crate::config::broker(id);
                if self.is_free(new.port)
                    && !self.has_target(&new.target)
                    && !self.brokers.contains_key(&id)
                {
                    self.brokers.insert(id, new);
                }
            }
            Edit::RemoveBroker(at) => {
                if self.brokers.len() > 1 {
                    let id = self.nth(at);
                    self.brokers.remove(&id);
                }
            }
            Edit::Retarget(at, host) => {
                let target = format!("10.0.9.{host}");
                if !self.has_target(&target) {
                    self.broker(at).target = target;
                }
            }
            Edit::Reincarnate(at, id, keeps_port) => {
                if !self.brokers.contains_key(&id) {
                    let old = self.nth(at);
                    let mut broker = self.brokers.remove(&old).unwrap();
                    if !keeps_port && self.is_free(6000 + id as u16) {
                        broker.port = 6000 + id as u16;
                    }
                    self.brokers.insert(id, broker);
                }
            }
            Edit::SwapPorts(a, b) => {
                let (a, b) = (self.nth(a), self.nth(b));
                let (left, right) = (self.brokers[&a].port, self.brokers[&b].port);
                self.brokers.get_mut(&a).unwrap().port = right;
                self.brokers.get_mut(&b).unwrap().port = left;
            }
            Edit::SwapTargets(a, b) => {
                let (a, b) = (self.nth(a), self.nth(b));
                let targets = [a, b].map(|id| self.brokers[&id].target.clone());
                self.brokers
                    .get_mut(&b)
                    .unwrap()
                    .target
                    .clone_from(&targets[0]);
                self.brokers
                    .get_mut(&a)
                    .unwrap()
                    .target
                    .clone_from(&targets[1]);
            }
            Edit::RotatePorts => {
                let mut ports: Vec<u16> = self.brokers.values().map(|it| it.port).collect();
                ports.rotate_left(1);
                for (broker, port) in self.brokers.values_mut().zip(ports) {
                    broker.port = port;
                }
            }
            Edit::ReplaceAll(base) => {
                let old = std::mem::take(&mut self.brokers);
                for (number, (_, mut broker)) in old.into_iter().enumerate() {
                    let id = base * 10 + number as u32;
                    broker.target = format!("10.0.8.{id}");
                    self.brokers.insert(id, broker);
                }
            }
            Edit::MovePort(at, port) => {
                if self.is_free(port) {
                    self.broker(at).port = port;
                }
            }
            Edit::SwapWithBootstrap(at) => {
                let bootstrap = self.bootstrap_port;
                self.bootstrap_port = std::mem::replace(&mut self.broker(at).port, bootstrap);
            }
            Edit::AddPort(at, port) => {
                if self.is_free(port) {
                    self.broker(at).additional_ports.insert(port);
                }
            }
            Edit::Promote(at) => {
                let broker = self.broker(at);
                if let Some(port) = broker.additional_ports.pop_first() {
                    let old = std::mem::replace(&mut broker.port, port);
                    broker.additional_ports.insert(old);
                }
            }
            Edit::DropPorts(at) => self.broker(at).additional_ports.clear(),
            Edit::BootstrapPort(port) => {
                if self.is_free(port) {
                    self.bootstrap_port = port;
                }
            }
            Edit::ShareBootstrapPort => {
                if self.brokers.len() == 1 {
                    self.broker(0).port = self.bootstrap_port;
                }
            }
            Edit::TargetPort(at, port) => self.broker(at).target_port = port,
            Edit::Hostname(which) => self.hostname = format!("kafka-{which}.test.com"),
            Edit::Rename(which) => self.name = format!("orders-{which}"),
            Edit::Protocol(tls, again) => {
                let named = |tls| if tls { Protocol::Tls } else { Protocol::Tcp };
                self.protocol = named(tls);
                self.group_protocol = named(tls && again);
            }
            Edit::HealthCheck(seconds) => self.health_interval = seconds,
            Edit::Proxy(on) => self.proxy_protocol = on,
            Edit::Principals(which) => {
                self.principals = set(["arn:aws:iam::210987654321:root"]);
                self.principals
                    .insert(format!("arn:aws:iam::21098765432{which}:root"));
            }
            Edit::Acceptance(required) => self.acceptance = required,
            Edit::Tags(which) => {
                let old = std::mem::take(&mut self.tags);
                self.tags
                    .insert(format!("tag-{}", which % 2), format!("value-{which}"));
                let retired = old.into_keys().filter(|key| !self.tags.contains_key(key));
                self.policy.retired_tags = retired.collect();
            }
            Edit::DropEndpoint => self.endpoint = None,
            Edit::AddEndpoint => {
                self.endpoint
                    .get_or_insert_with(|| Config::of(1).endpoint.unwrap());
            }
            Edit::Vpc(which) => self.consumer(|it| {
                it.vpc = format!("vpc-{which}");
            }),
            Edit::Subnets(which) => self.consumer(|it| {
                it.subnets = match which {
                    0 => set(["subnet-x", "subnet-y"]),
                    1 => set(["subnet-x2", "subnet-y"]),
                    _ => set(["subnet-z"]),
                };
            }),
            Edit::BalancerSubnets(which) => {
                self.subnets = match which {
                    0 => set(["subnet-a", "subnet-b"]),
                    1 => set(["subnet-a2", "subnet-b2"]),
                    2 => set(["subnet-a", "subnet-c"]),
                    3 => set(["subnet-b2", "subnet-c"]),
                    4 => set(["subnet-b"]),
                    _ => set(["subnet-a", "subnet-b", "subnet-c"]),
                };
            }
            Edit::Zone(given) => self.consumer(|it| {
                it.zone_id = given.then(|| GIVEN_ZONE.to_owned());
            }),
        }
    }

    /// As it can be after `before`: endpoints that stay connected keep the load balancer's subnets,
    /// a conflict that has tests of its own.
    pub fn after(self, before: &Config) -> Config {
        let stays_connected = before.endpoint.is_some() && self.endpoint.is_some();
        if stays_connected && !self.subnets.is_superset(&before.subnets) {
            return Config {
                subnets: before.subnets.clone(),
                ..self
            };
        }
        self
    }

    fn consumer(&mut self, change: impl FnOnce(&mut Consumer)) {
        if let Some(consumer) = &mut self.endpoint {
            change(consumer);
        }
    }
}
