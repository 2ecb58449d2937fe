//! Target groups and their targets.

mod attributes;
mod targets;
mod write;

use aws_sdk_elasticloadbalancingv2::types::{
    TargetGroup as SdkGroup, TargetGroupAttribute, TargetHealthDescription, TargetTypeEnum,
};
use ipnet::IpNet;

use super::{
    claim::{Claim, Claims, RawTags},
    client::Regional,
    sight::{Sight, or_before, seen},
};
use engine::model::{
    Key, Object, Role, Seen, Slot,
    name::{aws_name, is_called_after},
    object::{
        TargetGroup,
        target_group::{GroupAttributes, HealthCheck, IpFamily, Protocol, Target, TargetType},
    },
    tags,
};
use engine::reconcile::{CloudError, ErrorKind};
pub(super) use targets::health;
pub(super) use write::{change, create, delete};

/// A group and what takes calls of their own.
pub(super) struct Raw {
    pub(super) group: SdkGroup,
    pub(super) tags: RawTags,
    pub(super) attributes: Vec<TargetGroupAttribute>,
    pub(super) health: Vec<TargetHealthDescription>,
}

pub(super) fn is_group(slot: Slot) -> bool {
    matches!(slot, Slot::TargetGroup(_))
}

/// Groups behind a load balancer. One without a listener is not among them.
pub(super) async fn behind(
    aws: &Regional,
    balancer_arn: &str,
) -> Result<Vec<SdkGroup>, CloudError> {
    let pages = aws
        .elb
        .describe_target_groups()
        .load_balancer_arn(balancer_arn)
        .into_paginator()
        .items()
        .send();
    let answer = aws
        .gate
        .call("DescribeTargetGroups", pages.try_collect())
        .await;
    match answer {
        Err(error) if error.kind == ErrorKind::NotFound => Ok(Vec::new()),
        answer => answer,
    }
}

/// Groups by ARN; those that are gone are left out.
pub(super) async fn by_arns(aws: &Regional, arns: &[String]) -> Result<Vec<SdkGroup>, CloudError> {
    listed(aws, arns, false).await
}

/// Groups by the names that these keys would be given at create: for answers that were lost.
pub(super) async fn by_keys(
    aws: &Regional,
    claims: &Claims<'_>,
    keys: &[Key],
) -> Result<Vec<SdkGroup>, CloudError> {
    if claims.owner.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<String> = keys
        .iter()
        .map(|key| aws_name(&claims.scope.name, &claims.owner, *key))
        .collect();
    listed(aws, &names, true).await
}

/// Groups whose names begin as those of this path do. AWS has no such filter: it lists all groups of
/// the region, and their tags tell whose they are.
pub(super) async fn called_after(aws: &Regional, name: &str) -> Result<Vec<SdkGroup>, CloudError> {
    let pages = aws.elb.describe_target_groups().into_paginator();
    let pages = pages.items().send();
    let answer = aws.gate.call("DescribeTargetGroups", pages.try_collect());
    let mut groups: Vec<SdkGroup> = answer.await?;
    groups.retain(|group| {
        let of_group = group.target_group_name();
        of_group.is_some_and(|of_group| is_called_after(of_group, name))
    });
    Ok(groups)
}

/// AWS answers for none when one is missing: then each is asked for by itself.
async fn listed(
    aws: &Regional,
    wanted: &[String],
    by_name: bool,
) -> Result<Vec<SdkGroup>, CloudError> {
    let call = |wanted: &[String]| {
        let call = aws.elb.describe_target_groups();
        let wanted = Some(wanted.to_vec());
        let call = match by_name {
            true => call.set_names(wanted),
            false => call.set_target_group_arns(wanted),
        };
        let pages = call.into_paginator().items().send();
        aws.gate.call("DescribeTargetGroups", pages.try_collect())
    };
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    match call(wanted).await {
        Err(error) if error.kind == ErrorKind::NotFound => {}
        answer => return answer,
    }
    let mut found = Vec::new();
    if wanted.len() > 1 {
        for one in wanted {
            match call(std::slice::from_ref(one)).await {
                Ok(groups) => found.extend(groups),
                Err(error) if error.kind == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(found)
}

/// Attributes; none of a group that vanished meanwhile.
pub(super) async fn attributes(
    aws: &Regional,
    arn: &str,
) -> Result<Vec<TargetGroupAttribute>, CloudError> {
    let call = aws
        .elb
        .describe_target_group_attributes()
        .target_group_arn(arn);
    let answer = aws
        .gate
        .call("DescribeTargetGroupAttributes", call.send())
        .await;
    match answer {
        Ok(answer) => Ok(answer.attributes.unwrap_or_default()),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Its place, if it is ours. `blocks`: CIDR blocks of the load balancer's VPC.
pub(super) fn see(sight: &mut Sight<'_>, raw: &Raw, blocks: &[IpNet]) -> Option<Key> {
    let arn = raw.group.target_group_arn()?;
    let Claim::Ours {
        slot: Some(slot @ Slot::TargetGroup(role)),
        owned,
    } = sight.claims.claim(arn, &raw.tags)
    else {
        return None;
    };
    let mut seen = describe(sight, raw, role, blocks)?;
    seen.owned = owned;
    Some(sight.place(slot, seen))
}

/// A group that serves `role`, whosever it is.
pub(super) fn describe(sight: &Sight<'_>, raw: &Raw, role: Role, blocks: &[IpNet]) -> Option<Seen> {
    let arn = raw.group.target_group_arn()?;
    let before = sight.claims.before(arn);
    let known = before.and_then(|seen| seen.object.as_target_group());
    let mut object = object(&raw.group, known);
    let health = targets::of(&raw.health, object.port, blocks);
    object.role = role;
    let default = known.map_or_else(
        || GroupAttributes::default_of(object.target_type, object.protocol),
        |it| it.attributes.clone(),
    );
    object.attributes = attributes::of(&raw.attributes, default);
    object.targets = health.keys().cloned().collect();
    object.tags = sight.claims.visible(&raw.tags);
    object.made_for = match role {
        Role::Bootstrap => None,
        Role::Broker(_) => made_for(sight, arn, raw, &object),
    };
    let mut seen = seen(arn, false, Object::TargetGroup(object));
    seen.health = health;
    Some(seen)
}

/// By its tag, by what the state knew, or else the one target that it has.
fn made_for(sight: &Sight<'_>, arn: &str, raw: &Raw, group: &TargetGroup) -> Option<Target> {
    let tagged = raw
        .tags
        .get(tags::TARGET)
        .and_then(|text| text.parse().ok());
    let known = || {
        let key = sight.claims.key(arn)?;
        match &sight.claims.scope.known.get(key)?.object {
            Object::TargetGroup(group) => group.made_for.clone(),
            _ => None,
        }
    };
    let single = || match group.targets.len() {
        1 => group.targets.first().cloned(),
        _ => None,
    };
    tagged.or_else(known).or_else(single)
}

/// What the targets of a group that was seen before are like now.
pub(super) fn refresh(known: &mut Seen, health: &[TargetHealthDescription], blocks: &[IpNet]) {
    if let Object::TargetGroup(group) = &mut known.object {
        known.health = targets::of(health, group.port, blocks);
        group.targets = known.health.keys().cloned().collect();
    }
}

/// Everything that is in the description itself.
fn object(group: &SdkGroup, before: Option<&TargetGroup>) -> TargetGroup {
    let check = before.map(|it| &it.health_check);
    let number = |value: Option<i32>, before: Option<u32>, default: u32| {
        let told = value.and_then(|value| u32::try_from(value).ok());
        told.or(before).unwrap_or(default)
    };
    let target_type = match group.target_type() {
        Some(TargetTypeEnum::Instance) => TargetType::Instance,
        Some(_) => TargetType::Ip,
        None => before.map_or(TargetType::Ip, |it| it.target_type),
    };
    let name = group.target_group_name();
    TargetGroup {
        name: name
            .or(before.map(|it| it.name.as_str()))
            .unwrap_or_default()
            .to_owned(),
        role: Role::Bootstrap,
        vpc: or_before(group.vpc_id(), before.map(|it| &it.vpc)),
        target_type,
        protocol: protocol(
            group.protocol().map(|protocol| protocol.as_str()),
            before.map(|it| it.protocol),
        ),
        port: group
            .port()
            .and_then(|port| u16::try_from(port).ok())
            .or(before.map(|it| it.port))
            .unwrap_or_default(),
        family: match group.ip_address_type().map(|kind| kind.as_str()) {
            Some(kind) if kind.eq_ignore_ascii_case("ipv6") => IpFamily::Ipv6,
            Some(_) => IpFamily::Ipv4,
            None => before.map_or(IpFamily::Ipv4, |it| it.family),
        },
        made_for: None,
        // Defaults of groups behind a Network Load Balancer.
        // <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html>
        health_check: HealthCheck {
            protocol: group
                .health_check_protocol()
                .map(|protocol| protocol.as_str())
                .or(check.map(|it| it.protocol.as_str()))
                .unwrap_or("TCP")
                .to_owned(),
            port: group
                .health_check_port()
                .or(check.map(|it| it.port.as_str()))
                .unwrap_or("traffic-port")
                .to_owned(),
            interval_seconds: number(
                group.health_check_interval_seconds(),
                check.map(|it| it.interval_seconds),
                30,
            ),
            timeout_seconds: number(
                group.health_check_timeout_seconds(),
                check.map(|it| it.timeout_seconds),
                10,
            ),
            healthy_threshold: number(
                group.healthy_threshold_count(),
                check.map(|it| it.healthy_threshold),
                5,
            ),
            unhealthy_threshold: number(
                group.unhealthy_threshold_count(),
                check.map(|it| it.unhealthy_threshold),
                2,
            ),
        },
        attributes: GroupAttributes::default_of(target_type, Protocol::Tcp),
        targets: Default::default(),
        tags: Default::default(),
    }
}

/// Of groups and listeners. Where AWS says nothing it is what it was before, or the usual one.
pub(super) fn protocol(text: Option<&str>, before: Option<Protocol>) -> Protocol {
    match text {
        Some("TCP") => Protocol::Tcp,
        Some("TLS") => Protocol::Tls,
        Some(_) => Protocol::Other,
        None => before.unwrap_or(Protocol::Tcp),
    }
}

#[cfg(test)]
mod tests;
