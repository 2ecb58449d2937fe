//! A look at some keys: what was seen before is brought up to date with one light call, what was
//! not seen is searched for like a create whose answer was lost.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{ServiceConfiguration, VpcEndpoint, VpcEndpointConnection};
use aws_sdk_elasticloadbalancingv2::types::{
    Listener as SdkListener, LoadBalancer as SdkBalancer, TargetHealthDescription,
};
use futures::try_join;
use ipnet::IpNet;

use super::{
    alias,
    claim::{Claims, RawTags},
    client::Regional,
    ec2_tags, elb_tags,
    endpoint::{
        self,
        interfaces::{self, Interfaces},
    },
    listener, load_balancer,
    observe::{self, side_by_side},
    security_group, service,
    sight::Sight,
    target_group, zone,
};
use engine::model::{Key, Life, Maybe, Object, Observed, Slot, object::ZoneRef};
use engine::reconcile::CloudError;

/// What was read of one key. Singular: of an object that was seen before, `None` if it is gone.
enum Fresh {
    SecurityGroups(Vec<security_group::Raw>),
    Balancer(Option<SdkBalancer>),
    Balancers(Vec<load_balancer::Raw>),
    Health(Option<Vec<TargetHealthDescription>>),
    TargetGroups(Vec<target_group::Raw>),
    Listeners(Vec<listener::Raw>),
    Service(Option<ServiceConfiguration>, Vec<VpcEndpointConnection>),
    Services(Vec<service::Raw>),
    Endpoint(
        Option<Box<VpcEndpoint>>,
        Option<Vec<VpcEndpointConnection>>,
        Interfaces,
    ),
    Endpoints(Vec<VpcEndpoint>, Interfaces),
    Zones(Vec<zone::Raw>),
    Aliases(Vec<alias::Raw>),
}

/// Changes nothing in `known` if a call fails.
pub(super) async fn look(
    aws: &Regional,
    claims: &Claims<'_>,
    keys: &BTreeSet<Key>,
    known: &mut Observed,
    blocks: &[IpNet],
) -> Result<(), CloudError> {
    // All listeners come in a page or two: one call tells of every one of them.
    let balancer = known.id(Key::only(Slot::LoadBalancer));
    let listeners = match balancer.filter(|_| keys.iter().any(|key| is_listener(key.slot))) {
        Some(balancer) => listener::of_balancer(aws, balancer).await?,
        None => Vec::new(),
    };
    let keys: Vec<Key> = keys.iter().copied().collect();
    let read = |key| read(aws, claims, known, key, &listeners);
    let fresh = side_by_side(keys.clone(), read).await?;
    let mut sight = Sight::over(claims, std::mem::take(known));
    // The order of keys is such that what is pointed at comes first.
    for (key, fresh) in keys.into_iter().zip(fresh) {
        take(&mut sight, key, fresh, blocks, &aws.region);
    }
    *known = sight.observed;
    Ok(())
}

fn is_listener(slot: Slot) -> bool {
    matches!(slot, Slot::Listener(_))
}

async fn read(
    aws: &Regional,
    claims: &Claims<'_>,
    known: &Observed,
    key: Key,
    listeners: &[SdkListener],
) -> Result<Fresh, CloudError> {
    let id = known.id(key);
    Ok(match (key.slot, id) {
        (Slot::SecurityGroup(_), Some(id)) => {
            let groups = security_group::by_ids(aws, vec![id.to_owned()]).await?;
            Fresh::SecurityGroups(security_group::with_rules(aws, groups).await?)
        }
        (Slot::SecurityGroup(_), None) => {
            Fresh::SecurityGroups(security_group::find(aws, claims).await?)
        }
        (Slot::LoadBalancer, Some(id)) => {
            Fresh::Balancer(load_balancer::by_arn(aws, id).await?.into_iter().next())
        }
        (Slot::LoadBalancer, None) => {
            let mut found = Vec::new();
            for balancer in load_balancer::find(aws, claims).await? {
                let mut raw = observe::balancer_raw(aws, balancer).await?;
                raw.tags = tags(aws, raw.balancer.load_balancer_arn()).await?;
                found.push(raw);
            }
            Fresh::Balancers(found)
        }
        (Slot::TargetGroup(_), Some(id)) => Fresh::Health(target_group::health(aws, id).await?),
        (Slot::TargetGroup(_), None) => {
            let mut found = Vec::new();
            for group in target_group::by_keys(aws, claims, &[key]).await? {
                if let Some(mut raw) = observe::group_raw(aws, group).await? {
                    raw.tags = tags(aws, raw.group.target_group_arn()).await?;
                    found.push(raw);
                }
            }
            Fresh::TargetGroups(found)
        }
        (Slot::Listener(port), _) => {
            let mut found = Vec::new();
            for listener in listeners {
                if listener.port() == Some(i32::from(port)) {
                    let mut raw = observe::listener_raw(aws, listener.clone()).await?;
                    raw.tags = tags(aws, listener.listener_arn()).await?;
                    found.push(raw);
                }
            }
            Fresh::Listeners(found)
        }
        (Slot::Service, Some(id)) => {
            let (found, connections) = try_join!(
                service::by_ids(aws, vec![id.to_owned()]),
                service::connections(aws, id),
            )?;
            Fresh::Service(found.into_iter().next(), connections)
        }
        (Slot::Service, None) => Fresh::Services(lost_service(aws, claims, known).await?),
        (Slot::Endpoint, Some(id)) => {
            let (found, connections) = try_join!(
                endpoint::by_ids(aws, vec![id.to_owned()]),
                connections(aws, known, key),
            )?;
            let interfaces = interfaces::find(aws, claims, &found, false).await?;
            let found = found.into_iter().next().map(Box::new);
            Fresh::Endpoint(found, connections, interfaces)
        }
        (Slot::Endpoint, None) => {
            let found = endpoint::find(aws, claims).await?;
            let interfaces = interfaces::find(aws, claims, &found, false).await?;
            Fresh::Endpoints(found, interfaces)
        }
        (Slot::Zone, Some(id)) => Fresh::Zones(zone::by_id(aws, id).await?.into_iter().collect()),
        (Slot::Zone, None) => Fresh::Zones(zone::find(aws, claims).await?),
        (Slot::Alias(_), _) => Fresh::Aliases(match place_of_alias(claims, known, key) {
            Some((zone, name)) => alias::read_at(aws, &zone, &name).await?,
            None => Vec::new(),
        }),
    })
}

fn take(sight: &mut Sight<'_>, key: Key, fresh: Fresh, blocks: &[IpNet], region: &str) {
    let before = sight.observed.objects.remove(&key);
    match (fresh, before) {
        (Fresh::SecurityGroups(found), _) => security_group::see(sight, &found),
        (Fresh::Balancer(Some(balancer)), Some(mut seen)) => {
            load_balancer::refresh(sight, &mut seen, &balancer);
            sight.observed.objects.insert(key, seen);
        }
        (Fresh::Balancers(found), _) => found.iter().for_each(|raw| {
            load_balancer::see(sight, raw);
        }),
        (Fresh::Health(Some(health)), Some(mut seen)) => {
            target_group::refresh(&mut seen, &health, blocks);
            sight.observed.objects.insert(key, seen);
        }
        (Fresh::TargetGroups(found), _) => found.iter().for_each(|raw| {
            target_group::see(sight, raw, blocks);
        }),
        (Fresh::Listeners(found), _) => {
            if let Slot::Listener(port) = key.slot {
                sight.observed.foreign_listeners.remove(&port);
            }
            sight.observed.foreign.remove(&key.slot);
            found.iter().for_each(|raw| {
                listener::see(sight, raw);
            });
        }
        (Fresh::Service(found, connections), before) => {
            sight.observed.connections = service::connected(&connections);
            if let (Some(configuration), Some(mut seen)) = (found, before)
                && service::refresh(sight, &mut seen, &configuration)
            {
                sight.observed.objects.insert(key, seen);
            }
        }
        (Fresh::Services(found), _) => found.iter().for_each(|raw| {
            service::see(sight, raw);
        }),
        (Fresh::Endpoint(found, connections, interfaces), before) => {
            if let Some(connections) = connections {
                sight.observed.connections = service::connected(&connections);
            }
            if let (Some(endpoint), Some(mut seen)) = (found, before)
                && endpoint::refresh(&mut seen, &endpoint)
            {
                interfaces::set(&mut seen.outputs, &interfaces);
                sight.observed.objects.insert(key, seen);
            }
        }
        (Fresh::Endpoints(found, interfaces), _) => {
            for endpoint in &found {
                endpoint::see(sight, endpoint, region);
            }
            interfaces::see(sight, &interfaces);
        }
        (Fresh::Zones(found), _) => found.iter().for_each(|raw| {
            zone::see(sight, raw);
        }),
        (Fresh::Aliases(found), _) => {
            let is_alias = |slot: &Slot| matches!(slot, Slot::Alias(_));
            sight.observed.foreign.retain(|slot, _| !is_alias(slot));
            alias::see(sight, &found);
        }
        // Gone.
        (Fresh::Balancer(_) | Fresh::Health(_), _) => {}
    }
}

/// The tags of one object of a kind that can carry a lease; none where it is gone.
pub(super) async fn tags_of(
    aws: &Regional,
    key: Key,
    id: &str,
) -> Result<Option<RawTags>, CloudError> {
    let ids = vec![id.to_owned()];
    match key.slot {
        Slot::SecurityGroup(_) => {
            let groups = security_group::by_ids(aws, ids).await?;
            Ok(groups.first().map(|group| ec2_tags::raw(group.tags())))
        }
        Slot::Endpoint => {
            let endpoints = endpoint::by_ids(aws, ids).await?;
            Ok(endpoints.first().map(|it| ec2_tags::raw(it.tags())))
        }
        _ => Ok(elb_tags::describe(aws, &ids).await?.remove(id)),
    }
}

/// By its tags, or else by the load balancer that it fronts.
async fn lost_service(
    aws: &Regional,
    claims: &Claims<'_>,
    known: &Observed,
) -> Result<Vec<service::Raw>, CloudError> {
    let mut found = service::find(aws, claims).await?;
    let balancer = known.id(Key::only(Slot::LoadBalancer));
    if let (true, Some(balancer)) = (found.is_empty(), balancer) {
        found = service::fronting(aws, balancer).await?;
    }
    side_by_side(found, |service| observe::service_raw(aws, service)).await
}

/// An endpoint on its way can be accepted once the service lists it.
async fn connections(
    aws: &Regional,
    known: &Observed,
    endpoint: Key,
) -> Result<Option<Vec<VpcEndpointConnection>>, CloudError> {
    let coming = known
        .get(endpoint)
        .is_some_and(|seen| seen.life == Life::Coming);
    match known.id(Key::only(Slot::Service)).filter(|_| coming) {
        Some(service) => service::connections(aws, service).await.map(Some),
        None => Ok(None),
    }
}

/// The zone and name of a record that was seen before, or of the one that would be made.
fn place_of_alias(claims: &Claims<'_>, known: &Observed, key: Key) -> Option<(String, String)> {
    if let Some(Object::Alias(alias)) = known.get(key).map(|seen| &seen.object) {
        let zone = match &alias.zone {
            ZoneRef::Managed(zone) => known.id(*zone)?.to_owned(),
            ZoneRef::Given(Maybe::Known(zone)) => zone.clone(),
            ZoneRef::Given(Maybe::Unknown) => return None,
        };
        return Some((zone, alias.name.clone()));
    }
    let name = claims.scope.hostname.clone()?;
    let zone = match &claims.scope.zone_id {
        Some(zone) => zone.clone(),
        None => known
            .of(Slot::Zone)
            .find(|(_, seen)| matches!(&seen.object, Object::Zone(zone) if zone.name == name))
            .and_then(|(_, seen)| seen.id.known().cloned())?,
    };
    Some((zone, name))
}

async fn tags(aws: &Regional, arn: Option<&str>) -> Result<RawTags, CloudError> {
    let arns: Vec<String> = arn.map(str::to_owned).into_iter().collect();
    let tags = elb_tags::describe(aws, &arns).await?;
    Ok(tags.into_values().next().unwrap_or_default())
}
