//! The alias record of the hostname.

mod write;

use aws_sdk_route53::types::{ResourceRecordSet, RrType};

use super::{
    claim::Claims,
    client::Regional,
    endpoint::{is_regional, plain},
    sight::{Sight, seen},
    zone,
};
use crate::{
    model::{
        Key, Maybe, Object, Slot,
        object::{Alias, ZoneRef},
    },
    reconcile::{CloudError, ErrorKind},
};
pub(super) use write::{in_sync, write};

/// Records where an alias of ours may be.
pub(super) struct Raw {
    zone: String,
    /// Every record of a zone that we manage, or those of one name in a given zone.
    records: Vec<ResourceRecordSet>,
    /// The name looked for in a given zone.
    name: Option<String>,
}

/// What names an alias everywhere: records have no id.
pub(super) fn id(zone: &str, name: &str) -> String {
    format!("{zone}/{name}")
}

/// Reads every managed zone, the hostname in a given zone, and the names that the state knew.
pub(super) async fn find(
    aws: &Regional,
    claims: &Claims<'_>,
    managed: &[zone::Raw],
) -> Result<Vec<Raw>, CloudError> {
    let mut places: Vec<(String, Option<String>)> = managed
        .iter()
        .map(|zone| (zone.id().to_owned(), None))
        .collect();
    let mut add = |zone: &str, name: &str| {
        let known = places
            .iter()
            .any(|(other, at)| other == zone && at.as_deref().is_none_or(|other| other == name));
        if !known {
            places.push((zone.to_owned(), Some(name.to_owned())));
        }
    };
    if let (Some(zone), Some(name)) = (&claims.scope.zone_id, &claims.scope.hostname) {
        add(zone::bare(zone), name);
    }
    for known in claims.ids(|slot| slot == Slot::Alias) {
        if let Some((zone, name)) = known.split_once('/') {
            add(zone, name);
        }
    }
    let mut found = Vec::new();
    for (zone, name) in places {
        found.extend(read(aws, zone, name).await?);
    }
    Ok(found)
}

/// What one name of a zone holds; nothing if the zone is gone.
pub(super) async fn read_at(
    aws: &Regional,
    zone: &str,
    name: &str,
) -> Result<Vec<Raw>, CloudError> {
    let raw = read(aws, zone::bare(zone).to_owned(), Some(name.to_owned())).await?;
    Ok(raw.into_iter().collect())
}

/// `None` if the zone is gone.
async fn read(
    aws: &Regional,
    zone: String,
    name: Option<String>,
) -> Result<Option<Raw>, CloudError> {
    let records = match &name {
        Some(name) => at(aws, &zone, name).await,
        None => all(aws, &zone).await,
    };
    match records {
        Ok(records) => Ok(Some(Raw {
            zone,
            records,
            name,
        })),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Address and alias records of one name: listings go by name, then by type.
async fn at(aws: &Regional, zone: &str, name: &str) -> Result<Vec<ResourceRecordSet>, CloudError> {
    let call = aws
        .route53
        .list_resource_record_sets()
        .hosted_zone_id(zone)
        .start_record_name(name)
        .start_record_type(RrType::A)
        .max_items(10);
    let answer = aws.gate.call("ListResourceRecordSets", call.send()).await?;
    let mut records = answer.resource_record_sets;
    records.retain(|record| plain(record.name()) == name);
    Ok(records)
}

async fn all(aws: &Regional, zone: &str) -> Result<Vec<ResourceRecordSet>, CloudError> {
    let mut records = Vec::new();
    let (mut name, mut kind, mut identifier) = (None, None, None);
    loop {
        let call = aws
            .route53
            .list_resource_record_sets()
            .hosted_zone_id(zone)
            .set_start_record_name(name)
            .set_start_record_type(kind)
            .set_start_record_identifier(identifier);
        let answer = aws.gate.call("ListResourceRecordSets", call.send()).await?;
        records.extend(answer.resource_record_sets);
        if !answer.is_truncated {
            return Ok(records);
        }
        name = answer.next_record_name;
        kind = answer.next_record_type;
        identifier = answer.next_record_identifier;
    }
}

/// An import knows no hostname: the alias is looked for in the private zones of the endpoint's VPC.
pub(super) async fn search(
    aws: &Regional,
    vpc: &str,
    endpoint_names: &[String],
) -> Result<Vec<(Option<zone::Raw>, Raw)>, CloudError> {
    let mut found = Vec::new();
    for zone in zone::of_vpc(aws, vpc).await? {
        let Some(mut raw) = read(aws, zone, None).await? else {
            continue;
        };
        let points = |record: &ResourceRecordSet| {
            target_name(record).is_some_and(|name| endpoint_names.contains(&name))
        };
        let Some(record) = raw.records.iter().find(|record| points(record)) else {
            continue;
        };
        raw.name = Some(plain(record.name()));
        let zone = zone::by_id(aws, &raw.zone).await?;
        found.push((zone, raw));
    }
    Ok(found)
}

/// Aliases that are ours take their places; what stands in the way is noted.
pub(super) fn see(sight: &mut Sight<'_>, raws: &[Raw]) {
    for raw in raws {
        let managed = sight.key(&raw.zone).filter(|key| key.slot == Slot::Zone);
        for record in &raw.records {
            see_record(sight, raw, managed, record);
        }
    }
}

fn see_record(sight: &mut Sight<'_>, raw: &Raw, managed: Option<Key>, record: &ResourceRecordSet) {
    let name = plain(record.name());
    let kind = record.r#type();
    if raw.name.as_ref().is_some_and(|wanted| *wanted != name) {
        return;
    }
    if *kind == RrType::A && record.set_identifier().is_none() {
        let target = target_name(record).and_then(|dns| endpoint_at(sight, &dns));
        let known = sight.claims.key(&id(&raw.zone, &name)).is_some();
        // A zone that we made was made for one record: at its own name, to an endpoint, which may
        // be gone by now.
        let left_over = managed.is_some_and(|zone| {
            sight.observed.get(zone).is_some_and(|zone| zone.owned) && is_apex(sight, zone, &name)
        }) && target_name(record).is_some_and(|dns| dns.contains(".vpce."));
        if target.is_some() || known || left_over {
            let zone = match managed {
                Some(key) => ZoneRef::Managed(key),
                None => ZoneRef::Given(raw.zone.as_str().into()),
            };
            let id = id(&raw.zone, &name);
            // It is whose the endpoint is that it points at.
            let others = |key| sight.observed.get(key).is_some_and(|seen| !seen.owned);
            let owned = !target.is_some_and(others);
            let object = Object::Alias(Alias { zone, name, target });
            sight.place(Slot::Alias, seen(&id, owned, object));
            return;
        }
    }
    let ours_by_birth = [RrType::Ns, RrType::Soa].contains(kind);
    if let (Some(zone), false) = (managed, ours_by_birth) {
        sight
            .observed
            .foreign_records
            .insert(format!("{name} {}", kind.as_str()));
        if !is_apex(sight, zone, &name) {
            return;
        }
    }
    // An address record, or one that forbids any other beside it.
    if [RrType::A, RrType::Cname].contains(kind) {
        sight.observed.foreign.insert(
            Slot::Alias,
            format!("record {name} {} in zone {}", kind.as_str(), raw.zone),
        );
    }
}

fn is_apex(sight: &Sight<'_>, zone: Key, name: &str) -> bool {
    match sight.observed.get(zone).map(|seen| &seen.object) {
        Some(Object::Zone(zone)) => zone.name == name,
        _ => false,
    }
}

/// What an alias record points at; `None` of other records.
fn target_name(record: &ResourceRecordSet) -> Option<String> {
    (*record.r#type() == RrType::A).then_some(())?;
    record.alias_target().map(|target| plain(target.dns_name()))
}

/// The endpoint of ours with this regional name. One that is listed without names, as one that was
/// rejected may be, is known by its id, with which the name begins.
fn endpoint_at(sight: &Sight<'_>, dns_name: &str) -> Option<Key> {
    let mut endpoints = sight.observed.of(Slot::Endpoint);
    let found = endpoints.find(|(_, seen)| match (&seen.outputs.dns_name, &seen.id) {
        (Maybe::Known(name), _) => name == dns_name,
        (Maybe::Unknown, Maybe::Known(id)) => is_regional(dns_name, id),
        (Maybe::Unknown, Maybe::Unknown) => false,
    });
    found.map(|(key, _)| key)
}

#[cfg(test)]
mod tests;
