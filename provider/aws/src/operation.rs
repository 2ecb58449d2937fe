//! A call of AWS's API that a write consists of, and what it needs to know before it is sent.

use std::{error::Error, future::Future};

use aws_sdk_ec2::{
    error::{ProvideErrorMetadata, SdkError},
    types::UnsuccessfulItem,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::{client::Regional, error};
use engine::model::{Key, Maybe, Observed, Scope, Seen, object::GroupRef, tags::Tags};
use engine::reconcile::{CloudError, ErrorKind};

/// What a write leaves to be remembered.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// The id of the object that it made.
    pub(super) id: Option<String>,
    /// Route 53's id of a change of records, which takes a while to reach all its servers.
    pub(super) change: Option<String>,
}

/// What the calls of one write have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    pub(super) aws: &'a Regional,
    /// The owner id of the path.
    pub(super) owner: &'a str,
    pub(super) scope: &'a Scope,
    /// Makes a create idempotent.
    pub(super) token: &'a str,
    /// The object that is written to.
    pub(super) key: Key,
    pub(super) observed: &'a Observed,
}

/// One call. Its name, which AWS knows it by, stands in every error.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operation<'a> {
    pub(super) name: &'static str,
    context: Context<'a>,
}

impl<'a> Context<'a> {
    pub(super) fn operation(self, name: &'static str) -> Operation<'a> {
        let context = self;
        Operation { name, context }
    }
}

impl<'a> Operation<'a> {
    /// Sends it, when it is its turn.
    pub(super) fn send<T: 'a, E>(
        &'a self,
        call: impl Future<Output = Result<T, SdkError<E, HttpResponse>>> + 'a,
    ) -> impl Future<Output = Result<T, CloudError>> + 'a
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.context.aws.gate.call(self.name, call)
    }

    /// The id of the object that is written to.
    pub(super) fn own_id(&self) -> Result<&'a str, CloudError> {
        self.id(self.context.key)
    }

    /// The id of an object that must be there.
    pub(super) fn id(&self, key: Key) -> Result<&'a str, CloudError> {
        self.context.observed.id(key).ok_or_else(|| {
            let message = format!("{} has not been seen yet", key.slot.called());
            self.error(ErrorKind::NotFound, message)
        })
    }

    pub(super) fn seen(&self, key: Key) -> Option<&'a Seen> {
        self.context.observed.get(key)
    }

    /// A value that must be decided by now.
    pub(super) fn known<'v>(
        &self,
        what: &str,
        value: &'v Maybe<String>,
    ) -> Result<&'v str, CloudError> {
        known(self.name, what, value)
    }

    /// Several such values.
    pub(super) fn all_known<'v>(
        &self,
        what: &str,
        values: impl IntoIterator<Item = &'v Maybe<String>>,
    ) -> Result<Vec<String>, CloudError> {
        let values = values.into_iter();
        values
            .map(|value| self.known(what, value).map(str::to_owned))
            .collect()
    }

    /// The ids of security groups.
    pub(super) fn groups<'v>(
        &self,
        groups: impl IntoIterator<Item = &'v GroupRef>,
    ) -> Result<Vec<String>, CloudError> {
        let id = |group: &GroupRef| match group {
            GroupRef::Managed(key) => self.id(*key).map(str::to_owned),
            GroupRef::Given(id) => self.known("a security group", id).map(str::to_owned),
        };
        groups.into_iter().map(id).collect()
    }

    /// Tags as pairs of text.
    pub(super) fn tags(&self, tags: &Tags) -> Result<Vec<(String, String)>, CloudError> {
        tags.iter()
            .map(|(key, value)| {
                let value = self.known(&format!("the tag {key:?}"), value)?;
                Ok((key.clone(), value.to_owned()))
            })
            .collect()
    }

    /// The id of an object that AWS says it made.
    pub(super) fn made(&self, id: Option<&str>) -> Result<String, CloudError> {
        id.map(str::to_owned)
            .ok_or_else(|| self.error(ErrorKind::Unavailable, "AWS's answer has no id in it"))
    }

    /// Fails if AWS lists an item that it did not change, which some of EC2's calls do.
    pub(super) fn all_done(
        &self,
        unsuccessful: &[UnsuccessfulItem],
        request_id: Option<&str>,
    ) -> Result<(), CloudError> {
        error::from_items(self.name, unsuccessful, request_id)
    }

    /// An error that AWS did not say.
    pub(super) fn error(&self, kind: ErrorKind, message: impl Into<String>) -> CloudError {
        error::ours(self.name, kind, message)
    }
}

/// A value that must be decided by now.
pub(super) fn known<'v>(
    operation: &str,
    what: &str,
    value: &'v Maybe<String>,
) -> Result<&'v str, CloudError> {
    value.known().map(String::as_str).ok_or_else(|| {
        error::ours(
            operation,
            ErrorKind::Invalid,
            format!("{what} is not known yet"),
        )
    })
}
