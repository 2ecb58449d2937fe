//! What the listeners' arguments must not be together.

use tfplugin::{Diagnostic, Path};

use super::{IDLE_TIMEOUT_SECONDS, ListenerConfig};
use crate::{
    finding::{error, warning},
    syntax::arn::Arn,
};
use engine::model::{Maybe, object::target_group::Protocol};

fn speaks(listener: &ListenerConfig, protocol: Protocol) -> bool {
    listener.protocol == Maybe::Known(protocol)
}

pub fn certificate_goes_with_tls(listener: &ListenerConfig) -> Vec<Diagnostic> {
    let at = place("certificate_arn");
    match &listener.certificate_arn {
        Maybe::Known(None) if speaks(listener, Protocol::Tls) => vec![error(
            at,
            "Certificate missing",
            "A TLS listener shows clients a certificate. Give the ARN of one for hostname, in ACM \
             in this region, or use protocol = \"TCP\".",
        )],
        Maybe::Known(Some(_)) if speaks(listener, Protocol::Tcp) => vec![error(
            at,
            "Certificate without TLS",
            "A TCP listener shows no certificate: it passes TLS through to the brokers. Set \
             protocol = \"TLS\", or remove certificate_arn.",
        )],
        _ => Vec::new(),
    }
}

pub fn ssl_policy_goes_with_tls(listener: &ListenerConfig) -> Vec<Diagnostic> {
    match &listener.ssl_policy {
        Maybe::Known(Some(_)) if speaks(listener, Protocol::Tcp) => vec![error(
            place("ssl_policy"),
            "Security policy without TLS",
            "A TCP listener has no security policy. Set protocol = \"TLS\", or remove ssl_policy.",
        )],
        _ => Vec::new(),
    }
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html>
pub fn idle_timeout_goes_with_tcp(listener: &ListenerConfig) -> Vec<Diagnostic> {
    match listener.tcp_idle_timeout_seconds {
        Maybe::Known(seconds)
            if seconds != IDLE_TIMEOUT_SECONDS && speaks(listener, Protocol::Tls) =>
        {
            vec![error(
                place("tcp_idle_timeout_seconds"),
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
pub fn idle_timeout_beyond_endpoints(listener: &ListenerConfig) -> Vec<Diagnostic> {
    match listener.tcp_idle_timeout_seconds {
        Maybe::Known(seconds)
            if seconds > IDLE_TIMEOUT_SECONDS && !speaks(listener, Protocol::Tls) =>
        {
            vec![warning(
                place("tcp_idle_timeout_seconds"),
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

pub fn tls_ends_here(listener: &ListenerConfig) -> Vec<Diagnostic> {
    if !speaks(listener, Protocol::Tls) {
        return Vec::new();
    }
    vec![warning(
        place("protocol"),
        "Client certificates do not reach the brokers",
        "TLS ends at the load balancer, and a client's certificate with it: brokers cannot tell \
         clients apart by certificate. Use SASL, or protocol = \"TCP\" with TLS on the brokers.",
    )]
}

/// A certificate of ACM serves load balancers of its region only.
pub fn certificate_is_here(listener: &ListenerConfig, region: &str) -> Vec<Diagnostic> {
    let Maybe::Known(Some(text)) = &listener.certificate_arn else {
        return Vec::new();
    };
    match Arn::parse(text) {
        Some(arn) if arn.service == "acm" && arn.region != region => vec![error(
            place("certificate_arn"),
            "Certificate in another region",
            format!(
                "The certificate is in {}, and the load balancer in {region}. Import or request \
                 it in {region} too, and give that ARN.",
                arn.region
            ),
        )],
        _ => Vec::new(),
    }
}

fn place(argument: &str) -> Path {
    Path::of("listener").attribute(argument)
}
