//! Route 53's rules. <https://docs.aws.amazon.com/Route53/latest/APIReference/>

use super::{
    Call, Outcome,
    world::{World, Zone, endpoint_name, retag},
};
use crate::model::{Object, RecordType, Slot, object::ZoneRef};
use crate::reconcile::{CloudError, ErrorKind, Write};

/// Zones cannot be tagged at create; their caller reference says whose they are.
pub(super) fn caller_reference(owner: &str) -> String {
    format!("kafka-privatelink:{owner}:")
}

pub(super) fn zone(world: &mut World, call: &Call<'_>) -> Outcome {
    if let Write::Create(object) = &call.step.write {
        let Object::Zone(wanted) = object.as_ref() else {
            return Err(call.unsupported());
        };
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
        return Ok(Some(id));
    }
    let id = call.own_id()?;
    match &call.step.write {
        Write::Delete => {
            // "HostedZoneNotEmpty".
            if world.records.keys().any(|(zone, _, _)| *zone == id) {
                let message = "it holds records";
                return Err(call.refuse(ErrorKind::InUse, "HostedZoneNotEmpty", message));
            }
            world.zones.remove(&id).ok_or_else(|| call.missing(&id))?;
        }
        Write::Tag { set, remove } => {
            let zone = world.zones.get_mut(&id).ok_or_else(|| call.missing(&id))?;
            retag(&mut zone.tags, set, remove);
        }
        _ => return Err(call.unsupported()),
    }
    Ok(None)
}

pub(super) fn record(world: &mut World, call: &Call<'_>) -> Outcome {
    if let Write::Create(object) | Write::Overwrite(object) = &call.step.write {
        let Object::Alias(wanted) = object.as_ref() else {
            return Err(call.unsupported());
        };
        let zone = match &wanted.zone {
            ZoneRef::Managed(key) => call.id(*key)?,
            ZoneRef::Given(id) => id.known().cloned().unwrap_or_default(),
        };
        // "NoSuchHostedZone".
        if !world.zones.contains_key(&zone) {
            return Err(call.missing(&zone));
        }
        let target = endpoint_name(&call.id(wanted.target.ok_or_else(|| call.unsupported())?)?);
        let here =
            |(at, name, _): &(String, String, RecordType)| *at == zone && *name == wanted.name;
        if let Write::Overwrite(_) = &call.step.write {
            let leads_there = |to: &String| *to == target;
            world
                .records
                .retain(|place, to| !here(place) || leads_there(to));
        }
        let place = (zone.clone(), wanted.name.clone(), wanted.kind);
        // CREATE over a record that exists: "InvalidChangeBatch ... but it already exists". A CNAME
        // stands alone: "conflicts with other records with the same DNS name".
        let is_one_cname =
            |kind: RecordType| kind == RecordType::Cname || wanted.kind == RecordType::Cname;
        let in_the_way = |other: &(String, String, RecordType)| {
            here(other) && (other.2 == wanted.kind || is_one_cname(other.2))
        };
        let is_overwrite = matches!(call.step.write, Write::Overwrite(_));
        if !is_overwrite && world.records.keys().any(in_the_way) {
            let message = "the record exists";
            return Err(call.refuse(ErrorKind::Exists, "InvalidChangeBatch", message));
        }
        world.records.insert(place, target);
        return Ok(Some(record_id(&zone, &wanted.name, wanted.kind)));
    }
    let id = call.own_id()?;
    let place = place(call, &id)?;
    match &call.step.write {
        Write::Delete => {
            world
                .records
                .remove(&place)
                .ok_or_else(|| call.missing(&id))?;
        }
        Write::Point(endpoint) => {
            world
                .records
                .insert(place, endpoint_name(&call.id(*endpoint)?));
        }
        _ => return Err(call.unsupported()),
    }
    Ok(None)
}

/// As the adapters name records: they have no id.
pub(super) fn record_id(zone: &str, name: &str, kind: RecordType) -> String {
    match kind {
        RecordType::A => format!("{zone}/{name}"),
        kind => format!("{zone}/{name}/{}", kind.as_str()),
    }
}

fn place(call: &Call<'_>, id: &str) -> Result<(String, String, RecordType), CloudError> {
    let (zone, name) = id.split_once('/').ok_or_else(|| call.missing(id))?;
    let name = name.split('/').next().unwrap_or(name);
    let Slot::Alias(kind) = call.step.key.slot else {
        return Err(call.unsupported());
    };
    Ok((zone.to_owned(), name.to_owned(), kind))
}
