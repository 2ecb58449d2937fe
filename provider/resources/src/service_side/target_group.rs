//! `target_group` and its `health_check`.

use tfplugin::{Object, object::Invalid};

use super::listener::PROTOCOLS;
use engine::model::{
    Maybe,
    object::target_group::{Protocol, TargetType},
};

pub const TARGET_TYPE: TargetType = TargetType::Ip;
pub const PORT: u16 = 9092;
pub const PROTOCOL: Protocol = Protocol::Tcp;
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

const TARGET_TYPES: [(&str, TargetType); 2] =
    [("ip", TargetType::Ip), ("instance", TargetType::Instance)];
const HEALTH_CHECKS: [(&str, &str); 3] = [("TCP", "TCP"), ("HTTP", "HTTP"), ("HTTPS", "HTTPS")];

/// `target_group`.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct TargetGroupConfig {
    /// What `target` of a broker is: `ip` or `instance`. A change gives every broker a new target
    /// group.
    #[attr(default = TARGET_TYPE.as_str(), words = TARGET_TYPES)]
    pub target_type: Maybe<TargetType>,
    /// Port on the brokers of the listener that advertises `hostname`: their external one, which
    /// often is not the default one. Kafka answers with the addresses of the listener that a
    /// connection came in on. {range}.
    #[attr(default = PORT, range = 1..=65535)]
    pub port: Maybe<u16>,
    /// `TCP`, or `TLS` to encrypt again between load balancer and brokers, which only works behind
    /// a `TLS` listener. A change gives every broker a new target group.
    #[attr(default = PROTOCOL.as_str(), words = PROTOCOLS)]
    pub protocol: Maybe<Protocol>,
    /// Seconds that connections to a broker that leaves are left alone. {range}.
    #[attr(default = DEREGISTRATION_DELAY_SECONDS, range = 0..=3600)]
    pub deregistration_delay_seconds: Maybe<u32>,
    /// Whether those connections are closed after that delay. Kafka's are never idle and would
    /// otherwise not end.
    #[attr(default = CONNECTION_TERMINATION)]
    pub connection_termination: Maybe<bool>,
    /// Whether brokers see the addresses of clients that reach the load balancer directly. Has no
    /// effect on clients that come over PrivateLink.
    #[attr(default = PRESERVE_CLIENT_IP)]
    pub preserve_client_ip: Maybe<bool>,
    /// Whether every connection begins with a proxy protocol header. Kafka brokers do not understand
    /// it; something in front of them must.
    #[attr(default = PROXY_PROTOCOL_V2)]
    pub proxy_protocol_v2: Maybe<bool>,
    /// How the load balancer finds out which brokers are well. Brokers must let the load balancer's
    /// security group reach the checked port.
    #[attr(object, optional, computed)]
    pub health_check: HealthCheckConfig,
}

/// `target_group.health_check`.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct HealthCheckConfig {
    /// `TCP`, or `HTTP` or `HTTPS` for something beside the broker that answers `/` with a status
    /// from 200 to 399.
    #[attr(default = HEALTH_CHECK_PROTOCOL, words = HEALTH_CHECKS)]
    pub protocol: Maybe<String>,
    /// Port that is checked: `traffic-port`, or a number from 1 to 65535. Another port keeps failed
    /// handshakes out of the logs of brokers whose listener speaks TLS.
    #[attr(default = HEALTH_CHECK_PORT, shape, rule = port)]
    pub port: Maybe<String>,
    /// Seconds between checks. {range}.
    #[attr(default = HEALTH_CHECK_INTERVAL_SECONDS, range = 5..=300)]
    pub interval_seconds: Maybe<u32>,
    /// Seconds without an answer after which a check has failed. {range}, not more than
    /// `interval_seconds`.
    #[attr(default = HEALTH_CHECK_TIMEOUT_SECONDS, range = 2..=120)]
    pub timeout_seconds: Maybe<u32>,
    /// Successful checks in a row that make a broker healthy. {range}.
    #[attr(default = HEALTHY_THRESHOLD, range = 2..=10)]
    pub healthy_threshold: Maybe<u32>,
    /// Failed checks in a row that make a broker unhealthy. {range}.
    #[attr(default = UNHEALTHY_THRESHOLD, range = 2..=10)]
    pub unhealthy_threshold: Maybe<u32>,
}

/// `traffic-port`, or a port in plain digits.
fn port(text: &str) -> Result<String, Invalid> {
    let plain = text.parse::<u16>().ok().filter(|port| *port > 0);
    if text == "traffic-port" || plain.is_some_and(|port| port.to_string() == text) {
        return Ok(text.to_owned());
    }
    Err(Invalid::new(
        "Invalid health check port",
        format!(
            "{text:?} is neither \"traffic-port\", which is the port that the broker gets its \
             traffic on, nor a port from 1 to 65535."
        ),
    ))
}
