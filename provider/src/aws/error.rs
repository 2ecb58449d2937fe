//! What an AWS error means to the engine, decided once, where it arrives.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_ec2::{
    error::{ProvideErrorMetadata, SdkError},
    operation::RequestId,
    types::UnsuccessfulItem,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::reconcile::{CloudError, ErrorKind};

/// One failed call, classified. `operation` is AWS's name of it.
pub(super) fn from_sdk<E>(operation: &str, error: &SdkError<E, HttpResponse>) -> CloudError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let answered = match error {
        SdkError::ServiceError(answer) => Some(answer.raw().status().as_u16()),
        _ => None,
    };
    let code = error.code().unwrap_or_default();
    let message = match error.message() {
        Some(message) => message.to_owned(),
        None => chain(error),
    };
    CloudError {
        operation: operation.to_owned(),
        kind: match answered {
            Some(status) => kind(code, &message, status),
            None => unanswered(error),
        },
        code: code.to_owned(),
        message,
        request_id: error.request_id().map(str::to_owned),
    }
}

/// The first failure among the items of an answer that is a 200 nevertheless.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnsuccessfulItem.html>
pub(super) fn from_items(
    operation: &str,
    items: &[UnsuccessfulItem],
    request_id: Option<&str>,
) -> Result<(), CloudError> {
    let Some(item) = items.first() else {
        return Ok(());
    };
    let error = item.error();
    let code = error.and_then(|error| error.code()).unwrap_or_default();
    let message = error.and_then(|error| error.message()).unwrap_or_default();
    Err(CloudError {
        operation: operation.to_owned(),
        kind: kind(code, message, 400),
        code: code.to_owned(),
        message: match item.resource_id() {
            Some(id) if !message.contains(id) => format!("{id}: {message}"),
            _ => message.to_owned(),
        },
        request_id: request_id.map(str::to_owned),
    })
}

/// An error of our own about what a call needs or returned: AWS did not say it.
pub(super) fn ours(operation: &str, kind: ErrorKind, message: impl Into<String>) -> CloudError {
    CloudError {
        operation: operation.to_owned(),
        kind,
        code: String::new(),
        message: message.into(),
        request_id: None,
    }
}

/// Codes are compared by shape where AWS has many of one kind: EC2 says `InvalidXyz.NotFound`,
/// load balancing `XyzNotFound`, Route 53 `NoSuchXyz`.
fn kind(code: &str, message: &str, status: u16) -> ErrorKind {
    match code {
        "PriorRequestNotComplete" | "IncorrectState" | "InvalidServiceState" => ErrorKind::NotYet,
        // It covers a service that is missing, forbidden or of another region alike.
        "InvalidServiceName" => ErrorKind::NotFound,
        // "The resource record set ... was not found": a delete that was done before.
        "InvalidChangeBatch" | "InvalidInput"
            if message.contains("not found") || message.contains("but it was not found") =>
        {
            ErrorKind::NotFound
        }
        "InvalidChangeBatch" if message.contains("already exists") => ErrorKind::Exists,
        // The load balancer is the natural key of an endpoint service.
        "InvalidParameter" if message.contains("already associated with another VPC Endpoint") => {
            ErrorKind::Exists
        }
        "DependencyViolation"
        | "ResourceInUse"
        | "ResourceInUseException"
        | "ExistingVpcEndpointConnections"
        | "HostedZoneNotEmpty" => ErrorKind::InUse,
        "HostedZoneAlreadyExists" | "IdempotentParameterMismatch" => ErrorKind::Exists,
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "TooManyRequestsException"
        | "SlowDown"
        | "BandwidthLimitExceeded" => ErrorKind::Throttled,
        "AccessDenied"
        | "AccessDeniedException"
        | "UnauthorizedOperation"
        | "AuthFailure"
        | "OptInRequired"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "SignatureDoesNotMatch"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "MissingAuthenticationToken" => ErrorKind::Denied,
        "InternalFailure" | "InternalError" | "ServiceUnavailable" | "Unavailable" => {
            ErrorKind::Unavailable
        }
        _ if code.ends_with("NotFound")
            || code.ends_with(".NotFoundException")
            || code.starts_with("NoSuch") =>
        {
            ErrorKind::NotFound
        }
        _ if code.starts_with("Duplicate") || code.ends_with(".Duplicate") => ErrorKind::Exists,
        _ if status == 429 => ErrorKind::Throttled,
        _ if status >= 500 => ErrorKind::Unavailable,
        _ if status == 401 || status == 403 => ErrorKind::Denied,
        _ => ErrorKind::Invalid,
    }
}

/// What was never sent will not go better next time; whatever was sent may have been done.
fn unanswered<E: Error + 'static>(error: &SdkError<E, HttpResponse>) -> ErrorKind {
    let mut source: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(cause) = source {
        if cause.is::<CredentialsError>() {
            return ErrorKind::Denied;
        }
        source = cause.source();
    }
    match error {
        SdkError::ConstructionFailure(_) => ErrorKind::Invalid,
        SdkError::DispatchFailure(failure) if failure.is_user() => ErrorKind::Invalid,
        _ => ErrorKind::Unavailable,
    }
}

/// The SDK's outer errors say little: the sources tell it.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{UnsuccessfulItem, UnsuccessfulItemError};

    use super::*;

    #[test]
    fn codes_are_classified() {
        for (code, message, status, expected) in [
            (
                "InvalidVpcEndpointServiceId.NotFound",
                "",
                400,
                ErrorKind::NotFound,
            ),
            (
                "InvalidVpcEndpointId.NotFound",
                "",
                400,
                ErrorKind::NotFound,
            ),
            ("InvalidGroup.NotFound", "", 400, ErrorKind::NotFound),
            ("TargetGroupNotFound", "", 400, ErrorKind::NotFound),
            ("NoSuchHostedZone", "", 404, ErrorKind::NotFound),
            ("InvalidServiceName", "", 400, ErrorKind::NotFound),
            (
                "InvalidChangeBatch",
                "Tried to delete resource record set [name='a.', type='A'] but it was not found",
                400,
                ErrorKind::NotFound,
            ),
            (
                "InvalidChangeBatch",
                "Tried to create resource record set [name='a.', type='A'] but it already exists",
                400,
                ErrorKind::Exists,
            ),
            ("DuplicateListener", "", 400, ErrorKind::Exists),
            ("InvalidGroup.Duplicate", "", 400, ErrorKind::Exists),
            (
                "InvalidParameter",
                "The NLB is already associated with another VPC Endpoint Service Configuration",
                400,
                ErrorKind::Exists,
            ),
            ("InvalidParameter", "no such thing", 400, ErrorKind::Invalid),
            ("DependencyViolation", "", 400, ErrorKind::InUse),
            ("ResourceInUse", "", 400, ErrorKind::InUse),
            ("ExistingVpcEndpointConnections", "", 400, ErrorKind::InUse),
            ("PriorRequestNotComplete", "", 400, ErrorKind::NotYet),
            ("Throttling", "", 400, ErrorKind::Throttled),
            ("RequestLimitExceeded", "", 503, ErrorKind::Throttled),
            ("UnauthorizedOperation", "", 403, ErrorKind::Denied),
            ("ValidationError", "", 400, ErrorKind::Invalid),
            ("TooManyListeners", "", 400, ErrorKind::Invalid),
            ("", "", 503, ErrorKind::Unavailable),
        ] {
            assert_eq!(kind(code, message, status), expected, "{code} {message}");
        }
    }

    #[test]
    fn an_unsuccessful_item_is_an_error() {
        let item = UnsuccessfulItem::builder()
            .resource_id("vpce-svc-1")
            .error(
                UnsuccessfulItemError::builder()
                    .code("ExistingVpcEndpointConnections")
                    .message("has connections")
                    .build(),
            )
            .build();
        let error =
            from_items("DeleteVpcEndpointServiceConfigurations", &[item], Some("r")).unwrap_err();
        assert_eq!(error.kind, ErrorKind::InUse);
        assert_eq!(error.message, "vpce-svc-1: has connections");
        assert_eq!(from_items("X", &[], None), Ok(()));
    }
}
