//! Whether these credentials look in the right place at all.

use tfplugin::{Diagnostic, Path};

use super::Side;
use crate::{
    elements::known_in,
    finding::{error, list},
    lifecycle::preflight::CheckContext,
};

/// One cause, one message: where nothing that is named exists, region or account are not the ones
/// that were meant, and each thing by itself has nothing wrong. `vpc`: one that an argument names.
/// `instances`: those that are named, and whether AWS has ever heard of them.
pub fn all<A>(
    case: &CheckContext<'_, A>,
    sides: &[Side<'_>],
    vpc: Option<&String>,
    instances: Vec<(&String, bool)>,
) -> Option<Diagnostic> {
    let survey = case.survey;
    let mut named: Vec<(&'static str, &String, bool)> = Vec::new();
    if let Some(found) = survey.subnets.known() {
        let ids = sides.iter().flat_map(|side| known_in(side.subnet_ids));
        named.extend(ids.map(|id| ("subnet", id, found.contains_key(id))));
    }
    if let (Some(found), Some(vpc)) = (survey.vpcs.known(), vpc) {
        named.push(("VPC", vpc, found.contains_key(vpc)));
    }
    if let Some(found) = survey.security_groups.known() {
        let ids = sides.iter().flat_map(Side::groups);
        named.extend(ids.map(|id| ("security group", id, found.contains_key(id))));
    }
    let instances = instances.into_iter();
    named.extend(instances.map(|(id, is_there)| ("instance", id, is_there)));

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
