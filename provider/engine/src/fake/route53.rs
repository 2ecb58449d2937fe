//! Route 53's rules. <https://docs.aws.amazon.com/Route53/latest/APIReference/>

use std::{collections::BTreeSet, net::IpAddr};

use super::{
    Call, Done, Made,
    world::{World, Zone, addresses_in, endpoint_name, record_of},
};
use crate::model::{
    Key, RecordType, Seen, Slot,
    object::{
        self, Alias, ZoneRef,
        alias::{self, Form},
    },
};
use crate::reconcile::{CloudError, ErrorKind};

/// Zones cannot be tagged at create; their caller reference says whose they are.
pub(super) fn caller_reference(owner: &str) -> String {
    format!("kafka-privatelink:{owner}:")
}

pub(super) fn create_zone(world: &mut World, call: &Call<'_>, wanted: &object::Zone) -> Made {
    let vpc = wanted.vpc.known().cloned().unwrap_or_default();
    // "ConflictingDomainExists": the VPC has a zone of this name.
    if world
        .zones
        .values()
        .any(|it| it.name == wanted.name && it.vpc == vpc)
    {
        let message = "the VPC has a zone of this name";
        return Err(call.refuse(ErrorKind::Exists, "ConflictingDomainExists", message));
    }
    let id = world.new_id("Z");
    let zone = Zone {
        name: wanted.name.clone(),
        vpc,
        caller_reference: format!("{}{id}", caller_reference(&call.scope.owner)),
        tags: Default::default(),
    };
    world.zones.insert(id.clone(), zone);
    Ok(id)
}

pub(super) fn delete_zone(world: &mut World, call: &Call<'_>, id: &str) -> Done {
    // "HostedZoneNotEmpty".
    if world.records.keys().any(|(zone, _, _)| zone == id) {
        let message = "it holds records";
        return Err(call.refuse(ErrorKind::InUse, "HostedZoneNotEmpty", message));
    }
    let gone = world.zones.remove(id);
    gone.map(drop).ok_or_else(|| call.missing(id))
}

/// Zone, name and type.
type Place = (String, String, RecordType);

pub(super) fn create_record(world: &mut World, call: &Call<'_>, wanted: &Alias) -> Made {
    let (place, target) = record(world, call, wanted)?;
    // CREATE over a record that exists: "InvalidChangeBatch ... but it already exists". A CNAME
    // stands alone: "conflicts with other records with the same DNS name".
    let is_one_cname =
        |kind: RecordType| kind == RecordType::Cname || wanted.kind == RecordType::Cname;
    let in_the_way = |other: &Place| {
        is_same_name(other, &place) && (other.2 == wanted.kind || is_one_cname(other.2))
    };
    if world.records.keys().any(in_the_way) {
        let message = "the record exists";
        return Err(call.refuse(ErrorKind::Exists, "InvalidChangeBatch", message));
    }
    let id = record_id(&place.0, &wanted.name, wanted.kind);
    world.records.insert(place, target);
    Ok(id)
}

pub(super) fn overwrite_record(world: &mut World, call: &Call<'_>, wanted: &Alias) -> Made {
    let (place, target) = record(world, call, wanted)?;
    let endpoint = wanted.target.and_then(|key| call.observed.get(key));
    let own = endpoint.map(|seen| (&seen.id, &seen.outputs));
    let leads_there = |to: &str| {
        own.is_some_and(|(id, outputs)| match addresses_in(to) {
            Some(held) => outputs
                .addresses
                .known()
                .is_some_and(|all| held.is_subset(all)),
            None => id.known().is_some_and(|id| endpoint_name(id) == to),
        })
    };
    let stays = |other: &Place, to: &str| !other.2.excludes(place.2) && leads_there(to);
    world
        .records
        .retain(|other, to| !is_same_name(other, &place) || stays(other, to));
    let id = record_id(&place.0, &wanted.name, wanted.kind);
    world.records.insert(place, target);
    Ok(id)
}

/// Where a record is made, and what it points at.
fn record(world: &World, call: &Call<'_>, wanted: &Alias) -> Result<(Place, String), CloudError> {
    let zone = match &wanted.zone {
        ZoneRef::Managed(key) => call.id(*key)?,
        ZoneRef::Given(id) => id.known().cloned().unwrap_or_default(),
    };
    // "NoSuchHostedZone".
    if !world.zones.contains_key(&zone) {
        return Err(call.missing(&zone));
    }
    let target = wanted.target.ok_or_else(|| call.incomplete())?;
    let place = (zone, wanted.name.clone(), wanted.kind);
    Ok((place, value(call, target, wanted.kind, wanted.form)?))
}

/// As the adapters write it: by what the caller knows of the endpoint.
fn value(
    call: &Call<'_>,
    endpoint: Key,
    kind: RecordType,
    form: Form,
) -> Result<String, CloudError> {
    let id = call.id(endpoint)?;
    if form == Form::Name {
        return Ok(endpoint_name(&id));
    }
    let seen = call.observed.get(endpoint);
    let addresses = seen.map(|seen| seen.outputs.addresses_of(kind));
    match addresses.filter(|all| !all.is_empty()) {
        Some(addresses) => Ok(record_of(&addresses)),
        None => {
            let message = "the endpoint's addresses have not been seen yet";
            Err(call.refuse(ErrorKind::NotYet, "NotYet", message))
        }
    }
}

fn is_same_name(one: &Place, other: &Place) -> bool {
    (&one.0, &one.1) == (&other.0, &other.1)
}

pub(super) fn delete_record(world: &mut World, call: &Call<'_>, id: &str) -> Done {
    let place = place(call, id)?;
    let held = world.records.get(&place);
    if !held.is_some_and(|held| is_left_by_us(call, &place, held)) {
        return Err(call.missing(id));
    }
    world.records.remove(&place);
    Ok(())
}

/// As the adapters have it: whether a record leads to what the path has or had, or is in a zone
/// that was made for it.
fn is_left_by_us(call: &Call<'_>, place: &Place, held: &str) -> bool {
    let is_zone = |seen: &Seen| seen.owned && seen.id.known() == Some(&place.0);
    let mut zones = call.observed.of(Slot::Zone);
    if zones.any(|(_, seen)| is_zone(seen)) {
        return true;
    }
    let departed = &call.scope.departed;
    let all = [call.observed, &call.scope.known];
    let endpoints = all.into_iter().flat_map(|it| it.of(Slot::Endpoint));
    if let Some(held) = addresses_in(held) {
        let own: BTreeSet<IpAddr> = endpoints
            .flat_map(|(_, seen)| seen.outputs.addresses_of(place.2))
            .collect();
        let is_own = |it: &IpAddr| own.contains(it) || departed.contains(&it.to_string());
        return held.iter().all(is_own);
    }
    let mut ids = endpoints.filter_map(|(_, seen)| seen.id.known());
    ids.any(|id| endpoint_name(id) == held) || departed.contains(held)
}

pub(super) fn change_record(
    world: &mut World,
    call: &Call<'_>,
    id: &str,
    change: &alias::Change,
) -> Done {
    match change {
        alias::Change::Point { endpoint, form } => {
            let place = place(call, id)?;
            let target = value(call, *endpoint, place.2, *form)?;
            world.records.insert(place, target);
        }
    }
    Ok(())
}

/// As the adapters name records: they have no id.
pub(super) fn record_id(zone: &str, name: &str, kind: RecordType) -> String {
    match kind {
        RecordType::A => format!("{zone}/{name}"),
        kind => format!("{zone}/{name}/{}", kind.as_str()),
    }
}

fn place(call: &Call<'_>, id: &str) -> Result<Place, CloudError> {
    let mut parts = id.split('/');
    let (Some(zone), Some(name)) = (parts.next(), parts.next()) else {
        return Err(call.missing(id));
    };
    let kind = match parts.next() {
        Some(kind) => RecordType::parse(kind).ok_or_else(|| call.missing(id))?,
        None => RecordType::A,
    };
    Ok((zone.to_owned(), name.to_owned(), kind))
}
