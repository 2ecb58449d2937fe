//! Attributes of target groups: text to text in the API.

use aws_sdk_elasticloadbalancingv2::types::TargetGroupAttribute;

use engine::model::object::target_group::GroupAttributes;

const DEREGISTRATION_DELAY: &str = "deregistration_delay.timeout_seconds";
const CONNECTION_TERMINATION: &str = "deregistration_delay.connection_termination.enabled";
const PRESERVE_CLIENT_IP: &str = "preserve_client_ip.enabled";
const PROXY_PROTOCOL_V2: &str = "proxy_protocol_v2.enabled";
const DNS_FAILOVER: &str = "target_group_health.dns_failover.minimum_healthy_targets.count";
const CROSS_ZONE: &str = "load_balancing.cross_zone.enabled";

/// What AWS does not report is as in `default`: as it was before, or AWS's default.
pub(super) fn of(reported: &[TargetGroupAttribute], default: GroupAttributes) -> GroupAttributes {
    let text = |key: &str| {
        reported
            .iter()
            .find(|attribute| attribute.key() == Some(key))
            .and_then(TargetGroupAttribute::value)
            .filter(|value| !value.is_empty())
    };
    let flag = |key: &str, default: bool| text(key).map_or(default, |value| value == "true");
    GroupAttributes {
        deregistration_delay_seconds: text(DEREGISTRATION_DELAY)
            .and_then(|value| value.parse().ok())
            .unwrap_or(default.deregistration_delay_seconds),
        connection_termination: flag(CONNECTION_TERMINATION, default.connection_termination),
        preserve_client_ip: flag(PRESERVE_CLIENT_IP, default.preserve_client_ip),
        proxy_protocol_v2: flag(PROXY_PROTOCOL_V2, default.proxy_protocol_v2),
        dns_failover: text(DNS_FAILOVER).map_or(default.dns_failover, str::to_owned),
        cross_zone: text(CROSS_ZONE).map_or(default.cross_zone, str::to_owned),
    }
}

pub(super) fn to_sdk(attributes: &GroupAttributes) -> Vec<TargetGroupAttribute> {
    [
        (
            DEREGISTRATION_DELAY,
            attributes.deregistration_delay_seconds.to_string(),
        ),
        (
            CONNECTION_TERMINATION,
            attributes.connection_termination.to_string(),
        ),
        (
            PRESERVE_CLIENT_IP,
            attributes.preserve_client_ip.to_string(),
        ),
        (PROXY_PROTOCOL_V2, attributes.proxy_protocol_v2.to_string()),
        (DNS_FAILOVER, attributes.dns_failover.clone()),
        (CROSS_ZONE, attributes.cross_zone.clone()),
    ]
    .into_iter()
    .map(|(key, value)| {
        TargetGroupAttribute::builder()
            .key(key)
            .value(value)
            .build()
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::model::object::target_group::{Protocol, TargetType};

    #[test]
    fn what_is_written_reads_back_the_same() {
        let attributes = GroupAttributes {
            deregistration_delay_seconds: 17,
            connection_termination: true,
            preserve_client_ip: true,
            proxy_protocol_v2: true,
            dns_failover: "off".to_owned(),
            cross_zone: "true".to_owned(),
        };
        let sdk = to_sdk(&attributes);
        let default = GroupAttributes::default_of(TargetType::Ip, Protocol::Tcp);
        assert_eq!(of(&sdk, default), attributes);
    }

    #[test]
    fn what_is_not_reported_has_its_default() {
        for (target_type, preserved) in [(TargetType::Ip, false), (TargetType::Instance, true)] {
            let default = GroupAttributes::default_of(target_type, Protocol::Tcp);
            let attributes = of(&[], default);
            assert_eq!(attributes.preserve_client_ip, preserved);
            assert_eq!(attributes.deregistration_delay_seconds, 300);
            assert_eq!(attributes.dns_failover, "1");
            assert_eq!(attributes.cross_zone, "use_load_balancer_configuration");
        }
    }
}
