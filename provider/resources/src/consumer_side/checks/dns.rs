//! Whether consumers will resolve the hostname to the endpoint.

use tfplugin::Diagnostic;

use crate::{
    consumer_side::{ConsumerSide, desired::dns_mode, endpoint::EndpointConfig},
    finding::{error, list, warning},
    lifecycle::preflight::CheckContext,
    syntax::hostname,
};
use engine::model::{Maybe, object::DnsMode, survey::HostedZone};

/// Without both, nothing in a private zone resolves.
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html>
pub fn vpc_resolves_names<A: ConsumerSide>(case: &CheckContext<'_, A>) -> Vec<Diagnostic> {
    let endpoint = case.config.endpoint().filter(|it| publishes(it));
    let Some(vpc) = endpoint.and_then(|it| it.vpc_id.known()) else {
        return Vec::new();
    };
    let switches = [
        (&case.survey.dns_support, "enableDnsSupport"),
        (&case.survey.dns_hostnames, "enableDnsHostnames"),
    ];
    let off: Vec<&str> = switches
        .into_iter()
        .filter(|(reading, _)| reading.known() == Some(&Some(false)))
        .map(|(_, name)| name)
        .collect();
    if off.is_empty() {
        return Vec::new();
    }
    vec![warning(
        A::place("vpc_id"),
        "The endpoint's VPC does not resolve private names",
        format!(
            "In {vpc}, {} {is} off, so no private hosted zone resolves there. Unless this apply \
             switches {it} on, consumers will not find the hostname.",
            list(&off),
            is = if off.len() == 1 { "is" } else { "are" },
            it = if off.len() == 1 { "it" } else { "them" },
        ),
    )]
}

/// The given zone by its id, if it exists.
fn given<'a, A: ConsumerSide>(case: &CheckContext<'a, A>) -> Option<(&'a str, &'a HostedZone)> {
    let id = case.config.endpoint()?.zone_id.known()?.as_ref()?;
    let zone = case.survey.hosted_zone.known()?.as_ref()?;
    Some((id, zone))
}

pub fn zone_exists<A: ConsumerSide>(case: &CheckContext<'_, A>) -> Vec<Diagnostic> {
    let id = case
        .config
        .endpoint()
        .and_then(|it| it.zone_id.known()?.as_ref());
    match (id, &case.survey.hosted_zone.known()) {
        (Some(id), Some(None)) => vec![error(
            A::place("zone_id"),
            "No such hosted zone",
            format!(
                "{id} does not exist, as far as these credentials may see. Correct it, or leave \
                 zone_id out for a managed zone."
            ),
        )],
        _ => Vec::new(),
    }
}

pub fn zone_holds_the_hostname<A: ConsumerSide>(case: &CheckContext<'_, A>) -> Vec<Diagnostic> {
    let (Some((id, zone)), Some(hostname)) = (given(case), case.config.hostname().known()) else {
        return Vec::new();
    };
    if holds(&zone.name, &hostname::canonical(hostname)) {
        return Vec::new();
    }
    vec![error(
        A::place("zone_id"),
        "The hosted zone does not hold the hostname",
        format!(
            "{id} is the zone {}, which cannot have a record of {hostname}. Give the zone of a \
             name that {hostname} ends with, or leave zone_id out for a managed zone.",
            zone.name
        ),
    )]
}

pub fn zone_resolves_in_the_vpc<A: ConsumerSide>(case: &CheckContext<'_, A>) -> Vec<Diagnostic> {
    let vpc = case.config.endpoint().and_then(|it| it.vpc_id.known());
    let (Some((id, zone)), Some(vpc)) = (given(case), vpc) else {
        return Vec::new();
    };
    // A private zone always has a VPC: without any, AWS has not said which.
    if !zone.is_private || zone.vpcs.is_empty() || zone.vpcs.contains(vpc) {
        return Vec::new();
    }
    vec![warning(
        A::place("zone_id"),
        "The hosted zone does not resolve in the endpoint's VPC",
        format!(
            "{id} is a private zone ({}) that is not associated with {vpc}. Unless this apply \
             associates them, consumers in {vpc} will not find the hostname.",
            zone.name
        ),
    )]
}

/// Of the private zones that match a name, the most specific one answers, and for names that it
/// does not have it answers that there are none; a public zone comes after all of them. A second
/// private zone of one name is refused (`ConflictingDomainExists`).
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html>
pub fn no_zone_is_in_the_way<A: ConsumerSide>(case: &CheckContext<'_, A>) -> Vec<Diagnostic> {
    // Without what was kept, the path's own zone looks like any other.
    let is_lost = !case.is_new && case.observed.is_none();
    let endpoint = case.config.endpoint();
    let Some(at) = endpoint.filter(|it| !is_lost && publishes(it)) else {
        return Vec::new();
    };
    let (Some(vpc), Some(zones)) = (at.vpc_id.known(), case.survey.private_zones.known()) else {
        return Vec::new();
    };
    let Some(hostname) = case.config.hostname().known() else {
        return Vec::new();
    };
    let hostname = hostname::canonical(hostname);
    let own = case.own_zones();
    let is_other = |id: &str| !own.contains(id) && Some(id) != given(case).map(|(id, _)| id);
    let found = |is_in_the_way: &dyn Fn(&str) -> bool| {
        let zones = zones.iter();
        let zones = zones.filter(|zone| is_other(&zone.id) && is_in_the_way(&zone.name));
        list(zones.map(|zone| format!("{} ({})", zone.name, zone.id)))
    };
    let argument = A::place("zone_id");
    let (others, what) = match &at.zone_id {
        Maybe::Unknown => return Vec::new(),
        Maybe::Known(None) => (
            found(&|name| name == hostname),
            format!(
                "AWS does not take a second private zone of one name there: give that zone as \
                 {argument}, or choose another hostname"
            ),
        ),
        Maybe::Known(Some(_)) => {
            let Some((_, zone)) = given(case) else {
                return Vec::new();
            };
            let is_nearer = |name: &str| !zone.is_private || name.len() > zone.name.len();
            (
                found(&|name| holds(name, &hostname) && is_nearer(name)),
                format!(
                    "It answers first, and a record in the given zone is not looked at: give that \
                     zone as {argument}"
                ),
            )
        }
    };
    if others.is_empty() {
        return Vec::new();
    }
    vec![warning(
        argument,
        "Another private zone is in the way",
        format!(
            "In {vpc}, the private zone {others} already serves {hostname}. {what}, unless this \
             apply removes it."
        ),
    )]
}

/// Whether records are made at all.
fn publishes(endpoint: &EndpointConfig) -> bool {
    dns_mode(endpoint) != DnsMode::Nothing
}

/// May a zone have a record of that name?
fn holds(zone: &str, hostname: &str) -> bool {
    let rest = hostname.strip_suffix(zone);
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
