//! `brokers`.

pub mod desired;

use std::collections::BTreeSet;

use tfplugin::{Object, object::Invalid};

use crate::syntax::{id, target};
use engine::model::{BrokerId, Maybe};

pub const BROKER_PORT_BASE: u16 = 6000;

/// One broker.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct BrokerConfig {
    /// Where the broker is: its IP address, or the id of its instance if `target_group.target_type`
    /// is `instance`. A change moves this broker's port to the new machine; other brokers are not
    /// touched.
    #[attr(required, rule = target::check, canonical = target::canonical)]
    pub target: Maybe<String>,
    // Unknown too while it is left to an unknown `broker_port_base`.
    /// Port on which clients reach this broker, and which it must advertise. {range}, different for
    /// every broker; the one broker of a path may have the `bootstrap_port`. Before a second one is
    /// added, give the first a port of its own and let it advertise that, for then the bootstrap
    /// port leads to both. Default: `broker_port_base` plus the broker's id.
    #[attr(optional, computed, range = 1..=65535)]
    pub port: Maybe<u16>,
    // Unknown too while it is left to an unknown `target_group.port`.
    /// Port on the broker itself. Set it where brokers share a machine. Default:
    /// `target_group.port`.
    #[attr(optional, computed, range = 1..=65535)]
    pub target_port: Maybe<u16>,
    /// Only for an address outside the VPC of the load balancer, where AWS requires it: `all`, or
    /// the zone whose load balancer node sends it traffic.
    #[attr(optional, shape, rule = id::availability_zone)]
    pub availability_zone: Maybe<Option<String>>,
    /// More ports that lead to this broker. For moving a port without an outage: add the new port
    /// here, let the broker advertise it, then make it the `port` and the old one additional, and
    /// remove that later. Each counts as one of the load balancer's 50 listeners.
    #[attr(default = [], range = 1..=65535)]
    pub additional_ports: Maybe<BTreeSet<Maybe<u16>>>,
}

/// The key of a broker: Kafka's `node.id`, which is a 32-bit number that is not negative.
pub fn broker_id(key: &str) -> Result<BrokerId, Invalid> {
    let most = i32::MAX as u32;
    key.parse::<u32>()
        .ok()
        .filter(|id| *id <= most && id.to_string() == key)
        .ok_or_else(|| {
            Invalid::new(
                "Invalid broker id",
                format!(
                    "The key of a broker is its node.id, a number from 0 to {most} in plain \
                     digits, and {key:?} is not."
                ),
            )
        })
}

/// The port of a broker that has none of its own; `None` where that is no port.
pub fn broker_port(base: u16, id: BrokerId) -> Option<u16> {
    let port = u16::try_from(id).ok()?.checked_add(base)?;
    (port > 0).then_some(port)
}
