//! The consumer side: endpoint, its security group, zone and alias.

use std::collections::BTreeSet;

use super::{
    Draft, elements,
    rules::rules,
    service_side::{families, ports},
    settled,
};
use crate::config::{EndpointConfig, defaults, hostname};
use engine::model::{
    Key, Maybe, Object, RecordType, Side, Slot, Surroundings,
    object::{
        Alias, Endpoint, GroupRef, SecurityGroup, ServiceRef, Zone, ZoneRef,
        load_balancer::IpAddressType,
    },
    tags::Tags,
};

pub(super) fn add(draft: &mut Draft<'_>) {
    let config = draft.config;
    let Some(consumer) = config.endpoint.known().and_then(Option::as_ref) else {
        return;
    };
    let (endpoint, kind) = endpoint(draft, consumer);
    let name = config
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
            ZoneRef::Managed(draft.add(Slot::Zone, Object::Zone(zone)))
        }
    };
    for kind in records(draft, &zone, &name, kind) {
        let alias = Alias {
            zone: zone.clone(),
            name: name.clone(),
            kind,
            target: Some(endpoint),
        };
        draft.add(Slot::Alias(kind), Object::Alias(alias));
    }
}

/// An alias for each family that the endpoint speaks. In GovCloud an alias may point only at a record
/// of its own zone, and a CNAME leads to other resources; where an alias is there nevertheless, AWS
/// has taken it.
/// <https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-r53.html>
fn records(draft: &Draft<'_>, zone: &ZoneRef, name: &str, kind: IpAddressType) -> Vec<RecordType> {
    let is_alias = |alias: &Alias| {
        alias.kind != RecordType::Cname && alias.zone == *zone && alias.name == name
    };
    let by_cname = draft.context.region.starts_with("us-gov-")
        && matches!(zone, ZoneRef::Given(_))
        && !draft
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

/// The endpoint and the families that it speaks.
fn endpoint(draft: &mut Draft<'_>, consumer: &EndpointConfig) -> (Key, IpAddressType) {
    let kind = address_type(draft, consumer);
    let groups = match settled(&consumer.security_group_ids, None) {
        Some(given) => given.into_iter().map(GroupRef::Given).collect(),
        None => BTreeSet::from([GroupRef::Managed(managed_group(draft, consumer, kind))]),
    };
    let endpoint = Endpoint {
        service: ServiceRef::default(),
        service_region: None,
        vpc: consumer.vpc_id.clone(),
        subnets: elements(&consumer.subnet_ids),
        security_groups: groups,
        ip_address_type: kind,
        // The resource lets its own endpoint in, and no other.
        accepted: true,
        tags: Tags::new(),
    };
    (draft.add(Slot::Endpoint, Object::Endpoint(endpoint)), kind)
}

/// As configured. Else as it is, but an endpoint cannot keep a family that the service gives up:
/// AWS lets neither the service nor the load balancer lose IPv6 while an endpoint has it.
fn address_type(draft: &Draft<'_>, consumer: &EndpointConfig) -> IpAddressType {
    if let Some(told) = settled(&consumer.ip_address_type, None) {
        return told;
    }
    let families = families(draft);
    let is_served = |kind: &IpAddressType| kind.families().iter().all(|it| families.contains(it));
    let mut endpoints = draft.observed.of(Slot::Endpoint);
    let kept = endpoints.find_map(|(_, seen)| {
        let endpoint = seen.object.as_endpoint()?;
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

fn managed_group(draft: &mut Draft<'_>, consumer: &EndpointConfig, kind: IpAddressType) -> Key {
    let config = draft.config;
    let brokers = config.brokers.known().into_iter().flatten();
    let mut open: BTreeSet<u16> = brokers
        .flat_map(|(id, broker)| ports(*id, broker))
        .collect();
    open.insert(settled(&config.bootstrap_port, defaults::BOOTSTRAP_PORT));
    let blocks = match &consumer.allowed_cidr_blocks {
        Maybe::Known(Some(blocks)) => blocks.clone(),
        Maybe::Known(None) => blocks_of_vpc(&draft.observed.surroundings, kind),
        Maybe::Unknown => BTreeSet::from([Maybe::Unknown]),
    };
    let group = SecurityGroup {
        name: String::new(),
        vpc: consumer.vpc_id.clone(),
        rules: rules(&open, &blocks),
        tags: Tags::new(),
    };
    draft.add(
        Slot::SecurityGroup(Side::Consumer),
        Object::SecurityGroup(group),
    )
}
