//! One whole observation, in as few rounds of calls as their order allows.

use aws_sdk_ec2::types::{ServiceConfiguration, VpcEndpoint};
use aws_sdk_elasticloadbalancingv2::types::{
    Listener as SdkListener, LoadBalancer as SdkBalancer, TargetGroup as SdkGroup,
};
use futures::{StreamExt, TryStreamExt, stream, try_join};

use super::{
    alias,
    claim::{Claims, RawTags},
    client::Regional,
    ec2_tags, elb_tags,
    endpoint::{self, interfaces},
    listener, load_balancer, security_group, service,
    sight::Sight,
    surroundings::{self, Ground},
    target_group, unclaimed, zone,
};
use engine::model::{Key, Maybe, Observed, Side, observed::Stranger, tags};
use engine::reconcile::CloudError;

/// Objects whose details are read side by side; the gate bounds the calls.
const SIDE_BY_SIDE: usize = 16;

/// What hangs on load balancers.
#[derive(Default)]
struct Children {
    balancers: Vec<load_balancer::Raw>,
    groups: Vec<target_group::Raw>,
    listeners: Vec<listener::Raw>,
}

/// The owner that the tags of an endpoint service name, or of an endpoint where that is all there is,
/// while nothing else is known of the resource.
pub(super) async fn tagged_owner(
    aws: &Regional,
    side: Option<Side>,
    id: &str,
) -> Result<Option<String>, CloudError> {
    let ids = vec![id.to_owned()];
    let tags = match side {
        Some(Side::Consumer) => {
            let endpoints = endpoint::by_ids(aws, ids).await?;
            endpoints.first().map(|it| ec2_tags::raw(it.tags()))
        }
        Some(Side::Service) | None => {
            let services = service::by_ids(aws, ids).await?;
            services.first().map(|it| ec2_tags::raw(it.tags()))
        }
    };
    Ok(tags.and_then(|mut tags| tags.remove(tags::OWNER)))
}

pub(super) async fn observe(
    aws: &Regional,
    claims: &Claims<'_>,
) -> Result<(Observed, Ground), CloudError> {
    let scope = claims.scope;
    let (groups, services, endpoints, balancers, zones, strangers) = try_join!(
        aws.or(Vec::new(), security_group::find(aws, claims)),
        service::find(aws, claims),
        aws.or(Vec::new(), endpoint::find(aws, claims)),
        load_balancer::find(aws, claims),
        aws.or(Vec::new(), zone::find(aws, claims)),
        strangers(aws, claims),
    )?;
    let balancers = match balancers.is_empty() {
        true => behind_services(aws, &services).await?,
        false => balancers,
    };
    let consumer_vpc = endpoints.first().and_then(VpcEndpoint::vpc_id);
    let (mut children, services, ground, mut aliases, mut interfaces) = try_join!(
        children(aws, claims, &balancers),
        details(aws, services),
        surroundings::find(
            aws,
            scope,
            balancers.first(),
            consumer_vpc.map(str::to_owned),
        ),
        aws.or(Vec::new(), alias::find(aws, claims, &zones)),
        interfaces::find(aws, claims, &endpoints, false),
    )?;
    if interfaces.is_empty() && aliases.iter().any(alias::Raw::holds_addresses) {
        interfaces = interfaces::find(aws, claims, &endpoints, true).await?;
    }

    let mut sight = Sight::new(claims);
    sight.observed.surroundings = ground.surroundings();
    sight.observed.strangers = strangers;
    security_group::see(&mut sight, &groups);
    for raw in &children.balancers {
        load_balancer::see(&mut sight, raw);
    }
    // An endpoint service may front somebody else's load balancer.
    children.listeners.retain(|raw| {
        let balancer = raw.listener.load_balancer_arn();
        balancer.is_some_and(|arn| sight.key(arn).is_some())
    });
    for raw in &children.groups {
        target_group::see(&mut sight, raw, ground.service_blocks());
    }
    for raw in &children.listeners {
        listener::see(&mut sight, raw);
    }
    if claims.adopting() {
        unclaimed::see(
            &mut sight,
            &children.listeners,
            &children.groups,
            ground.service_blocks(),
        );
    }
    for raw in &services {
        service::see(&mut sight, raw);
    }
    for endpoint in &endpoints {
        endpoint::see(&mut sight, endpoint, &aws.region);
    }
    interfaces::see(&mut sight, &interfaces);
    let mut zones = zones;
    if scope.hostname.is_none() && aliases.is_empty() {
        let found = aws.or(Vec::new(), search(aws, &mut sight, &endpoints));
        for (zone, alias) in found.await? {
            zones.extend(zone);
            aliases.push(alias);
        }
    }
    for raw in &zones {
        zone::see(&mut sight, raw);
    }
    alias::see(&mut sight, &aliases);
    Ok((sight.observed, ground))
}

/// Only before a path exists: afterwards another of its name is not its business.
pub(super) async fn strangers(
    aws: &Regional,
    claims: &Claims<'_>,
) -> Result<Vec<Stranger>, CloudError> {
    if claims.scope.name.is_empty() || !claims.scope.known.objects.is_empty() {
        return Ok(Vec::new());
    }
    let identities = async {
        match claims.scope.has(Side::Service) {
            true => service::strangers(aws, claims).await,
            false => endpoint::strangers(aws, claims).await,
        }
    };
    let (groups, balancers, identities) = try_join!(
        aws.or(Vec::new(), security_group::strangers(aws, claims)),
        load_balancer::strangers(aws, claims),
        identities
    )?;
    Ok([groups, balancers, identities].concat())
}

/// An import knows the service alone: its load balancers are the way to the rest.
async fn behind_services(
    aws: &Regional,
    services: &[ServiceConfiguration],
) -> Result<Vec<SdkBalancer>, CloudError> {
    let mut found = Vec::new();
    for service in services {
        for arn in service.network_load_balancer_arns() {
            found.extend(load_balancer::by_arn(aws, arn).await?);
        }
    }
    Ok(found)
}

async fn children(
    aws: &Regional,
    claims: &Claims<'_>,
    balancers: &[SdkBalancer],
) -> Result<Children, CloudError> {
    let mut groups: Vec<SdkGroup> = Vec::new();
    let mut listeners: Vec<SdkListener> = Vec::new();
    for balancer in balancers {
        if let Some(arn) = balancer.load_balancer_arn() {
            let (behind, on) = try_join!(
                target_group::behind(aws, arn),
                listener::of_balancer(aws, arn)
            )?;
            groups.extend(behind);
            listeners.extend(on);
        }
    }
    groups.extend(others(aws, claims, &groups, &listeners).await?);
    let arns: Vec<String> = balancers
        .iter()
        .filter_map(SdkBalancer::load_balancer_arn)
        .chain(groups.iter().filter_map(SdkGroup::target_group_arn))
        .chain(listeners.iter().filter_map(SdkListener::listener_arn))
        .map(str::to_owned)
        .collect();
    let (mut tags, balancers, groups, listeners) = try_join!(
        elb_tags::describe(aws, &arns),
        side_by_side(balancers.to_vec(), |balancer| balancer_raw(aws, balancer)),
        side_by_side(groups, |group| group_raw(aws, group)),
        side_by_side(listeners, |listener| listener_raw(aws, listener)),
    )?;
    let mut children = Children {
        balancers,
        groups: groups.into_iter().flatten().collect(),
        listeners,
    };
    let mut take =
        |arn: Option<&str>| -> RawTags { arn.and_then(|arn| tags.remove(arn)).unwrap_or_default() };
    for raw in &mut children.balancers {
        raw.tags = take(raw.balancer.load_balancer_arn());
    }
    for raw in &mut children.groups {
        raw.tags = take(raw.group.target_group_arn());
    }
    for raw in &mut children.listeners {
        raw.tags = take(raw.listener.listener_arn());
    }
    Ok(children)
}

/// Groups that AWS does not list by their load balancer: those that no listener forwards to (by the
/// ids that are known, by the names of those whose create went unanswered, and, of a create that was
/// ended half way, by the name they begin with), and those that one forwards to only since a moment.
async fn others(
    aws: &Regional,
    claims: &Claims<'_>,
    found: &[SdkGroup],
    listeners: &[SdkListener],
) -> Result<Vec<SdkGroup>, CloudError> {
    let mut arns = claims.ids(target_group::is_group);
    let forwarded = listeners.iter().filter_map(listener::forwards_to);
    arns.extend(forwarded.map(str::to_owned));
    arns.sort_unstable();
    arns.dedup();
    arns.retain(|arn| {
        !found
            .iter()
            .any(|group| group.target_group_arn() == Some(arn))
    });
    let keys: Vec<Key> = claims
        .scope
        .known
        .objects
        .iter()
        .filter(|(key, seen)| target_group::is_group(key.slot) && seen.id == Maybe::Unknown)
        .map(|(key, _)| *key)
        .collect();
    let named = async {
        let mut named = target_group::by_keys(aws, claims, &keys).await?;
        if claims.scope.unfinished {
            let called = target_group::called_after(aws, &claims.scope.name).await?;
            let arn = |group: &SdkGroup| group.target_group_arn().map(str::to_owned);
            let known: Vec<_> = named.iter().map(arn).collect();
            named.extend(
                called
                    .into_iter()
                    .filter(|group| !known.contains(&arn(group))),
            );
        }
        Ok(named)
    };
    let (mut groups, named) = try_join!(target_group::by_arns(aws, &arns), named)?;
    let new = |group: &SdkGroup| {
        let arn = group.target_group_arn();
        !found.iter().any(|other| other.target_group_arn() == arn)
    };
    groups.extend(named.into_iter().filter(new));
    Ok(groups)
}

pub(super) async fn balancer_raw(
    aws: &Regional,
    balancer: SdkBalancer,
) -> Result<load_balancer::Raw, CloudError> {
    let arn = balancer.load_balancer_arn().unwrap_or_default();
    let attributes = aws.or(Vec::new(), load_balancer::attributes(aws, arn));
    Ok(load_balancer::Raw {
        attributes: attributes.await?,
        tags: RawTags::new(),
        balancer,
    })
}

/// `None` if it vanished meanwhile.
pub(super) async fn group_raw(
    aws: &Regional,
    group: SdkGroup,
) -> Result<Option<target_group::Raw>, CloudError> {
    let arn = group.target_group_arn().unwrap_or_default();
    let (attributes, health) = try_join!(
        aws.or(Vec::new(), target_group::attributes(aws, arn)),
        aws.or(Some(Vec::new()), target_group::health(aws, arn))
    )?;
    Ok(health.map(|health| target_group::Raw {
        attributes,
        health,
        tags: RawTags::new(),
        group,
    }))
}

pub(super) async fn listener_raw(
    aws: &Regional,
    listener: SdkListener,
) -> Result<listener::Raw, CloudError> {
    let attributes = aws.or(Vec::new(), listener::attributes(aws, &listener));
    Ok(listener::Raw {
        attributes: attributes.await?,
        tags: RawTags::new(),
        listener,
    })
}

async fn details(
    aws: &Regional,
    services: Vec<ServiceConfiguration>,
) -> Result<Vec<service::Raw>, CloudError> {
    side_by_side(services, |service| service_raw(aws, service)).await
}

/// A service with its principals and connections.
pub(super) async fn service_raw(
    aws: &Regional,
    configuration: ServiceConfiguration,
) -> Result<service::Raw, CloudError> {
    let id = configuration.service_id().unwrap_or_default();
    let (principals, connections) = try_join!(
        aws.or(Vec::new(), service::principals(aws, id)),
        aws.or(Vec::new(), service::connections(aws, id))
    )?;
    Ok(service::Raw {
        principals,
        connections,
        configuration,
    })
}

/// Endpoints are seen before.
async fn search(
    aws: &Regional,
    sight: &mut Sight<'_>,
    endpoints: &[VpcEndpoint],
) -> Result<Vec<(Option<zone::Raw>, alias::Raw)>, CloudError> {
    let mut raws = Vec::new();
    for endpoint in endpoints {
        let ours = endpoint
            .vpc_endpoint_id()
            .is_some_and(|id| sight.key(id).is_some());
        if let (true, Some(vpc)) = (ours, endpoint.vpc_id()) {
            raws.extend(alias::of_vpc(aws, vpc).await?);
        }
    }
    if alias::may_hold_addresses(sight, &raws) {
        let interfaces = interfaces::find(aws, sight.claims, endpoints, true).await?;
        interfaces::see(sight, &interfaces);
    }
    let mut found = Vec::new();
    for raw in alias::leading(sight, raws) {
        found.push((zone::by_id(aws, raw.zone()).await?, raw));
    }
    Ok(found)
}

/// In the order given.
pub(super) async fn side_by_side<T, R, F>(
    items: Vec<T>,
    read: impl Fn(T) -> F,
) -> Result<Vec<R>, CloudError>
where
    F: Future<Output = Result<R, CloudError>>,
{
    stream::iter(items.into_iter().map(read))
        .buffered(SIDE_BY_SIDE)
        .try_collect()
        .await
}
