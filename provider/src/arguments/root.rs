//! The arguments of the `provider` block itself.

use std::collections::BTreeSet;

use tfplugin::{Maybe, Object, object::not_empty};

use super::{
    endpoints::Endpoints,
    roles::{AssumeRole, AssumeRoleWithWebIdentity},
    rules,
    tags::{DefaultTags, IgnoreTags},
};
use aws::client::{RetryMode, Secret, Settings};
use resources::syntax::region;

const RETRY_MODES: [(&str, RetryMode); 2] = [
    ("standard", RetryMode::Standard),
    ("adaptive", RetryMode::Adaptive),
];

/// How the provider reaches AWS. The arguments are those of `hashicorp/aws`, and whatever is left
/// out comes from where AWS's own tools take it: the standard environment variables, the shared
/// configuration files, the role of the container or instance.
#[derive(Object)]
pub(crate) struct Root {
    /// AWS region of resources that name none. Default: `AWS_REGION`, `AWS_DEFAULT_REGION` or the
    /// profile's.
    #[attr(optional, rule = not_empty)]
    pub region: Maybe<Option<String>>,
    /// Profile in the shared configuration and credentials files. Default: `AWS_PROFILE`.
    #[attr(optional, rule = not_empty)]
    pub profile: Option<String>,
    /// Access key id; goes with `secret_key`. Default: `AWS_ACCESS_KEY_ID`.
    #[attr(optional, sensitive, rule = not_empty)]
    pub access_key: Option<String>,
    /// Secret access key; goes with `access_key`. Default: `AWS_SECRET_ACCESS_KEY`.
    #[attr(optional, sensitive, rule = not_empty)]
    pub secret_key: Option<String>,
    /// Session token of temporary keys. Default: `AWS_SESSION_TOKEN`.
    #[attr(optional, sensitive, rule = not_empty)]
    pub token: Option<String>,
    /// Shared configuration files. Default: `AWS_CONFIG_FILE` or `~/.aws/config`.
    #[attr(optional, rule = not_empty)]
    pub shared_config_files: Vec<String>,
    /// Shared credentials files. Default: `AWS_SHARED_CREDENTIALS_FILE` or `~/.aws/credentials`.
    #[attr(optional, rule = not_empty)]
    pub shared_credentials_files: Vec<String>,
    /// Region of the Security Token Service. Default: the provider's region.
    #[attr(optional, rule = not_empty)]
    pub sts_region: Option<String>,
    /// URL of the instance metadata service. Default: `AWS_EC2_METADATA_SERVICE_ENDPOINT`, or AWS's.
    #[attr(optional, rule = rules::url)]
    pub ec2_metadata_service_endpoint: Option<String>,

    /// Ids of the accounts that may be worked on; any other is refused before anything is read or
    /// changed. Conflicts with `forbidden_account_ids`.
    #[attr(optional, rule = rules::account_id)]
    pub allowed_account_ids: BTreeSet<String>,
    /// Ids of accounts that must not be worked on. Conflicts with `allowed_account_ids`.
    #[attr(optional, rule = rules::account_id)]
    pub forbidden_account_ids: BTreeSet<String>,
    /// Take the name of the region as it is, even if it does not look like one of AWS's.
    #[attr(optional, default = false)]
    pub skip_region_validation: Option<bool>,
    /// Do not ask AWS which identity the credentials have before anything else is done. Then the
    /// first call that fails says what is wrong with them. For networks from which the Security
    /// Token Service cannot be reached.
    #[attr(optional, default = false)]
    pub skip_credentials_validation: Option<bool>,
    /// Do not ask the Security Token Service for the account. Then the account cannot be compared
    /// with `allowed_account_ids` or `forbidden_account_ids`.
    #[attr(optional, default = false)]
    pub skip_requesting_account_id: Option<bool>,
    /// How often a call is repeated that failed on the way: the connection broke, AWS failed or did
    /// not answer. Default: `AWS_MAX_ATTEMPTS` less one, or as often as `timeouts` allow. A call
    /// that AWS throttles is asked again when it is its turn, and does not count.
    #[attr(optional, range = 0..=1000)]
    pub max_retries: Option<u32>,
    /// Accepted for configurations written for `hashicorp/aws`: `standard` or `adaptive`. Calls are
    /// always paced by what AWS lets through, for all resources together.
    #[attr(optional, words = RETRY_MODES)]
    pub retry_mode: Option<RetryMode>,

    /// URL of the proxy for unencrypted calls. Default: `HTTP_PROXY`.
    #[attr(optional, rule = not_empty)]
    pub http_proxy: Option<String>,
    /// URL of the proxy for encrypted calls. Default: `HTTPS_PROXY`.
    #[attr(optional, rule = not_empty)]
    pub https_proxy: Option<String>,
    /// Hosts that are called without a proxy, separated by commas. Default: `NO_PROXY`.
    #[attr(optional, rule = not_empty)]
    pub no_proxy: Option<String>,
    /// Accept any certificate of those that are called. For tests only.
    #[attr(optional, default = false)]
    pub insecure: Option<bool>,
    /// Path of a PEM file with the certificates of authorities to trust. Default: `AWS_CA_BUNDLE`, or
    /// those of the system.
    #[attr(optional, rule = not_empty)]
    pub custom_ca_bundle: Option<String>,
    /// Call the FIPS endpoints of AWS. Default: `AWS_USE_FIPS_ENDPOINT`, or `false`.
    #[attr(optional)]
    pub use_fips_endpoint: Option<bool>,
    /// Call endpoints of AWS that have IPv6 too. Default: `AWS_USE_DUALSTACK_ENDPOINT`, or `false`.
    #[attr(optional)]
    pub use_dualstack_endpoint: Option<bool>,

    /// Check at plan, by at most 12 reads for each resource that changes, what AWS would refuse or
    /// what could not work: subnets, zones, security groups, brokers' addresses and instances, DNS,
    /// names. What the same apply may still put right is a warning. A read that is not allowed
    /// switches its checks off, with a warning. Switch it off where plans must not read from AWS
    /// beyond the resource itself.
    #[attr(optional, default = true)]
    pub preflight: Maybe<bool>,
    /// Regions in which no new path is made. The default is what the reference service for Kafka
    /// over PrivateLink does not offer; AWS has no such limit.
    #[attr(optional, default = ["us-west-1", "af-south-1"], rule = region::check)]
    pub restricted_regions: Maybe<BTreeSet<Maybe<String>>>,

    /// A role to assume with the credentials found so far. Several are assumed one after the other.
    #[attr(block)]
    pub assume_role: Vec<AssumeRole>,
    /// A role to assume with a token of an OpenID Connect provider.
    #[attr(block, most = 1)]
    pub assume_role_with_web_identity: Vec<AssumeRoleWithWebIdentity>,
    /// Tags of every object that the provider makes.
    #[attr(block, most = 1)]
    pub default_tags: Maybe<Vec<DefaultTags>>,
    /// Tags that others manage: they are neither shown, set nor removed.
    #[attr(block, most = 1)]
    pub ignore_tags: Maybe<Vec<IgnoreTags>>,
    /// URLs to call instead of AWS's own. Default: `AWS_ENDPOINT_URL` and its siblings.
    #[attr(block)]
    pub endpoints: Vec<Endpoints>,
}

impl Root {
    /// What AWS clients are made of.
    pub fn settings(self) -> Settings {
        let region = self.region.into_known().flatten();
        let roles = self.assume_role.into_iter();
        let web_identities = self.assume_role_with_web_identity.into_iter();
        Settings {
            region,
            profile: self.profile,
            access_key: self.access_key,
            secret_key: self.secret_key.map(Secret::new),
            token: self.token.map(Secret::new),
            shared_config_files: self.shared_config_files,
            shared_credentials_files: self.shared_credentials_files,
            assume_role: roles.filter_map(AssumeRole::settings).collect(),
            assume_role_with_web_identity: web_identities
                .filter_map(AssumeRoleWithWebIdentity::settings)
                .next(),
            endpoints: Endpoints::settings(&self.endpoints),
            allowed_account_ids: self.allowed_account_ids.into_iter().collect(),
            forbidden_account_ids: self.forbidden_account_ids.into_iter().collect(),
            max_retries: self.max_retries,
            retry_mode: self.retry_mode,
            skip_region_validation: self.skip_region_validation == Some(true),
            skip_credentials_validation: self.skip_credentials_validation == Some(true),
            skip_requesting_account_id: self.skip_requesting_account_id == Some(true),
            sts_region: self.sts_region,
            http_proxy: self.http_proxy,
            https_proxy: self.https_proxy,
            no_proxy: self.no_proxy,
            insecure: self.insecure == Some(true),
            custom_ca_bundle: self.custom_ca_bundle,
            use_fips_endpoint: self.use_fips_endpoint,
            use_dualstack_endpoint: self.use_dualstack_endpoint,
            ec2_metadata_service_endpoint: self.ec2_metadata_service_endpoint,
        }
    }
}
