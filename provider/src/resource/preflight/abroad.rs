//! Where nothing that is named exists, it is the region or the account that is wrong: one mistake,
//! and one error.

use std::collections::BTreeSet;

use tfplugin::{Diagnostic, Path, Severity};

use super::{
    case::Case,
    finding::{error, list},
    inquiry,
};

/// The findings; those about things that do not exist as one, where none of them does.
pub(super) fn gathered(case: &Case<'_>, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let Some(named) = nowhere(case) else {
        return found;
    };
    let one = error(
        Path::of("region"),
        "Another region or account",
        format!(
            "None of what is named here exists in {}, as far as these credentials may see: {}. \
             Correct the region, of the resource or the provider, or use credentials of the \
             account that has them.",
            case.region,
            list(named)
        ),
    );
    let others = found
        .into_iter()
        .filter(|it| it.severity == Severity::Warning);
    std::iter::once(one).chain(others).collect()
}

/// Things of two kinds at the least that are named and were looked for, if none was found.
fn nowhere(case: &Case<'_>) -> Option<Vec<String>> {
    let asked = inquiry::of(case.config, case.kept, case.is_new);
    let survey = case.survey;
    let subnets: BTreeSet<String> = asked
        .service_subnets
        .union(&asked.consumer_subnets)
        .cloned()
        .collect();
    let vpcs: BTreeSet<String> = asked.consumer_vpc.into_iter().collect();
    let has = |wanted: &BTreeSet<String>, found: Option<BTreeSet<&String>>| {
        found.map(|found| wanted.iter().any(|id| found.contains(id)))
    };
    let subnets_are = has(
        &subnets,
        survey.subnets.known().map(|it| it.keys().collect()),
    );
    let vpcs_are = has(&vpcs, survey.vpcs.known().map(|it| it.keys().collect()));
    let groups = asked.security_groups;
    let groups_are = has(
        &groups,
        survey.security_groups.known().map(|it| it.keys().collect()),
    );
    let instances = asked.instances;
    let instances_are = has(
        &instances,
        survey.instances.known().map(|it| it.keys().collect()),
    );
    let mut named = Vec::new();
    for (what, ids, is_there) in [
        ("subnets", subnets, subnets_are),
        ("VPC", vpcs, vpcs_are),
        ("security groups", groups, groups_are),
        ("instances", instances, instances_are),
    ] {
        if ids.is_empty() {
            continue;
        }
        // Not read is not known to be missing.
        if is_there != Some(false) {
            return None;
        }
        named.push(format!("{what} {}", list(ids)));
    }
    (named.len() > 1).then_some(named)
}
