//! The AWS region of a path: as the configuration says, where the path is already, or the
//! provider's.

use tfplugin::{Diagnostic, Value};

use crate::{config::Config, settings::Settings};
use engine::model::Maybe;

/// The region that a plan is for; unknown where what names it is known only after apply.
pub fn planned(
    settings: &Settings,
    config: &Config,
    prior: Option<&Value>,
) -> Result<Maybe<String>, Diagnostic> {
    match &config.region {
        Maybe::Unknown => Ok(Maybe::Unknown),
        Maybe::Known(Some(region)) => Ok(Maybe::Known(region.clone())),
        Maybe::Known(None) => kept(prior.unwrap_or(&Value::Null), settings),
    }
}

/// The region that a state names, or else the provider.
pub fn of_state(state: &Value, settings: &Settings) -> Result<String, Diagnostic> {
    match kept(state, settings)? {
        Maybe::Known(region) => Ok(region),
        Maybe::Unknown => Err(Diagnostic::error(
            "The region is not known yet",
            "The provider's region comes from something that does not exist yet. Apply that \
             first (terraform apply -target), or set the region to a value that is known.",
        )),
    }
}

fn kept(state: &Value, settings: &Settings) -> Result<Maybe<String>, Diagnostic> {
    if let Some(region) = state.get("region").as_str() {
        return Ok(region.into());
    }
    match &settings.region {
        Maybe::Unknown => Ok(Maybe::Unknown),
        Maybe::Known(Some(region)) => Ok(Maybe::Known(region.clone())),
        Maybe::Known(None) => Err(Diagnostic::error(
            "No region",
            "Nothing names the AWS region of the path. Set region in the provider's \
             configuration or in the resource, or the environment variable AWS_REGION, or a \
             region in the AWS profile.",
        )
        .at("region")),
    }
}
