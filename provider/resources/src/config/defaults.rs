//! What an argument means when it is left out, typed: for what is made before anybody has said it.

pub use crate::{
    consumer_side::endpoint::OVERWRITE_RECORD,
    service_side::{
        brokers::{BROKER_PORT_BASE, broker_port},
        endpoint_service::{ACCEPTANCE_REQUIRED, ON_DESTROY, REJECT_REMOVED_PRINCIPALS},
        listener::{IDLE_TIMEOUT_SECONDS, PROTOCOL as LISTENER_PROTOCOL},
        load_balancer::{
            CROSS_ZONE_ENABLED, DELETION_PROTECTION_ENABLED,
            IP_ADDRESS_TYPE as LOAD_BALANCER_IP_ADDRESS_TYPE,
        },
        target_group::{
            CONNECTION_TERMINATION, DEREGISTRATION_DELAY_SECONDS, HEALTH_CHECK_INTERVAL_SECONDS,
            HEALTH_CHECK_PORT, HEALTH_CHECK_PROTOCOL, HEALTH_CHECK_TIMEOUT_SECONDS,
            HEALTHY_THRESHOLD, PORT as TARGET_PORT, PRESERVE_CLIENT_IP,
            PROTOCOL as TARGET_PROTOCOL, PROXY_PROTOCOL_V2, TARGET_TYPE, UNHEALTHY_THRESHOLD,
        },
    },
    timeouts::TIMEOUT,
};

pub const BOOTSTRAP_PORT: u16 = 9091;
pub const WAIT_FOR_HEALTHY: bool = false;
