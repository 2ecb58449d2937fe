//! A look at some keys: what was seen before is brought up to date with one light call, what was
//! not seen is searched for as a create whose answer was lost.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::{
    alias, claim::Claims, client::Regional, elb_tags, endpoint, listener, load_balancer, observe,
    security_group, service, sight::Sight, target_group, zone,
};
use crate::{
    model::{Key, Life, Maybe, Object, Observed, Slot, object::ZoneRef},
    reconcile::CloudError,
};

pub(super) async fn look(
    aws: &Regional,
    claims: &Claims<'_>,
    keys: &BTreeSet<Key>,
    known: &mut Observed,
    blocks: &[IpNet],
) -> Result<(), CloudError> {
    let mut sight = Sight::over(claims, std::mem::take(known));
    let mut looked = Ok(());
    // Groups before load balancers and endpoints, these before what points at them.
    for key in keys {
        looked = match key.slot {
            Slot::SecurityGroup(_) => groups(aws, &mut sight, *key).await,
            Slot::LoadBalancer => balancer(aws, &mut sight, *key).await,
            Slot::TargetGroup(_) => target_group(aws, &mut sight, *key, blocks).await,
            Slot::Listener(_) => listener(aws, &mut sight, *key).await,
            Slot::Service => service(aws, &mut sight, *key).await,
            Slot::Endpoint => endpoint(aws, &mut sight, *key).await,
            Slot::Zone => zone(aws, &mut sight, *key).await,
            Slot::Alias => alias(aws, &mut sight, *key).await,
        };
        if looked.is_err() {
            break;
        }
    }
    *known = sight.observed;
    looked
}

async fn groups(aws: &Regional, sight: &mut Sight<'_>, key: Key) -> Result<(), CloudError> {
    let found = match id(sight, key) {
        Some(id) => {
            let groups = security_group::by_ids(aws, vec![id]).await?;
            security_group::with_rules(aws, groups).await?
        }
        None => security_group::find(aws, sight.claims).await?,
    };
    forget(sight, key);
    security_group::see(sight, &found);
    Ok(())
}

async fn balancer(aws: &Regional, sight: &mut Sight<'_>, key: Key) -> Result<(), CloudError> {
    if let Some(arn) = id(sight, key) {
        let found = load_balancer::by_arn(aws, &arn).await?;
        match (found.first(), sight.observed.objects.remove(&key)) {
            (Some(balancer), Some(mut seen)) => {
                load_balancer::refresh(sight, &mut seen, balancer);
                sight.observed.objects.insert(key, seen);
            }
            _ => forget(sight, key),
        }
        return Ok(());
    }
    for balancer in load_balancer::find(aws, sight.claims).await? {
        let arn = balancer.load_balancer_arn().unwrap_or_default().to_owned();
        let mut raw = observe::balancer_raw(aws, balancer).await?;
        raw.tags = tags(aws, &arn).await?;
        load_balancer::see(sight, &raw);
    }
    Ok(())
}

async fn target_group(
    aws: &Regional,
    sight: &mut Sight<'_>,
    key: Key,
    blocks: &[IpNet],
) -> Result<(), CloudError> {
    if let Some(arn) = id(sight, key) {
        match target_group::health(aws, &arn).await? {
            Some(health) => {
                if let Some(seen) = sight.observed.objects.get_mut(&key) {
                    target_group::refresh(seen, &health, blocks);
                }
            }
            None => forget(sight, key),
        }
        return Ok(());
    }
    for group in target_group::by_keys(aws, sight.claims, &[key]).await? {
        let arn = group.target_group_arn().unwrap_or_default().to_owned();
        if let Some(mut raw) = observe::group_raw(aws, group).await? {
            raw.tags = tags(aws, &arn).await?;
            target_group::see(sight, &raw, &[], blocks);
        }
    }
    Ok(())
}

/// All listeners come in one page or two: one call tells of every one of them.
async fn listener(aws: &Regional, sight: &mut Sight<'_>, key: Key) -> Result<(), CloudError> {
    let Some(balancer) = id(sight, Key::only(Slot::LoadBalancer)) else {
        forget(sight, key);
        return Ok(());
    };
    let Slot::Listener(port) = key.slot else {
        return Ok(());
    };
    let found = listener::of_balancer(aws, &balancer).await?;
    forget(sight, key);
    sight.observed.foreign_listeners.remove(&port);
    sight.observed.foreign.remove(&key.slot);
    for listener in found {
        if listener.port() != Some(i32::from(port)) {
            continue;
        }
        let arn = listener.listener_arn().unwrap_or_default().to_owned();
        let mut raw = observe::listener_raw(aws, listener).await?;
        raw.tags = tags(aws, &arn).await?;
        listener::see(sight, &raw);
    }
    Ok(())
}

async fn service(aws: &Regional, sight: &mut Sight<'_>, key: Key) -> Result<(), CloudError> {
    if let Some(id) = id(sight, key) {
        let (found, connections) = futures::try_join!(
            service::by_ids(aws, vec![id.clone()]),
            service::connections(aws, &id),
        )?;
        sight.observed.connections = service::connected(&connections);
        if let (Some(configuration), Some(mut seen)) =
            (found.first(), sight.observed.objects.remove(&key))
        {
            if service::refresh(sight, &mut seen, configuration) {
                sight.observed.objects.insert(key, seen);
            }
        } else {
            forget(sight, key);
        }
        return Ok(());
    }
    let mut found = service::find(aws, sight.claims).await?;
    let balancer = id(sight, Key::only(Slot::LoadBalancer));
    if let (true, Some(balancer)) = (found.is_empty(), balancer) {
        found = service::fronting(aws, &balancer).await?;
    }
    for configuration in found {
        let raw = observe::service_raw(aws, configuration).await?;
        service::see(sight, &raw);
    }
    Ok(())
}

async fn endpoint(aws: &Regional, sight: &mut Sight<'_>, key: Key) -> Result<(), CloudError> {
    let Some(id) = id(sight, key) else {
        for endpoint in endpoint::find(aws, sight.claims).await? {
            endpoint::see(sight, &endpoint);
        }
        return Ok(());
    };
    let found = endpoint::by_ids(aws, vec![id]).await?;
    match (found.first(), sight.observed.objects.remove(&key)) {
        (Some(endpoint), Some(mut seen)) => {
            if endpoint::refresh(&mut seen, endpoint) {
                let waits = seen.life == Life::Coming;
                sight.observed.objects.insert(key, seen);
                if waits {
                    connections(aws, sight).await?;
                }
            }
        }
        _ => forget(sight, key),
    }
    Ok(())
}

/// An endpoint can be accepted once the service lists it.
async fn connections(aws: &Regional, sight: &mut Sight<'_>) -> Result<(), CloudError> {
    if let Some(service) = id(sight, Key::only(Slot::Service)) {
        let connections = service::connections(aws, &service).await?;
        sight.observed.connections = service::connected(&connections);
    }
    Ok(())
}

async fn zone(aws: &Regional, sight: &mut Sight<'_>, key: Key) -> Result<(), CloudError> {
    let found = match id(sight, key) {
        Some(id) => zone::by_id(aws, &id).await?.into_iter().collect(),
        None => zone::find(aws, sight.claims).await?,
    };
    forget(sight, key);
    for raw in &found {
        zone::see(sight, raw);
    }
    Ok(())
}

async fn alias(aws: &Regional, sight: &mut Sight<'_>, key: Key) -> Result<(), CloudError> {
    let place = match sight.observed.get(key).map(|seen| &seen.object) {
        Some(Object::Alias(alias)) => Some((alias.zone.clone(), alias.name.clone())),
        _ => None,
    };
    let zone = match &place {
        Some((ZoneRef::Managed(zone), _)) => id(sight, *zone),
        Some((ZoneRef::Given(Maybe::Known(zone)), _)) => Some(zone.clone()),
        Some((ZoneRef::Given(Maybe::Unknown), _)) => None,
        None => match &sight.claims.scope.zone_id {
            Some(zone) => Some(zone.clone()),
            None => sight
                .observed
                .of(Slot::Zone)
                .find_map(|(_, seen)| seen.id.known().cloned()),
        },
    };
    let name = place
        .map(|(_, name)| name)
        .or_else(|| sight.claims.scope.hostname.clone());
    let (Some(zone), Some(name)) = (zone, name) else {
        return Ok(());
    };
    let found = alias::read_at(aws, &zone, &name).await?;
    forget(sight, key);
    sight.observed.foreign.remove(&Slot::Alias);
    alias::see(sight, &found);
    Ok(())
}

fn id(sight: &Sight<'_>, key: Key) -> Option<String> {
    sight.observed.id(key).map(str::to_owned)
}

fn forget(sight: &mut Sight<'_>, key: Key) {
    sight.observed.objects.remove(&key);
}

async fn tags(aws: &Regional, arn: &str) -> Result<super::claim::RawTags, CloudError> {
    let mut tags = elb_tags::describe(aws, &[arn.to_owned()]).await?;
    Ok(tags.remove(arn).unwrap_or_default())
}
