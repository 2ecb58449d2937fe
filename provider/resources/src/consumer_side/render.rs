//! The endpoint as a state has it.

use tfplugin::Value;

use super::{
    ConsumerSide,
    endpoint::{DNS_MODE, DNS_MODES, EndpointConfig},
};
use crate::{
    elements::{Ids, may_grow},
    lifecycle::{View, values},
    network::group_ids,
    syntax::hostname,
};
use engine::model::{
    Life, Maybe, Object, Seen, Side, Slot,
    object::{
        Alias, DnsMode, Endpoint, GroupRef, Rule, ZoneRef, alias::Form, security_group::Source,
    },
};

/// The name that clients resolve, in the one spelling of it: where the alias is, or else what the
/// user told, or else, after an import, what was `found`.
pub fn hostname<A: ConsumerSide>(
    view: &View<'_, A>,
    found: impl FnOnce() -> Option<String>,
) -> Option<Maybe<String>> {
    let told = view.arguments.map(A::hostname).cloned();
    let told = told.map(|told| told.map(|name| hostname::canonical(&name)));
    let aliases: Vec<&Alias> = view.observed.aliases().map(|(_, _, it)| it).collect();
    let is_told = |alias: &&&Alias| told == Some(Maybe::Known(alias.name.clone()));
    match aliases.iter().find(is_told).or(aliases.first()) {
        _ if told == Some(Maybe::Unknown) => told,
        Some(alias) => Some(Maybe::Known(alias.name.clone())),
        None if told.is_some() => told,
        None => found().map(Maybe::Known),
    }
}

/// `host:port`, null where either is missing.
pub fn address(hostname: Option<&Maybe<String>>, port: Option<u16>) -> Value {
    match (hostname, port) {
        (Some(Maybe::Known(host)), Some(port)) => Value::from(format!("{host}:{port}")),
        (Some(Maybe::Unknown), Some(_)) => Value::Unknown,
        _ => Value::Null,
    }
}

/// What AWS holds of the endpoint's attributes; `None` where there is no endpoint.
pub fn members<A: ConsumerSide>(view: &View<'_, A>) -> Option<Vec<(&'static str, Value)>> {
    let told = view.arguments.and_then(A::endpoint);
    let (seen, endpoint) = endpoint(view)?;
    let managed = told.is_none_or(|told| told.security_group_ids.known() == Some(&None));
    let outputs = &seen.outputs;
    let groups = &endpoint.security_groups;
    let managed_group = Slot::SecurityGroup(Side::Consumer);
    let allowed = allowed(view, endpoint, told);
    let members = [
        ("vpc_id", values::text(&endpoint.vpc)),
        ("subnet_ids", values::texts(&endpoint.subnets)),
        (
            "security_group_ids",
            group_ids::rendered(view, groups, managed),
        ),
        ("ip_address_type", address_type(view, endpoint)),
        ("zone_id", zone_id(view, told)),
        ("dns", dns(view, told)),
        ("id", values::text(&seen.id)),
        ("state", values::text(&outputs.state)),
        ("dns_name", values::text(&outputs.dns_name)),
        ("hosted_zone_id", values::text(&outputs.hosted_zone_id)),
        (
            "managed_security_group_id",
            group_ids::managed(view, groups, managed_group),
        ),
        ("managed_zone_id", managed_zone_id(view, endpoint, told)),
        (
            "network_interface_ids",
            values::maybe_texts(&outputs.network_interface_ids),
        ),
    ];
    Some(members.into_iter().chain(allowed).collect())
}

/// In a VPC that is not known yet the endpoint may turn out to be the one that is there, whose type
/// stays where none is asked for.
fn address_type<A: ConsumerSide>(view: &View<'_, A>, endpoint: &Endpoint) -> Value {
    let told = view.arguments.and_then(A::endpoint);
    let is_open = told
        .is_some_and(|told| told.vpc_id.is_unknown() && told.ip_address_type == Maybe::Known(None));
    let before = view.state.map(A::attributes);
    match before {
        Some(before) if is_open && !before.get("id").is_null() => Value::Unknown,
        _ => endpoint.ip_address_type.as_str().into(),
    }
}

/// In the middle of a move there are two: the one in the wanted VPC counts.
pub fn endpoint<'a, A: ConsumerSide>(view: &View<'a, A>) -> Option<(&'a Seen, &'a Endpoint)> {
    let told = view.arguments.and_then(A::endpoint);
    let all: Vec<(&Seen, &Endpoint)> = view
        .of(Slot::Endpoint)
        .filter_map(|(_, seen)| Some((seen, seen.object.as_endpoint()?)))
        .filter(|(seen, _)| view.arguments.is_none() || told.is_some() || seen.owned)
        .collect();
    let wanted =
        |(_, endpoint): &&(&Seen, &Endpoint)| told.is_some_and(|told| told.vpc_id == endpoint.vpc);
    all.iter().find(wanted).or(all.first()).copied()
}

/// Who may connect through the managed group. Some of the ports only is drift.
fn allowed<A>(
    view: &View<'_, A>,
    endpoint: &Endpoint,
    told: Option<&EndpointConfig>,
) -> [(&'static str, Value); 3] {
    let key = endpoint.security_groups.iter().find_map(GroupRef::managed);
    let group = key.and_then(|key| view.observed.get(key)?.object.as_security_group());
    let (mut blocks, mut groups, mut lists) = (Ids::new(), Ids::new(), Ids::new());
    for rule in group.into_iter().flat_map(|group| &group.rules) {
        let Rule::Ingress { source, .. } = rule else {
            continue;
        };
        let (all, one) = match source {
            Source::Block(block) => (&mut blocks, block),
            Source::SecurityGroup(id) => (&mut groups, id),
            Source::PrefixList(id) => (&mut lists, id),
        };
        all.insert(one.clone());
    }
    let is_managed = group.is_some();
    let groups_told = told.map(|it| &it.allowed_security_group_ids);
    let lists_told = told.map(|it| &it.allowed_prefix_list_ids);
    [
        (
            "allowed_cidr_blocks",
            allowed_blocks(is_managed, &blocks, told),
        ),
        (
            "allowed_security_group_ids",
            allowed_ids(is_managed, &groups, groups_told),
        ),
        (
            "allowed_prefix_list_ids",
            allowed_ids(is_managed, &lists, lists_told),
        ),
    ]
}

fn allowed_blocks(is_managed: bool, found: &Ids, told: Option<&EndpointConfig>) -> Value {
    match told.map(|told| &told.allowed_cidr_blocks) {
        // Said for a group that is not managed, it has no effect.
        Some(Maybe::Known(Some(blocks))) if !is_managed => values::texts(blocks),
        _ if !is_managed => Value::Null,
        // The VPC's blocks are read at apply, and may be several.
        None | Some(Maybe::Known(None)) if may_grow(found) => Value::Unknown,
        _ => values::texts(found),
    }
}

/// Null where nothing is said and nothing was found.
fn allowed_ids(is_managed: bool, found: &Ids, told: Option<&Maybe<Option<Ids>>>) -> Value {
    match told {
        Some(Maybe::Unknown) => Value::Unknown,
        Some(Maybe::Known(told)) if !is_managed => told.as_ref().map_or(Value::Null, values::texts),
        None | Some(Maybe::Known(None)) if found.is_empty() => Value::Null,
        _ => values::texts(found),
    }
}

/// In the middle of a move there are two: the one of the endpoint's VPC counts.
fn managed_zone_id<A>(
    view: &View<'_, A>,
    endpoint: &Endpoint,
    told: Option<&EndpointConfig>,
) -> Value {
    // It may turn out that none is given.
    if told.is_some_and(|told| told.zone_id.is_unknown()) {
        return Value::Unknown;
    }
    let zones: Vec<(&Seen, bool)> = view
        .of(Slot::Zone)
        .filter_map(|(_, seen)| match &seen.object {
            Object::Zone(zone) => Some((seen, zone.vpc == endpoint.vpc)),
            _ => None,
        })
        .collect();
    let near = zones.iter().find(|(_, is_near)| *is_near);
    near.or(zones.first())
        .map_or(Value::Null, |(seen, _)| values::text(&seen.id))
}

/// As it was told: records that do not hold what they are to hold are drift. After an import, by
/// what a record holds; where an endpoint that consumers can use has none, nothing is published.
fn dns<A>(view: &View<'_, A>, told: Option<&EndpointConfig>) -> Value {
    let mut aliases = view.observed.aliases();
    let mode = match told.map(|told| &told.dns.mode) {
        Some(told) => told.clone(),
        None if aliases.any(|(_, _, alias)| alias.form == Form::Addresses) => {
            Maybe::Known(DnsMode::Records)
        }
        None if is_unpublished(view) => Maybe::Known(DnsMode::Nothing),
        None => Maybe::Known(DnsMode::Alias),
    };
    let word = |mode: DnsMode| {
        let word = DNS_MODES.iter().find(|(_, it)| *it == mode);
        word.map_or(DNS_MODE, |(word, _)| word)
    };
    Value::object([("mode", values::maybe(mode.map(word)))])
}

fn is_unpublished<A>(view: &View<'_, A>) -> bool {
    let observed = view.observed;
    let mut endpoints = observed.of(Slot::Endpoint);
    let is_published = observed.aliases().next().is_some() || view.of(Slot::Zone).next().is_some();
    observed.refused.is_empty()
        && !is_published
        && endpoints.any(|(_, seen)| seen.life == Life::Ready)
}

/// The given zone that the alias is in; null for the managed one.
fn zone_id<A>(view: &View<'_, A>, told: Option<&EndpointConfig>) -> Value {
    let told = told.map(|told| &told.zone_id);
    let aliases = view.observed.aliases();
    let mut zones: Vec<Value> = aliases
        .map(|(_, _, alias)| match &alias.zone {
            ZoneRef::Given(id) => values::text(id),
            ZoneRef::Managed(_) => Value::Null,
        })
        .collect();
    let wanted = told.map(|told| match told {
        Maybe::Known(id) => Value::from(id.as_ref()),
        Maybe::Unknown => Value::Unknown,
    });
    match wanted {
        Some(wanted) if zones.is_empty() || zones.contains(&wanted) => wanted,
        _ => zones.pop().unwrap_or_default(),
    }
}
