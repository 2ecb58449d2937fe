//! Whose credentials these are: asked once, before anything else is.
//!
//! `sts:GetCallerIdentity` cannot be denied by a policy, so that whatever it says is about the
//! credentials or about the way to AWS, never about a permission.
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>

use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::config::{retry::RetryConfig, timeout::TimeoutConfig};

use super::{
    SetupError, clock::Clock, credentials::RoleRefused, origin::Origin, sources::Unusable,
};
use crate::error::{chain, find, from_sdk};
use engine::reconcile::{CloudError, ErrorKind};

/// One answer is all that is needed; a network that does not answer is told of soon.
const ATTEMPTS: u32 = 3;
/// Of an AWS that answers, and has no time for the question: as many as its patience allows.
const MORE_ATTEMPTS: u32 = 50;
const PATIENCE: Duration = Duration::from_secs(20);
const PATIENCE_PER_ATTEMPT: Duration = Duration::from_secs(8);
/// Between attempts, growing from a part of it.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// What makes a message about credentials useful.
#[derive(Debug)]
pub(super) struct Circumstances<'a> {
    pub(super) origin: Option<Origin>,
    /// Roles that were assumed since.
    pub(super) roles: Vec<&'a str>,
    pub(super) region: &'a str,
    pub(super) clock: &'a Clock,
}

/// The account id that the credentials belong to.
pub(super) async fn ask(sts: &aws_sdk_sts::Client, clock: &Clock) -> Result<String, CloudError> {
    let before = clock.ahead();
    match call(sts, ATTEMPTS).await {
        // AWS's answer told the time.
        Err(error) if error.kind == ErrorKind::Credentials && clock.ahead() != before => {
            call(sts, ATTEMPTS).await
        }
        // Whose they are is known there, and told when it is this call's turn, or AWS is well.
        Err(error) if is_passing(&error) => match call(sts, MORE_ATTEMPTS).await {
            // Out of patience: what AWS said says more.
            Err(later) if later.code.is_empty() => Err(error),
            later => later,
        },
        answer => answer,
    }
}

/// AWS answered, and may answer otherwise soon.
fn is_passing(error: &CloudError) -> bool {
    match error.kind {
        ErrorKind::Throttled => true,
        // A failure without a code is one of the way to AWS.
        ErrorKind::Unavailable => !error.code.is_empty(),
        _ => false,
    }
}

async fn call(sts: &aws_sdk_sts::Client, attempts: u32) -> Result<String, CloudError> {
    let patience = TimeoutConfig::builder()
        .operation_timeout(PATIENCE)
        .operation_attempt_timeout(PATIENCE_PER_ATTEMPT)
        .build();
    let config = aws_sdk_sts::config::Builder::new()
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(attempts)
                .with_max_backoff(LONGEST_PAUSE),
        )
        .timeout_config(patience);
    let call = sts
        .get_caller_identity()
        .customize()
        .config_override(config);
    let answer = call.send().await;
    let identity = answer.map_err(|error| from_sdk("GetCallerIdentity", &error))?;
    Ok(identity.account().unwrap_or_default().to_owned())
}

/// No credentials were had at all.
pub(super) fn none(error: &CredentialsError, about: &Circumstances<'_>) -> SetupError {
    if let Some(refused) = find::<RoleRefused>(error) {
        return match refused.error.kind {
            // The credentials that were to assume it are no good.
            ErrorKind::Credentials => refusal(&refused.error, about),
            ErrorKind::Unavailable if refused.error.code.is_empty() => {
                unreachable(&refused.error.message, about)
            }
            _ => SetupError::new(
                "The role cannot be assumed",
                sentences([
                    Some(capital(&refused.to_string())),
                    about
                        .origin
                        .as_ref()
                        .map(|it| format!("It was to be assumed with {it}")),
                    refused.advice().map(str::to_owned),
                ]),
            ),
        };
    }
    let advice = match find::<Unusable>(error) {
        Some(Unusable {
            advice: Some(advice),
            ..
        }) => advice.clone(),
        _ => WAYS.to_owned(),
    };
    SetupError::new(
        "No AWS credentials",
        sentences([
            Some(format!("No AWS credentials were found: {}", chain(error))),
            Some(advice),
        ]),
    )
}

const WAYS: &str = "Give them by the provider's arguments `access_key` and `secret_key`, `profile` \
    or `assume_role_with_web_identity`, by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, by \
    AWS_PROFILE (after `aws sso login` where it is used), or by the role of the container or \
    instance this runs on";

/// Credentials were had, and AWS was asked whose they are.
pub(super) fn unproven(error: &CloudError, about: &Circumstances<'_>) -> SetupError {
    match error.kind {
        ErrorKind::Credentials => refusal(error, about),
        ErrorKind::Unavailable if error.code.is_empty() => unreachable(&error.message, about),
        _ => SetupError::new(
            "AWS did not say whose credentials these are",
            sentences([
                Some(error.to_string()),
                Some(about.came_from()),
                Some(SKIP.to_owned()),
            ]),
        ),
    }
}

const SKIP: &str = "Where only the Security Token Service is out of reach, \
    skip_credentials_validation = true in the provider goes on without asking it";

/// AWS does not take the credentials.
fn refusal(error: &CloudError, about: &Circumstances<'_>) -> SetupError {
    let (summary, why) = match reason(error, about.clock) {
        Reason::Expired => ("The AWS session has ended", None),
        Reason::Unknown => (
            "AWS does not know these credentials",
            Some(
                "The access key was deleted or switched off, is of another partition (AWS \
                 GovCloud and China have their own), or lacks its session token"
                    .to_owned(),
            ),
        ),
        Reason::Unsigned => (
            "The AWS credentials are wrong",
            Some("The secret access key is not the one of this access key id".to_owned()),
        ),
        Reason::Clock => (
            "This machine's clock is wrong",
            Some(match about.clock.ahead() {
                0 => "AWS takes no request that was signed more than five minutes ago or ahead"
                    .to_owned(),
                _ => format!("It is {}", about.clock.describe()),
            }),
        ),
    };
    let renewal = match (reason(error, about.clock), &about.origin) {
        (Reason::Clock, _) => Some("Set the clock, then run again".to_owned()),
        (_, Some(origin)) => Some(format!("{}, then run again", origin.renewal())),
        (_, None) => None,
    };
    SetupError::new(
        summary,
        sentences([
            Some(format!("AWS refused the credentials: {error}")),
            why,
            Some(about.came_from()),
            renewal,
        ]),
    )
}

enum Reason {
    Expired,
    Unknown,
    Unsigned,
    Clock,
}

fn reason(error: &CloudError, clock: &Clock) -> Reason {
    let is_about_time = [
        "Signature expired",
        "Signature not yet current",
        "too skewed",
    ]
    .iter()
    .any(|words| error.message.contains(words));
    match error.code.as_str() {
        "RequestTimeTooSkewed" => Reason::Clock,
        _ if is_about_time => Reason::Clock,
        // EC2 says this of sessions and of clocks.
        "RequestExpired" if clock.ahead() != 0 => Reason::Clock,
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" | "TokenRefreshRequired" => {
            Reason::Expired
        }
        "SignatureDoesNotMatch" | "InvalidSignatureException" | "IncompleteSignature" => {
            Reason::Unsigned
        }
        _ => Reason::Unknown,
    }
}

fn unreachable(message: &str, about: &Circumstances<'_>) -> SetupError {
    SetupError::new(
        "AWS cannot be reached",
        sentences([
            Some(format!("In {}: {message}", about.region)),
            Some(
                "Check the region, the network and the proxy (http_proxy, https_proxy and no_proxy, \
                 as arguments or variables), and `endpoints` where they are set"
                    .to_owned(),
            ),
            Some(SKIP.to_owned()),
        ]),
    )
}

impl Circumstances<'_> {
    fn came_from(&self) -> String {
        let origin = match &self.origin {
            Some(origin) => origin.to_string(),
            None => "a place that is not known".to_owned(),
        };
        let assumed = match self.roles.as_slice() {
            [] => String::new(),
            roles => format!(", by which {} was assumed", roles.join(", then ")),
        };
        format!("They come from {origin}{assumed}")
    }
}

/// Each with its full stop.
fn sentences<const N: usize>(parts: [Option<String>; N]) -> String {
    let parts = parts.into_iter().flatten();
    let parts: Vec<String> = parts
        .map(|part| format!("{}.", part.trim_end_matches('.')))
        .collect();
    parts.join(" ")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
