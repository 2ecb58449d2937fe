//! What an argument means when it is left out. The schema's texts and the reading of a
//! configuration both take it from here.

use std::time::Duration;

use super::OnDestroy;
use engine::model::{
    BrokerId,
    object::{
        load_balancer::IpAddressType,
        target_group::{Protocol, TargetType},
    },
};

pub const BOOTSTRAP_PORT: u16 = 9091;
pub const BROKER_PORT_BASE: u16 = 6000;
pub const LOAD_BALANCER_IP_ADDRESS_TYPE: IpAddressType = IpAddressType::Ipv4;
pub const CROSS_ZONE_ENABLED: bool = true;
pub const DELETION_PROTECTION_ENABLED: bool = false;
pub const LISTENER_PROTOCOL: Protocol = Protocol::Tcp;
pub use engine::model::object::listener::DEFAULT_IDLE_TIMEOUT_SECONDS as IDLE_TIMEOUT_SECONDS;
pub const TARGET_TYPE: TargetType = TargetType::Ip;
pub const TARGET_PORT: u16 = 9092;
pub const TARGET_PROTOCOL: Protocol = Protocol::Tcp;
pub const DEREGISTRATION_DELAY_SECONDS: u32 = 300;
pub const CONNECTION_TERMINATION: bool = true;
pub const PRESERVE_CLIENT_IP: bool = false;
pub const PROXY_PROTOCOL_V2: bool = false;
pub const HEALTH_CHECK_PROTOCOL: &str = "TCP";
pub const HEALTH_CHECK_PORT: &str = "traffic-port";
pub const HEALTH_CHECK_INTERVAL_SECONDS: u32 = 30;
pub const HEALTH_CHECK_TIMEOUT_SECONDS: u32 = 10;
pub const HEALTHY_THRESHOLD: u32 = 3;
pub const UNHEALTHY_THRESHOLD: u32 = 3;
pub const WAIT_FOR_HEALTHY: bool = false;
pub const OVERWRITE_RECORD: bool = false;
pub const ACCEPTANCE_REQUIRED: bool = true;
pub const REJECT_REMOVED_PRINCIPALS: bool = true;
pub const ON_DESTROY: OnDestroy = OnDestroy::Refuse;
pub const TIMEOUT: Duration = Duration::from_secs(30 * 60);

/// The port of a broker that has none of its own; `None` where that is no port.
pub fn broker_port(base: u16, id: BrokerId) -> Option<u16> {
    let port = u16::try_from(id).ok()?.checked_add(base)?;
    (port > 0).then_some(port)
}
