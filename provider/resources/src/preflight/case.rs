//! One configuration beside what was found around it.

use std::{collections::BTreeSet, net::IpAddr};

use ipnet::IpNet;
use tfplugin::Path;

use super::Case;
use crate::{
    config::{
        BrokerConfig,
        target::{self, Kind},
    },
    consumer_side,
    elements::may_grow,
    network::Side,
};
use engine::model::{
    BrokerId, Observed, Slot,
    survey::{Subnet, Vpc},
};

impl<'a> Case<'a> {
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

    pub(super) fn service_side(&self) -> Side<'a> {
        let balancer = &self.config.load_balancer;
        Side {
            object: "load balancer",
            place: load_balancer,
            subnet_ids: &balancer.subnet_ids,
            security_group_ids: &balancer.security_group_ids,
            vpc: self.service_vpc(),
        }
    }

    /// Both sides, as far as they are asked for.
    pub(super) fn sides(&self) -> Vec<Side<'a>> {
        let consumer = consumer_side::side(self.config);
        std::iter::once(self.service_side())
            .chain(consumer)
            .collect()
    }
}

/// The VPC of a load balancer that is there, and never leaves it.
pub(super) fn standing_in(observed: &Observed) -> Option<&str> {
    observed.of(Slot::LoadBalancer).next()?;
    let vpc = observed.surroundings.service_vpc.known();
    vpc.map(String::as_str)
}

fn parsed(blocks: &[String]) -> Vec<IpNet> {
    blocks.iter().filter_map(|it| it.parse().ok()).collect()
}

pub(super) fn load_balancer(attribute: &str) -> Path {
    Path::of("load_balancer").attribute(attribute)
}

pub(super) fn broker(id: BrokerId, attribute: &str) -> Path {
    Path::of("brokers").key(id.to_string()).attribute(attribute)
}
