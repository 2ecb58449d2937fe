//! The Network Load Balancer.

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::types::{
    IpAddressType as SdkAddressType, LoadBalancer as SdkBalancer, LoadBalancerAttribute,
    LoadBalancerSchemeEnum, LoadBalancerTypeEnum,
};

use super::{
    claim::{Claim, Claims, RawTags},
    client::Regional,
    elb_tags,
    operation::Context,
    sight::{Sight, all_or_before, or_before, seen, told_or_before},
};
use engine::model::{
    Key, Life, Maybe, Object, Outputs, Seen, Side, Slot,
    name::{aws_name, is_called_after},
    object::{
        LoadBalancer,
        load_balancer::{Change, IpAddressType},
    },
    observed::Stranger,
    tags,
};
use engine::reconcile::{CloudError, ErrorKind};

const CROSS_ZONE: &str = "load_balancing.cross_zone.enabled";
const DELETION_PROTECTION: &str = "deletion_protection.enabled";

/// A load balancer and what takes calls of their own.
pub(super) struct Raw {
    pub(super) balancer: SdkBalancer,
    pub(super) attributes: Vec<LoadBalancerAttribute>,
    pub(super) tags: RawTags,
}

/// By the ids that are known, or else by the name that it would have been given.
pub(super) async fn find(
    aws: &Regional,
    claims: &Claims<'_>,
) -> Result<Vec<SdkBalancer>, CloudError> {
    let mut found = Vec::new();
    if !claims.scope.has(Side::Service) {
        return Ok(found);
    }
    for arn in claims.ids(|slot| slot == Slot::LoadBalancer) {
        found.extend(by_arn(aws, &arn).await?);
    }
    if found.is_empty() && !claims.owner.is_empty() && !claims.scope.name.is_empty() {
        let key = Key::only(Slot::LoadBalancer);
        let name = aws_name(&claims.scope.name, &claims.owner, key);
        let call = aws.elb.describe_load_balancers().names(name);
        found = listed(aws.gate.call("DescribeLoadBalancers", call.send()).await)?;
    }
    Ok(found)
}

/// Load balancers with our name and an owner of their own. AWS does not list them by tag: those of
/// the region that are called after the path have their tags read.
pub(super) async fn strangers(
    aws: &Regional,
    claims: &Claims<'_>,
) -> Result<Vec<Stranger>, CloudError> {
    let name = &claims.scope.name;
    if !claims.scope.has(Side::Service) {
        return Ok(Vec::new());
    }
    let pages = aws.elb.describe_load_balancers().into_paginator();
    let pages = pages.items().send();
    let answer = aws.gate.call("DescribeLoadBalancers", pages.try_collect());
    let mut balancers: Vec<SdkBalancer> = answer.await?;
    balancers.retain(|it| {
        let of_balancer = it.load_balancer_name();
        of_balancer.is_some_and(|of_balancer| is_called_after(of_balancer, name))
    });
    let arns = balancers.iter().filter_map(SdkBalancer::load_balancer_arn);
    let arns: Vec<String> = arns.map(str::to_owned).collect();
    let found = elb_tags::describe(aws, &arns).await?;
    let named = found
        .iter()
        .filter(|(_, own)| own.get(tags::NAME) == Some(name));
    Ok(named
        .filter_map(|(arn, own)| claims.stranger(arn, own))
        .collect())
}

pub(super) async fn by_arn(aws: &Regional, arn: &str) -> Result<Vec<SdkBalancer>, CloudError> {
    let call = aws.elb.describe_load_balancers().load_balancer_arns(arn);
    listed(aws.gate.call("DescribeLoadBalancers", call.send()).await)
}

fn listed(
    answer: Result<
        aws_sdk_elasticloadbalancingv2::operation::describe_load_balancers::DescribeLoadBalancersOutput,
        CloudError,
    >,
) -> Result<Vec<SdkBalancer>, CloudError> {
    match answer {
        Ok(answer) => Ok(answer.load_balancers.unwrap_or_default()),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

pub(super) async fn attributes(
    aws: &Regional,
    arn: &str,
) -> Result<Vec<LoadBalancerAttribute>, CloudError> {
    let call = aws
        .elb
        .describe_load_balancer_attributes()
        .load_balancer_arn(arn);
    let answer = aws
        .gate
        .call("DescribeLoadBalancerAttributes", call.send())
        .await;
    match answer {
        Ok(answer) => Ok(answer.attributes.unwrap_or_default()),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Its place, if it is ours.
pub(super) fn see(sight: &mut Sight<'_>, raw: &Raw) -> Option<Key> {
    let arn = raw.balancer.load_balancer_arn()?;
    let owned = match sight.claims.claim(arn, &raw.tags) {
        Claim::Ours { owned, .. } => owned,
        // Behind the service that is being imported.
        Claim::Nobodys => false,
        Claim::Foreign => return None,
    };
    let network = |kind: &LoadBalancerTypeEnum| *kind == LoadBalancerTypeEnum::Network;
    if !raw.balancer.r#type().is_none_or(network) {
        return None;
    }
    let attribute = |name: &str| {
        raw.attributes
            .iter()
            .find(|attribute| attribute.key() == Some(name))
            .and_then(LoadBalancerAttribute::value)
            .map(|value| value == "true")
    };
    let before = sight.claims.before(arn);
    let known = before.and_then(|seen| seen.object.as_load_balancer());
    let mut object = object(sight, &raw.balancer, known);
    object.cross_zone = attribute(CROSS_ZONE).unwrap_or(known.is_some_and(|it| it.cross_zone));
    object.deletion_protection =
        attribute(DELETION_PROTECTION).unwrap_or(known.is_some_and(|it| it.deletion_protection));
    object.tags = sight.claims.visible(&raw.tags);
    let mut seen = seen(arn, owned, Object::LoadBalancer(object));
    decide(
        sight,
        &mut seen,
        &raw.balancer,
        before.map(|seen| &seen.outputs),
    );
    Some(sight.place(Slot::LoadBalancer, seen))
}

/// What one describe tells of a load balancer that was seen before.
pub(super) fn refresh(sight: &Sight<'_>, known: &mut Seen, balancer: &SdkBalancer) {
    if let Object::LoadBalancer(before) = &known.object {
        known.object = Object::LoadBalancer(LoadBalancer {
            cross_zone: before.cross_zone,
            deletion_protection: before.deletion_protection,
            tags: before.tags.clone(),
            ..object(sight, balancer, Some(before))
        });
    }
    let before = known.outputs.clone();
    decide(sight, known, balancer, Some(&before));
}

/// Everything that is in the description itself.
fn object(
    sight: &Sight<'_>,
    balancer: &SdkBalancer,
    before: Option<&LoadBalancer>,
) -> LoadBalancer {
    let groups = balancer.security_groups().iter().map(String::as_str);
    // One that was born with groups always has some.
    let groups = all_or_before(
        sight.group_refs(groups),
        before.map(|it| &it.security_groups),
    );
    // Without groups nothing is enforced; with them, AWS's default is on.
    let enforced = balancer
        .enforce_security_group_inbound_rules_on_private_link_traffic()
        .map(|word| word.eq_ignore_ascii_case("on"));
    let zones = balancer.availability_zones().iter();
    let subnets = zones.filter_map(|zone| zone.subnet_id().map(Maybe::from));
    let name = balancer.load_balancer_name();
    LoadBalancer {
        name: name
            .or(before.map(|it| it.name.as_str()))
            .unwrap_or_default()
            .to_owned(),
        subnets: all_or_before(subnets.collect(), before.map(|it| &it.subnets)),
        enforce_on_private_link: !groups.is_empty()
            && enforced.unwrap_or(before.is_none_or(|it| it.enforce_on_private_link)),
        security_groups: groups,
        ip_address_type: balancer
            .ip_address_type()
            .and_then(|kind| IpAddressType::parse(kind.as_str()))
            .or(before.map(|it| it.ip_address_type))
            .unwrap_or(IpAddressType::Ipv4),
        cross_zone: false,
        deletion_protection: false,
        tags: Default::default(),
    }
}

fn decide(sight: &Sight<'_>, seen: &mut Seen, balancer: &SdkBalancer, before: Option<&Outputs>) {
    let state = balancer.state();
    let word = state
        .and_then(|state| state.code())
        .map(|code| code.as_str())
        .unwrap_or_default();
    let reason = || {
        let reason = state.and_then(|state| state.reason()).unwrap_or_default();
        match reason {
            "" => "AWS gives no reason".to_owned(),
            reason => reason.to_owned(),
        }
    };
    seen.life = match word.to_ascii_lowercase().as_str() {
        // Of one without a state AWS says when it is asked for more.
        "active" | "active_impaired" | "" => Life::Ready,
        "failed" => Life::Failed(reason()),
        _ => Life::Coming,
    };
    seen.outputs = Outputs {
        dns_name: or_before(balancer.dns_name(), before.map(|it| &it.dns_name))
            .map(|name| name.to_ascii_lowercase()),
        hosted_zone_id: or_before(
            balancer.canonical_hosted_zone_id(),
            before.map(|it| &it.hosted_zone_id),
        ),
        zones: told_or_before(
            zones(balancer)
                .or_else(|| zones_of_subnets(sight, seen))
                .unwrap_or_default(),
            before.map(|it| &it.zones),
        ),
        state: word.into(),
        ..Outputs::default()
    };
}

/// Names of its zones, if all are told.
fn zones(balancer: &SdkBalancer) -> Option<BTreeSet<String>> {
    let zones = balancer.availability_zones();
    let names = zones.iter().map(|it| it.zone_name().map(str::to_owned));
    names.collect::<Option<_>>().filter(|_| !zones.is_empty())
}

/// The same by its subnets.
fn zones_of_subnets(sight: &Sight<'_>, seen: &Seen) -> Option<BTreeSet<String>> {
    let all = &sight.observed.surroundings.subnet_zones;
    let subnets = seen.object.as_load_balancer()?.subnets.iter();
    subnets.map(|it| all.get(it.known()?).cloned()).collect()
}

pub(super) async fn create(
    context: Context<'_>,
    balancer: &LoadBalancer,
) -> Result<String, CloudError> {
    let operation = context.operation("CreateLoadBalancer");
    let groups = operation.groups(&balancer.security_groups)?;
    let call = context
        .aws
        .elb
        .create_load_balancer()
        .name(&balancer.name)
        .r#type(LoadBalancerTypeEnum::Network)
        .scheme(LoadBalancerSchemeEnum::Internal)
        .set_subnets(Some(operation.all_known("a subnet", &balancer.subnets)?))
        .set_security_groups((!groups.is_empty()).then_some(groups))
        .ip_address_type(SdkAddressType::from(balancer.ip_address_type.as_str()))
        .set_tags(Some(elb_tags::sdk(operation, &balancer.tags)?));
    let answer = operation.send(call.send()).await?;
    let first = answer.load_balancers().first();
    let arn = operation.made(first.and_then(SdkBalancer::load_balancer_arn))?;
    elb_tags::check_owner(context, operation.name, &arn).await?;
    Ok(arn)
}

pub(super) async fn delete(context: Context<'_>) -> Result<(), CloudError> {
    let operation = context.operation("DeleteLoadBalancer");
    let arn = operation.own_id()?;
    let call = context.aws.elb.delete_load_balancer();
    let call = call.load_balancer_arn(arn);
    operation.send(call.send()).await.map(drop)
}

pub(super) async fn change(context: Context<'_>, change: &Change) -> Result<(), CloudError> {
    let elb = &context.aws.elb;
    match change {
        Change::SetSubnets(subnets) => {
            let operation = context.operation("SetSubnets");
            let call = elb
                .set_subnets()
                .load_balancer_arn(operation.own_id()?)
                .set_subnets(Some(operation.all_known("a subnet", subnets)?));
            operation.send(call.send()).await.map(drop)
        }
        Change::SetSecurityGroups {
            groups,
            enforce_on_private_link,
        } => {
            let operation = context.operation("SetSecurityGroups");
            let call = elb
                .set_security_groups()
                .load_balancer_arn(operation.own_id()?)
                .set_security_groups(Some(operation.groups(groups)?))
                .enforce_security_group_inbound_rules_on_private_link_traffic(
                    on_or_off(*enforce_on_private_link).into(),
                );
            operation.send(call.send()).await.map(drop)
        }
        Change::SetIpAddressType(kind) => {
            let operation = context.operation("SetIpAddressType");
            let call = elb
                .set_ip_address_type()
                .load_balancer_arn(operation.own_id()?)
                .ip_address_type(SdkAddressType::from(kind.as_str()));
            operation.send(call.send()).await.map(drop)
        }
        Change::ModifyAttributes {
            cross_zone,
            deletion_protection,
        } => {
            let operation = context.operation("ModifyLoadBalancerAttributes");
            let attribute = |key: &str, on: bool| {
                LoadBalancerAttribute::builder()
                    .key(key)
                    .value(on.to_string())
                    .build()
            };
            let call = elb
                .modify_load_balancer_attributes()
                .load_balancer_arn(operation.own_id()?)
                .attributes(attribute(CROSS_ZONE, *cross_zone))
                .attributes(attribute(DELETION_PROTECTION, *deletion_protection));
            operation.send(call.send()).await.map(drop)
        }
    }
}

fn on_or_off(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

#[cfg(test)]
mod tests;
