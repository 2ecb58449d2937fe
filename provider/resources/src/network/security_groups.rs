//! Security groups that are given.

use std::collections::BTreeSet;

use tfplugin::Diagnostic;

use super::Side;
use crate::{
    elements::{known, may_grow},
    finding::{error, list, warning},
    lifecycle::preflight::CheckContext,
};

const ARGUMENT: &str = "security_group_ids";

pub fn exist<A>(case: &CheckContext<'_, A>, sides: &[Side<'_>]) -> Vec<Diagnostic> {
    let Some(found) = case.survey.security_groups.known() else {
        return Vec::new();
    };
    let missing = |side: &Side<'_>| {
        let ids = side.groups().filter(|id| !found.contains_key(*id));
        let ids: Vec<&String> = ids.collect();
        let do_not_exist = match ids.len() {
            0 => return None,
            1 => "does not exist",
            _ => "do not exist",
        };
        Some(error(
            (side.place)(ARGUMENT),
            "No such security group",
            format!(
                "{} {do_not_exist} in {}, as far as these credentials may see. Correct the id, the \
                 region or the credentials, or leave security_group_ids out for a managed group.",
                list(ids),
                case.region
            ),
        ))
    };
    sides.iter().filter_map(missing).collect()
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html>
pub fn are_of_the_vpc<A>(case: &CheckContext<'_, A>, sides: &[Side<'_>]) -> Vec<Diagnostic> {
    let Some(found) = case.survey.security_groups.known() else {
        return Vec::new();
    };
    let elsewhere = |side: &Side<'_>| {
        let vpc = side.vpc?;
        let others = side.groups().filter_map(|id| {
            let other = found.get(id)?;
            (other.vpc != vpc).then(|| format!("{id} is of {}", other.vpc))
        });
        let others: Vec<String> = others.collect();
        (!others.is_empty()).then(|| {
            error(
                (side.place)(ARGUMENT),
                "Security group of another VPC",
                format!(
                    "{}, and the {object} in {vpc}. Give groups of {vpc}, or leave \
                     security_group_ids out for a managed group.",
                    list(others),
                    object = side.object,
                ),
            )
        })
    };
    sides.iter().filter_map(elsewhere).collect()
}

/// A warning where the groups of a side are closed to ports that clients come in by. Their rules may
/// be made by the same apply, whose ids a group does not show. `instead`: what else would help.
pub fn open_the_ports<A>(
    case: &CheckContext<'_, A>,
    side: &Side<'_>,
    ports: Option<BTreeSet<u16>>,
    instead: &str,
) -> Option<Diagnostic> {
    let ids = side.security_group_ids.known()?.as_ref();
    let ids = ids.filter(|ids| !may_grow(ids))?;
    let found = case.survey.security_groups.known()?;
    let groups: Option<Vec<_>> = known(ids).map(|id| found.get(id)).collect();
    let groups = groups?;
    let ports = ports?;
    let is_open = |port: &u16| {
        let mut ranges = groups.iter().flat_map(|group| &group.open);
        ranges.any(|range| range.contains(port))
    };
    let shut: Vec<u16> = ports
        .iter()
        .copied()
        .filter(|port| !is_open(port))
        .collect();
    if shut.is_empty() {
        return None;
    }
    let opens = match shut.len() == ports.len() {
        true => "open none of the listeners' ports to anybody".to_owned(),
        false => format!("do not open {} to anybody", list(shut)),
    };
    Some(warning(
        (side.place)(ARGUMENT),
        "Security groups that let nobody in",
        format!(
            "The inbound rules of {} {opens}, so nobody reaches the {} there. Unless this apply \
             opens them, add rules for TCP, or {}.",
            list(known(ids)),
            side.object,
            instead
        ),
    ))
}
