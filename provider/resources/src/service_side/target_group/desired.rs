//! The target group that the arguments ask for.

use std::collections::BTreeSet;

use super::*;
use crate::elements::settled;
use engine::model::{
    Maybe, Role,
    object::{
        TargetGroup,
        target_group::{GroupAttributes, HealthCheck, IpFamily, Target, TargetType},
    },
    tags::Tags,
};

/// The group of a role, in a VPC. `made_for`: the one target that decides which group it is.
pub fn target_group(
    config: &TargetGroupConfig,
    role: Role,
    made_for: Option<Target>,
    targets: BTreeSet<Target>,
    family: IpFamily,
    vpc: Maybe<String>,
) -> TargetGroup {
    let target_type = settled(&config.target_type, TARGET_TYPE);
    let protocol = settled(&config.protocol, PROTOCOL);
    let birth = GroupAttributes::default_of(target_type, protocol);
    let check = &config.health_check;
    TargetGroup {
        name: String::new(),
        role,
        vpc,
        target_type,
        protocol,
        port: settled(&config.port, PORT),
        family: match target_type {
            TargetType::Ip => family,
            TargetType::Instance => IpFamily::Ipv4,
        },
        made_for,
        health_check: HealthCheck {
            protocol: settled(&check.protocol, HEALTH_CHECK_PROTOCOL.to_owned()),
            port: settled(&check.port, HEALTH_CHECK_PORT.to_owned()),
            interval_seconds: settled(&check.interval_seconds, HEALTH_CHECK_INTERVAL_SECONDS),
            timeout_seconds: settled(&check.timeout_seconds, HEALTH_CHECK_TIMEOUT_SECONDS),
            healthy_threshold: settled(&check.healthy_threshold, HEALTHY_THRESHOLD),
            unhealthy_threshold: settled(&check.unhealthy_threshold, UNHEALTHY_THRESHOLD),
        },
        attributes: GroupAttributes {
            deregistration_delay_seconds: settled(
                &config.deregistration_delay_seconds,
                DEREGISTRATION_DELAY_SECONDS,
            ),
            connection_termination: settled(&config.connection_termination, CONNECTION_TERMINATION),
            preserve_client_ip: settled(&config.preserve_client_ip, PRESERVE_CLIENT_IP),
            proxy_protocol_v2: settled(&config.proxy_protocol_v2, PROXY_PROTOCOL_V2),
            dns_failover: match role {
                Role::Bootstrap => birth.dns_failover,
                Role::Broker(_) => "off".to_owned(),
            },
            cross_zone: birth.cross_zone,
        },
        targets,
        tags: Tags::new(),
    }
}
