//! `listener`.

use tfplugin::Diagnostic;

use super::place;
use crate::{
    config::{Config, defaults::IDLE_TIMEOUT_SECONDS},
    finding::{error, warning},
};
use engine::model::{Maybe, object::target_group::Protocol};

fn speaks(config: &Config, protocol: Protocol) -> bool {
    config.listener.protocol == Maybe::Known(protocol)
}

pub(super) fn certificate_goes_with_tls(config: &Config) -> Vec<Diagnostic> {
    let at = place("listener", "certificate_arn");
    match &config.listener.certificate_arn {
        Maybe::Known(None) if speaks(config, Protocol::Tls) => vec![error(
            at,
            "Certificate missing",
            "A TLS listener shows clients a certificate. Give the ARN of one for hostname, in ACM \
             in this region, or use protocol = \"TCP\".",
        )],
        Maybe::Known(Some(_)) if speaks(config, Protocol::Tcp) => vec![error(
            at,
            "Certificate without TLS",
            "A TCP listener shows no certificate: it passes TLS through to the brokers. Set \
             protocol = \"TLS\", or remove certificate_arn.",
        )],
        _ => Vec::new(),
    }
}

pub(super) fn ssl_policy_goes_with_tls(config: &Config) -> Vec<Diagnostic> {
    match &config.listener.ssl_policy {
        Maybe::Known(Some(_)) if speaks(config, Protocol::Tcp) => vec![error(
            place("listener", "ssl_policy"),
            "Security policy without TLS",
            "A TCP listener has no security policy. Set protocol = \"TLS\", or remove ssl_policy.",
        )],
        _ => Vec::new(),
    }
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html>
pub(super) fn idle_timeout_goes_with_tcp(config: &Config) -> Vec<Diagnostic> {
    match config.listener.tcp_idle_timeout_seconds {
        Maybe::Known(seconds)
            if seconds != IDLE_TIMEOUT_SECONDS && speaks(config, Protocol::Tls) =>
        {
            vec![error(
                place("listener", "tcp_idle_timeout_seconds"),
                "Idle timeout of a TLS listener",
                format!(
                    "AWS fixes the idle timeout of TLS listeners at {IDLE_TIMEOUT_SECONDS} \
                     seconds. Remove the argument, or use protocol = \"TCP\"."
                ),
            )]
        }
        _ => Vec::new(),
    }
}

/// Endpoints have an idle timeout of their own, which cannot be changed.
/// <https://aws.amazon.com/blogs/networking-and-content-delivery/implementing-long-running-tcp-connections-within-vpc-networking/>
pub(super) fn idle_timeout_beyond_endpoints(config: &Config) -> Vec<Diagnostic> {
    match config.listener.tcp_idle_timeout_seconds {
        Maybe::Known(seconds)
            if seconds > IDLE_TIMEOUT_SECONDS && !speaks(config, Protocol::Tls) =>
        {
            vec![warning(
                place("listener", "tcp_idle_timeout_seconds"),
                "Endpoints forget connections earlier",
                format!(
                    "Endpoints forget a silent connection after {IDLE_TIMEOUT_SECONDS} seconds, \
                     whatever the load balancer does, so {seconds} only helps clients that do not \
                     come over PrivateLink. Set connections.max.idle.ms below 350000 in clients."
                ),
            )]
        }
        _ => Vec::new(),
    }
}

pub(super) fn tls_ends_here(config: &Config) -> Vec<Diagnostic> {
    if !speaks(config, Protocol::Tls) {
        return Vec::new();
    }
    vec![warning(
        place("listener", "protocol"),
        "Client certificates do not reach the brokers",
        "TLS ends at the load balancer, and a client's certificate with it: brokers cannot tell \
         clients apart by certificate. Use SASL, or protocol = \"TCP\" with TLS on the brokers.",
    )]
}
