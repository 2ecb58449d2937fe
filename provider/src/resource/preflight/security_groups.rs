//! Security groups that are given, on both sides.

use tfplugin::{Diagnostic, Path};

use super::{
    case::{Case, Ids, endpoint, load_balancer},
    finding::{error, list},
};
use crate::{model::Maybe, resource::config::known};

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
            (other != vpc).then(|| format!("{id} is of {other}"))
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
