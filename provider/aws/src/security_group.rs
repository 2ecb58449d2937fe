//! Security groups that the resource manages.

mod rule;

use aws_sdk_ec2::types::{Filter, ResourceType, SecurityGroup as SdkGroup, SecurityGroupRule};

use super::{
    claim::{Claim, Claims},
    client::Regional,
    ec2_tags,
    operation::Context,
    sight::{Sight, or_before, seen},
};
use engine::model::{
    Object, Side, Slot,
    object::{SecurityGroup, security_group::Change},
    observed::Stranger,
    tags,
};
use engine::reconcile::CloudError;

/// A group, and its rules one by one where permissions do not tell all of them apart.
pub(super) struct Raw {
    pub(super) group: SdkGroup,
    pub(super) rules: Vec<SecurityGroupRule>,
}

fn is_group(slot: Slot) -> bool {
    matches!(slot, Slot::SecurityGroup(_))
}

/// Groups that carry our owner id, and those known by id.
pub(super) async fn find(aws: &Regional, claims: &Claims<'_>) -> Result<Vec<Raw>, CloudError> {
    let mut groups = match claims.owner.as_str() {
        "" => Vec::new(),
        owner => describe(aws, ec2_tags::filter(tags::OWNER, owner)).await?,
    };
    let mut ids = claims.ids(is_group);
    ids.retain(|id| !groups.iter().any(|group| group.group_id() == Some(id)));
    groups.extend(by_ids(aws, ids).await?);
    with_rules(aws, groups).await
}

/// These groups; those that are gone are left out.
pub(super) async fn by_ids(aws: &Regional, ids: Vec<String>) -> Result<Vec<SdkGroup>, CloudError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    // A filter, and not the parameter for ids: one that is gone is no error then.
    let filter = Filter::builder().name("group-id").set_values(Some(ids));
    describe(aws, filter.build()).await
}

async fn describe(aws: &Regional, filter: Filter) -> Result<Vec<SdkGroup>, CloudError> {
    let pages = aws
        .ec2
        .describe_security_groups()
        .filters(filter)
        .into_paginator()
        .items()
        .send();
    aws.gate
        .call("DescribeSecurityGroups", pages.try_collect())
        .await
}

/// Reads rules one by one only for groups with rules of a kind that we never write.
pub(super) async fn with_rules(
    aws: &Regional,
    groups: Vec<SdkGroup>,
) -> Result<Vec<Raw>, CloudError> {
    let strange: Vec<String> = groups
        .iter()
        .filter(|group| rule::of_permissions(group).is_none())
        .filter_map(|group| group.group_id().map(str::to_owned))
        .collect();
    let mut rules = Vec::new();
    if !strange.is_empty() {
        let pages = aws
            .ec2
            .describe_security_group_rules()
            .filters(
                Filter::builder()
                    .name("group-id")
                    .set_values(Some(strange))
                    .build(),
            )
            .into_paginator()
            .items()
            .send();
        rules = aws
            .gate
            .call("DescribeSecurityGroupRules", pages.try_collect())
            .await?;
    }
    Ok(groups
        .into_iter()
        .map(|group| Raw {
            rules: rules
                .iter()
                .filter(|rule| rule.group_id() == group.group_id())
                .cloned()
                .collect(),
            group,
        })
        .collect())
}

/// Groups with our name and an owner of their own.
pub(super) async fn strangers(
    aws: &Regional,
    claims: &Claims<'_>,
) -> Result<Vec<Stranger>, CloudError> {
    let groups = describe(aws, ec2_tags::filter(tags::NAME, &claims.scope.name)).await?;
    Ok(groups
        .iter()
        .filter_map(|group| claims.stranger(group.group_id()?, &ec2_tags::raw(group.tags())))
        .collect())
}

pub(super) fn see(sight: &mut Sight<'_>, raws: &[Raw]) {
    for raw in raws {
        let Some(id) = raw.group.group_id() else {
            continue;
        };
        let tags = ec2_tags::raw(raw.group.tags());
        let Claim::Ours {
            slot: Some(slot @ Slot::SecurityGroup(_)),
            owned,
        } = sight.claims.claim(id, &tags)
        else {
            continue;
        };
        let before = sight.claims.before(id);
        let known = before.and_then(|seen| seen.object.as_security_group());
        let name = raw.group.group_name();
        let group = SecurityGroup {
            name: name
                .or(known.map(|it| it.name.as_str()))
                .unwrap_or_default()
                .to_owned(),
            vpc: or_before(raw.group.vpc_id(), known.map(|it| &it.vpc)),
            rules: rule::of_permissions(&raw.group).unwrap_or_else(|| rule::of_listing(&raw.rules)),
            tags: sight.claims.visible(&tags),
        };
        sight.place(slot, seen(id, owned, Object::SecurityGroup(group)));
    }
}

pub(super) async fn create(
    context: Context<'_>,
    group: &SecurityGroup,
) -> Result<String, CloudError> {
    let operation = context.operation("CreateSecurityGroup");
    let side = match context.key.slot {
        Slot::SecurityGroup(Side::Consumer) => "interface endpoint",
        _ => "load balancer",
    };
    let kind = ResourceType::SecurityGroup;
    let call = context
        .aws
        .ec2
        .create_security_group()
        .group_name(&group.name)
        .description(format!("Kafka over PrivateLink: {side}"))
        .vpc_id(operation.known("the VPC", &group.vpc)?)
        .tag_specifications(ec2_tags::born(operation, kind, &group.tags)?);
    let answer = operation.send(call.send()).await?;
    operation.made(answer.group_id())
}

pub(super) async fn delete(context: Context<'_>) -> Result<(), CloudError> {
    let operation = context.operation("DeleteSecurityGroup");
    let id = operation.own_id()?;
    let call = context.aws.ec2.delete_security_group().group_id(id);
    operation.send(call.send()).await.map(drop)
}

pub(super) async fn change(context: Context<'_>, change: &Change) -> Result<(), CloudError> {
    match change {
        Change::Authorize(rules) => rule::authorize(context, rules).await,
        Change::Revoke(rules) => rule::revoke(context, rules).await,
    }
}
