//! Whether these credentials look in the right place at all.

use tfplugin::{Diagnostic, Path};

use super::{
    Case,
    case::known_ids,
    finding::{error, list},
    instances, security_groups,
};

/// One cause, one message: where nothing that is named exists, region or account are not the ones
/// that were meant, and each thing by itself has nothing wrong.
pub(super) fn all(case: &Case<'_>) -> Option<Diagnostic> {
    let survey = case.survey;
    let endpoint = case.endpoint();
    let mut named: Vec<(&'static str, &String, bool)> = Vec::new();
    if let Some(found) = survey.subnets.known() {
        let service = known_ids(&case.config.load_balancer.subnet_ids);
        let consumer = endpoint
            .into_iter()
            .flat_map(|it| known_ids(&it.subnet_ids));
        let ids = service.chain(consumer);
        named.extend(ids.map(|id| ("subnet", id, found.contains_key(id))));
    }
    if let (Some(found), Some(vpc)) = (
        survey.vpcs.known(),
        endpoint.and_then(|it| it.vpc_id.known()),
    ) {
        named.push(("VPC", vpc, found.contains_key(vpc)));
    }
    if let Some(found) = survey.security_groups.known() {
        let ids = security_groups::given(case).into_iter();
        named.extend(ids.map(|id| ("security group", id, found.contains_key(id))));
    }
    let machines = instances::ids(case).into_iter();
    named.extend(machines.map(|(id, is_there)| ("instance", id, is_there)));

    let is_there = |(_, _, is_there): &(&str, &String, bool)| *is_there;
    let has_kinds = |named: &[(&str, &String, bool)]| {
        let first = named.first().map(|(kind, ..)| *kind);
        named.iter().any(|(kind, ..)| Some(*kind) != first)
    };
    if named.iter().any(is_there) || !has_kinds(&named) {
        return None;
    }
    let mut ids: Vec<&String> = named.into_iter().map(|(_, id, _)| id).collect();
    ids.dedup();
    Some(error(
        Path::of("region"),
        "Wrong region or account",
        format!(
            "Nothing that is named exists in {region}, as far as these credentials may see: {}. Is \
             {region} the region that was meant, and are these credentials of the right account? \
             Set region in the provider's configuration or here, or give other credentials.",
            list(ids),
            region = case.region,
        ),
    ))
}
