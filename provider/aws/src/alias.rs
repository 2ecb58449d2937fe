//! The records of the hostname.

mod write;

use std::{collections::BTreeSet, net::IpAddr};

use aws_sdk_route53::types::{ResourceRecordSet, RrType};

use super::{
    claim::Claims,
    client::Regional,
    endpoint::{is_regional, plain},
    sight::{Sight, seen},
    zone,
};
use engine::model::{
    Key, Maybe, Object, RecordType, Seen, Slot,
    object::{Alias, ZoneRef, alias::Form},
    survey::Record,
};
use engine::reconcile::{CloudError, ErrorKind};
pub(super) use write::{change, create, delete, in_sync, overwrite};

/// Records where an alias of ours may be.
pub(super) struct Raw {
    zone: String,
    /// Every record of a zone that we manage, or those of one name in a given zone.
    records: Vec<ResourceRecordSet>,
    /// The name looked for in a given zone.
    name: Option<String>,
    /// Whether a CNAME may be ours: where aliases may not point at endpoints.
    by_cname: bool,
}

impl Raw {
    pub(super) fn zone(&self) -> &str {
        &self.zone
    }

    /// Whether there is a record of addresses where ours would be.
    pub(super) fn holds_addresses(&self) -> bool {
        let named = |record: &&ResourceRecordSet| {
            let name = self.name.as_ref();
            name.is_none_or(|name| plain(record.name()) == *name)
        };
        let mut records = self.records.iter().filter(named);
        records.any(|record| record.set_identifier().is_none() && addresses(record).is_some())
    }
}

/// What names a record everywhere: records have no id. A hostname has no slashes.
pub(super) fn id(zone: &str, name: &str, kind: RecordType) -> String {
    match kind {
        RecordType::A => format!("{zone}/{name}"),
        kind => format!("{zone}/{name}/{}", kind.as_str()),
    }
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
    for known in claims.ids(|slot| matches!(slot, Slot::Alias(_))) {
        let mut parts = known.split('/');
        if let (Some(zone), Some(name)) = (parts.next(), parts.next()) {
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
            by_cname: takes_cname(&aws.region),
        })),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// In GovCloud an alias may point only at a record of its own zone; what leads to another resource is
/// a CNAME.
/// <https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-r53.html>
fn takes_cname(region: &str) -> bool {
    region.starts_with("us-gov-")
}

/// All records of one name: listings go by name, then by type.
pub(super) async fn at(
    aws: &Regional,
    zone: &str,
    name: &str,
) -> Result<Vec<ResourceRecordSet>, CloudError> {
    let first = (Some(name.to_owned()), Some(RrType::A));
    let mut records = list(aws, zone, first, |next| plain(next) == name).await?;
    records.retain(|record| plain(record.name()) == name);
    Ok(records)
}

async fn all(aws: &Regional, zone: &str) -> Result<Vec<ResourceRecordSet>, CloudError> {
    list(aws, zone, (None, None), |_| true).await
}

/// Records from `first` on, as long as the next page begins with a name that is asked for.
async fn list(
    aws: &Regional,
    zone: &str,
    first: (Option<String>, Option<RrType>),
    goes_on: impl Fn(&str) -> bool,
) -> Result<Vec<ResourceRecordSet>, CloudError> {
    let mut records = Vec::new();
    let page = first.0.as_ref().map(|_| 10);
    let (mut name, mut kind) = first;
    let mut identifier = None;
    loop {
        let call = aws
            .route53
            .list_resource_record_sets()
            .hosted_zone_id(zone)
            .set_start_record_name(name)
            .set_start_record_type(kind)
            .set_start_record_identifier(identifier)
            .set_max_items(page);
        let answer = aws.gate.call("ListResourceRecordSets", call.send()).await?;
        records.extend(answer.resource_record_sets);
        let ends = |next: &String| !goes_on(next);
        if !answer.is_truncated || answer.next_record_name.as_ref().is_some_and(ends) {
            return Ok(records);
        }
        name = answer.next_record_name;
        kind = answer.next_record_type;
        identifier = answer.next_record_identifier;
    }
}

/// An import knows no hostname: the record is looked for in the private zones of the endpoint's VPC.
pub(super) async fn of_vpc(aws: &Regional, vpc: &str) -> Result<Vec<Raw>, CloudError> {
    let mut found = Vec::new();
    for zone in zone::of_vpc(aws, vpc).await? {
        found.extend(read(aws, zone, None).await?);
    }
    Ok(found)
}

/// Of those of a VPC, where a record leads to an endpoint of ours, and the name of that record.
/// Endpoints are seen before.
pub(super) fn leading(sight: &Sight<'_>, mut raws: Vec<Raw>) -> Vec<Raw> {
    raws.retain_mut(|raw| {
        let leads = |record: &&ResourceRecordSet| holder(sight, &raw.zone, record).is_some();
        let found = raw.records.iter().find(leads);
        raw.name = found.map(|record| plain(record.name()));
        raw.name.is_some()
    });
    raws
}

/// Whether one of those of a VPC holds addresses at the hostname that our tags say, and none leads
/// to the endpoint by its name: only then are its addresses needed.
pub(super) fn may_hold_addresses(sight: &Sight<'_>, raws: &[Raw]) -> bool {
    let mut records = raws.iter().flat_map(|raw| &raw.records);
    let by_name = |record: &ResourceRecordSet| {
        let name = target_name(record);
        name.is_some_and(|name| endpoint_at(sight, &name).is_some())
    };
    let hostname = sight.tagged_hostname();
    let at_hostname = |record: &&ResourceRecordSet| {
        record.set_identifier().is_none()
            && hostname.is_some_and(|hostname| plain(record.name()) == hostname)
    };
    let mut held = records.clone().filter(at_hostname);
    held.any(|record| addresses(record).is_some()) && !records.any(by_name)
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
    let kind = RecordType::parse(record.r#type().as_str());
    if raw.name.as_ref().is_some_and(|wanted| *wanted != name) {
        return;
    }
    let plain_kind = kind.filter(|kind| {
        record.set_identifier().is_none() && (*kind != RecordType::Cname || raw.by_cname)
    });
    if let Some(kind) = plain_kind {
        let id = id(&raw.zone, &name, kind);
        let holder = holder(sight, &raw.zone, record);
        let known = sight.claims.key(&id).is_some();
        // A zone that we made was made for one record: at its own name, to an endpoint, which may
        // be gone by now.
        let left_over = managed.is_some_and(|zone| {
            sight.observed.get(zone).is_some_and(|zone| zone.owned) && is_apex(sight, zone, &name)
        }) && target_name(record).is_some_and(|dns| dns.contains(".vpce."));
        let departed = &sight.claims.scope.departed;
        let outlived = match addresses(record) {
            Some(all) => all.iter().all(|it| departed.contains(&it.to_string())),
            None => target_name(record).is_some_and(|dns| departed.contains(&dns)),
        };
        if holder.is_some() || known || left_over || outlived {
            let zone = match managed {
                Some(key) => ZoneRef::Managed(key),
                None => ZoneRef::Given(raw.zone.as_str().into()),
            };
            // It is whose the endpoint is that it leads to.
            let others = |key| sight.observed.get(key).is_some_and(|seen| !seen.owned);
            let owned = !holder.is_some_and(|(key, _)| others(key));
            let object = Object::Alias(Alias {
                zone,
                name,
                kind,
                form: match addresses(record) {
                    Some(_) => Form::Addresses,
                    None => Form::Name,
                },
                target: holder.filter(|(_, is_whole)| *is_whole).map(|(key, _)| key),
            });
            sight.place(Slot::Alias(kind), seen(&id, owned, object));
            return;
        }
    }
    let ours_by_birth = [RrType::Ns, RrType::Soa].contains(record.r#type());
    if let (Some(zone), false) = (managed, ours_by_birth) {
        sight
            .observed
            .foreign_records
            .insert(format!("{name} {}", record.r#type().as_str()));
        if !is_apex(sight, zone, &name) {
            return;
        }
    }
    // An address record, or one that forbids any other beside it.
    if let (Some(kind), Some(said)) = (kind, self::record(record))
        && is_wanted_place(sight, raw, managed, &name)
    {
        let what = format!("record {name} {said} in zone {}", raw.zone);
        sight.observed.foreign.insert(Slot::Alias(kind), what);
    }
}

/// Whether the records of the hostname are to be here. An import does not know where.
fn is_wanted_place(sight: &Sight<'_>, raw: &Raw, managed: Option<Key>, name: &str) -> bool {
    let scope = sight.claims.scope;
    let Some(hostname) = &scope.hostname else {
        return true;
    };
    let is_zone = match &scope.zone_id {
        Some(id) => zone::bare(id) == raw.zone,
        None => managed.is_some(),
    };
    is_zone && hostname == name
}

/// A record of a name that leads somewhere; `None` of other records.
pub(super) fn record(record: &ResourceRecordSet) -> Option<Record> {
    let kind = RecordType::parse(record.r#type().as_str())?;
    let to = match record.alias_target() {
        Some(target) => vec![plain(target.dns_name())],
        None => {
            let records = record.resource_records().iter();
            records.map(|record| plain(record.value())).collect()
        }
    };
    Some(Record {
        kind: kind.as_str().to_owned(),
        to,
        identifier: record.set_identifier().map(str::to_owned),
    })
}

fn is_apex(sight: &Sight<'_>, zone: Key, name: &str) -> bool {
    match sight.observed.get(zone).map(|seen| &seen.object) {
        Some(Object::Zone(zone)) => zone.name == name,
        _ => false,
    }
}

/// What an alias or a CNAME points at; `None` of other records.
fn target_name(record: &ResourceRecordSet) -> Option<String> {
    match (
        RecordType::parse(record.r#type().as_str())?,
        record.resource_records(),
    ) {
        (RecordType::Cname, [value]) => Some(plain(value.value())),
        (RecordType::Cname, _) => None,
        _ => record.alias_target().map(|target| plain(target.dns_name())),
    }
}

/// The addresses that a record holds; `None` of one that leads to a name.
fn addresses(record: &ResourceRecordSet) -> Option<BTreeSet<IpAddr>> {
    let values = record.resource_records().iter();
    let all: Option<BTreeSet<IpAddr>> = values.map(|it| it.value().parse().ok()).collect();
    all.filter(|all| !all.is_empty())
}

/// The endpoint of ours that a record leads to, and whether it holds all that such a record can.
fn holder(sight: &Sight<'_>, zone: &str, record: &ResourceRecordSet) -> Option<(Key, bool)> {
    let Some(held) = addresses(record) else {
        return endpoint_at(sight, &target_name(record)?).map(|key| (key, true));
    };
    let name = plain(record.name());
    let kind = RecordType::parse(record.r#type().as_str())?;
    sight.holder_of(&id(zone, &name, kind), &name, kind, &held)
}

/// The endpoint of ours with this regional name.
fn endpoint_at(sight: &Sight<'_>, dns_name: &str) -> Option<Key> {
    let mut endpoints = sight.observed.of(Slot::Endpoint);
    let found = endpoints.find(|(_, seen)| is_name_of(seen, dns_name));
    found.map(|(key, _)| key)
}

/// Whether it is the regional name of an endpoint. One that is listed without names, as one that was
/// rejected may be, is known by its id, with which the name begins.
fn is_name_of(endpoint: &Seen, dns_name: &str) -> bool {
    match (&endpoint.outputs.dns_name, &endpoint.id) {
        (Maybe::Known(name), _) => name == dns_name,
        (Maybe::Unknown, Maybe::Known(id)) => is_regional(dns_name, id),
        (Maybe::Unknown, Maybe::Unknown) => false,
    }
}

#[cfg(test)]
mod tests;
