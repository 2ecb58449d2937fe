//! The provider's configuration as far as AWS clients depend on it.

use std::{collections::BTreeMap, fmt, time::Duration};

/// Names and meanings of `hashicorp/aws`'s provider arguments. `None` and empty mean: as the
/// environment, the profile and AWS decide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    pub region: Option<String>,
    pub profile: Option<String>,
    pub access_key: Option<String>,
    pub secret_key: Option<Secret>,
    pub token: Option<Secret>,
    pub shared_config_files: Vec<String>,
    pub shared_credentials_files: Vec<String>,
    /// Assumed one after the other.
    pub assume_role: Vec<AssumeRole>,
    pub assume_role_with_web_identity: Option<AssumeRoleWithWebIdentity>,
    pub endpoints: Endpoints,
    pub allowed_account_ids: Vec<String>,
    pub forbidden_account_ids: Vec<String>,
    /// Retries after the first attempt; 25 when unset and the environment says nothing.
    pub max_retries: Option<u32>,
    pub retry_mode: Option<RetryMode>,
    /// The name of the region is not checked.
    pub skip_region_validation: bool,
    /// AWS is not asked which identity the credentials have: the first call that needs them says
    /// what is wrong with them.
    pub skip_credentials_validation: bool,
    /// STS is not asked for the account id, and so the account lists must be empty.
    pub skip_requesting_account_id: bool,
    pub sts_region: Option<String>,
    pub http_proxy: Option<String>,
    pub https_proxy: Option<String>,
    pub no_proxy: Option<String>,
    /// Certificates of endpoints are not verified.
    pub insecure: bool,
    /// Path of a PEM file whose certificates are trusted instead of the system's.
    pub custom_ca_bundle: Option<String>,
    pub use_fips_endpoint: Option<bool>,
    pub use_dualstack_endpoint: Option<bool>,
    pub ec2_metadata_service_endpoint: Option<String>,
}

/// URLs to call instead of AWS's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoints {
    pub ec2: Option<String>,
    pub elasticloadbalancingv2: Option<String>,
    pub route53: Option<String>,
    pub sts: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssumeRole {
    pub role_arn: String,
    pub duration: Option<Duration>,
    pub external_id: Option<String>,
    pub policy: Option<String>,
    pub policy_arns: Vec<String>,
    pub session_name: Option<String>,
    pub source_identity: Option<String>,
    pub tags: BTreeMap<String, String>,
    pub transitive_tag_keys: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssumeRoleWithWebIdentity {
    pub role_arn: String,
    pub duration: Option<Duration>,
    pub policy: Option<String>,
    pub policy_arns: Vec<String>,
    pub session_name: Option<String>,
    /// The token itself, or else the file it is read from each time.
    pub web_identity_token: Option<Secret>,
    pub web_identity_token_file: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryMode {
    Standard,
    Adaptive,
}

/// Text that never shows in logs or errors.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_show() {
        let settings = Settings {
            secret_key: Some(Secret::new("hunter2")),
            ..Settings::default()
        };
        assert!(!format!("{settings:?}").contains("hunter2"));
    }
}
