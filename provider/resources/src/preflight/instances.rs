//! Brokers that are given by instance ids.

use tfplugin::Diagnostic;

use super::{Case, case::broker};
use crate::{
    config::target::Kind,
    finding::{error, list, warning},
};
use engine::model::{BrokerId, survey::Instance};

/// Brokers with instance ids that are known, and what was found of each.
fn named<'a>(case: &Case<'a>) -> Vec<(BrokerId, &'a str, Option<&'a Instance>)> {
    let Some(found) = case.survey.instances.known() else {
        return Vec::new();
    };
    let named = case.brokers().filter_map(|(id, broker)| {
        let text = broker.target.known()?;
        (Kind::of(text)? == Kind::Instance).then(|| (id, text.as_str(), found.get(text)))
    });
    named.collect()
}

/// Ids of instances, and whether AWS has ever heard of them.
pub(super) fn ids<'a>(case: &Case<'a>) -> Vec<(&'a String, bool)> {
    let Some(found) = case.survey.instances.known() else {
        return Vec::new();
    };
    let named = case.brokers().filter_map(|(_, broker)| {
        let text = broker.target.known()?;
        (Kind::of(text)? == Kind::Instance).then(|| (text, found.contains_key(text)))
    });
    named.collect()
}

/// Those that are there; what is terminated never comes back.
fn living<'a>(case: &Case<'a>) -> impl Iterator<Item = (BrokerId, &'a str, &'a Instance)> {
    named(case)
        .into_iter()
        .filter_map(|(id, text, found)| Some((id, text, found?)))
        .filter(|(_, _, found)| !is_gone(found))
}

fn is_gone(instance: &Instance) -> bool {
    ["terminated", "shutting-down"].contains(&instance.state.as_str())
}

pub(super) fn exist(case: &Case<'_>) -> Vec<Diagnostic> {
    let missing = |(id, text, found): (BrokerId, &str, Option<&Instance>)| {
        let why = match found {
            None => format!(
                "{text} does not exist in {}, as far as these credentials may see",
                case.region
            ),
            Some(instance) if is_gone(instance) => format!("{text} is {}", instance.state),
            Some(_) => return None,
        };
        Some(error(
            broker(id, "target"),
            "No such instance",
            format!("{why}. Give the id of the instance that broker {id} runs on now."),
        ))
    };
    named(case).into_iter().filter_map(missing).collect()
}

/// Instances of other VPCs, peered or not, are taken by address only.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html#target-type>
pub(super) fn are_of_the_vpc(case: &Case<'_>) -> Vec<Diagnostic> {
    let Some(vpc) = case.service_vpc() else {
        return Vec::new();
    };
    living(case)
        .filter(|(_, _, found)| found.vpc != vpc)
        .map(|(id, text, found)| {
            error(
                broker(id, "target"),
                "Instance of another VPC",
                format!(
                    "{text} is in {}, and the load balancer in {vpc}: AWS takes instances of \
                     other VPCs by address only. Set target_group.target_type = \"ip\" and give \
                     addresses.",
                    found.vpc
                ),
            )
        })
        .collect()
}

/// A load balancer sends nothing to a zone that it has no subnet in, cross-zone or not.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html>
pub(super) fn are_in_served_zones(case: &Case<'_>) -> Vec<Diagnostic> {
    let (Some(vpc), Some(zones)) = (case.service_vpc(), case.zones()) else {
        return Vec::new();
    };
    living(case)
        .filter(|(_, _, found)| found.vpc == vpc && !zones.contains(found.zone.as_str()))
        .map(|(id, text, found)| {
            let zone = &found.zone;
            error(
                broker(id, "target"),
                "Broker in a zone without load balancer",
                format!(
                    "{text} is in {zone}, and the load balancer in {}. It sends nothing to other \
                     zones: add a subnet in {zone} to load_balancer.subnet_ids.",
                    list(&zones)
                ),
            )
        })
        .collect()
}

/// AWS registers only what runs; the same apply may start it.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html>
pub(super) fn run(case: &Case<'_>) -> Vec<Diagnostic> {
    living(case)
        .filter(|(_, _, found)| found.state != "running")
        .map(|(id, text, found)| {
            warning(
                broker(id, "target"),
                "Instance that does not run",
                format!(
                    "{text} is {}, and AWS registers running instances only. Start it before this \
                     apply, or in it.",
                    found.state
                ),
            )
        })
        .collect()
}
