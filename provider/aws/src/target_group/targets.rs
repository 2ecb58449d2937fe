//! Registered targets and their health.

use std::{collections::BTreeMap, net::IpAddr};

use aws_sdk_elasticloadbalancingv2::types::{TargetDescription, TargetHealthDescription};
use ipnet::IpNet;

use crate::{client::Regional, operation::Operation};
use engine::model::{Health, object::target_group::Target};
use engine::reconcile::{CloudError, ErrorKind};

/// The registered targets of a group, draining ones included; `None` if the group is gone.
pub(crate) async fn health(
    aws: &Regional,
    arn: &str,
) -> Result<Option<Vec<TargetHealthDescription>>, CloudError> {
    let call = aws.elb.describe_target_health().target_group_arn(arn);
    match aws.gate.call("DescribeTargetHealth", call.send()).await {
        Ok(answer) => Ok(Some(answer.target_health_descriptions.unwrap_or_default())),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Targets that are registered: AWS lists those that are leaving as well.
/// One without a port is reached on the group's.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html>
pub(super) fn of(
    described: &[TargetHealthDescription],
    port: u16,
    blocks: &[IpNet],
) -> BTreeMap<Target, Health> {
    described
        .iter()
        .filter_map(|description| {
            let target = target(description.target()?, port, blocks)?;
            let health = description.target_health();
            let state = health
                .and_then(|health| health.state())
                .map(|state| state.as_str().to_ascii_lowercase())
                .unwrap_or_default();
            let reason = health
                .and_then(|health| health.reason())
                .map(|reason| reason.as_str().to_owned())
                .unwrap_or_default();
            let leaving = state == "draining" || reason == "Target.NotRegistered";
            let description = health.and_then(|health| health.description());
            let health = Health {
                state,
                reason,
                description: description.unwrap_or_default().to_owned(),
            };
            (!leaving).then_some((target, health))
        })
        .collect()
}

/// AWS reports the zone of every target; it says something only of addresses outside the VPC,
/// where somebody had to choose it.
fn target(target: &TargetDescription, port: u16, blocks: &[IpNet]) -> Option<Target> {
    let id = target.id()?;
    let outside = match id.parse::<IpAddr>() {
        Ok(address) => !blocks.iter().any(|block| block.contains(&address)),
        Err(_) => false,
    };
    let zone = target
        .availability_zone()
        .filter(|zone| !zone.is_empty() && (*zone == "all" || (outside && !blocks.is_empty())));
    Some(Target {
        id: id.into(),
        port: target
            .port()
            .map_or(Some(port), |port| u16::try_from(port).ok())?,
        zone: zone.map(str::to_owned),
    })
}

pub(super) fn to_sdk<'a>(
    operation: Operation<'_>,
    targets: impl IntoIterator<Item = &'a Target>,
) -> Result<Vec<TargetDescription>, CloudError> {
    targets
        .into_iter()
        .map(|target| {
            Ok(TargetDescription::builder()
                .id(operation.known("a target", &target.id)?)
                .port(i32::from(target.port))
                .set_availability_zone(target.zone.clone())
                .build())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_elasticloadbalancingv2::types::{
        TargetHealth, TargetHealthReasonEnum, TargetHealthStateEnum,
    };

    use super::*;

    fn described(
        id: &str,
        zone: &str,
        state: TargetHealthStateEnum,
        reason: Option<TargetHealthReasonEnum>,
    ) -> TargetHealthDescription {
        let target = TargetDescription::builder().id(id).port(9092);
        TargetHealthDescription::builder()
            .target(target.availability_zone(zone).build())
            .target_health(
                TargetHealth::builder()
                    .state(state)
                    .set_reason(reason)
                    .description("AWS's sentence")
                    .build(),
            )
            .build()
    }

    #[test]
    fn draining_targets_are_not_registered_and_zones_of_the_vpc_say_nothing() {
        use TargetHealthStateEnum::{Draining, Initial, Unused};
        let blocks = ["10.0.0.0/16".parse().unwrap()];
        let targets = of(
            &[
                described(
                    "10.0.1.11",
                    "us-east-1a",
                    TargetHealthStateEnum::Healthy,
                    None,
                ),
                described("10.0.1.12", "us-east-1a", Draining, None),
                described(
                    "10.0.1.13",
                    "us-east-1a",
                    Unused,
                    Some(TargetHealthReasonEnum::NotRegistered),
                ),
                described(
                    "10.0.1.14",
                    "us-east-1a",
                    Unused,
                    Some(TargetHealthReasonEnum::NotInUse),
                ),
                described("10.9.0.1", "all", Initial, None),
                described("10.9.0.2", "us-east-1b", Initial, None),
                described("i-0abc", "us-east-1b", Initial, None),
            ],
            9092,
            &blocks,
        );
        let printed: Vec<String> = targets.keys().map(Target::to_string).collect();
        assert_eq!(
            printed,
            [
                "10.0.1.11:9092",
                "10.0.1.14:9092",
                "10.9.0.1:9092@all",
                "10.9.0.2:9092@us-east-1b",
                "i-0abc:9092",
            ]
        );
        let unused = targets.values().nth(1).unwrap();
        assert_eq!(
            (unused.state.as_str(), unused.reason.as_str()),
            ("unused", "Target.NotInUse")
        );
        assert_eq!(unused.explanation(), "Target.NotInUse: AWS's sentence");
    }
}
