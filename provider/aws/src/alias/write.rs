//! Writes to the records of the hostname.

use aws_sdk_route53::types::{
    AliasTarget, Change, ChangeAction, ChangeBatch, ChangeStatus, ResourceRecord,
    ResourceRecordSet, RrType,
};
use aws_smithy_types::error::operation::BuildError;

use super::{Regional, at, id, target_name, zone};
use crate::{error::ours, need};
use engine::model::{Key, Object, Observed, RecordType, object::Alias};
use engine::reconcile::{CloudError, ErrorKind, Step, Write};

const CHANGE: &str = "ChangeResourceRecordSets";

/// Of the one kind of record that has one of its own: as long as aliases to endpoints have.
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html>
const TTL_SECONDS: i64 = 60;

/// What a write to a record leaves: the record's id if it was made, and Route 53's id of the change,
/// which takes a while to reach all its servers.
pub(crate) struct Written {
    pub(crate) id: Option<String>,
    pub(crate) change: Option<String>,
}

pub(crate) async fn write(
    aws: &Regional,
    step: &Step,
    observed: &Observed,
) -> Result<Written, CloudError> {
    match &step.write {
        Write::Create(object) => match object.as_ref() {
            Object::Alias(alias) => {
                let zone = zone::id_of(CHANGE, &alias.zone, observed)?;
                let endpoint = alias.target.ok_or_else(|| need::misfit(step.key))?;
                let record = record(alias, endpoint, observed)?;
                let change = change(aws, &zone, [(ChangeAction::Create, record)]).await?;
                Ok(Written {
                    id: Some(id(&zone, &alias.name, alias.kind)),
                    change,
                })
            }
            _ => Err(need::misfit(step.key)),
        },
        Write::Overwrite(object) => match object.as_ref() {
            Object::Alias(alias) => {
                let zone = zone::id_of(CHANGE, &alias.zone, observed)?;
                let endpoint = alias.target.ok_or_else(|| need::misfit(step.key))?;
                let record = record(alias, endpoint, observed)?;
                let there = at(aws, &zone, &alias.name).await?;
                let mut changes: Vec<_> = there
                    .into_iter()
                    .filter(|other| is_in_the_way(other, &record))
                    .map(|other| (ChangeAction::Delete, other))
                    .collect();
                // It may have been made already, by a call whose answer was lost.
                changes.push((ChangeAction::Upsert, record));
                let change = change(aws, &zone, changes).await?;
                Ok(Written {
                    id: Some(id(&zone, &alias.name, alias.kind)),
                    change,
                })
            }
            _ => Err(need::misfit(step.key)),
        },
        Write::Point(endpoint) => {
            let alias = there(step, observed)?;
            let zone = zone::id_of(CHANGE, &alias.zone, observed)?;
            let record = record(alias, *endpoint, observed)?;
            let change = change(aws, &zone, [(ChangeAction::Upsert, record)]).await?;
            Ok(Written { id: None, change })
        }
        Write::Delete => {
            let alias = there(step, observed)?;
            let zone = zone::id_of(CHANGE, &alias.zone, observed)?;
            // A delete must name the exact values that are there.
            let records = at(aws, &zone, &alias.name).await?;
            let record = records.into_iter().find(|record| {
                record.r#type().as_str() == alias.kind.as_str() && record.set_identifier().is_none()
            });
            if let Some(record) = record {
                change(aws, &zone, [(ChangeAction::Delete, record)]).await?;
            }
            Ok(Written {
                id: None,
                change: None,
            })
        }
        _ => Err(need::misfit(step.key)),
    }
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

fn there<'a>(step: &Step, observed: &'a Observed) -> Result<&'a Alias, CloudError> {
    match observed.get(step.key).map(|seen| &seen.object) {
        Some(Object::Alias(alias)) => Ok(alias),
        _ => Err(ours(
            CHANGE,
            ErrorKind::NotFound,
            format!("{} has not been seen yet", step.key),
        )),
    }
}

fn record(
    alias: &Alias,
    endpoint: Key,
    observed: &Observed,
) -> Result<ResourceRecordSet, CloudError> {
    let outputs = observed.get(endpoint).map(|seen| &seen.outputs);
    let name = outputs.and_then(|outputs| outputs.dns_name.known());
    let zone = outputs.and_then(|outputs| outputs.hosted_zone_id.known());
    let (Some(name), Some(zone)) = (name, zone) else {
        return Err(ours(
            CHANGE,
            ErrorKind::NotYet,
            "the endpoint's DNS name has not been seen yet",
        ));
    };
    let record = ResourceRecordSet::builder()
        .name(&alias.name)
        .r#type(RrType::from(alias.kind.as_str()));
    if alias.kind == RecordType::Cname {
        let value = ResourceRecord::builder().value(name).build();
        let record = record.ttl(TTL_SECONDS);
        return record
            .resource_records(value.map_err(incomplete)?)
            .build()
            .map_err(incomplete);
    }
    let target = AliasTarget::builder()
        .dns_name(name)
        .hosted_zone_id(zone)
        .evaluate_target_health(false)
        .build()
        .map_err(incomplete)?;
    record.alias_target(target).build().map_err(incomplete)
}

/// An address of the name, or a CNAME, that leads elsewhere than `record` does.
fn is_in_the_way(other: &ResourceRecordSet, record: &ResourceRecordSet) -> bool {
    let leads = RecordType::parse(other.r#type().as_str()).is_some();
    let is_ours = other.set_identifier().is_none() && target_name(other) == target_name(record);
    leads && !is_ours
}

async fn change(
    aws: &Regional,
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
    let call = aws
        .route53
        .change_resource_record_sets()
        .hosted_zone_id(zone)
        .change_batch(batch);
    let answer = aws.gate.call(CHANGE, call.send()).await?;
    Ok(answer
        .change_info()
        .map(|info| zone::bare(info.id()).to_owned()))
}

fn incomplete(error: BuildError) -> CloudError {
    ours(CHANGE, ErrorKind::Invalid, error.to_string())
}
