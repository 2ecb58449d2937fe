//! What depends on the region.

use tfplugin::{Diagnostic, Value};

use super::{endpoint_service::custom_idle_timeout, place};
use crate::{
    config::{Config, arn::Arn, region::partition},
    elements::known,
    finding::error,
};
use engine::model::Maybe;

/// A certificate of ACM serves load balancers of its region only.
pub(super) fn certificate_is_here(config: &Config, region: &str) -> Vec<Diagnostic> {
    let Maybe::Known(Some(text)) = &config.listener.certificate_arn else {
        return Vec::new();
    };
    match Arn::parse(text) {
        Some(arn) if arn.service == "acm" && arn.region != region => vec![error(
            place("listener", "certificate_arn"),
            "Certificate in another region",
            format!(
                "The certificate is in {}, and the load balancer in {region}. Import or request \
                 it in {region} too, and give that ARN.",
                arn.region
            ),
        )],
        _ => Vec::new(),
    }
}

pub(super) fn default_idle_timeout_across_regions(
    config: &Config,
    region: &str,
) -> Vec<Diagnostic> {
    let regions = config.endpoint_service.supported_regions.known();
    match regions
        .into_iter()
        .flat_map(known)
        .any(|other| other != region)
    {
        true => custom_idle_timeout(config),
        false => Vec::new(),
    }
}

/// Nothing connects two partitions.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region>
pub(super) fn partition_is_one(config: &Config, region: &str) -> Vec<Diagnostic> {
    let own = partition(region);
    let service = &config.endpoint_service;
    let regions = service
        .supported_regions
        .known()
        .into_iter()
        .flat_map(known);
    let principals = service
        .allowed_principals
        .known()
        .into_iter()
        .flat_map(known);
    let regions = regions.map(|text| ("supported_regions", text, partition(text)));
    let principals = principals
        .filter_map(|text| Some(("allowed_principals", text, Arn::parse(text)?.partition)));
    regions
        .chain(principals)
        .filter(|(_, _, other)| *other != own)
        .map(|(name, text, other)| {
            error(
                place("endpoint_service", name).element(Value::from(text)),
                "Another partition",
                format!(
                    "{text:?} is in the partition {other:?}, and {region} in {own:?}. AWS \
                     connects nothing between partitions: remove it."
                ),
            )
        })
        .collect()
}
