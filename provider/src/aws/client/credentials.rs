//! Where credentials come from: the configuration, or else where AWS's own tools look.

use std::{fs, time::SystemTime};

use aws_config::{
    ecs::EcsCredentialsProvider,
    environment::EnvironmentVariableCredentialsProvider,
    imds::{self, credentials::ImdsCredentialsProvider},
    meta::credentials::CredentialsProviderChain,
    profile::ProfileFileCredentialsProvider,
    provider_config::ProviderConfig,
    web_identity_token::WebIdentityTokenCredentialsProvider,
};
use aws_credential_types::{
    Credentials,
    provider::{
        ProvideCredentials, Result as Provided, SharedCredentialsProvider, error::CredentialsError,
        future,
    },
};
use aws_sdk_sts::types::{PolicyDescriptorType, Tag};

use super::{
    Settings,
    settings::{AssumeRole, AssumeRoleWithWebIdentity},
};
use crate::aws::error::chain;

/// The name of a session nobody named, as it shows in AWS's logs.
const SESSION_NAME: &str = "terraform-provider-kafka";

/// The provider of the credentials that AWS is called with, before any role is assumed.
///
/// Keys of the configuration come first, then its profile, then the SDK's usual chain.
pub(super) fn base(
    settings: &Settings,
    config: &ProviderConfig,
    profiles: ProfileFileCredentialsProvider,
) -> Result<SharedCredentialsProvider, String> {
    match (&settings.access_key, &settings.secret_key) {
        (Some(access), Some(secret)) => {
            let token = settings
                .token
                .as_ref()
                .map(|token| token.reveal().to_owned());
            return Ok(SharedCredentialsProvider::new(Credentials::new(
                access,
                secret.reveal(),
                token,
                None,
                "provider configuration",
            )));
        }
        (None, None) => {}
        _ => return Err("access_key and secret_key go together".to_owned()),
    }
    if settings.profile.is_some() {
        return Ok(SharedCredentialsProvider::new(profiles));
    }
    let mut metadata = imds::Client::builder().configure(config);
    if let Some(endpoint) = &settings.ec2_metadata_service_endpoint {
        metadata = metadata
            .endpoint(endpoint)
            .map_err(|error| format!("ec2_metadata_service_endpoint: {error}"))?;
    }
    let chain = CredentialsProviderChain::first_try(
        "Environment",
        EnvironmentVariableCredentialsProvider::new(),
    )
    .or_else("Profile", profiles)
    .or_else(
        "WebIdentityToken",
        WebIdentityTokenCredentialsProvider::builder()
            .configure(config)
            .build(),
    )
    .or_else(
        "EcsContainer",
        EcsCredentialsProvider::builder().configure(config).build(),
    )
    .or_else(
        "Ec2InstanceMetadata",
        ImdsCredentialsProvider::builder()
            .configure(config)
            .imds_client(metadata.build())
            .build(),
    );
    Ok(SharedCredentialsProvider::new(chain))
}

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
            .map_err(|error| refused("assuming the role", &role.role_arn, &error))?;
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
            (Some(token), _) => token.reveal().to_owned(),
            (None, Some(path)) => fs::read_to_string(path).map_err(|error| {
                CredentialsError::invalid_configuration(format!(
                    "reading the web identity token {path}: {error}"
                ))
            })?,
            (None, None) => {
                return Err(CredentialsError::invalid_configuration(
                    "assume_role_with_web_identity needs web_identity_token or \
                     web_identity_token_file",
                ));
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
            .map_err(|error| refused("assuming the role", &role.role_arn, &error))?;
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

fn refused(
    doing: &str,
    role: &str,
    error: &(impl std::error::Error + 'static),
) -> CredentialsError {
    CredentialsError::provider_error(format!("{doing} {role}: {}", chain(error)))
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
