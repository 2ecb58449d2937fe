//! `target_group` as a state has it.

use std::collections::BTreeMap;

use tfplugin::Value;

use super::{HealthCheckConfig, PORT, TargetGroupConfig};
use crate::{lifecycle::values, service_side::shared::shared};
use engine::model::object::TargetGroup;

/// Of all target groups; `brokers` are those of one broker each. `told`: the configuration, except
/// after an import.
pub fn target_group(
    all: &[&TargetGroup],
    brokers: &[&TargetGroup],
    told: Option<&TargetGroupConfig>,
) -> Value {
    macro_rules! attribute {
        ($name:ident) => {
            (
                stringify!($name),
                shared(
                    all,
                    |group| group.attributes.$name.into(),
                    told.and_then(|told| told.$name.known().copied()),
                ),
            )
        };
    }
    let target_type = told.and_then(|told| told.target_type.known());
    let protocol = told.and_then(|told| told.protocol.known());
    Value::object([
        (
            "target_type",
            shared(
                all,
                |group| group.target_type.as_str().into(),
                target_type.map(|kind| kind.as_str()),
            ),
        ),
        ("port", port(brokers, told)),
        (
            "protocol",
            shared(
                all,
                |group| group.protocol.as_str().into(),
                protocol.map(|protocol| protocol.as_str()),
            ),
        ),
        attribute!(deregistration_delay_seconds),
        attribute!(connection_termination),
        attribute!(preserve_client_ip),
        attribute!(proxy_protocol_v2),
        (
            "health_check",
            health_check(all, told.map(|told| &told.health_check)),
        ),
    ])
}

fn health_check(all: &[&TargetGroup], told: Option<&HealthCheckConfig>) -> Value {
    macro_rules! member {
        ($name:ident) => {
            (
                stringify!($name),
                shared(
                    all,
                    |group| group.health_check.$name.clone().into(),
                    told.and_then(|told| told.$name.known().cloned()),
                ),
            )
        };
    }
    Value::object([
        member!(protocol),
        member!(port),
        member!(interval_seconds),
        member!(timeout_seconds),
        member!(healthy_threshold),
        member!(unhealthy_threshold),
    ])
}

/// The default of the brokers' ports, which AWS holds with each target only. After an import it is
/// the port that most of them have.
fn port(brokers: &[&TargetGroup], told: Option<&TargetGroupConfig>) -> Value {
    if let Some(told) = told {
        return values::maybe(told.port.clone());
    }
    let mut votes = BTreeMap::<u16, usize>::new();
    for target in brokers.iter().flat_map(|group| &group.targets) {
        *votes.entry(target.port).or_default() += 1;
    }
    let most = votes
        .into_iter()
        .max_by_key(|(port, votes)| (*votes, u16::MAX - port));
    most.map_or(PORT, |(port, _)| port).into()
}
