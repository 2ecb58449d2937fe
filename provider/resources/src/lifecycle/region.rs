//! The AWS region of a path: as the configuration says, where the path is already, or the
//! provider's.

use std::collections::BTreeSet;

use tfplugin::{Diagnostic, Value};

use crate::settings::Settings;
use engine::model::Maybe;

/// The region that a plan is for; unknown where what names it is known only after apply.
pub(crate) fn planned(
    settings: &Settings,
    written: &Maybe<Option<String>>,
    prior: Option<&Value>,
) -> Result<Maybe<String>, Diagnostic> {
    match written {
        Maybe::Unknown => Ok(Maybe::Unknown),
        Maybe::Known(Some(region)) => Ok(Maybe::Known(region.clone())),
        Maybe::Known(None) => kept(prior.unwrap_or(&Value::Null), settings),
    }
}

/// The region that a state names, or else the provider.
pub(crate) fn of_state(state: &Value, settings: &Settings) -> Result<String, Diagnostic> {
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
            "Nothing names the AWS region of the resource. Set region in the provider's \
             configuration or in the resource, or the environment variable AWS_REGION, or a \
             region in the AWS profile.",
        )
        .at("region")),
    }
}

/// Refuses to make a path in a region that the provider's configuration excludes.
pub(super) fn restricted(
    region: &str,
    restricted_regions: &BTreeSet<String>,
) -> Option<Diagnostic> {
    restricted_regions.contains(region).then(|| {
        Diagnostic::error(
            "Restricted region",
            format!(
                "Nothing new is made in {region}, because it is among the provider's \
                 restricted_regions. Its default repeats which regions the reference service for \
                 Kafka over PrivateLink does not offer; AWS itself has no such limit. To make it \
                 all the same, set restricted_regions = [] in the provider's configuration, \
                 or leave this region out of it."
            ),
        )
        .at("region")
    })
}

/// Where nothing names the region of a path, it stays where it is: a change of the provider's region
/// is not to replace every path there is.
pub(crate) fn stays_elsewhere(
    written: &Maybe<Option<String>>,
    provider: &Maybe<Option<String>>,
    prior: &Value,
) -> Option<Diagnostic> {
    let (Maybe::Known(None), Maybe::Known(provider)) = (written, provider) else {
        return None;
    };
    let (own, other) = (prior.get("region").as_str()?, provider.as_deref()?);
    (own != other).then(|| {
        Diagnostic::warning(
            format!("The resource stays in {own}"),
            format!(
                "Nothing in the configuration names {own}: the resource has no region, and the \
                 provider's is {other}. What exists is neither moved nor replaced; only a \
                 resource that is created again, as by -replace, would be created in {other}. Set region \
                 = {own:?} if it is to stay there, or region = {other:?} to have it replaced by \
                 one there."
            ),
        )
        .at("region")
    })
}

#[cfg(test)]
mod tests {
    use tfplugin::Path;

    use super::*;

    #[test]
    fn restricted_regions_say_how_to_lift_the_restriction() {
        let regions = ["us-west-1".to_owned()].into();
        let refusal = restricted("us-west-1", &regions).unwrap();
        assert_eq!(refusal.path, Path::of("region"));
        assert!(
            refusal.detail.contains("restricted_regions = []"),
            "{}",
            refusal.detail
        );
        assert_eq!(restricted("us-west-2", &regions), None);
        assert_eq!(restricted("us-west-1", &Default::default()), None);
    }
}
