//! The objects that an endpoint's arguments ask for: endpoint, its security group, zone and alias.

use std::collections::BTreeSet;

use super::{
    endpoint::{EndpointConfig, OVERWRITE_RECORD},
    open_ports::rules,
};
use crate::{
    elements::{Ids, elements, settled},
    lifecycle::DesiredBuilder,
    syntax::hostname,
};
use engine::model::{
    Key, Life, Maybe, Object, Observed, RecordType, Side, Slot, Surroundings,
    object::{
        Alias, DnsMode, Endpoint, GroupRef, SecurityGroup, ServiceRef, Zone, ZoneRef, alias::Form,
        load_balancer::IpAddressType, security_group::Source, target_group::IpFamily,
    },
    tags::Tags,
};

/// What is asked for. Unknown numbers, bools, words and collections have something in their place.
pub struct Wanted<'a> {
    pub endpoint: &'a EndpointConfig,
    pub hostname: &'a Maybe<String>,
    /// Every port that the service listens on.
    pub ports: BTreeSet<u16>,
    pub service: ServiceRef,
    /// Where the service is, if it is in another region.
    pub service_region: Option<Maybe<String>>,
    /// Address families of endpoints that the service lets in; `None` where others decide that.
    pub families: Option<BTreeSet<IpFamily>>,
    /// Whether the resource itself accepts the connection of its endpoint.
    pub accepted: bool,
    pub region: &'a str,
    pub observed: &'a Observed,
}

/// Does the apply take over a record that the hostname has already?
pub fn overwrites_record(endpoint: &EndpointConfig) -> bool {
    let known = endpoint.overwrite_record.known().copied();
    known.unwrap_or(OVERWRITE_RECORD)
}

/// How the hostname is published.
pub fn dns_mode(endpoint: &EndpointConfig) -> DnsMode {
    settled(&endpoint.dns.mode, DnsMode::default())
}

/// Adds the objects.
pub fn add(wanted: Wanted<'_>, builder: &mut DesiredBuilder<'_>) {
    let consumer = wanted.endpoint;
    let kind = address_type(&wanted);
    let endpoint = endpoint(&wanted, kind, builder);
    let form = match dns_mode(consumer) {
        DnsMode::Alias => Form::Name,
        DnsMode::Records => Form::Addresses,
        DnsMode::Nothing => return,
    };
    let name = wanted
        .hostname
        .known()
        .map_or_else(String::new, |name| hostname::canonical(name));
    let zone = match &consumer.zone_id {
        Maybe::Known(Some(id)) => ZoneRef::Given(id.as_str().into()),
        Maybe::Unknown => ZoneRef::Given(Maybe::Unknown),
        Maybe::Known(None) => {
            let zone = Zone {
                name: name.clone(),
                vpc: consumer.vpc_id.clone(),
                tags: Tags::new(),
            };
            ZoneRef::Managed(builder.add(Slot::Zone, Object::Zone(zone)))
        }
    };
    for kind in records(&wanted, &zone, &name, kind, form) {
        let alias = Alias {
            zone: zone.clone(),
            name: name.clone(),
            kind,
            form,
            target: Some(endpoint),
        };
        builder.add(Slot::Alias(kind), Object::Alias(alias));
    }
}

/// A record for each family that the endpoint speaks. In GovCloud an alias may point only at a record
/// of its own zone, and a CNAME leads to other resources; where an alias is there nevertheless, AWS
/// has taken it.
/// <https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-r53.html>
fn records(
    wanted: &Wanted<'_>,
    zone: &ZoneRef,
    name: &str,
    kind: IpAddressType,
    form: Form,
) -> Vec<RecordType> {
    let is_alias = |alias: &Alias| {
        let is_named = alias.zone == *zone && alias.name == name;
        is_named && alias.kind != RecordType::Cname && alias.form == Form::Name
    };
    let by_cname = form == Form::Name
        && wanted.region.starts_with("us-gov-")
        && matches!(zone, ZoneRef::Given(_))
        && !wanted
            .observed
            .aliases()
            .any(|(_, _, alias)| is_alias(alias));
    match kind {
        _ if by_cname => vec![RecordType::Cname],
        IpAddressType::Ipv4 => vec![RecordType::A],
        IpAddressType::Dualstack => vec![RecordType::A, RecordType::Aaaa],
        IpAddressType::Ipv6 => vec![RecordType::Aaaa],
    }
}

fn endpoint(wanted: &Wanted<'_>, kind: IpAddressType, builder: &mut DesiredBuilder<'_>) -> Key {
    let consumer = wanted.endpoint;
    let groups = match consumer.security_group_ids.known().cloned().flatten() {
        Some(given) => given.into_iter().map(GroupRef::Given).collect(),
        None => BTreeSet::from([GroupRef::Managed(managed_group(wanted, kind, builder))]),
    };
    let endpoint = Endpoint {
        service: wanted.service.clone(),
        service_region: wanted.service_region.clone(),
        vpc: consumer.vpc_id.clone(),
        subnets: elements(&consumer.subnet_ids),
        security_groups: groups,
        ip_address_type: kind,
        accepted: wanted.accepted,
        tags: Tags::new(),
    };
    builder.add(Slot::Endpoint, Object::Endpoint(endpoint))
}

/// As configured. Else as it is, but an endpoint cannot keep a family that the service gives up:
/// AWS lets neither the service nor the load balancer lose IPv6 while an endpoint has it.
fn address_type(wanted: &Wanted<'_>) -> IpAddressType {
    let consumer = wanted.endpoint;
    if let Some(told) = consumer.ip_address_type.known().copied().flatten() {
        return told;
    }
    let served = wanted.families.as_ref();
    let is_served = |kind: &IpAddressType| {
        served.is_none_or(|served| kind.families().iter().all(|it| served.contains(it)))
    };
    let mut endpoints = wanted.observed.of(Slot::Endpoint);
    let kept = endpoints.find_map(|(_, seen)| {
        // One that is being deleted is as good as gone, and then nobody knows what it was.
        let is_there = seen.life != Life::Going;
        let endpoint = seen.object.as_endpoint().filter(|_| is_there)?;
        (endpoint.vpc == consumer.vpc_id).then_some(endpoint.ip_address_type)
    });
    let choices = [kept, Some(IpAddressType::Ipv4), Some(IpAddressType::Ipv6)];
    let mut choices = choices.into_iter().flatten();
    choices.find(is_served).unwrap_or(IpAddressType::Ipv4)
}

/// The VPC's blocks of the families that the endpoint speaks.
fn blocks_of_vpc(ground: &Surroundings, kind: IpAddressType) -> BTreeSet<Maybe<String>> {
    let (four, six) = (&ground.consumer_cidrs, &ground.consumer_ipv6_cidrs);
    let wanted = match kind {
        IpAddressType::Ipv4 => vec![four],
        IpAddressType::Dualstack => vec![four, six],
        IpAddressType::Ipv6 => vec![six],
    };
    wanted.into_iter().flat_map(elements_of).collect()
}

fn elements_of(blocks: &Maybe<BTreeSet<String>>) -> BTreeSet<Maybe<String>> {
    match blocks {
        Maybe::Known(blocks) => blocks.iter().cloned().map(Maybe::Known).collect(),
        Maybe::Unknown => BTreeSet::from([Maybe::Unknown]),
    }
}

/// Whom the managed group lets in.
fn sources(wanted: &Wanted<'_>, kind: IpAddressType) -> BTreeSet<Source> {
    let consumer = wanted.endpoint;
    let others = [
        &consumer.allowed_security_group_ids,
        &consumer.allowed_prefix_list_ids,
    ];
    let told = |ids: &Maybe<Option<Ids>>| match ids {
        Maybe::Known(told) => told.clone().unwrap_or_default(),
        Maybe::Unknown => BTreeSet::from([Maybe::Unknown]),
    };
    let blocks = match &consumer.allowed_cidr_blocks {
        // Who names groups or lists does not mean everybody in the VPC.
        Maybe::Known(None) if others.iter().any(|it| matches!(it, Maybe::Known(Some(_)))) => {
            Ids::new()
        }
        // Whether any is named is not known yet.
        Maybe::Known(None) if others.iter().any(|it| it.is_unknown()) => told(&Maybe::Unknown),
        Maybe::Known(None) => blocks_of_vpc(&wanted.observed.surroundings, kind),
        blocks => told(blocks),
    };
    let [groups, lists] = others.map(told);
    let blocks = blocks.into_iter().map(Source::Block);
    let groups = groups.into_iter().map(Source::SecurityGroup);
    let lists = lists.into_iter().map(Source::PrefixList);
    blocks.chain(groups).chain(lists).collect()
}

fn managed_group(
    wanted: &Wanted<'_>,
    kind: IpAddressType,
    builder: &mut DesiredBuilder<'_>,
) -> Key {
    let consumer = wanted.endpoint;
    let group = SecurityGroup {
        name: String::new(),
        vpc: consumer.vpc_id.clone(),
        rules: rules(&wanted.ports, &sources(wanted, kind)),
        tags: Tags::new(),
    };
    builder.add(
        Slot::SecurityGroup(Side::Consumer),
        Object::SecurityGroup(group),
    )
}
