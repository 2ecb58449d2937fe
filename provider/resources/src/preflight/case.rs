//! One configuration beside what was found around it.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use ipnet::IpNet;
use tfplugin::Path;

use super::Case;
use crate::config::{
    BrokerConfig, EndpointConfig, known, may_grow,
    target::{self, Kind},
};
use engine::model::{
    BrokerId, Maybe, Observed, Slot,
    survey::{Subnet, Vpc},
};

pub(super) type Ids = BTreeSet<Maybe<String>>;

impl<'a> Case<'a> {
    pub(super) fn endpoint(&self) -> Option<&'a EndpointConfig> {
        self.config.endpoint.known()?.as_ref()
    }

    pub(super) fn brokers(&self) -> impl Iterator<Item = (BrokerId, &'a BrokerConfig)> {
        let brokers = self.config.brokers.known().into_iter().flatten();
        brokers.map(|(id, broker)| (*id, broker))
    }

    /// Brokers with addresses that are known.
    pub(super) fn addresses(&self) -> impl Iterator<Item = (BrokerId, &'a BrokerConfig, IpAddr)> {
        self.brokers().filter_map(|(id, broker)| {
            match Kind::of(&target::canonical(broker.target.known()?))? {
                Kind::Address(address) => Some((id, broker, address)),
                Kind::Instance => None,
            }
        })
    }

    /// Those of the ids that are known and exist.
    pub(super) fn subnets(&self, ids: &'a Maybe<Ids>) -> Vec<&'a Subnet> {
        let Some(found) = self.survey.subnets.known() else {
            return Vec::new();
        };
        known_ids(ids).filter_map(|id| found.get(id)).collect()
    }

    pub(super) fn service_subnets(&self) -> Vec<&'a Subnet> {
        self.subnets(&self.config.load_balancer.subnet_ids)
    }

    /// The load balancer's VPC: where it stands, or else where all of its subnets are.
    pub(super) fn service_vpc(&self) -> Option<&'a str> {
        if let Some(vpc) = self.observed.filter(|_| !self.is_new).and_then(standing_in) {
            return Some(vpc);
        }
        let subnets = self.service_subnets();
        let vpc = subnets.first()?.vpc.as_str();
        subnets
            .iter()
            .all(|subnet| subnet.vpc == vpc)
            .then_some(vpc)
    }

    /// Address blocks of the load balancer's VPC.
    pub(super) fn service_blocks(&self) -> Option<Vec<IpNet>> {
        let vpc: &Vpc = self.survey.vpcs.known()?.get(self.service_vpc()?)?;
        Some(parsed(&vpc.blocks))
    }

    /// The subnet of the load balancer's VPC that an address is in.
    pub(super) fn subnet_of(&self, address: IpAddr) -> Option<&'a Subnet> {
        let vpc = self.service_vpc()?;
        let neighbours = self.survey.neighbours.known()?;
        neighbours.iter().find(|subnet| {
            subnet.vpc == vpc
                && parsed(&subnet.blocks)
                    .iter()
                    .any(|it| it.contains(&address))
        })
    }

    /// The zones of the load balancer, which are those of the service; `None` while one of its
    /// subnets is not known.
    pub(super) fn zones(&self) -> Option<BTreeSet<&'a str>> {
        let ids = self.config.load_balancer.subnet_ids.known()?;
        let subnets = self.service_subnets();
        let is_whole = !may_grow(ids) && subnets.len() == ids.len();
        is_whole.then(|| subnets.iter().map(|subnet| subnet.zone.as_str()).collect())
    }

    /// Every port that listens; `None` while one of them is not known.
    pub(super) fn ports(&self) -> Option<BTreeSet<u16>> {
        let mut ports = BTreeSet::from([*self.config.bootstrap_port.known()?]);
        for broker in self.config.brokers.known()?.values() {
            let more = broker.additional_ports.known()?;
            ports.insert(*broker.port.known()?);
            ports.extend(known(more));
            if may_grow(more) {
                return None;
            }
        }
        Some(ports)
    }

    /// Ids of the hosted zones that are the path's own.
    pub(super) fn own_zones(&self) -> BTreeSet<&'a str> {
        let seen = self
            .observed
            .into_iter()
            .flat_map(|observed| observed.of(Slot::Zone));
        seen.filter_map(|(_, zone)| zone.id.known().map(String::as_str))
            .collect()
    }
}

/// The VPC of a load balancer that is there, and never leaves it.
pub(super) fn standing_in(observed: &Observed) -> Option<&str> {
    observed.of(Slot::LoadBalancer).next()?;
    let vpc = observed.surroundings.service_vpc.known();
    vpc.map(String::as_str)
}

/// The elements of a set that are known.
pub(super) fn known_ids(ids: &Maybe<Ids>) -> impl Iterator<Item = &String> {
    ids.known().into_iter().flat_map(known)
}

fn parsed(blocks: &[String]) -> Vec<IpNet> {
    blocks.iter().filter_map(|it| it.parse().ok()).collect()
}

/// What belongs together, by what it has in common.
pub(super) fn grouped<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, Vec<V>> {
    let mut groups: BTreeMap<K, Vec<V>> = BTreeMap::new();
    for (key, value) in pairs {
        groups.entry(key).or_default().push(value);
    }
    groups
}

pub(super) fn load_balancer(attribute: &str) -> Path {
    Path::of("load_balancer").attribute(attribute)
}

pub(super) fn endpoint(attribute: &str) -> Path {
    Path::of("endpoint").attribute(attribute)
}

pub(super) fn broker(id: BrokerId, attribute: &str) -> Path {
    Path::of("brokers").key(id.to_string()).attribute(attribute)
}
