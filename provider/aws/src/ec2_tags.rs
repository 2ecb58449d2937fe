//! Tags of EC2's objects.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{Filter, ResourceType, Tag, TagSpecification};

use super::{
    claim::RawTags,
    operation::{Context, Operation},
};
use engine::model::tags::Tags;
use engine::reconcile::CloudError;

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

/// Lets AWS look for a tag, so that nothing else is listed.
pub(super) fn filter(key: &str, value: &str) -> Filter {
    Filter::builder()
        .name(format!("tag:{key}"))
        .values(value)
        .build()
}

/// Tags in the create call itself: there is no moment without them.
pub(super) fn born(
    operation: Operation<'_>,
    kind: ResourceType,
    tags: &Tags,
) -> Result<TagSpecification, CloudError> {
    Ok(TagSpecification::builder()
        .resource_type(kind)
        .set_tags(Some(sdk(operation, tags)?))
        .build())
}

/// `CreateTags` and `DeleteTags`.
pub(super) async fn write(
    context: Context<'_>,
    id: &str,
    set: &Tags,
    remove: &BTreeSet<String>,
) -> Result<(), CloudError> {
    let ec2 = &context.aws.ec2;
    if !set.is_empty() {
        let operation = context.operation("CreateTags");
        let tags = sdk(operation, set)?;
        let call = ec2.create_tags().resources(id).set_tags(Some(tags));
        operation.send(call.send()).await?;
    }
    if !remove.is_empty() {
        let operation = context.operation("DeleteTags");
        // A tag without a value removes the key whatever its value is.
        let tags = remove.iter().map(|key| Tag::builder().key(key).build());
        let call = ec2.delete_tags().resources(id);
        let call = call.set_tags(Some(tags.collect()));
        operation.send(call.send()).await?;
    }
    Ok(())
}

fn sdk(operation: Operation<'_>, tags: &Tags) -> Result<Vec<Tag>, CloudError> {
    Ok(operation
        .tags(tags)?
        .into_iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect())
}
