//! The consumer side: endpoint, its security group, zone and alias.

use std::collections::BTreeSet;

use super::{Draft, elements, rules::rules, service_side::ports, settled};
use crate::{
    model::{
        Key, Maybe, Object, Side, Slot,
        object::{
            Alias, Endpoint, GroupRef, SecurityGroup, Zone, ZoneRef, load_balancer::IpAddressType,
        },
        tags::Tags,
    },
    resource::config::{EndpointConfig, defaults, hostname},
};

pub(super) fn add(draft: &mut Draft<'_>) {
    let config = draft.config;
    let Some(consumer) = config.endpoint.known().and_then(Option::as_ref) else {
        return;
    };
    let endpoint = endpoint(draft, consumer);
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
    let alias = Alias {
        zone,
        name,
        target: Some(endpoint),
    };
    draft.add(Slot::Alias, Object::Alias(alias));
}

fn endpoint(draft: &mut Draft<'_>, consumer: &EndpointConfig) -> Key {
    let groups = match settled(&consumer.security_group_ids, None) {
        Some(given) => given.into_iter().map(GroupRef::Given).collect(),
        None => BTreeSet::from([GroupRef::Managed(managed_group(draft, consumer))]),
    };
    let mut endpoint = Endpoint {
        vpc: consumer.vpc_id.clone(),
        subnets: elements(&consumer.subnet_ids),
        security_groups: groups,
        ip_address_type: IpAddressType::Ipv4,
        // The resource lets its own endpoint in, and no other.
        accepted: true,
        tags: Tags::new(),
    };
    let seen = draft
        .observed
        .get(Key::new(Slot::Endpoint, endpoint.generation()));
    let kept = seen
        .and_then(|seen| seen.object.as_endpoint())
        .map(|seen| seen.ip_address_type);
    if let Some(kind) = settled(&consumer.ip_address_type, None).or(kept) {
        endpoint.ip_address_type = kind;
    }
    draft.add(Slot::Endpoint, Object::Endpoint(endpoint))
}

fn managed_group(draft: &mut Draft<'_>, consumer: &EndpointConfig) -> Key {
    let config = draft.config;
    let brokers = config.brokers.known().into_iter().flatten();
    let mut open: BTreeSet<u16> = brokers
        .flat_map(|(id, broker)| ports(*id, broker))
        .collect();
    open.insert(settled(&config.bootstrap_port, defaults::BOOTSTRAP_PORT));
    let blocks = match &consumer.allowed_cidr_blocks {
        Maybe::Known(Some(blocks)) => blocks.clone(),
        Maybe::Known(None) => match &draft.observed.surroundings.consumer_cidrs {
            Maybe::Known(blocks) => blocks.iter().cloned().map(Maybe::Known).collect(),
            Maybe::Unknown => BTreeSet::from([Maybe::Unknown]),
        },
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
