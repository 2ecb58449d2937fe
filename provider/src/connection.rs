//! What the provider was configured with, shared with its resources.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use tfplugin::{Diagnostic, Path};

use super::{arguments::Arguments, command};
use aws::{
    Aws,
    client::{Clients, Regional, SetupError},
    preflight::{self, Recall},
};
use engine::model::{Inquiry, Maybe, Survey, survey::Moment};
use engine::reconcile::Bounds;
use resources::{Clouds, IgnoredTags, Settings};

/// The way to AWS, as it is configured now. Clones share it; it is replaced as a whole when
/// Terraform configures the process once more.
#[derive(Clone, Debug, Default)]
pub struct Connection(Arc<RwLock<Option<Arc<Configured>>>>);

/// One configuration, in use.
#[derive(Debug)]
pub struct Configured {
    settings: Settings,
    clients: Access,
    /// What preflight has read, by region.
    recalls: Mutex<BTreeMap<String, Recall>>,
}

#[derive(Debug)]
enum Access {
    Clients(Clients),
    /// The arguments that no client can be made without, and that are known only after apply.
    Unknown(Vec<Path>),
}

impl Configured {
    /// Takes arguments into use. Where a region and everything else is known, credentials are
    /// looked up, AWS is asked whose they are, and the account is compared with those that are
    /// allowed: what is wrong with them is told once, and no plan promises what the apply cannot
    /// even begin. Who switched preflight off may plan without AWS, and hears it later.
    pub async fn new(arguments: Arguments) -> Result<Configured, SetupError> {
        let Arguments {
            settings,
            region,
            default_tags,
            ignored_keys,
            ignored_prefixes,
            restricted_regions,
            preflight,
            unknown,
        } = arguments;
        let ignored_tags = match (ignored_keys, ignored_prefixes) {
            (Maybe::Known(keys), Maybe::Known(prefixes)) => {
                Maybe::Known(IgnoredTags { keys, prefixes })
            }
            _ => Maybe::Unknown,
        };
        let preflight = unknown.is_empty() && preflight == Maybe::Known(true);
        let (clients, region) = if unknown.is_empty() {
            let trusting = settings.skip_credentials_validation;
            let clients = Clients::new(settings)?;
            // A provider without a region still serves resources that name theirs.
            let region = clients.default_region().await.ok();
            if let (Some(region), false) = (&region, trusting) {
                match preflight || clients.account_matters() {
                    true => clients.proven(Some(region)).await?,
                    false => clients.region(Some(region)).await?,
                };
            }
            (Access::Clients(clients), Maybe::Known(region))
        } else {
            // What the environment says of the region may be overruled by an unknown profile.
            let region = match region {
                Maybe::Known(None) => Maybe::Unknown,
                known => known,
            };
            (Access::Unknown(unknown), region)
        };
        Ok(Configured {
            settings: Settings {
                region,
                default_tags,
                ignored_tags,
                restricted_regions,
                // Nothing is to be made.
                preflight: preflight && !command::destroys(),
            },
            clients,
            recalls: Mutex::default(),
        })
    }

    async fn regional(&self, region: &str) -> Result<Regional, Diagnostic> {
        match &self.clients {
            Access::Clients(clients) => {
                let proven = clients.proven(Some(region)).await;
                proven.map_err(|error| Diagnostic::error(error.summary, error.detail))
            }
            Access::Unknown(arguments) => Err(not_known_yet(arguments)),
        }
    }

    fn recall(&self, region: &str) -> Recall {
        // An insertion either happened or not, whoever panicked.
        let mut recalls = self.recalls.lock().unwrap_or_else(PoisonError::into_inner);
        recalls.entry(region.to_owned()).or_default().clone()
    }
}

impl Connection {
    /// Replaces what was configured before.
    pub fn replace(&self, configured: Configured) {
        // Whoever panicked had replaced the whole or nothing.
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(configured));
    }

    fn current(&self) -> Option<Arc<Configured>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn configured(&self) -> Result<Arc<Configured>, Diagnostic> {
        self.current().ok_or_else(|| {
            Diagnostic::error(
                "The provider is not configured",
                "Terraform asked for AWS before it configured the provider, which is a mistake \
                 in Terraform.",
            )
        })
    }
}

impl Clouds for Connection {
    type Cloud = Aws;

    fn settings(&self) -> Settings {
        self.current()
            .map_or_else(unconfigured, |configured| configured.settings.clone())
    }

    async fn cloud(&self, region: &str, bounds: &Bounds) -> Result<Aws, Diagnostic> {
        let configured = self.configured()?;
        Ok(Aws::new(configured.regional(region).await?.within(bounds)))
    }

    async fn survey(
        &self,
        region: &str,
        inquiry: &Inquiry,
        since: Moment,
        bounds: &Bounds,
    ) -> Result<Survey, Diagnostic> {
        let configured = self.configured()?;
        let aws = configured.regional(region).await?.within(bounds);
        let recall = configured.recall(region);
        Ok(preflight::survey(&aws, &recall, inquiry, since).await)
    }
}

fn not_known_yet(arguments: &[Path]) -> Diagnostic {
    let names: Vec<String> = arguments.iter().map(Path::to_string).collect();
    Diagnostic::error(
        "The provider's configuration is not known yet",
        format!(
            "AWS cannot be asked, because these arguments of the provider \"kafka\" are known \
             only after apply: {}. Create what they come from first, with terraform apply \
             -target=..., or give them values that are known at plan.",
            names.join(", ")
        ),
    )
}

fn unconfigured() -> Settings {
    Settings {
        region: Maybe::Unknown,
        default_tags: Maybe::Unknown,
        ignored_tags: Maybe::Unknown,
        restricted_regions: Maybe::Unknown,
        preflight: false,
    }
}

#[cfg(test)]
mod tests;
