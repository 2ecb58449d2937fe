//! Security groups that are given, on both sides.

use tfplugin::{Diagnostic, Path};

use super::{
    Case,
    case::{Ids, endpoint, load_balancer},
    finding::{error, list, warning},
};
use crate::config::{known, may_grow};
use engine::model::{Maybe, Slot};

/// A side's groups, and the VPC that they have to be of.
struct Given<'a> {
    path: Path,
    object: &'static str,
    ids: Vec<&'a String>,
    vpc: Option<&'a str>,
}

fn sides<'a>(case: &Case<'a>) -> Vec<Given<'a>> {
    fn given(groups: &Maybe<Option<Ids>>) -> Vec<&String> {
        let groups = groups.known().and_then(Option::as_ref);
        groups.into_iter().flat_map(known).collect()
    }
    let service = Given {
        path: load_balancer("security_group_ids"),
        object: "load balancer",
        ids: given(&case.config.load_balancer.security_group_ids),
        vpc: case.service_vpc(),
    };
    let consumer = case.endpoint().map(|it| Given {
        path: endpoint("security_group_ids"),
        object: "endpoint",
        ids: given(&it.security_group_ids),
        vpc: it.vpc_id.known().map(String::as_str),
    });
    [Some(service), consumer].into_iter().flatten().collect()
}

/// The groups of both sides that are known.
pub(super) fn given<'a>(case: &Case<'a>) -> Vec<&'a String> {
    sides(case).into_iter().flat_map(|side| side.ids).collect()
}

pub(super) fn exist(case: &Case<'_>) -> Vec<Diagnostic> {
    let Some(found) = case.survey.security_groups.known() else {
        return Vec::new();
    };
    let missing = |given: Given<'_>| {
        let ids = given.ids.into_iter().filter(|id| !found.contains_key(*id));
        let ids: Vec<&String> = ids.collect();
        let do_not_exist = match ids.len() {
            0 => return None,
            1 => "does not exist",
            _ => "do not exist",
        };
        Some(error(
            given.path,
            "No such security group",
            format!(
                "{} {do_not_exist} in {}, as far as these credentials may see. Correct the id, the \
                 region or the credentials, or leave security_group_ids out for a managed group.",
                list(ids),
                case.region
            ),
        ))
    };
    sides(case).into_iter().filter_map(missing).collect()
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html>
pub(super) fn are_of_the_vpc(case: &Case<'_>) -> Vec<Diagnostic> {
    let Some(found) = case.survey.security_groups.known() else {
        return Vec::new();
    };
    let elsewhere = |given: Given<'_>| {
        let vpc = given.vpc?;
        let others = given.ids.into_iter().filter_map(|id| {
            let other = found.get(id)?;
            (other.vpc != vpc).then(|| format!("{id} is of {}", other.vpc))
        });
        let others: Vec<String> = others.collect();
        (!others.is_empty()).then(|| {
            error(
                given.path,
                "Security group of another VPC",
                format!(
                    "{}, and the {object} in {vpc}. Give groups of {vpc}, or leave \
                     security_group_ids out for a managed group.",
                    list(others),
                    object = given.object,
                ),
            )
        })
    };
    sides(case).into_iter().filter_map(elsewhere).collect()
}

/// The rules may be made by the same apply, whose ids a group does not show. Those of the load
/// balancer matter where they are enforced on what comes over PrivateLink.
pub(super) fn open_the_ports(case: &Case<'_>) -> Vec<Diagnostic> {
    let balancer = &case.config.load_balancer;
    let service = Closed {
        path: load_balancer("security_group_ids"),
        object: "load balancer",
        instead: "set enforce_security_group_inbound_rules_on_private_link_traffic = \"off\", which \
                  leaves consumers to allowed_principals and acceptance",
    };
    let consumer = Closed {
        path: endpoint("security_group_ids"),
        object: "endpoint",
        instead: "leave security_group_ids out for a managed group that opens them",
    };
    let given = is_enforced(case).then(|| closed(case, &balancer.security_group_ids, service));
    let at = case.endpoint();
    let at = at.map(|it| closed(case, &it.security_group_ids, consumer));
    [given, at].into_iter().flatten().flatten().collect()
}

/// How to speak of groups that shut a side.
struct Closed {
    path: Path,
    object: &'static str,
    instead: &'static str,
}

/// As it is told, or as it is by now, or else as AWS has it of given groups: on.
fn is_enforced(case: &Case<'_>) -> bool {
    let kept = case.observed.filter(|_| !case.is_new);
    let seen = kept.and_then(|observed| observed.of(Slot::LoadBalancer).next());
    let seen = seen.and_then(|(_, seen)| seen.object.as_load_balancer());
    match case.config.load_balancer.enforce_on_private_link {
        Maybe::Known(Some(enforced)) => enforced,
        Maybe::Known(None) => seen
            .filter(|it| {
                it.security_groups
                    .iter()
                    .all(|group| group.managed().is_none())
            })
            .is_none_or(|it| it.enforce_on_private_link),
        Maybe::Unknown => false,
    }
}

/// Ports that are shut, where all of the groups are known and there.
fn closed(case: &Case<'_>, ids: &Maybe<Option<Ids>>, side: Closed) -> Option<Diagnostic> {
    let ids = ids.known()?.as_ref().filter(|ids| !may_grow(ids))?;
    let found = case.survey.security_groups.known()?;
    let groups: Option<Vec<_>> = known(ids).map(|id| found.get(id)).collect();
    let groups = groups?;
    let ports = case.ports()?;
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
        side.path,
        "Security groups that let nobody in",
        format!(
            "The inbound rules of {} {opens}, so nobody reaches the {} there. Unless this apply \
             opens them, add rules for TCP, or {}.",
            list(known(ids)),
            side.object,
            side.instead
        ),
    ))
}
