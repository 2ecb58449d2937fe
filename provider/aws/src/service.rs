//! The endpoint service, and who is connected to it.

mod write;

use std::collections::BTreeSet;

use aws_sdk_ec2::{
    primitives::DateTimeFormat as Format,
    types::{AllowedPrincipal, Filter, ServiceConfiguration, VpcEndpointConnection},
};

use super::{
    claim::{Claim, Claims},
    client::Regional,
    ec2_tags,
    endpoint::plain,
    sight::{Sight, all_or_before, maybe, or_before, seen, told_or_before},
};
use engine::model::{
    Connection, Key, Life, Maybe, Object, Outputs, Seen, Side, Slot,
    object::{Service, target_group::IpFamily},
    observed::Stranger,
    tags,
};
use engine::reconcile::{CloudError, ErrorKind};
pub(super) use write::{change, create, delete, gone_meanwhile};

/// A service and what takes calls of their own.
pub(super) struct Raw {
    pub(super) configuration: ServiceConfiguration,
    pub(super) principals: Vec<AllowedPrincipal>,
    pub(super) connections: Vec<VpcEndpointConnection>,
}

/// Services that carry our owner id, and those known by id.
pub(super) async fn find(
    aws: &Regional,
    claims: &Claims<'_>,
) -> Result<Vec<ServiceConfiguration>, CloudError> {
    if !claims.scope.has(Side::Service) {
        return Ok(Vec::new());
    }
    let mut found = match claims.owner.as_str() {
        "" => Vec::new(),
        owner => describe(aws, Some(ec2_tags::filter(tags::OWNER, owner))).await?,
    };
    let mut ids = claims.ids(|slot| slot == Slot::Service);
    ids.extend(claims.scope.service_id.clone());
    ids.sort_unstable();
    ids.dedup();
    ids.retain(|id| !found.iter().any(|service| service.service_id() == Some(id)));
    found.extend(by_ids(aws, ids).await?);
    Ok(found)
}

/// These services; those that are gone are left out.
pub(super) async fn by_ids(
    aws: &Regional,
    ids: Vec<String>,
) -> Result<Vec<ServiceConfiguration>, CloudError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let filter = Filter::builder()
        .name("service-id")
        .set_values(Some(ids))
        .build();
    describe(aws, Some(filter)).await
}

/// The service that a load balancer is in: its natural key, after an answer was lost. AWS has no
/// filter for it, so that this one listing goes over the services of the region.
pub(super) async fn fronting(
    aws: &Regional,
    balancer_arn: &str,
) -> Result<Vec<ServiceConfiguration>, CloudError> {
    let mut all = describe(aws, None).await?;
    all.retain(|service| {
        service
            .network_load_balancer_arns()
            .iter()
            .any(|arn| arn == balancer_arn)
    });
    Ok(all)
}

pub(super) async fn describe(
    aws: &Regional,
    filter: Option<Filter>,
) -> Result<Vec<ServiceConfiguration>, CloudError> {
    let pages = aws
        .ec2
        .describe_vpc_endpoint_service_configurations()
        .set_filters(filter.map(|filter| vec![filter]))
        .into_paginator()
        .items()
        .send();
    aws.gate
        .call(
            "DescribeVpcEndpointServiceConfigurations",
            pages.try_collect(),
        )
        .await
}

/// Services with our name and an owner of their own.
pub(super) async fn strangers(
    aws: &Regional,
    claims: &Claims<'_>,
) -> Result<Vec<Stranger>, CloudError> {
    let filter = ec2_tags::filter(tags::NAME, &claims.scope.name);
    let services = describe(aws, Some(filter)).await?;
    Ok(services
        .iter()
        .filter_map(|service| {
            claims.stranger(service.service_id()?, &ec2_tags::raw(service.tags()))
        })
        .collect())
}

pub(super) async fn principals(
    aws: &Regional,
    id: &str,
) -> Result<Vec<AllowedPrincipal>, CloudError> {
    let pages = aws
        .ec2
        .describe_vpc_endpoint_service_permissions()
        .service_id(id)
        .into_paginator()
        .items()
        .send();
    let answer = aws
        .gate
        .call("DescribeVpcEndpointServicePermissions", pages.try_collect())
        .await;
    match answer {
        Err(error) if error.kind == ErrorKind::NotFound => Ok(Vec::new()),
        answer => answer,
    }
}

pub(super) async fn connections(
    aws: &Regional,
    id: &str,
) -> Result<Vec<VpcEndpointConnection>, CloudError> {
    let pages = aws
        .ec2
        .describe_vpc_endpoint_connections()
        .filters(Filter::builder().name("service-id").values(id).build())
        .into_paginator()
        .items()
        .send();
    aws.gate
        .call("DescribeVpcEndpointConnections", pages.try_collect())
        .await
}

/// Its place, if it is ours. Its load balancer must have been seen before.
pub(super) fn see(sight: &mut Sight<'_>, raw: &Raw) -> Option<Key> {
    let id = raw.configuration.service_id()?;
    let tags = ec2_tags::raw(raw.configuration.tags());
    let owned = match sight.claims.claim(id, &tags) {
        Claim::Ours { owned, .. } => owned,
        Claim::Nobodys if sight.claims.scope.service_id.as_deref() == Some(id) => false,
        Claim::Nobodys | Claim::Foreign => return None,
    };
    let before = sight.claims.before(id);
    let known = before.and_then(|seen| seen.object.as_service());
    let mut object = object(sight, &raw.configuration, known);
    object.principals = raw
        .principals
        .iter()
        .filter_map(|principal| principal.principal().map(Maybe::from))
        .collect();
    object.tags = sight.claims.visible(&tags);
    let mut seen = seen(id, owned, Object::Service(object));
    if !decide(
        &mut seen,
        &raw.configuration,
        before.map(|seen| &seen.outputs),
    ) {
        return None;
    }
    let key = sight.place(Slot::Service, seen);
    if sight.observed.id(key) == Some(id) {
        sight.observed.connections = connected(&raw.connections);
    }
    Some(key)
}

/// What one describe tells of a service that was seen before; false if it is gone.
pub(super) fn refresh(
    sight: &Sight<'_>,
    known: &mut Seen,
    configuration: &ServiceConfiguration,
) -> bool {
    if let Object::Service(before) = &known.object {
        known.object = Object::Service(Service {
            principals: before.principals.clone(),
            tags: before.tags.clone(),
            ..object(sight, configuration, Some(before))
        });
    }
    let before = known.outputs.clone();
    decide(known, configuration, Some(&before))
}

/// Everything that is in the description itself.
fn object(
    sight: &Sight<'_>,
    configuration: &ServiceConfiguration,
    before: Option<&Service>,
) -> Service {
    let balancer = match configuration.network_load_balancer_arns() {
        [arn] => sight.key(arn).filter(|key| key.slot == Slot::LoadBalancer),
        // Without one of any kind there is no service.
        [] if configuration.gateway_load_balancer_arns().is_empty() => {
            before.and_then(|it| it.load_balancer)
        }
        _ => None,
    };
    let families = configuration.supported_ip_address_types().iter();
    let families = families.filter_map(|kind| IpFamily::parse(kind.as_str()));
    let mut ip_address_types =
        all_or_before(families.collect(), before.map(|it| &it.ip_address_types));
    if ip_address_types.is_empty() {
        ip_address_types.insert(IpFamily::Ipv4);
    }
    Service {
        load_balancer: balancer,
        acceptance_required: configuration
            .acceptance_required()
            .or(before.map(|it| it.acceptance_required))
            .unwrap_or(true),
        principals: BTreeSet::new(),
        ip_address_types,
        // AWS lists the service's own region at least, and only its name tells which that is.
        regions: match (
            configuration.supported_regions(),
            configuration.service_name(),
        ) {
            ([], _) | (_, None) => before.map(|it| it.regions.clone()).unwrap_or_default(),
            (_, Some(name)) => regions(configuration, name),
        },
        tags: Default::default(),
    }
}

/// The service's own region is always among those that AWS lists, and says nothing. It is a part
/// of the service's name: `com.amazonaws.vpce.REGION.vpce-svc-...`.
fn regions(configuration: &ServiceConfiguration, name: &str) -> BTreeSet<Maybe<String>> {
    let own = name.rsplit('.').nth(1).unwrap_or_default();
    configuration
        .supported_regions()
        .iter()
        .filter(|detail| {
            let state = detail.service_state().unwrap_or_default();
            !["deleting", "deleted", "closed"]
                .iter()
                .any(|gone| gone.eq_ignore_ascii_case(state))
        })
        .filter_map(|detail| detail.region())
        .filter(|region| *region != own)
        .map(Maybe::from)
        .collect()
}

/// False if it is gone.
fn decide(seen: &mut Seen, configuration: &ServiceConfiguration, before: Option<&Outputs>) -> bool {
    let word = configuration
        .service_state()
        .map(|state| state.as_str())
        .unwrap_or_default();
    seen.life = match word.to_ascii_lowercase().as_str() {
        // Of one without a state AWS says when it is asked for more.
        "available" | "" => Life::Ready,
        "deleting" => Life::Going,
        "deleted" => return false,
        "failed" => Life::Failed("AWS gives no reason".to_owned()),
        _ => Life::Coming,
    };
    let set = |values: &[String]| values.iter().cloned().collect();
    seen.outputs = Outputs {
        dns_name: maybe(configuration.private_dns_name()).map(|name| plain(&name)),
        service_name: or_before(
            configuration.service_name(),
            before.map(|it| &it.service_name),
        ),
        zones: told_or_before(
            set(configuration.availability_zones()),
            before.map(|it| &it.zones),
        ),
        // No recorded answer of AWS has them: then there are none to show.
        zone_ids: Maybe::Known(set(configuration.availability_zone_ids())),
        state: word.into(),
        ..Outputs::default()
    };
    true
}

/// Connections as the model has them, in a stable order.
pub(super) fn connected(connections: &[VpcEndpointConnection]) -> Vec<Connection> {
    let mut connected: Vec<Connection> = connections
        .iter()
        .map(|connection| {
            let text = |value: Option<&str>| value.map(str::to_owned);
            Connection {
                endpoint_id: text(connection.vpc_endpoint_id()),
                id: text(connection.vpc_endpoint_connection_id()),
                owner: connection
                    .vpc_endpoint_owner()
                    .unwrap_or_default()
                    .to_owned(),
                state: connection
                    .vpc_endpoint_state()
                    .map(|state| state.as_str())
                    .unwrap_or_default()
                    .to_owned(),
                region: text(connection.vpc_endpoint_region()),
                created_at: connection
                    .creation_timestamp()
                    .and_then(|at| at.fmt(Format::DateTime).ok()),
                dns_names: connection
                    .dns_entries()
                    .iter()
                    .filter_map(|entry| text(entry.dns_name()))
                    .collect(),
            }
        })
        .collect();
    connected.sort();
    connected
}

#[cfg(test)]
mod tests;
