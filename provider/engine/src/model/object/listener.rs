//! Listeners: the ports of the load balancer.

use serde::{Deserialize, Serialize};

use super::{target_group::Protocol, wording::Wording};
use crate::model::{Key, Maybe, Role, Slot, tags::Tags};

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

/// A call that changes a listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// `ModifyListener`: protocol, group, certificate and policy go together.
    Modify {
        protocol: Protocol,
        forward: Key,
        certificate: Option<Maybe<String>>,
        ssl_policy: Option<Maybe<String>>,
    },
    /// `ModifyListenerAttributes`.
    SetIdleTimeout(u32),
}

/// The calls that lead from `seen` to `wanted`.
pub fn diff(wanted: &Listener, seen: &Listener) -> Vec<Change> {
    let mut changes = Vec::new();
    let policy_differs = wanted.ssl_policy.is_some() && wanted.ssl_policy != seen.ssl_policy;
    if let Some(forward) = wanted.forward
        && (wanted.protocol != seen.protocol
            || wanted.forward != seen.forward
            || wanted.certificate != seen.certificate
            || policy_differs)
    {
        changes.push(Change::Modify {
            protocol: wanted.protocol,
            forward,
            certificate: wanted.certificate.clone(),
            ssl_policy: wanted.ssl_policy.clone(),
        });
    }
    if wanted.idle_timeout_seconds != seen.idle_timeout_seconds {
        changes.push(Change::SetIdleTimeout(wanted.idle_timeout_seconds));
    }
    changes
}

impl Change {
    /// Brings the listener to what it is after the call.
    pub fn apply(&self, listener: &mut Listener) {
        match self {
            Change::Modify {
                protocol,
                forward,
                certificate,
                ssl_policy,
            } => {
                let was = listener.protocol;
                listener.protocol = *protocol;
                listener.forward = Some(*forward);
                listener.certificate.clone_from(certificate);
                listener.ssl_policy = match (protocol, ssl_policy) {
                    (Protocol::Tcp | Protocol::Other, _) => None,
                    (Protocol::Tls, Some(policy)) => Some(policy.clone()),
                    (Protocol::Tls, None) if was == Protocol::Tls => listener.ssl_policy.take(),
                    (Protocol::Tls, None) => Some(Maybe::Unknown),
                };
                if was != *protocol {
                    listener.idle_timeout_seconds = DEFAULT_IDLE_TIMEOUT_SECONDS;
                }
            }
            Change::SetIdleTimeout(seconds) => listener.idle_timeout_seconds = *seconds,
        }
    }

    pub(super) fn wording(&self, of: Key, seen: Option<&Listener>) -> Wording {
        let object = of.slot.called();
        match self {
            Change::Modify {
                protocol,
                forward,
                certificate,
                ssl_policy,
            } => {
                let certificate = certificate.iter().map(|it| format!(" with {it}"));
                let policy = ssl_policy.iter().map(|it| format!(" by {it}"));
                let tls: String = certificate.chain(policy).collect();
                Wording {
                    line: format!("set {of}: {} to {forward}{tls}", protocol.as_str()),
                    action: format!("change {object}"),
                    defect: forwards_elsewhere(*forward, seen).unwrap_or_else(|| {
                        "has another protocol, certificate or policy".to_owned()
                    }),
                }
            }
            Change::SetIdleTimeout(seconds) => Wording {
                line: format!("set idle timeout of {of}: {seconds} s"),
                action: format!("set the idle timeout of {object}"),
                defect: format!("its idle timeout is not {seconds} s"),
            },
        }
    }
}

fn forwards_elsewhere(wanted: Key, seen: Option<&Listener>) -> Option<String> {
    let seen = seen.filter(|listener| listener.forward != Some(wanted))?;
    let to = match seen.forward {
        Some(group) => group.slot.called(),
        None => "something that is not of this path".to_owned(),
    };
    let wanted = match wanted.slot {
        Slot::TargetGroup(role @ Role::Broker(_)) => role.called(),
        slot => slot.called(),
    };
    Some(format!("forwards to {to}, not to {wanted}"))
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
