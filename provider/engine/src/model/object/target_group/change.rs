//! Changes of a target group.

use std::collections::{BTreeMap, BTreeSet};

use super::{GroupAttributes, HealthCheck, Target, TargetGroup};
use crate::model::{
    Health, Key,
    object::wording::{Wording, list, on},
};

/// A call that changes a target group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// `ModifyTargetGroup`.
    ModifyHealthCheck(HealthCheck),
    /// `ModifyTargetGroupAttributes`.
    ModifyAttributes(GroupAttributes),
    /// `RegisterTargets`.
    Register(BTreeSet<Target>),
    /// `DeregisterTargets`.
    Deregister(BTreeSet<Target>),
}

/// The calls that lead from `seen` to `wanted`, but for targets: when they may join and leave is a
/// matter of the whole path.
pub fn diff(wanted: &TargetGroup, seen: &TargetGroup) -> Vec<Change> {
    let mut changes = Vec::new();
    if wanted.health_check != seen.health_check {
        changes.push(Change::ModifyHealthCheck(wanted.health_check.clone()));
    }
    if wanted.attributes != seen.attributes {
        changes.push(Change::ModifyAttributes(wanted.attributes.clone()));
    }
    changes
}

impl Change {
    /// Brings the group, and what is known of its targets' health, to what it is after the call.
    pub fn apply(&self, group: &mut TargetGroup, health: &mut BTreeMap<Target, Health>) {
        match self {
            Change::ModifyHealthCheck(check) => group.health_check.clone_from(check),
            Change::ModifyAttributes(attributes) => group.attributes.clone_from(attributes),
            Change::Register(targets) => group.targets.extend(targets.clone()),
            Change::Deregister(targets) => {
                group.targets.retain(|target| !targets.contains(target));
                health.retain(|target, _| !targets.contains(target));
            }
        }
    }

    /// `seen`: the group as it is, where it is known.
    pub(in crate::model::object) fn wording(&self, of: Key, seen: Option<&TargetGroup>) -> Wording {
        let object = of.slot.called();
        match self {
            Change::ModifyHealthCheck(check) => Wording {
                line: format!(
                    "set health check of {of}: {} on {}, every {} s, timeout {} s, \
                     thresholds {}/{}",
                    check.protocol,
                    check.port,
                    check.interval_seconds,
                    check.timeout_seconds,
                    check.healthy_threshold,
                    check.unhealthy_threshold
                ),
                action: format!("set the health check of {object}"),
                defect: "has another health check".to_owned(),
            },
            Change::ModifyAttributes(attributes) => Wording {
                line: format!(
                    "set attributes of {of}: delay {} s, termination {}, client ip {}, proxy {}, \
                     dns failover {}, cross zone {}",
                    attributes.deregistration_delay_seconds,
                    attributes.connection_termination,
                    attributes.preserve_client_ip,
                    attributes.proxy_protocol_v2,
                    attributes.dns_failover,
                    attributes.cross_zone
                ),
                action: format!("set attributes of {object}"),
                defect: match seen {
                    Some(seen) => format!(
                        "has other attributes: {}",
                        list(differences(&seen.attributes, attributes))
                    ),
                    None => "has other attributes".to_owned(),
                },
            },
            Change::Register(targets) => Wording {
                line: format!("register in {of}: {}", list(targets)),
                action: format!("register targets in {object}"),
                defect: format!("lacks {}", list(targets)),
            },
            Change::Deregister(targets) => Wording {
                line: format!("deregister from {of}: {}", list(targets)),
                action: format!("deregister targets from {object}"),
                defect: format!("also holds {}", list(targets)),
            },
        }
    }
}

/// `deregistration delay 300, not 30`, for each attribute that differs.
fn differences(seen: &GroupAttributes, wanted: &GroupAttributes) -> Vec<String> {
    fn named(attributes: &GroupAttributes) -> [(&'static str, String); 6] {
        let GroupAttributes {
            deregistration_delay_seconds,
            connection_termination,
            preserve_client_ip,
            proxy_protocol_v2,
            dns_failover,
            cross_zone,
        } = attributes;
        [
            (
                "deregistration delay",
                deregistration_delay_seconds.to_string(),
            ),
            (
                "connection termination",
                on(*connection_termination).to_owned(),
            ),
            ("preserve client IP", on(*preserve_client_ip).to_owned()),
            ("proxy protocol", on(*proxy_protocol_v2).to_owned()),
            ("DNS failover", dns_failover.clone()),
            ("cross-zone", cross_zone.clone()),
        ]
    }
    let pairs = named(seen).into_iter().zip(named(wanted));
    pairs
        .filter(|(seen, wanted)| seen != wanted)
        .map(|((name, seen), (_, wanted))| format!("{name} {seen}, not {wanted}"))
        .collect()
}
