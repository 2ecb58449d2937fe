//! What an AWS error means to the engine, decided once, where it arrives.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_ec2::{
    error::{ProvideErrorMetadata, SdkError},
    operation::RequestId,
    types::UnsuccessfulItem,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::error::metadata::ErrorMetadata;

use super::unreached::Unreached;
use engine::reconcile::{CloudError, ErrorKind};

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
    let message = match (error.message(), error.raw_response()) {
        (Some(message), _) => message.to_owned(),
        (None, Some(answer)) if code.is_empty() => not_of_aws(answer),
        (None, _) => chain(error),
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
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "OptInRequired" => {
            ErrorKind::Denied
        }
        // https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
        "AuthFailure"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "IncompleteSignature"
        | "InvalidAccessKeyId"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "MissingAuthenticationToken"
        | "RequestExpired"
        | "RequestTimeTooSkewed"
        | "SignatureDoesNotMatch"
        | "TokenRefreshRequired"
        | "UnrecognizedClientException" => ErrorKind::Credentials,
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
        // Without a code it is not AWS that refuses.
        _ if !code.is_empty() && (status == 401 || status == 403) => ErrorKind::Denied,
        _ => ErrorKind::Invalid,
    }
}

/// What was never sent will not go better next time; whatever was sent may have been done.
fn unanswered<E: Error + 'static>(error: &SdkError<E, HttpResponse>) -> ErrorKind {
    // A role that is assumed again in the middle may be denied, or out of reach.
    if let Some(answer) = find::<CloudError>(error) {
        return answer.kind;
    }
    if find::<CredentialsError>(error).is_some() {
        return ErrorKind::Credentials;
    }
    match error {
        SdkError::ConstructionFailure(_) => ErrorKind::Invalid,
        SdkError::DispatchFailure(failure) if failure.is_user() => ErrorKind::Invalid,
        _ => ErrorKind::Unavailable,
    }
}

/// An answer without a word of AWS in it: of a proxy, a firewall, a portal.
fn not_of_aws(answer: &HttpResponse) -> String {
    let status = answer.status().as_u16();
    let body = answer.body().bytes().unwrap_or_default();
    let words = words(&String::from_utf8_lossy(body));
    match words.is_empty() {
        true => format!("it was answered with status {status} and nothing else"),
        false => format!(
            "something that is not AWS answered, with status {status}: {words:?}. A proxy or a \
             firewall on the way does so"
        ),
    }
}

/// The first words of a page, without its markup.
fn words(page: &str) -> String {
    const MOST: usize = 120;
    let mut text = String::new();
    let mut skipping = None;
    let mut rest = page;
    while let Some(letter) = rest.chars().next() {
        if letter == '<' {
            let name: String = rest[1..]
                .chars()
                .take_while(|c| c.is_alphanumeric())
                .collect();
            match name.to_lowercase().as_str() {
                "style" | "script" => skipping = Some(format!("</{name}")),
                _ => {}
            }
            if skipping.as_ref().is_some_and(|end| rest.starts_with(end)) {
                skipping = None;
            }
            rest = rest.split_once('>').map_or("", |(_, rest)| rest);
            text.push(' ');
            continue;
        }
        if skipping.is_none() {
            text.push(letter);
        }
        rest = &rest[letter.len_utf8()..];
    }
    let text: Vec<&str> = text.split_whitespace().collect();
    let text = text.join(" ");
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

/// The first error of a type in a chain of causes.
pub(super) fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}

/// What the causes of an error say. The SDK's outer errors are shells that say nothing, and its
/// innermost one prints like a program.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut cause = Some(error);
    while let Some(error) = cause {
        cause = error.source();
        let text = match error.downcast_ref::<ErrorMetadata>() {
            Some(meta) => told(meta),
            None => error.to_string(),
        };
        let is_shell = SHELLS.iter().any(|shell| text.starts_with(shell)) && cause.is_some();
        if is_shell || parts.last().is_some_and(|last| last.ends_with(&text)) {
            continue;
        }
        parts.push(text);
        // These have told of their causes.
        if error.is::<Unreached>() || error.is::<CloudError>() {
            break;
        }
    }
    parts.join(": ")
}

/// What the SDK wraps around the error that matters.
const SHELLS: [&str; 14] = [
    "an error occurred while loading credentials",
    "the credential provider was not enabled",
    "the credentials provider was not properly configured",
    "unexpected credentials error",
    "could not communicate with IMDS",
    "failed to load IMDS session token",
    "failed to construct request",
    "request has timed out",
    "dispatch failure",
    "response error",
    "service error",
    "unhandled error",
    "io error",
    "timeout",
];

fn told(meta: &ErrorMetadata) -> String {
    let message = meta.message().unwrap_or("AWS gives no reason");
    let id = meta.extra("aws_request_id");
    match (meta.code(), id) {
        (Some(code), Some(id)) => format!("{message} ({code}, request id {id})"),
        (Some(code), None) => format!("{message} ({code})"),
        (None, _) => message.to_owned(),
    }
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
