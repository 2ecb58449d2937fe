//! Writes to target groups.

use aws_sdk_elasticloadbalancingv2::types::{
    ProtocolEnum, TargetGroup as SdkGroup, TargetGroupIpAddressTypeEnum, TargetTypeEnum,
};

use super::{attributes, targets};
use crate::{elb_tags, operation::Context};
use engine::model::object::{
    TargetGroup,
    target_group::{Change, HealthCheck},
};
use engine::reconcile::CloudError;

pub(crate) async fn create(
    context: Context<'_>,
    group: &TargetGroup,
) -> Result<String, CloudError> {
    let operation = context.operation("CreateTargetGroup");
    let HealthCheck {
        protocol,
        port,
        interval_seconds,
        timeout_seconds,
        healthy_threshold,
        unhealthy_threshold,
    } = &group.health_check;
    let call = context
        .aws
        .elb
        .create_target_group()
        .name(&group.name)
        .target_type(TargetTypeEnum::from(group.target_type.as_str()))
        .protocol(ProtocolEnum::from(group.protocol.as_str()))
        .port(i32::from(group.port))
        .vpc_id(operation.known("the VPC", &group.vpc)?)
        .ip_address_type(TargetGroupIpAddressTypeEnum::from(group.family.as_str()))
        .health_check_enabled(true)
        .health_check_protocol(ProtocolEnum::from(protocol.as_str()))
        .health_check_port(port)
        .set_health_check_interval_seconds(seconds(*interval_seconds))
        .set_health_check_timeout_seconds(seconds(*timeout_seconds))
        .set_healthy_threshold_count(seconds(*healthy_threshold))
        .set_unhealthy_threshold_count(seconds(*unhealthy_threshold))
        .set_tags(Some(elb_tags::sdk(operation, &group.tags)?));
    let answer = operation.send(call.send()).await?;
    let first = answer.target_groups().first();
    let arn = operation.made(first.and_then(SdkGroup::target_group_arn))?;
    elb_tags::check_owner(context, operation.name, &arn).await?;
    Ok(arn)
}

pub(crate) async fn delete(context: Context<'_>) -> Result<(), CloudError> {
    let operation = context.operation("DeleteTargetGroup");
    let arn = operation.own_id()?;
    let call = context.aws.elb.delete_target_group().target_group_arn(arn);
    operation.send(call.send()).await.map(drop)
}

pub(crate) async fn change(context: Context<'_>, change: &Change) -> Result<(), CloudError> {
    let elb = &context.aws.elb;
    match change {
        Change::ModifyHealthCheck(check) => {
            let operation = context.operation("ModifyTargetGroup");
            let call = elb
                .modify_target_group()
                .target_group_arn(operation.own_id()?)
                .health_check_enabled(true)
                .health_check_protocol(ProtocolEnum::from(check.protocol.as_str()))
                .health_check_port(&check.port)
                .set_health_check_interval_seconds(seconds(check.interval_seconds))
                .set_health_check_timeout_seconds(seconds(check.timeout_seconds))
                .set_healthy_threshold_count(seconds(check.healthy_threshold))
                .set_unhealthy_threshold_count(seconds(check.unhealthy_threshold));
            operation.send(call.send()).await.map(drop)
        }
        Change::ModifyAttributes(wanted) => {
            let operation = context.operation("ModifyTargetGroupAttributes");
            let call = elb
                .modify_target_group_attributes()
                .target_group_arn(operation.own_id()?)
                .set_attributes(Some(attributes::to_sdk(wanted)));
            operation.send(call.send()).await.map(drop)
        }
        Change::Register(wanted) => {
            let operation = context.operation("RegisterTargets");
            let call = elb
                .register_targets()
                .target_group_arn(operation.own_id()?)
                .set_targets(Some(targets::to_sdk(operation, wanted)?));
            operation.send(call.send()).await.map(drop)
        }
        Change::Deregister(wanted) => {
            let operation = context.operation("DeregisterTargets");
            let call = elb
                .deregister_targets()
                .target_group_arn(operation.own_id()?)
                .set_targets(Some(targets::to_sdk(operation, wanted)?));
            operation.send(call.send()).await.map(drop)
        }
    }
}

/// AWS's numbers are signed; those of the model were validated to be small.
fn seconds(number: u32) -> Option<i32> {
    i32::try_from(number).ok()
}
