//! Tags of load balancing's objects.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticloadbalancingv2::types::Tag;
use futures::{StreamExt, TryStreamExt, stream};

use super::{
    claim::RawTags,
    client::Regional,
    error::ours,
    operation::{Context, Operation},
};
use engine::model::tags::{self, Tags};
use engine::reconcile::{CloudError, ErrorKind};

/// `DescribeTags` takes so many ARNs.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html>
const BATCH: usize = 20;

/// Tags by ARN. An object that vanished meanwhile has none.
pub(super) async fn describe(
    aws: &Regional,
    arns: &[String],
) -> Result<BTreeMap<String, RawTags>, CloudError> {
    let batches: Vec<BTreeMap<String, RawTags>> =
        stream::iter(arns.chunks(BATCH).map(<[String]>::to_vec))
            .map(|batch| describe_batch(aws, batch))
            .buffer_unordered(BATCH)
            .try_collect()
            .await?;
    Ok(batches.into_iter().flatten().collect())
}

async fn describe_batch(
    aws: &Regional,
    arns: Vec<String>,
) -> Result<BTreeMap<String, RawTags>, CloudError> {
    let call = |arns: Vec<String>| {
        let call = aws.elb.describe_tags().set_resource_arns(Some(arns));
        aws.gate.call("DescribeTags", call.send())
    };
    let mut answers = Vec::new();
    match call(arns.clone()).await {
        Ok(answer) => answers.push(answer),
        // One of them is gone, and AWS answers for none: each for itself.
        Err(error) if error.kind == ErrorKind::NotFound => {
            for arn in arns {
                match call(vec![arn]).await {
                    Ok(answer) => answers.push(answer),
                    Err(error) if error.kind == ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Err(error) => return Err(error),
    }
    Ok(answers
        .iter()
        .flat_map(|answer| answer.tag_descriptions())
        .filter_map(|found| Some((found.resource_arn()?.to_owned(), raw(found.tags()))))
        .collect())
}

pub(super) fn raw(tags: &[Tag]) -> RawTags {
    tags.iter()
        .filter_map(|tag| {
            Some((
                tag.key()?.to_owned(),
                tag.value().unwrap_or_default().to_owned(),
            ))
        })
        .collect()
}

pub(super) fn sdk(operation: Operation<'_>, tags: &Tags) -> Result<Vec<Tag>, CloudError> {
    Ok(operation
        .tags(tags)?
        .into_iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect())
}

/// Equal creates by two callers return one ARN: it may be somebody else's that we were given.
pub(super) async fn check_owner(
    context: Context<'_>,
    operation: &str,
    arn: &str,
) -> Result<(), CloudError> {
    let owner = context.owner;
    let tags = describe(context.aws, &[arn.to_owned()]).await?;
    let found = tags.get(arn).and_then(|tags| tags.get(tags::OWNER));
    match found {
        Some(found) if found == owner => Ok(()),
        // Not visible yet: it was in the call that returned this ARN.
        None => Ok(()),
        Some(found) => Err(ours(
            operation,
            ErrorKind::Invalid,
            format!(
                "AWS answered with {arn}, which was just made with the same settings for another \
                 instance of this resource (owner {found}). Give one of them another name"
            ),
        )),
    }
}

/// `AddTags` and `RemoveTags`.
pub(super) async fn write(
    context: Context<'_>,
    arn: &str,
    set: &Tags,
    remove: &BTreeSet<String>,
) -> Result<(), CloudError> {
    let elb = &context.aws.elb;
    if !set.is_empty() {
        let operation = context.operation("AddTags");
        let tags = sdk(operation, set)?;
        let call = elb.add_tags().resource_arns(arn).set_tags(Some(tags));
        operation.send(call.send()).await?;
    }
    if !remove.is_empty() {
        let operation = context.operation("RemoveTags");
        let keys = Some(remove.iter().cloned().collect());
        let call = elb.remove_tags().resource_arns(arn).set_tag_keys(keys);
        operation.send(call.send()).await?;
    }
    Ok(())
}
