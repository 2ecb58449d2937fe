//! The ports and targets that the arguments ask for.

use std::collections::BTreeSet;

use super::{BROKER_PORT_BASE, BrokerConfig, broker_port};
use crate::{elements::settled, syntax::target};
use engine::model::{
    BrokerId, Observed, Role, Slot,
    object::target_group::{IpFamily, Target},
};

/// Every port on which a broker is reached.
pub fn ports(id: BrokerId, broker: &BrokerConfig) -> BTreeSet<u16> {
    let default = broker_port(BROKER_PORT_BASE, id);
    let main = broker.port.known().copied().or(default);
    let more = broker.additional_ports.known().into_iter().flatten();
    main.into_iter()
        .chain(more.filter_map(|port| port.known().copied()))
        .collect()
}

/// A broker as a target, on its own port or on `default_port`.
pub fn target(broker: &BrokerConfig, default_port: u16) -> Target {
    Target {
        id: broker.target.as_ref().map(|text| target::canonical(text)),
        port: settled(&broker.target_port, default_port),
        zone: settled(&broker.availability_zone, None),
    }
}

/// Addresses of a path are of one family, so that one known target tells it. While none is known
/// it is taken to stay.
pub fn family<'a>(
    brokers: impl Iterator<Item = &'a BrokerConfig>,
    observed: &Observed,
) -> IpFamily {
    let mut known = brokers
        .filter_map(|broker| broker.target.known())
        .peekable();
    if known.peek().is_some() {
        return match known.any(|text| text.contains(':')) {
            true => IpFamily::Ipv6,
            false => IpFamily::Ipv4,
        };
    }
    let seen = observed.of(Slot::TargetGroup(Role::Bootstrap)).next();
    seen.and_then(|(_, seen)| seen.object.as_target_group())
        .map_or(IpFamily::Ipv4, |group| group.family)
}
