//! The places where credentials are looked for, one after the other, and what each said.
//!
//! The SDK has such a chain; it does not tell afterwards which place it was, nor why the others
//! were none.

use std::{
    env,
    error::Error,
    fmt, fs,
    sync::{Arc, Mutex, PoisonError},
};

use aws_config::{
    ecs::EcsCredentialsProvider,
    environment::EnvironmentVariableCredentialsProvider,
    imds::{self, credentials::ImdsCredentialsProvider},
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

use super::{Settings, origin::Origin, profile::Profile};
use crate::error::{chain, find};
use crate::unreached::Unreached;

const TOKEN_FILE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
const POD_TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
const POD: [&str; 2] = [
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/// Clones share what was found.
#[derive(Clone, Debug)]
pub(super) struct Sources {
    places: Arc<Vec<(Origin, SharedCredentialsProvider)>>,
    /// Why the profile that somebody asked for cannot be used.
    missing: Option<String>,
    found: Arc<Mutex<Option<Origin>>>,
}

/// A place that should have had credentials and had none: a sentence without its full stop.
#[derive(Debug)]
pub(super) struct Unusable {
    pub(super) text: String,
    pub(super) advice: Option<String>,
}

impl Sources {
    /// Keys of the configuration come first, then its profile, then the SDK's usual places.
    pub(super) fn new(
        settings: &Settings,
        config: &ProviderConfig,
        profile: &Profile,
        profiles: ProfileFileCredentialsProvider,
    ) -> Result<Sources, String> {
        let mut places = Vec::new();
        match (&settings.access_key, &settings.secret_key) {
            (Some(access), Some(secret)) => {
                let token = settings
                    .token
                    .as_ref()
                    .map(|token| token.reveal().to_owned());
                let keys = Credentials::new(
                    access,
                    secret.reveal(),
                    token,
                    None,
                    "provider configuration",
                );
                places.push((Origin::Arguments, SharedCredentialsProvider::new(keys)));
                return Ok(Sources::of(places, None));
            }
            (None, None) => {}
            _ => return Err("access_key and secret_key go together".to_owned()),
        }
        let profiles = (profile.origin(), SharedCredentialsProvider::new(profiles));
        if settings.profile.is_some() {
            return Ok(Sources::of(vec![profiles], profile.missing()));
        }
        let keys = EnvironmentVariableCredentialsProvider::new();
        places.push((Origin::Environment, SharedCredentialsProvider::new(keys)));
        places.push(profiles);
        let file = env::var(TOKEN_FILE).unwrap_or_default();
        let web = WebIdentityTokenCredentialsProvider::builder();
        let web = SharedCredentialsProvider::new(web.configure(config).build());
        places.push((Origin::WebIdentity(file), web));
        let container = EcsCredentialsProvider::builder().configure(config).build();
        places.push((Origin::Container, SharedCredentialsProvider::new(container)));
        let mut metadata = imds::Client::builder().configure(config);
        if let Some(endpoint) = &settings.ec2_metadata_service_endpoint {
            metadata = metadata
                .endpoint(endpoint)
                .map_err(|error| format!("ec2_metadata_service_endpoint: {error}"))?;
        }
        let instance = ImdsCredentialsProvider::builder()
            .configure(config)
            .imds_client(metadata.build())
            .build();
        places.push((Origin::Instance, SharedCredentialsProvider::new(instance)));
        Ok(Sources::of(places, profile.missing()))
    }

    fn of(places: Vec<(Origin, SharedCredentialsProvider)>, missing: Option<String>) -> Sources {
        Sources {
            places: Arc::new(places),
            missing,
            found: Arc::default(),
        }
    }

    /// Where the last credentials came from.
    pub(super) fn origin(&self) -> Option<Origin> {
        // It is replaced as a whole.
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.clone()
    }

    async fn look(&self) -> Provided {
        let mut tried = Vec::new();
        for (origin, place) in self.places.iter() {
            let missing = self.missing.as_ref().filter(|_| origin.is_profile());
            if let Some(text) = missing.cloned() {
                let missing = Unusable { text, advice: None };
                return Err(CredentialsError::invalid_configuration(missing));
            }
            if let Some(unusable) = unusable(origin) {
                return Err(CredentialsError::invalid_configuration(unusable));
            }
            if is_absent(origin) {
                tried.push(nothing(origin, None));
                continue;
            }
            match place.provide_credentials().await {
                Ok(credentials) => {
                    let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
                    *found = Some(origin.clone());
                    return Ok(credentials);
                }
                Err(error @ CredentialsError::CredentialsNotLoaded(_)) => {
                    tried.push(nothing(origin, Some(&error)));
                }
                Err(error) => return Err(CredentialsError::provider_error(failed(origin, &error))),
            }
        }
        let text = format!("none were found: {}", tried.join("; "));
        Err(CredentialsError::not_loaded(Unusable {
            text,
            advice: None,
        }))
    }
}

impl ProvideCredentials for Sources {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.look())
    }

    fn fallback_on_interrupt(&self) -> Option<Credentials> {
        let mut places = self.places.iter();
        places.find_map(|(_, place)| place.fallback_on_interrupt())
    }
}

/// A file that a variable names and that is not there: mostly a volume that was not mounted.
fn unusable(origin: &Origin) -> Option<Unusable> {
    let variable = match origin {
        Origin::WebIdentity(file) if !file.is_empty() => TOKEN_FILE,
        Origin::Container if !is_absent(origin) => POD_TOKEN_FILE,
        _ => return None,
    };
    let file = env::var(variable).ok().filter(|file| !file.is_empty())?;
    let error = fs::read(&file).err()?;
    Some(Unusable {
        text: format!(
            "{variable} names {file}, which cannot be read: {}",
            plain(&error)
        ),
        advice: Some(
            "The token is mounted by whatever runs this: make sure that the volume is there, or \
             unset the variable"
                .to_owned(),
        ),
    })
}

fn is_absent(origin: &Origin) -> bool {
    match origin {
        Origin::WebIdentity(file) => file.is_empty(),
        Origin::Container => POD.iter().all(|name| env::var(name).is_err()),
        _ => false,
    }
}

/// Why a place has none.
fn nothing(origin: &Origin, error: Option<&CredentialsError>) -> String {
    match origin {
        Origin::Arguments => "access_key and secret_key are not set".to_owned(),
        Origin::Environment => match env::var("AWS_ACCESS_KEY_ID") {
            Ok(key) if !key.is_empty() => {
                "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY".to_owned()
            }
            _ => "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set".to_owned(),
        },
        Origin::Profile { .. } => format!("{origin} holds none"),
        Origin::WebIdentity(_) => format!("{TOKEN_FILE} is not set"),
        Origin::Container => format!("neither {} nor {} is set", POD[0], POD[1]),
        Origin::Instance => match error.and_then(|error| find::<Unreached>(error)) {
            Some(unreached) if unreached.is_silent() => format!(
                "the instance metadata service takes connections and does not answer \
                 ({unreached}). {HOP_LIMIT}"
            ),
            Some(unreached) => {
                format!("the instance metadata service does not answer: {unreached}")
            }
            None => format!(
                "the instance metadata service has none ({})",
                error.map_or_else(String::new, |error| chain(error))
            ),
        },
    }
}

fn failed(origin: &Origin, error: &CredentialsError) -> Unusable {
    let cause = chain(error);
    let unreached = find::<Unreached>(error);
    let advice = match origin {
        Origin::Profile { sso: true, .. } if unreached.is_none() => Some(origin.renewal()),
        // The answer to the request for a token travels one hop; a container is one more away.
        // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
        Origin::Instance => Some(HOP_LIMIT.to_owned()),
        _ => None,
    };
    Unusable {
        text: format!("{origin} could not be used: {cause}"),
        advice,
    }
}

const HOP_LIMIT: &str = "In a container on EC2 its answers need a hop limit of 2 (aws ec2 \
    modify-instance-metadata-options --http-put-response-hop-limit 2); elsewhere, \
    AWS_EC2_METADATA_DISABLED=true says that there is none";

/// Without the number that the operating system has for it.
pub(super) fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error")
        .next()
        .unwrap_or_default()
        .to_owned()
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Unusable {}
