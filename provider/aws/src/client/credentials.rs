//! Roles that the configuration asks for.

use std::{error::Error, fmt, fs, time::SystemTime};

use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, Result as Provided, error::CredentialsError, future},
};
use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::types::{PolicyDescriptorType, Tag};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::{
    home,
    settings::{AssumeRole, AssumeRoleWithWebIdentity},
    sources::{Unusable, plain},
};
use crate::error::from_sdk;
use engine::reconcile::{CloudError, ErrorKind};

/// The name of a session nobody named, as it shows in AWS's logs.
const SESSION_NAME: &str = "terraform-provider-kafka";

/// A role assumed with the credentials of `sts`, renewed when they end.
#[derive(Debug)]
pub(super) struct Role {
    pub(super) sts: aws_sdk_sts::Client,
    pub(super) role: AssumeRole,
}

impl Role {
    async fn assume(&self) -> Provided {
        let role = &self.role;
        let tags = role
            .tags
            .iter()
            .map(|(key, value)| Tag::builder().key(key).value(value).build())
            .collect::<Result<Vec<_>, _>>()
            .map_err(CredentialsError::invalid_configuration)?;
        let answer = self
            .sts
            .assume_role()
            .role_arn(&role.role_arn)
            .role_session_name(session_name(role.session_name.as_ref()))
            .set_duration_seconds(seconds(role.duration))
            .set_external_id(role.external_id.clone())
            .set_policy(role.policy.clone())
            .set_policy_arns(policies(&role.policy_arns))
            .set_source_identity(role.source_identity.clone())
            .set_tags(some(tags))
            .set_transitive_tag_keys(some(role.transitive_tag_keys.clone()))
            .send()
            .await
            .map_err(|error| refused("AssumeRole", &role.role_arn, &error))?;
        session(answer.credentials, "AssumeRole")
    }
}

impl ProvideCredentials for Role {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.assume())
    }
}

/// A role assumed with a token of another identity provider; `sts` needs no credentials for it.
#[derive(Debug)]
pub(super) struct WebIdentityRole {
    pub(super) sts: aws_sdk_sts::Client,
    pub(super) role: AssumeRoleWithWebIdentity,
}

impl WebIdentityRole {
    async fn assume(&self) -> Provided {
        let role = &self.role;
        let token = match (&role.web_identity_token, &role.web_identity_token_file) {
            (Some(given), _) => given.reveal().to_owned(),
            (None, Some(path)) => token(&home(path))?,
            (None, None) => {
                return Err(CredentialsError::invalid_configuration(Unusable {
                    text: "assume_role_with_web_identity has no token".to_owned(),
                    advice: Some(
                        "Give it web_identity_token or web_identity_token_file, or set \
                         AWS_WEB_IDENTITY_TOKEN_FILE"
                            .to_owned(),
                    ),
                }));
            }
        };
        let answer = self
            .sts
            .assume_role_with_web_identity()
            .role_arn(&role.role_arn)
            .role_session_name(session_name(role.session_name.as_ref()))
            .web_identity_token(token.trim())
            .set_duration_seconds(seconds(role.duration))
            .set_policy(role.policy.clone())
            .set_policy_arns(policies(&role.policy_arns))
            .send()
            .await
            .map_err(|error| refused("AssumeRoleWithWebIdentity", &role.role_arn, &error))?;
        session(answer.credentials, "AssumeRoleWithWebIdentity")
    }
}

impl ProvideCredentials for WebIdentityRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.assume())
    }
}

fn session(credentials: Option<aws_sdk_sts::types::Credentials>, source: &'static str) -> Provided {
    let Some(credentials) = credentials else {
        return Err(CredentialsError::unhandled("STS returned no credentials"));
    };
    let ends = SystemTime::try_from(credentials.expiration)
        .map_err(|error| CredentialsError::unhandled(format!("expiration: {error}")))?;
    Ok(Credentials::new(
        credentials.access_key_id,
        credentials.secret_access_key,
        Some(credentials.session_token),
        Some(ends),
        source,
    ))
}

/// A role that AWS does not lend.
#[derive(Debug)]
pub(super) struct RoleRefused {
    pub(super) role: String,
    pub(super) error: CloudError,
}

impl RoleRefused {
    /// What the role's owner has to look at, where it is about the role.
    pub(super) fn advice(&self) -> Option<&'static str> {
        if self.error.kind != ErrorKind::Denied {
            return None;
        }
        Some(match self.error.operation.as_str() {
            "AssumeRoleWithWebIdentity" => {
                "The role's trust policy must allow sts:AssumeRoleWithWebIdentity to the identity \
                 provider, for this token's audience and subject"
            }
            _ => {
                "The role's trust policy must allow sts:AssumeRole to the caller (with the \
                 external_id that it asks for), and so must the caller's own policies"
            }
        })
    }
}

impl fmt::Display for RoleRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the role {} cannot be assumed: {}",
            self.role, self.error
        )
    }
}

impl Error for RoleRefused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.error)
    }
}

fn refused<E>(operation: &str, role: &str, error: &SdkError<E, HttpResponse>) -> CredentialsError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    CredentialsError::provider_error(RoleRefused {
        role: role.to_owned(),
        error: from_sdk(operation, error),
    })
}

fn token(path: &str) -> Result<String, CredentialsError> {
    fs::read_to_string(path).map_err(|error| {
        CredentialsError::invalid_configuration(Unusable {
            text: format!(
                "web_identity_token_file names {path}, which cannot be read: {}",
                plain(&error)
            ),
            advice: Some(
                "The token is mounted by whatever runs this: make sure that the volume is there"
                    .to_owned(),
            ),
        })
    })
}

fn session_name(name: Option<&String>) -> &str {
    name.map_or(SESSION_NAME, String::as_str)
}

fn seconds(duration: Option<std::time::Duration>) -> Option<i32> {
    duration.and_then(|duration| i32::try_from(duration.as_secs()).ok())
}

fn policies(arns: &[String]) -> Option<Vec<PolicyDescriptorType>> {
    some(
        arns.iter()
            .map(|arn| PolicyDescriptorType::builder().arn(arn).build())
            .collect(),
    )
}

/// AWS refuses empty lists where it takes none.
fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}
