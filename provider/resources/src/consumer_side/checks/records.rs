//! Whether the hostname can have the records that lead to the endpoint.

use std::collections::BTreeSet;

use tfplugin::Diagnostic;

use crate::{
    consumer_side::ConsumerSide,
    finding::{error, list, warning},
    lifecycle::preflight::CheckContext,
    syntax::hostname,
};
use engine::model::{
    Maybe, Slot,
    object::{DnsMode, alias::Form},
    survey::Record,
};

/// In a given zone the name may be somebody's already. A record of ours is not: a state that was lost
/// leaves it behind.
pub fn hostname_is_free<A: ConsumerSide>(case: &CheckContext<'_, A>) -> Vec<Diagnostic> {
    let (Some(at), Some(found)) = (case.config.endpoint(), case.survey.records.known()) else {
        return Vec::new();
    };
    let (Some(Some(zone)), Some(hostname)) = (at.zone_id.known(), case.config.hostname().known())
    else {
        return Vec::new();
    };
    let endpoints = case.observed.into_iter();
    let endpoints = endpoints.flat_map(|observed| observed.of(Slot::Endpoint));
    let own: BTreeSet<String> = endpoints
        .flat_map(|(_, seen)| {
            let addresses = seen.outputs.addresses.known().into_iter().flatten();
            let name = seen.outputs.dns_name.known().cloned();
            name.into_iter().chain(addresses.map(ToString::to_string))
        })
        .collect();
    let leads_elsewhere = |record: &&Record| {
        record.to.is_empty() || !record.to.iter().all(|value| own.contains(value))
    };
    let others: Vec<&Record> = found.iter().filter(leads_elsewhere).collect();
    if others.is_empty() {
        return Vec::new();
    }
    let there = list(&others);
    match &at.overwrite_record {
        Maybe::Known(true) => vec![warning(
            A::place("overwrite_record"),
            "A record of the hostname will be taken over",
            format!(
                "In the zone {zone}, {hostname} is {there} until the endpoint is ready, and leads to \
                 the endpoint from then on. Nothing keeps the old value but this message: a destroy \
                 deletes the record and does not bring it back."
            ),
        )],
        Maybe::Unknown => Vec::new(),
        Maybe::Known(false) => vec![error(
            A::place("zone_id"),
            "The hostname has a record already",
            format!(
                "In the zone {zone}, {hostname} is {there}, which this path did not make. Delete \
                 it, choose another hostname, or set {overwrite} = true to take it over once the \
                 endpoint is ready.",
                overwrite = A::place("overwrite_record"),
            ),
        )],
    }
}

/// In GovCloud an alias may point only at a record of its own zone, and a CNAME, which leads to an
/// endpoint there, never stands at the name of a zone.
/// <https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-r53.html>
pub fn zone_takes_the_record<A: ConsumerSide>(case: &CheckContext<'_, A>) -> Vec<Diagnostic> {
    let (Some(at), Some(hostname)) = (case.config.endpoint(), case.config.hostname().known())
    else {
        return Vec::new();
    };
    let hostname = hostname::canonical(hostname);
    let mut known = case
        .observed
        .into_iter()
        .flat_map(|observed| observed.aliases());
    let is_there = known.any(|(_, _, alias)| alias.name == hostname && alias.form == Form::Name);
    let is_alias = at.dns.mode == Maybe::Known(DnsMode::Alias);
    if !case.region.starts_with("us-gov-") || is_there || !is_alias {
        return Vec::new();
    }
    let zone = case.survey.hosted_zone.known().and_then(Option::as_ref);
    let what = match &at.zone_id {
        Maybe::Known(None) => "a managed zone is named exactly as the hostname".to_owned(),
        Maybe::Known(Some(id)) if zone.is_some_and(|zone| zone.name == hostname) => {
            format!("the zone {id} is named exactly as the hostname")
        }
        _ => return Vec::new(),
    };
    vec![error(
        A::place("zone_id"),
        "GovCloud takes no record of the hostname there",
        format!(
            "Route 53 in AWS GovCloud (US) takes alias records only to records of the same zone, and \
             no CNAME at the name of a zone; {what}. Give a zone of a parent domain as \
             {argument}: there {hostname} becomes a CNAME of the endpoint's name. Or set {dns} = {{ \
             mode = \"records\" }}: it gets the endpoint's addresses.",
            argument = A::place("zone_id"),
            dns = A::place("dns"),
        ),
    )]
}
