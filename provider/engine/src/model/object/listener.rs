//! Listeners: the ports of the load balancer.

use serde::{Deserialize, Serialize};

use super::target_group::Protocol;
use crate::model::{Key, Maybe, tags::Tags};

/// AWS's default, and the fixed value of endpoints and TLS listeners.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html>
pub const DEFAULT_IDLE_TIMEOUT_SECONDS: u32 = 350;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listener {
    pub port: u16,
    pub protocol: Protocol,
    /// The group it forwards to; `None` where that is not one of ours, or not one group.
    pub forward: Option<Key>,
    /// TLS only.
    pub certificate: Option<Maybe<String>>,
    /// TLS only. `None` in what is desired: AWS decides.
    pub ssl_policy: Option<Maybe<String>>,
    /// TCP only; 350 on TLS.
    pub idle_timeout_seconds: u32,
    pub tags: Tags,
}

impl Listener {
    /// The call takes everything but the idle timeout.
    pub fn newborn(&self) -> Listener {
        let ssl_policy = match self.protocol {
            Protocol::Tls => Some(self.ssl_policy.clone().unwrap_or(Maybe::Unknown)),
            Protocol::Tcp | Protocol::Other => None,
        };
        Listener {
            ssl_policy,
            idle_timeout_seconds: DEFAULT_IDLE_TIMEOUT_SECONDS,
            ..self.clone()
        }
    }
}
