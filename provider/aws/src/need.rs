//! What a write needs to know before it is sent.

use super::error::ours;
use engine::model::{Key, Maybe, Observed, object::GroupRef, tags::Tags};
use engine::reconcile::{CloudError, ErrorKind};

/// A value that must be decided by now.
pub(super) fn known<'a>(
    operation: &str,
    what: &str,
    value: &'a Maybe<String>,
) -> Result<&'a str, CloudError> {
    value.known().map(String::as_str).ok_or_else(|| {
        ours(
            operation,
            ErrorKind::Invalid,
            format!("{what} is not known yet"),
        )
    })
}

/// Several such values.
pub(super) fn all_known<'a>(
    operation: &str,
    what: &str,
    values: impl IntoIterator<Item = &'a Maybe<String>>,
) -> Result<Vec<String>, CloudError> {
    values
        .into_iter()
        .map(|value| known(operation, what, value).map(str::to_owned))
        .collect()
}

/// The id of an object that must be there.
pub(super) fn id<'a>(
    operation: &str,
    key: Key,
    observed: &'a Observed,
) -> Result<&'a str, CloudError> {
    observed.id(key).ok_or_else(|| {
        ours(
            operation,
            ErrorKind::NotFound,
            format!("{} has not been seen yet", key.slot.called()),
        )
    })
}

pub(super) fn groups<'a>(
    operation: &str,
    groups: impl IntoIterator<Item = &'a GroupRef>,
    observed: &Observed,
) -> Result<Vec<String>, CloudError> {
    groups
        .into_iter()
        .map(|group| match group {
            GroupRef::Managed(key) => id(operation, *key, observed).map(str::to_owned),
            GroupRef::Given(id) => known(operation, "a security group", id).map(str::to_owned),
        })
        .collect()
}

/// Tags as pairs of text.
pub(super) fn tags(operation: &str, tags: &Tags) -> Result<Vec<(String, String)>, CloudError> {
    tags.iter()
        .map(|(key, value)| {
            let value = known(operation, &format!("the tag {key:?}"), value)?;
            Ok((key.clone(), value.to_owned()))
        })
        .collect()
}

/// An object that AWS says it made, without its id.
pub(super) fn made(operation: &str, id: Option<&str>) -> Result<String, CloudError> {
    id.map(str::to_owned).ok_or_else(|| {
        ours(
            operation,
            ErrorKind::Unavailable,
            "AWS's answer has no id in it",
        )
    })
}

/// A step that makes no sense for its kind of object.
pub(super) fn misfit(key: Key) -> CloudError {
    ours(
        "execute",
        ErrorKind::Invalid,
        format!(
            "{} knows no such write, which is a mistake in the provider",
            key.slot.called()
        ),
    )
}
