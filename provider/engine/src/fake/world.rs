//! What the account holds. Objects point at each other by id, as on AWS.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use tokio::time::Instant;

use crate::model::{
    Generation, Key, Maybe, RecordType, Slot,
    object::{
        Rule,
        load_balancer::IpAddressType,
        target_group::{GroupAttributes, HealthCheck, IpFamily, Protocol, Target, TargetType},
    },
    tags::Tags,
};

pub type TagMap = BTreeMap<String, String>;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    pub pace: Pace,
    serial: u64,
    pub security_groups: BTreeMap<String, SecurityGroup>,
    pub balancers: BTreeMap<String, Balancer>,
    pub target_groups: BTreeMap<String, Group>,
    pub listeners: BTreeMap<String, Listener>,
    pub services: BTreeMap<String, Service>,
    pub endpoints: BTreeMap<String, Endpoint>,
    pub zones: BTreeMap<String, Zone>,
    /// By zone id, name and type: where it points, or the addresses that it holds.
    pub records: BTreeMap<(String, String, RecordType), String>,
    /// What is wrong with a target wherever it is checked, by address or instance: AWS's reason,
    /// and its description behind a colon.
    pub ailing: BTreeMap<String, String>,
    /// Network interfaces that keep a security group although their owner is gone.
    pub lingering: Vec<(String, Instant)>,
    /// What a create call with the same client token answers again.
    pub(super) tokens: BTreeMap<Key, String>,
}

/// How long things take.
#[derive(Clone, Debug, PartialEq)]
pub struct Pace {
    pub balancer: Duration,
    pub service: Duration,
    pub endpoint: Duration,
    pub deleting: Duration,
    pub lingering: Duration,
    pub healthy: Duration,
    /// How long a load balancer's new zone must be there before its service can learn it.
    pub zone: Duration,
    /// The longest way of a call, there or back.
    pub call: Duration,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SecurityGroup {
    pub name: String,
    pub vpc: String,
    pub rules: BTreeSet<Rule>,
    pub tags: TagMap,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Balancer {
    pub name: String,
    pub subnets: BTreeSet<String>,
    pub security_groups: BTreeSet<String>,
    pub enforce_on_private_link: bool,
    pub ip_address_type: IpAddressType,
    pub cross_zone: bool,
    pub deletion_protection: bool,
    pub tags: TagMap,
    pub active_at: Instant,
    /// Provisioning ended badly, with AWS's reason.
    pub failed: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub name: String,
    pub vpc: String,
    pub target_type: TargetType,
    pub protocol: Protocol,
    pub port: u16,
    pub family: IpFamily,
    pub health_check: HealthCheck,
    pub attributes: GroupAttributes,
    /// Since when each is registered.
    pub targets: BTreeMap<Target, Instant>,
    pub tags: TagMap,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Listener {
    pub balancer: String,
    pub port: u16,
    pub protocol: Protocol,
    pub group: String,
    pub certificate: Option<String>,
    pub ssl_policy: Option<String>,
    pub idle_timeout_seconds: u32,
    pub tags: TagMap,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    pub balancer: String,
    pub acceptance_required: bool,
    pub principals: BTreeSet<String>,
    pub ip_address_types: BTreeSet<IpFamily>,
    pub regions: BTreeSet<String>,
    pub zones: BTreeSet<String>,
    pub tags: TagMap,
    pub available_at: Instant,
    pub gone_at: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    pub service: String,
    pub account: String,
    pub vpc: String,
    pub subnets: BTreeSet<String>,
    pub security_groups: BTreeSet<String>,
    pub ip_address_type: IpAddressType,
    pub tags: TagMap,
    pub state: EndpointState,
}

#[derive(Clone, Debug, PartialEq)]
pub enum EndpointState {
    PendingAcceptance,
    /// Pending until then, available afterwards.
    Accepted(Instant),
    /// Whether it stays so, whatever the service's owner does.
    Rejected {
        for_good: bool,
    },
    Failed,
    /// Deleting until then.
    Going(Instant),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    pub name: String,
    pub vpc: String,
    pub caller_reference: String,
    pub tags: TagMap,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace {
            balancer: Duration::from_secs(120),
            service: Duration::from_secs(10),
            endpoint: Duration::from_secs(60),
            deleting: Duration::from_secs(20),
            lingering: Duration::from_secs(15),
            healthy: Duration::from_secs(30),
            zone: Duration::ZERO,
            call: Duration::from_millis(300),
        }
    }
}

impl Pace {
    /// For tests of order rather than of time: there is less to look at.
    pub fn brisk() -> Pace {
        Pace {
            balancer: Duration::from_secs(4),
            service: Duration::from_secs(1),
            endpoint: Duration::from_secs(2),
            deleting: Duration::from_secs(2),
            lingering: Duration::from_secs(1),
            healthy: Duration::from_secs(3),
            zone: Duration::ZERO,
            call: Duration::from_millis(300),
        }
    }
}

impl World {
    pub(super) fn new_id(&mut self, prefix: &str) -> String {
        self.serial += 1;
        format!("{prefix}{:05}", self.serial)
    }

    /// How long the next call travels one way: varied, and the same in every run.
    pub(super) fn delay(&mut self) -> Duration {
        self.serial += 1;
        // Knuth's multiplicative hash scatters consecutive numbers.
        let share = (self.serial.wrapping_mul(2_654_435_761) >> 7) % 101;
        self.pace.call * u32::try_from(share).unwrap_or(0) / 100
    }

    /// What ended by itself until `now` is gone.
    pub(super) fn pass(&mut self, now: Instant) {
        let gone = |at: &Instant| *at <= now;
        self.lingering.retain(|(_, until)| !gone(until));
        self.services
            .retain(|_, it| !it.gone_at.as_ref().is_some_and(gone));
        let mut freed = Vec::new();
        self.endpoints.retain(|_, it| match &it.state {
            EndpointState::Going(until) if gone(until) => {
                freed.extend(it.security_groups.iter().cloned());
                false
            }
            _ => true,
        });
        for group in freed {
            self.lingering.push((group, now + self.pace.lingering));
        }
    }

    /// The zone of a subnet: in this account `subnet-a2` is in zone `a`.
    pub fn zone_of(subnet: &str) -> String {
        subnet
            .trim_start_matches("subnet-")
            .chars()
            .take(1)
            .collect()
    }

    pub(super) fn listeners_of(
        &self,
        balancer: &str,
    ) -> impl Iterator<Item = (&String, &Listener)> {
        self.listeners
            .iter()
            .filter(move |(_, it)| it.balancer == balancer)
    }
}

impl Balancer {
    pub fn zones(&self) -> BTreeSet<String> {
        self.subnets
            .iter()
            .map(|subnet| World::zone_of(subnet))
            .collect()
    }
}

impl Endpoint {
    /// AWS's word.
    pub fn state(&self, now: Instant) -> &'static str {
        match self.state {
            EndpointState::PendingAcceptance => "pendingAcceptance",
            EndpointState::Accepted(at) if now < at => "pending",
            EndpointState::Accepted(_) => "available",
            EndpointState::Rejected { .. } => "rejected",
            EndpointState::Failed => "failed",
            EndpointState::Going(_) => "deleting",
        }
    }
}

/// What consumers ask for.
pub(super) fn service_name(id: &str) -> String {
    format!("com.amazonaws.vpce.us-east-1.{id}")
}

/// Regional name of an endpoint, which an alias points at.
pub(super) fn endpoint_name(id: &str) -> String {
    format!("{id}.vpce-svc.us-east-1.vpce.amazonaws.com")
}

/// The addresses of an endpoint's interfaces, one a subnet and family.
pub(super) fn addresses(id: &str, endpoint: &Endpoint) -> BTreeSet<IpAddr> {
    let mut all = BTreeSet::new();
    for subnet in &endpoint.subnets {
        let [_, a, b, c] = Generation::of([id, subnet]).0.to_be_bytes();
        for family in endpoint.ip_address_type.families() {
            all.insert(match family {
                IpFamily::Ipv4 => Ipv4Addr::new(10, a, b, c).into(),
                IpFamily::Ipv6 => {
                    let host = u16::from_be_bytes([b, c]);
                    Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, a.into(), host).into()
                }
            });
        }
    }
    all
}

/// The addresses that a record holds; `None` of one that holds a name.
pub(super) fn addresses_in(record: &str) -> Option<BTreeSet<IpAddr>> {
    record.split(' ').map(|it| it.parse().ok()).collect()
}

/// What a record of these addresses holds.
pub(super) fn record_of(addresses: &BTreeSet<IpAddr>) -> String {
    let all: Vec<String> = addresses.iter().map(IpAddr::to_string).collect();
    all.join(" ")
}

/// Whether a name is an endpoint's, whoever's.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-saas.html>
pub(super) fn is_endpoint_name(name: &str) -> bool {
    name.contains(".vpce.")
}

pub(super) fn known(values: &BTreeSet<Maybe<String>>) -> BTreeSet<String> {
    values
        .iter()
        .filter_map(|value| value.known().cloned())
        .collect()
}

pub(super) fn plain(tags: &Tags) -> TagMap {
    tags.iter()
        .filter_map(|(key, value)| Some((key.clone(), value.known()?.clone())))
        .collect()
}

impl World {
    /// Records take no tags.
    pub(super) fn tags_mut(&mut self, slot: Slot, id: &str) -> Option<&mut TagMap> {
        match slot {
            Slot::SecurityGroup(_) => self.security_groups.get_mut(id).map(|it| &mut it.tags),
            Slot::LoadBalancer => self.balancers.get_mut(id).map(|it| &mut it.tags),
            Slot::TargetGroup(_) => self.target_groups.get_mut(id).map(|it| &mut it.tags),
            Slot::Listener(_) => self.listeners.get_mut(id).map(|it| &mut it.tags),
            Slot::Service => {
                let service = self.services.get_mut(id);
                let service = service.filter(|it| it.gone_at.is_none());
                service.map(|it| &mut it.tags)
            }
            Slot::Endpoint => self.endpoints.get_mut(id).map(|it| &mut it.tags),
            Slot::Zone => self.zones.get_mut(id).map(|it| &mut it.tags),
            Slot::Alias(_) => None,
        }
    }
}

pub(super) fn retag(tags: &mut TagMap, set: &Tags, remove: &BTreeSet<String>) {
    tags.extend(plain(set));
    tags.retain(|key, _| !remove.contains(key));
}
