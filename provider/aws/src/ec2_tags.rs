//! Tags of EC2's objects.

use aws_sdk_ec2::types::{Filter, ResourceType, Tag, TagSpecification};

use super::{claim::RawTags, client::Regional, need};
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
    operation: &str,
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
    aws: &Regional,
    id: &str,
    set: &Tags,
    remove: &std::collections::BTreeSet<String>,
) -> Result<(), CloudError> {
    if !set.is_empty() {
        let operation = "CreateTags";
        let tags = sdk(operation, set)?;
        let call = aws.ec2.create_tags().resources(id).set_tags(Some(tags));
        aws.gate.call(operation, call.send()).await?;
    }
    if !remove.is_empty() {
        // A tag without a value removes the key whatever its value is.
        let tags = remove.iter().map(|key| Tag::builder().key(key).build());
        let call = aws
            .ec2
            .delete_tags()
            .resources(id)
            .set_tags(Some(tags.collect()));
        aws.gate.call("DeleteTags", call.send()).await?;
    }
    Ok(())
}

fn sdk(operation: &str, tags: &Tags) -> Result<Vec<Tag>, CloudError> {
    Ok(need::tags(operation, tags)?
        .into_iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect())
}
