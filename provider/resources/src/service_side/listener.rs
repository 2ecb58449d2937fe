//! `listener`.

pub mod desired;
pub mod render;
pub mod rules;

use tfplugin::{Object, object::not_empty};

use crate::syntax::arn;
use engine::model::{Maybe, object::target_group::Protocol};

pub use engine::model::object::listener::DEFAULT_IDLE_TIMEOUT_SECONDS as IDLE_TIMEOUT_SECONDS;
pub const PROTOCOL: Protocol = Protocol::Tcp;

pub(super) const PROTOCOLS: [(&str, Protocol); 2] =
    [("TCP", Protocol::Tcp), ("TLS", Protocol::Tls)];

/// `listener`.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct ListenerConfig {
    /// `TCP` passes connections through as they are, TLS to the brokers included. `TLS` ends TLS at
    /// the load balancer: client certificates do not reach the brokers.
    #[attr(default = PROTOCOL.as_str(), words = PROTOCOLS)]
    pub protocol: Maybe<Protocol>,
    /// Certificate for `hostname`, in ACM in this region or in IAM. Required with protocol `TLS`,
    /// refused without.
    #[attr(optional, rule = arn::certificate)]
    pub certificate_arn: Maybe<Option<String>>,
    /// Name of the security policy: which versions of TLS and which ciphers are accepted. Only with
    /// protocol `TLS`. Default: AWS decides.
    #[attr(optional, computed, rule = not_empty)]
    pub ssl_policy: Maybe<Option<String>>,
    /// Seconds after which a silent connection is forgotten. {range}, only with protocol `TCP`.
    /// Endpoints forget after 350 seconds in any case, so clients need `connections.max.idle.ms`
    /// below 350000.
    #[attr(default = IDLE_TIMEOUT_SECONDS, range = 60..=6000)]
    pub tcp_idle_timeout_seconds: Maybe<u32>,
}
