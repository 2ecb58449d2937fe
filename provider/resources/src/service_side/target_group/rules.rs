//! What the target groups' arguments must not be together.

use tfplugin::{Diagnostic, Path};

use super::TargetGroupConfig;
use crate::{
    finding::{error, warning},
    service_side::listener::ListenerConfig,
};
use engine::model::{Maybe, object::target_group::Protocol};

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html>
pub fn tls_goes_with_tls(group: &TargetGroupConfig, listener: &ListenerConfig) -> Vec<Diagnostic> {
    let is_tls_behind_tcp = listener.protocol == Maybe::Known(Protocol::Tcp)
        && group.protocol == Maybe::Known(Protocol::Tls);
    if !is_tls_behind_tcp {
        return Vec::new();
    }
    vec![error(
        place("protocol"),
        "TLS target group behind a TCP listener",
        "A TCP listener passes TLS through to the brokers as it is, and forwards to TCP groups \
         only. Leave this protocol \"TCP\", or set listener.protocol = \"TLS\" with a certificate.",
    )]
}

pub fn health_check_answers_in_time(group: &TargetGroupConfig) -> Vec<Diagnostic> {
    let check = &group.health_check;
    match (&check.timeout_seconds, &check.interval_seconds) {
        (Maybe::Known(timeout), Maybe::Known(interval)) if timeout > interval => vec![error(
            place("health_check").attribute("timeout_seconds"),
            "Health check timeout beyond its interval",
            format!(
                "timeout_seconds is {timeout} and interval_seconds is {interval}. AWS wants an \
                 answer before the next check: make the timeout {interval} or less, or the \
                 interval longer."
            ),
        )],
        _ => Vec::new(),
    }
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html>
pub fn client_ip_stays_hidden(group: &TargetGroupConfig) -> Vec<Diagnostic> {
    if group.preserve_client_ip != Maybe::Known(true) {
        return Vec::new();
    }
    vec![warning(
        place("preserve_client_ip"),
        "No effect over PrivateLink",
        "Over PrivateLink, brokers see the load balancer's own addresses whatever this says. It \
         changes what they see of clients that reach the load balancer directly, needs brokers in \
         its VPC, and breaks clients that are brokers themselves. Leave it false unless you need \
         that.",
    )]
}

pub fn brokers_know_no_proxy_protocol(group: &TargetGroupConfig) -> Vec<Diagnostic> {
    if group.proxy_protocol_v2 != Maybe::Known(true) {
        return Vec::new();
    }
    vec![warning(
        place("proxy_protocol_v2"),
        "Brokers do not speak proxy protocol",
        "A Kafka broker takes the proxy protocol header for a broken request and closes the \
         connection. Set this only if a proxy that understands it stands before every broker.",
    )]
}

fn place(argument: &str) -> Path {
    Path::of("target_group").attribute(argument)
}
