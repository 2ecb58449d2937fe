//! Writes to the records of the hostname.

use std::{collections::BTreeSet, net::IpAddr};

use aws_sdk_route53::types::{
    AliasTarget, Change, ChangeAction, ChangeBatch, ChangeStatus, ResourceRecord,
    ResourceRecordSet, RrType,
};
use aws_smithy_types::error::operation::BuildError;

use super::{Regional, addresses, at, id, is_name_of, target_name, zone};
use crate::{
    error::ours,
    operation::Outcome,
    operation::{Context, Operation},
};
use engine::model::{
    Key, Outputs, RecordType, Slot,
    object::{
        Alias, ZoneRef,
        alias::{self, Form},
    },
};
use engine::reconcile::{CloudError, ErrorKind};

const CHANGE: &str = "ChangeResourceRecordSets";

/// Of records that have one of their own: as long as aliases to endpoints have.
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html>
const TTL_SECONDS: i64 = 60;

/// A record that must not exist yet.
pub(crate) async fn create(context: Context<'_>, alias: &Alias) -> Result<Outcome, CloudError> {
    let operation = context.operation(CHANGE);
    let zone = zone::id_of(operation, &alias.zone)?;
    let record = record(operation, alias, endpoint_of(operation, alias)?, alias.form)?;
    let changes = [(ChangeAction::Create, record)];
    Ok(Outcome {
        id: Some(id(&zone, &alias.name, alias.kind)),
        change: batch(context, operation, &zone, changes).await?,
    })
}

/// A record in the place of whatever else is at its name.
pub(crate) async fn overwrite(context: Context<'_>, alias: &Alias) -> Result<Outcome, CloudError> {
    let operation = context.operation(CHANGE);
    let zone = zone::id_of(operation, &alias.zone)?;
    let endpoint = endpoint_of(operation, alias)?;
    let record = record(operation, alias, endpoint, alias.form)?;
    let outputs = operation.seen(endpoint).map(|seen| &seen.outputs);
    let there = at(context.aws, &zone, &alias.name).await?;
    let mut changes: Vec<_> = there
        .into_iter()
        .filter(|other| is_in_the_way(other, alias.kind, outputs))
        .map(|other| (ChangeAction::Delete, other))
        .collect();
    // It may have been made already, by a call whose answer was lost.
    changes.push((ChangeAction::Upsert, record));
    Ok(Outcome {
        id: Some(id(&zone, &alias.name, alias.kind)),
        change: batch(context, operation, &zone, changes).await?,
    })
}

pub(crate) async fn change(
    context: Context<'_>,
    change: &alias::Change,
) -> Result<Outcome, CloudError> {
    let operation = context.operation(CHANGE);
    let alias = there(context, operation)?;
    let zone = zone::id_of(operation, &alias.zone)?;
    match change {
        alias::Change::Point { endpoint, form } => {
            let record = record(operation, alias, *endpoint, *form)?;
            let changes = [(ChangeAction::Upsert, record)];
            Ok(Outcome {
                id: None,
                change: batch(context, operation, &zone, changes).await?,
            })
        }
    }
}

pub(crate) async fn delete(context: Context<'_>) -> Result<(), CloudError> {
    let operation = context.operation(CHANGE);
    let alias = there(context, operation)?;
    let zone = zone::id_of(operation, &alias.zone)?;
    // A delete must name the exact values that are there.
    let records = at(context.aws, &zone, &alias.name).await?;
    let record = records.into_iter().find(|record| {
        record.r#type().as_str() == alias.kind.as_str()
            && record.set_identifier().is_none()
            && is_left_by_us(context, alias, record)
    });
    if let Some(record) = record {
        batch(context, operation, &zone, [(ChangeAction::Delete, record)]).await?;
    }
    Ok(())
}

/// Whether a record is ours to delete: it leads to what this path has or had. Another one is of
/// whoever has overwritten ours, which is gone by that; but not in a zone that we made for it.
fn is_left_by_us(context: Context<'_>, alias: &Alias, record: &ResourceRecordSet) -> bool {
    let zone = match alias.zone {
        ZoneRef::Managed(key) => context.observed.get(key),
        ZoneRef::Given(_) => None,
    };
    if zone.is_some_and(|zone| zone.owned) {
        return true;
    }
    let departed = &context.scope.departed;
    let all = [context.observed, &context.scope.known];
    let mut endpoints = all.into_iter().flat_map(|it| it.of(Slot::Endpoint));
    if let Some(held) = addresses(record) {
        let own: BTreeSet<IpAddr> = endpoints
            .flat_map(|(_, seen)| seen.outputs.addresses_of(alias.kind))
            .collect();
        let is_own = |it: &IpAddr| own.contains(it) || departed.contains(&it.to_string());
        return held.iter().all(is_own);
    }
    target_name(record).is_some_and(|name| {
        endpoints.any(|(_, seen)| is_name_of(seen, &name)) || departed.contains(&name)
    })
}

/// Whether a change has reached all of Route 53's servers.
pub(crate) async fn in_sync(aws: &Regional, change: &str) -> Result<bool, CloudError> {
    let call = aws.route53.get_change().id(change);
    match aws.gate.call("GetChange", call.send()).await {
        Ok(answer) => Ok(answer
            .change_info()
            .is_none_or(|info| *info.status() == ChangeStatus::Insync)),
        // Changes are forgotten after a while.
        Err(error) if error.kind == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

fn there<'a>(context: Context<'a>, operation: Operation<'_>) -> Result<&'a Alias, CloudError> {
    let seen = context.observed.get(context.key);
    seen.and_then(|seen| seen.object.as_alias()).ok_or_else(|| {
        let message = format!("{} has not been seen yet", context.key);
        operation.error(ErrorKind::NotFound, message)
    })
}

fn endpoint_of(operation: Operation<'_>, alias: &Alias) -> Result<Key, CloudError> {
    alias.target.ok_or_else(|| {
        let message = "there is no endpoint to point at";
        operation.error(ErrorKind::Invalid, message)
    })
}

fn record(
    operation: Operation<'_>,
    alias: &Alias,
    endpoint: Key,
    form: Form,
) -> Result<ResourceRecordSet, CloudError> {
    let outputs = operation.seen(endpoint).map(|seen| &seen.outputs);
    let record = ResourceRecordSet::builder()
        .name(&alias.name)
        .r#type(RrType::from(alias.kind.as_str()));
    if form == Form::Addresses {
        let addresses = outputs.map(|outputs| outputs.addresses_of(alias.kind));
        let Some(addresses) = addresses.filter(|all| !all.is_empty()) else {
            let message =
                "the addresses of the endpoint's network interfaces have not been seen yet";
            return Err(operation.error(ErrorKind::NotYet, message));
        };
        let values = addresses.iter().map(|it| value(&it.to_string()));
        let values = values.collect::<Result<_, _>>()?;
        let record = record.ttl(TTL_SECONDS).set_resource_records(Some(values));
        return record.build().map_err(incomplete);
    }
    let name = outputs.and_then(|outputs| outputs.dns_name.known());
    let zone = outputs.and_then(|outputs| outputs.hosted_zone_id.known());
    let (Some(name), Some(zone)) = (name, zone) else {
        let message = "the endpoint's DNS name has not been seen yet";
        return Err(operation.error(ErrorKind::NotYet, message));
    };
    if alias.kind == RecordType::Cname {
        let record = record.ttl(TTL_SECONDS).resource_records(value(name)?);
        return record.build().map_err(incomplete);
    }
    let target = AliasTarget::builder()
        .dns_name(name)
        .hosted_zone_id(zone)
        .evaluate_target_health(false)
        .build()
        .map_err(incomplete)?;
    record.alias_target(target).build().map_err(incomplete)
}

fn value(text: &str) -> Result<ResourceRecord, CloudError> {
    let value = ResourceRecord::builder().value(text).build();
    value.map_err(incomplete)
}

/// An address of the name, or a CNAME, that leads elsewhere than to the endpoint, or that Route 53
/// takes no record of this type beside.
fn is_in_the_way(other: &ResourceRecordSet, kind: RecordType, endpoint: Option<&Outputs>) -> bool {
    let Some(other_kind) = RecordType::parse(other.r#type().as_str()) else {
        return false;
    };
    let leads_there = endpoint.is_some_and(|endpoint| match addresses(other) {
        Some(held) => held.is_subset(&endpoint.addresses_of(other_kind)),
        None => target_name(other).as_ref() == endpoint.dns_name.known(),
    });
    other_kind.excludes(kind) || other.set_identifier().is_some() || !leads_there
}

/// One batch of changes, and Route 53's id of it.
async fn batch(
    context: Context<'_>,
    operation: Operation<'_>,
    zone: &str,
    changes: impl IntoIterator<Item = (ChangeAction, ResourceRecordSet)>,
) -> Result<Option<String>, CloudError> {
    let mut batch = ChangeBatch::builder();
    for (action, record) in changes {
        let change = Change::builder()
            .action(action)
            .resource_record_set(record)
            .build()
            .map_err(incomplete)?;
        batch = batch.changes(change);
    }
    let batch = batch.build().map_err(incomplete)?;
    let call = context
        .aws
        .route53
        .change_resource_record_sets()
        .hosted_zone_id(zone)
        .change_batch(batch);
    let answer = operation.send(call.send()).await?;
    Ok(answer
        .change_info()
        .map(|info| zone::bare(info.id()).to_owned()))
}

fn incomplete(error: BuildError) -> CloudError {
    ours(CHANGE, ErrorKind::Invalid, error.to_string())
}
