//! AWS clients, built once per provider configuration and shared by everything that calls AWS.

mod account;
mod answered;
mod bucket;
mod call;
mod clock;
mod credentials;
mod gate;
mod identity;
mod insecure;
mod lanes;
mod origin;
mod pacer;
mod profile;
mod proxies;
mod refusals;
mod retries;
mod settings;
mod sources;
mod transport;

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_config::{
    BehaviorVersion, ConfigLoader, Region, SdkConfig,
    environment::region::EnvironmentVariableRegionProvider,
    identity::IdentityCache,
    meta::region::RegionProviderChain,
    profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider},
    provider_config::ProviderConfig,
    retry::RetryConfig,
    stalled_stream_protection::StalledStreamProtectionConfig,
    timeout::TimeoutConfig,
};
use aws_credential_types::provider::{
    ProvideCredentials, SharedCredentialsProvider, error::CredentialsError,
};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_ec2::config::retry::{RetryPartition, TokenBucket};
use tokio::{sync::OnceCell, time::Instant};
use tokio_util::sync::CancellationToken;

use call::Hooks;
use clock::Clock;
use engine::reconcile::{Bounds, CloudError};
pub(super) use gate::Gate;
use identity::Circumstances;
use lanes::{Lanes, Reached};
use profile::Profile;
use refusals::Refusals;
pub use settings::{AssumeRole, AssumeRoleWithWebIdentity, Endpoints, RetryMode, Secret, Settings};
use sources::Sources;
use transport::Transport;

/// A machine that is there takes a connection within a few round trips; three lost packets fit in.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// AWS's own limit for an answer of these services is a minute or less, and most take a second. A
/// connection that died without a word is found out by this alone.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// Longer than any pause.
const LONG: Duration = Duration::from_secs(24 * 3600);

/// What is wrong with the configuration, or with what it led to, for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct SetupError {
    /// A line without a full stop.
    pub summary: String,
    /// Sentences.
    pub detail: String,
}

/// All clients of one provider configuration. Cloning shares them.
#[derive(Clone, Debug)]
pub struct Clients(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    settings: Settings,
    transport: Transport,
    clock: Clock,
    /// Everything that does not depend on the region.
    base: OnceCell<Base>,
    /// The id of the account, once AWS has said that the credentials are good.
    account: Arc<OnceCell<String>>,
    regional: Mutex<BTreeMap<String, Regional>>,
    lanes: Lanes,
    reached: Reached,
}

#[derive(Debug)]
struct Base {
    config: SdkConfig,
    sources: Sources,
    /// How often a call is repeated that failed on the way, where somebody said so. Throttling does
    /// not count: such calls wait for their turn.
    repeats: Option<u32>,
}

/// The clients of one region, and the gate that calls go through.
#[derive(Clone, Debug)]
pub struct Regional {
    pub region: String,
    pub ec2: aws_sdk_ec2::Client,
    pub elb: aws_sdk_elasticloadbalancingv2::Client,
    pub route53: aws_sdk_route53::Client,
    /// `None` where the account is not to be asked for.
    pub sts: Option<aws_sdk_sts::Client>,
    /// The account's id, once it was asked for.
    pub(super) account: Arc<OnceCell<String>>,
    pub(super) gate: Gate,
    refusals: Refusals,
}

impl Regional {
    /// The same clients for one operation, whose bounds hold for every call.
    pub fn within(&self, bounds: &Bounds) -> Regional {
        Regional {
            gate: self.gate.within(bounds),
            ..self.clone()
        }
    }

    /// The same clients for one observation that can do without what these calls tell.
    pub(super) fn sparing(&self, dispensable: &BTreeSet<&'static str>) -> Regional {
        Regional {
            refusals: Refusals::of(dispensable),
            ..self.clone()
        }
    }

    /// What was read, or `instead` where IAM refused a call that can be done without.
    pub(super) fn or<T>(
        &self,
        instead: T,
        reading: impl Future<Output = Result<T, CloudError>>,
    ) -> impl Future<Output = Result<T, CloudError>> {
        self.refusals.or(instead, reading)
    }

    /// Calls that IAM refused and that were done without.
    pub(super) fn refused(&self) -> BTreeSet<String> {
        self.refusals.met()
    }
}

impl Clients {
    /// Calls nobody and reads no file but a CA bundle.
    pub fn new(settings: Settings) -> Result<Clients, SetupError> {
        account::check_settings(&settings).map_err(SetupError::about_arguments)?;
        let clock = Clock::default();
        let transport =
            Transport::new(&settings, clock.clone()).map_err(SetupError::about_arguments)?;
        Ok(Clients(Arc::new(Shared {
            settings,
            transport,
            clock,
            base: OnceCell::new(),
            account: Arc::default(),
            regional: Mutex::new(BTreeMap::new()),
            lanes: Lanes::default(),
            reached: Reached::default(),
        })))
    }

    /// The clients of a region; `None` means the provider's.
    ///
    /// The first call looks for credentials; AWS is asked only where a role is to be assumed. A
    /// failure is not remembered.
    pub async fn region(&self, region: Option<&str>) -> Result<Regional, SetupError> {
        let region = match region {
            Some(region) => region.to_owned(),
            None => self.default_region().await?,
        };
        if !self.0.settings.skip_region_validation {
            check_region(&region).map_err(SetupError::about_arguments)?;
        }
        if let Some(known) = self.lock().get(&region) {
            return Ok(known.clone());
        }
        let base = self.0.base.get_or_try_init(|| self.load(&region)).await?;
        let regional = self.build(base, &region);
        Ok(self.lock().entry(region).or_insert(regional).clone())
    }

    /// Like `region`, with credentials that AWS has confirmed, of an account that is allowed: once
    /// for all, and not at all where the configuration says so.
    pub async fn proven(&self, region: Option<&str>) -> Result<Regional, SetupError> {
        let regional = self.region(region).await?;
        let settings = &self.0.settings;
        if settings.skip_credentials_validation && !self.account_matters() {
            return Ok(regional);
        }
        let prove = async {
            let base = self.0.base.get_or_try_init(|| self.load(&regional.region));
            let base = base.await?;
            let answer = identity::ask(&self.sts(&base.config), &self.0.clock).await;
            let account = answer.map_err(|error| {
                identity::unproven(&error, &self.circumstances(base, &regional.region))
            })?;
            account::judge(&account, settings).map_err(|refusal| {
                SetupError::new("This account is not to be worked on", refusal)
            })?;
            Ok(account)
        };
        self.0.account.get_or_try_init(|| prove).await?;
        Ok(regional)
    }

    /// Are accounts allowed or forbidden?
    pub fn account_matters(&self) -> bool {
        account::matters(&self.0.settings)
    }

    fn circumstances<'a>(&'a self, base: &'a Base, region: &'a str) -> Circumstances<'a> {
        self.0.circumstances(&base.sources, region)
    }

    /// The region of the configuration, the environment or the profile, in this order. The
    /// instance metadata service is not asked: off EC2 that is a second of waiting for nothing.
    pub async fn default_region(&self) -> Result<String, SetupError> {
        let settings = &self.0.settings;
        if let Some(region) = &settings.region {
            return Ok(region.clone());
        }
        let profile = {
            let mut builder = ProfileFileRegionProvider::builder();
            if let Some(files) = files(settings) {
                builder = builder.profile_files(files);
            }
            if let Some(name) = &settings.profile {
                builder = builder.profile_name(name);
            }
            builder.build()
        };
        RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
            .or_else(profile)
            .region()
            .await
            .map(|region| region.to_string())
            .ok_or_else(|| {
                SetupError::new(
                    "No AWS region",
                    "No AWS region is set. Give one by the provider's argument `region`, the \
                     resource's argument `region`, the environment variable AWS_REGION or \
                     AWS_DEFAULT_REGION, or `region` in the profile (argument `profile` or \
                     AWS_PROFILE).",
                )
            })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Regional>> {
        // An insertion either happened or not, whoever panicked.
        self.0
            .regional
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    async fn load(&self, region: &str) -> Result<Base, SetupError> {
        let settings = &self.0.settings;
        let here = Region::new(region.to_owned());
        let provider_config = ProviderConfig::without_region()
            .with_region(Some(here.clone()))
            .with_http_client(self.0.transport.clone())
            .with_time_source(self.0.clock.clone());
        let mut profiles = ProfileFileCredentialsProvider::builder().configure(&provider_config);
        let mut loader = ConfigLoader::default()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(self.0.transport.clone())
            .time_source(self.0.clock.clone())
            .region(here)
            .retry_config(RetryConfig::standard())
            .identity_cache(IdentityCache::lazy().build())
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(CONNECT_TIMEOUT)
                    .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                    .build(),
            )
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        let files = files(settings);
        let profile = Profile::read(settings, files.as_ref()).await;
        if let Some(files) = files {
            profiles = profiles.profile_files(files.clone());
            loader = loader.profile_files(files);
        }
        if let Some(name) = &settings.profile {
            profiles = profiles.profile_name(name);
            loader = loader.profile_name(name);
        }
        if let Some(fips) = settings.use_fips_endpoint {
            loader = loader.use_fips(fips);
        }
        if let Some(dualstack) = settings.use_dualstack_endpoint {
            loader = loader.use_dual_stack(dualstack);
        }
        let sources = Sources::new(settings, &provider_config, &profile, profiles.build())
            .map_err(SetupError::about_arguments)?;
        let first = SharedCredentialsProvider::new(sources.clone());
        let mut config = loader.credentials_provider(first).load().await;
        retries::mode(settings, &config).map_err(SetupError::about_arguments)?;
        let repeats = retries::retries(settings, &config).map_err(SetupError::about_arguments)?;
        config = self.assume_roles(config);
        self.resolve_credentials(&config)
            .await
            .map_err(|error| identity::none(&error, &self.0.circumstances(&sources, region)))?;
        Ok(Base {
            config,
            sources,
            repeats,
        })
    }

    /// Found out before the first call, so that the error is about credentials and not about it.
    async fn resolve_credentials(&self, config: &SdkConfig) -> Result<(), CredentialsError> {
        let Some(provider) = config.credentials_provider() else {
            return Ok(());
        };
        let before = self.0.clock.ahead();
        match provider.provide_credentials().await {
            Ok(_) => Ok(()),
            // A role was asked for by a wrong clock, which AWS's answer has put right.
            Err(_) if self.0.clock.ahead() != before => {
                provider.provide_credentials().await.map(|_| ())
            }
            Err(error) => Err(error),
        }
    }

    fn assume_roles(&self, mut config: SdkConfig) -> SdkConfig {
        let settings = &self.0.settings;
        let with = |config: &SdkConfig, provider: SharedCredentialsProvider| {
            config.to_builder().credentials_provider(provider).build()
        };
        if let Some(role) = &settings.assume_role_with_web_identity {
            let sts = self.sts(&config);
            let role = role.clone();
            let provider = credentials::WebIdentityRole { sts, role };
            config = with(&config, SharedCredentialsProvider::new(provider));
        }
        for role in &settings.assume_role {
            let sts = self.sts(&config);
            let role = role.clone();
            let provider = credentials::Role { sts, role };
            config = with(&config, SharedCredentialsProvider::new(provider));
        }
        config
    }

    fn sts(&self, config: &SdkConfig) -> aws_sdk_sts::Client {
        let settings = &self.0.settings;
        let mut sts = aws_sdk_sts::config::Builder::from(config);
        if let Some(url) = &settings.endpoints.sts {
            sts.set_endpoint_url(Some(url.clone()));
        }
        if let Some(region) = &settings.sts_region {
            sts.set_region(Some(Region::new(region.clone())));
        }
        aws_sdk_sts::Client::from_conf(sts.build())
    }

    fn build(&self, base: &Base, region: &str) -> Regional {
        let endpoints = &self.0.settings.endpoints;
        let config = base
            .config
            .to_builder()
            .region(Region::new(region.to_owned()))
            .retry_config(as_the_hooks_say())
            .build();
        let hooks = |service| Hooks {
            service: Some(service),
            reached: self.0.reached.clone(),
        };
        let mut ec2 = aws_sdk_ec2::config::Builder::from(&config)
            .interceptor(hooks("ec2"))
            .retry_classifier(hooks("ec2"))
            .retry_partition(unlimited("ec2"));
        if let Some(url) = &endpoints.ec2 {
            ec2.set_endpoint_url(Some(url.clone()));
        }
        let mut elb = aws_sdk_elasticloadbalancingv2::config::Builder::from(&config)
            .interceptor(hooks("elb"))
            .retry_classifier(hooks("elb"))
            .retry_partition(unlimited("elb"));
        if let Some(url) = &endpoints.elasticloadbalancingv2 {
            elb.set_endpoint_url(Some(url.clone()));
        }
        let mut route53 = aws_sdk_route53::config::Builder::from(&config)
            .interceptor(hooks("route53"))
            .retry_classifier(hooks("route53"))
            .retry_partition(unlimited("route53"));
        if let Some(url) = &endpoints.route53 {
            route53.set_endpoint_url(Some(url.clone()));
        }
        Regional {
            region: region.to_owned(),
            ec2: aws_sdk_ec2::Client::from_conf(ec2.build()),
            elb: aws_sdk_elasticloadbalancingv2::Client::from_conf(elb.build()),
            route53: aws_sdk_route53::Client::from_conf(route53.build()),
            sts: (!self.0.settings.skip_requesting_account_id).then(|| self.sts(&base.config)),
            account: self.0.account.clone(),
            gate: Gate::new(
                self.0.lanes.clone(),
                region,
                base.repeats,
                Bounds::new(Instant::now() + LONG, CancellationToken::new()),
            ),
            refusals: Refusals::default(),
        }
    }
}

impl Shared {
    fn circumstances<'a>(&'a self, sources: &Sources, region: &'a str) -> Circumstances<'a> {
        let settings = &self.settings;
        let web = settings.assume_role_with_web_identity.iter();
        let web = web.map(|role| role.role_arn.as_str());
        let roles = settings.assume_role.iter().map(|it| it.role_arn.as_str());
        Circumstances {
            origin: sources.origin(),
            roles: web.chain(roles).collect(),
            region,
            clock: &self.clock,
        }
    }
}

impl SetupError {
    fn new(summary: impl Into<String>, detail: impl Into<String>) -> SetupError {
        SetupError {
            summary: summary.into(),
            detail: detail.into(),
        }
    }

    fn about_arguments(detail: String) -> SetupError {
        SetupError::new("The provider cannot be configured", detail)
    }
}

/// The files of the configuration, if it names any; the other kind stays where it usually is.
fn files(settings: &Settings) -> Option<EnvConfigFiles> {
    if settings.shared_config_files.is_empty() && settings.shared_credentials_files.is_empty() {
        return None;
    }
    let mut files = EnvConfigFiles::builder()
        .include_default_config_file(settings.shared_config_files.is_empty())
        .include_default_credentials_file(settings.shared_credentials_files.is_empty());
    for path in &settings.shared_config_files {
        files = files.with_file(EnvConfigFileKind::Config, home(path));
    }
    for path in &settings.shared_credentials_files {
        files = files.with_file(EnvConfigFileKind::Credentials, home(path));
    }
    Some(files.build())
}

/// `~/` is what people write.
fn home(path: &str) -> String {
    match (path.strip_prefix("~/"), env::var("HOME")) {
        (Some(rest), Ok(home)) => format!("{home}/{rest}"),
        _ => path.to_owned(),
    }
}

/// No limit of the SDK's own, in number or in pauses: [`call`] decides.
fn as_the_hooks_say() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(u32::MAX)
        .with_max_backoff(LONG)
}

/// The SDK's own stock of retries, which all calls of a client share, never runs out.
fn unlimited(service: &'static str) -> RetryPartition {
    RetryPartition::custom(service)
        .token_bucket(TokenBucket::unlimited())
        .build()
}

/// Catches typing errors; a region that AWS opens tomorrow passes.
fn check_region(region: &str) -> Result<(), String> {
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_lowercase());
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit());
    let good = region.rsplit_once('-').is_some_and(|(words, number)| {
        words.contains('-') && words.split('-').all(is_word) && is_number(number)
    });
    match good {
        true => Ok(()),
        false => Err(format!(
            "{region:?} does not look like the name of an AWS region, such as \"eu-central-1\". \
             Set `skip_region_validation = true` in the provider if it is one nevertheless."
        )),
    }
}

#[cfg(test)]
mod tests;
