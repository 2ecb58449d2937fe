//! A configuration of `kafka_privatelink`, typed.
//!
//! Reading refuses what is wrong with one argument for itself: its syntax, its range, its choice
//! of words. [`crate::validate`] adds the rules between arguments.
//!
//! How Terraform's three kinds of absence appear here:
//!
//! - An argument with a default is `Maybe<T>`: null has become the default.
//! - An argument whose null means something, or that AWS decides, is `Maybe<Option<T>>`:
//!   `Known(None)` is null.
//! - `Unknown` is "known after apply". It may still turn out to be null, and of a collection
//!   nothing is known then, not even how many elements it has. A known collection may have unknown
//!   elements; two of them are one in a `BTreeSet`, so the length of a set says nothing while
//!   [`may_grow`] holds.
//! - Of an object that is unknown as a whole, every member is unknown.
//!
//! Ids and texts usually come from other resources, and planning is exact about them. Numbers,
//! bools, words and the keys of `brokers` give a path its shape and rarely do: while one is
//! unknown (they are listed in [`Config::unknown_shape`]) whatever could depend on it is planned as unknown.

pub mod defaults;
pub mod field;
mod read;
pub mod reader;

pub use crate::syntax::{arn, cidr, duration, hostname, id, name, principal, region, tag, target};

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use tfplugin::Path;

use engine::model::{
    BrokerId, Maybe,
    object::{
        load_balancer::IpAddressType,
        target_group::{IpFamily, Protocol, TargetType},
    },
};

/// The whole configuration. Texts are as the user wrote them.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub name: Maybe<String>,
    /// As written; [`hostname::canonical`] is what to compare and to send.
    pub hostname: Maybe<String>,
    /// `None`: the provider's region.
    pub region: Maybe<Option<String>>,
    pub bootstrap_port: Maybe<u16>,
    pub broker_port_base: Maybe<u16>,
    pub brokers: Maybe<BTreeMap<BrokerId, BrokerConfig>>,
    pub load_balancer: LoadBalancerConfig,
    pub listener: ListenerConfig,
    pub target_group: TargetGroupConfig,
    pub wait_for_healthy: Maybe<bool>,
    pub endpoint_service: ServiceConfig,
    /// `None`: consumers are elsewhere.
    pub endpoint: Maybe<Option<EndpointConfig>>,
    /// `None` and an empty map mean the same to AWS, and are told apart in the state.
    pub tags: Maybe<Option<BTreeMap<String, Maybe<String>>>>,
    pub timeouts: Timeouts,
    /// The arguments that give a path its shape and are unknown. Empty in an apply, and in almost
    /// every plan.
    pub unknown_shape: Vec<Path>,
}

/// One broker.
#[derive(Clone, Debug, PartialEq)]
pub struct BrokerConfig {
    /// IP address or instance id, as written; [`target::canonical`] is what to compare and to send.
    pub target: Maybe<String>,
    /// Unknown too while it is left to an unknown `broker_port_base`.
    pub port: Maybe<u16>,
    /// Unknown too while it is left to an unknown `target_group.port`.
    pub target_port: Maybe<u16>,
    /// `all` or a zone.
    pub availability_zone: Maybe<Option<String>>,
    pub additional_ports: Maybe<BTreeSet<Maybe<u16>>>,
}

/// `load_balancer`.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadBalancerConfig {
    pub subnet_ids: Maybe<BTreeSet<Maybe<String>>>,
    /// `None`: a managed group.
    pub security_group_ids: Maybe<Option<BTreeSet<Maybe<String>>>>,
    /// `None`: off with the managed group, on with given ones.
    pub enforce_on_private_link: Maybe<Option<bool>>,
    /// `Ipv4` or `Dualstack`.
    pub ip_address_type: Maybe<IpAddressType>,
    pub cross_zone_enabled: Maybe<bool>,
    pub deletion_protection_enabled: Maybe<bool>,
}

/// `listener`.
#[derive(Clone, Debug, PartialEq)]
pub struct ListenerConfig {
    /// `Tcp` or `Tls`.
    pub protocol: Maybe<Protocol>,
    pub certificate_arn: Maybe<Option<String>>,
    /// `None`: AWS decides.
    pub ssl_policy: Maybe<Option<String>>,
    pub tcp_idle_timeout_seconds: Maybe<u32>,
}

/// `target_group`.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetGroupConfig {
    pub target_type: Maybe<TargetType>,
    pub port: Maybe<u16>,
    /// `Tcp` or `Tls`.
    pub protocol: Maybe<Protocol>,
    pub deregistration_delay_seconds: Maybe<u32>,
    pub connection_termination: Maybe<bool>,
    pub preserve_client_ip: Maybe<bool>,
    pub proxy_protocol_v2: Maybe<bool>,
    pub health_check: HealthCheckConfig,
}

/// `target_group.health_check`.
#[derive(Clone, Debug, PartialEq)]
pub struct HealthCheckConfig {
    /// `TCP`, `HTTP` or `HTTPS`.
    pub protocol: Maybe<String>,
    /// `traffic-port` or a number.
    pub port: Maybe<String>,
    pub interval_seconds: Maybe<u32>,
    pub timeout_seconds: Maybe<u32>,
    pub healthy_threshold: Maybe<u32>,
    pub unhealthy_threshold: Maybe<u32>,
}

/// `endpoint_service`.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceConfig {
    pub acceptance_required: Maybe<bool>,
    /// As written; [`principal::canonical`] is what to compare and to send.
    pub allowed_principals: Maybe<BTreeSet<Maybe<String>>>,
    /// `None`: AWS decides.
    pub supported_ip_address_types: Maybe<Option<BTreeSet<Maybe<IpFamily>>>>,
    /// As written, with or without the service's own region.
    pub supported_regions: Maybe<BTreeSet<Maybe<String>>>,
    pub reject_removed_principals: Maybe<bool>,
    pub on_destroy: Maybe<OnDestroy>,
}

/// What becomes of the connections of others when the path is destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDestroy {
    /// They keep the path.
    Refuse,
    RejectConnections,
}

/// `endpoint`.
#[derive(Clone, Debug, PartialEq)]
pub struct EndpointConfig {
    pub vpc_id: Maybe<String>,
    pub subnet_ids: Maybe<BTreeSet<Maybe<String>>>,
    /// `None`: a managed group.
    pub security_group_ids: Maybe<Option<BTreeSet<Maybe<String>>>>,
    /// `None`: the VPC's blocks.
    pub allowed_cidr_blocks: Maybe<Option<BTreeSet<Maybe<String>>>>,
    /// `None`: AWS decides.
    pub ip_address_type: Maybe<Option<IpAddressType>>,
    /// `None`: a managed zone.
    pub zone_id: Maybe<Option<String>>,
    pub overwrite_record: Maybe<bool>,
}

/// `timeouts`, with the default where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeouts {
    pub create: Maybe<Duration>,
    pub read: Maybe<Duration>,
    pub update: Maybe<Duration>,
    pub delete: Maybe<Duration>,
}

impl OnDestroy {
    pub const ALL: [OnDestroy; 2] = [OnDestroy::Refuse, OnDestroy::RejectConnections];

    pub fn as_str(self) -> &'static str {
        match self {
            OnDestroy::Refuse => "refuse",
            OnDestroy::RejectConnections => "reject_connections",
        }
    }
}

impl Config {
    /// The one broker of a path that is reached on the bootstrap port itself.
    pub fn sole_broker(&self) -> Option<(BrokerId, &BrokerConfig)> {
        let brokers = self.brokers.known().filter(|all| all.len() == 1)?;
        let (id, broker) = brokers.first_key_value()?;
        let port = broker.port.known()?;
        (self.bootstrap_port.known() == Some(port)).then_some((*id, broker))
    }
}

/// May the set have more elements than it shows? It may while one of them is unknown.
pub fn may_grow<T: Ord>(set: &BTreeSet<Maybe<T>>) -> bool {
    set.contains(&Maybe::Unknown)
}

/// The elements that are known.
pub fn known<T>(set: &BTreeSet<Maybe<T>>) -> impl Iterator<Item = &T> {
    set.iter().filter_map(Maybe::known)
}
