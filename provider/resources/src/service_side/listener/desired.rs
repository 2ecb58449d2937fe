//! The listener that the arguments ask for.

use super::{IDLE_TIMEOUT_SECONDS, ListenerConfig, PROTOCOL};
use crate::elements::settled;
use engine::model::{
    Key, Maybe, Observed,
    object::{Listener, target_group::Protocol},
    tags::Tags,
};

/// The listener on a port, in front of a target group.
pub fn listener(config: &ListenerConfig, port: u16, group: Key, observed: &Observed) -> Listener {
    let protocol = settled(&config.protocol, PROTOCOL);
    let tls = protocol == Protocol::Tls;
    let certificate = match &config.certificate_arn {
        Maybe::Known(arn) => arn.clone().map(Maybe::Known),
        Maybe::Unknown => Some(Maybe::Unknown),
    };
    let ssl_policy = match &config.ssl_policy {
        Maybe::Known(Some(policy)) => Some(Maybe::Known(policy.clone())),
        // New listeners get the policy of those that exist: AWS's default changes over the years.
        Maybe::Known(None) => policy_in_use(observed),
        Maybe::Unknown => Some(Maybe::Unknown),
    };
    Listener {
        port,
        protocol,
        forward: Some(group),
        certificate: certificate.filter(|_| tls),
        ssl_policy: ssl_policy.filter(|_| tls),
        idle_timeout_seconds: match protocol {
            Protocol::Tls => IDLE_TIMEOUT_SECONDS,
            _ => settled(&config.tcp_idle_timeout_seconds, IDLE_TIMEOUT_SECONDS),
        },
        tags: Tags::new(),
    }
}

fn policy_in_use(observed: &Observed) -> Option<Maybe<String>> {
    let listeners = observed.objects.values();
    let mut policies = listeners
        .filter_map(|seen| seen.object.as_listener()?.ssl_policy.clone())
        .filter(|policy| policy.known().is_some());
    policies.next()
}
