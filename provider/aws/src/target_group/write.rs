//! Writes to target groups.

use aws_sdk_elasticloadbalancingv2::types::{
    ProtocolEnum, TargetGroupIpAddressTypeEnum, TargetTypeEnum,
};

use super::{attributes, targets};
use crate::{client::Regional, elb_tags, need};
use engine::model::{
    Object, Observed,
    object::{TargetGroup, target_group::HealthCheck},
};
use engine::reconcile::{CloudError, Step, Write};

/// One write to a group. Of a create, the ARN.
pub(crate) async fn write(
    aws: &Regional,
    owner: &str,
    step: &Step,
    observed: &Observed,
) -> Result<Option<String>, CloudError> {
    let arn = |operation| need::id(operation, step.key, observed);
    match &step.write {
        Write::Create(object) => match object.as_ref() {
            Object::TargetGroup(group) => return create(aws, owner, group).await.map(Some),
            _ => return Err(need::misfit(step.key)),
        },
        Write::Delete => {
            let operation = "DeleteTargetGroup";
            let arn = arn(operation)?;
            let call = aws.elb.delete_target_group().target_group_arn(arn);
            aws.gate.call(operation, call.send()).await?;
        }
        Write::SetHealthCheck(check) => {
            let operation = "ModifyTargetGroup";
            let call = aws
                .elb
                .modify_target_group()
                .target_group_arn(arn(operation)?)
                .health_check_enabled(true)
                .health_check_protocol(ProtocolEnum::from(check.protocol.as_str()))
                .health_check_port(&check.port)
                .set_health_check_interval_seconds(seconds(check.interval_seconds))
                .set_health_check_timeout_seconds(seconds(check.timeout_seconds))
                .set_healthy_threshold_count(seconds(check.healthy_threshold))
                .set_unhealthy_threshold_count(seconds(check.unhealthy_threshold));
            aws.gate.call(operation, call.send()).await?;
        }
        Write::SetGroupAttributes(wanted) => {
            let operation = "ModifyTargetGroupAttributes";
            let call = aws
                .elb
                .modify_target_group_attributes()
                .target_group_arn(arn(operation)?)
                .set_attributes(Some(attributes::to_sdk(wanted)));
            aws.gate.call(operation, call.send()).await?;
        }
        Write::Register(wanted) => {
            let operation = "RegisterTargets";
            let call = aws
                .elb
                .register_targets()
                .target_group_arn(arn(operation)?)
                .set_targets(Some(targets::to_sdk(operation, wanted)?));
            aws.gate.call(operation, call.send()).await?;
        }
        Write::Deregister(wanted) => {
            let operation = "DeregisterTargets";
            let call = aws
                .elb
                .deregister_targets()
                .target_group_arn(arn(operation)?)
                .set_targets(Some(targets::to_sdk(operation, wanted)?));
            aws.gate.call(operation, call.send()).await?;
        }
        _ => return Err(need::misfit(step.key)),
    }
    Ok(None)
}

async fn create(aws: &Regional, owner: &str, group: &TargetGroup) -> Result<String, CloudError> {
    let operation = "CreateTargetGroup";
    let HealthCheck {
        protocol,
        port,
        interval_seconds,
        timeout_seconds,
        healthy_threshold,
        unhealthy_threshold,
    } = &group.health_check;
    let call = aws
        .elb
        .create_target_group()
        .name(&group.name)
        .target_type(TargetTypeEnum::from(group.target_type.as_str()))
        .protocol(ProtocolEnum::from(group.protocol.as_str()))
        .port(i32::from(group.port))
        .vpc_id(need::known(operation, "the VPC", &group.vpc)?)
        .ip_address_type(TargetGroupIpAddressTypeEnum::from(group.family.as_str()))
        .health_check_enabled(true)
        .health_check_protocol(ProtocolEnum::from(protocol.as_str()))
        .health_check_port(port)
        .set_health_check_interval_seconds(seconds(*interval_seconds))
        .set_health_check_timeout_seconds(seconds(*timeout_seconds))
        .set_healthy_threshold_count(seconds(*healthy_threshold))
        .set_unhealthy_threshold_count(seconds(*unhealthy_threshold))
        .set_tags(Some(elb_tags::sdk(operation, &group.tags)?));
    let answer = aws.gate.call(operation, call.send()).await?;
    let first = answer.target_groups().first();
    let arn = need::made(
        operation,
        first.and_then(aws_sdk_elasticloadbalancingv2::types::TargetGroup::target_group_arn),
    )?;
    elb_tags::check_owner(aws, operation, &arn, owner).await?;
    Ok(arn)
}

/// AWS's numbers are signed; those of the model were validated to be small.
fn seconds(number: u32) -> Option<i32> {
    i32::try_from(number).ok()
}
