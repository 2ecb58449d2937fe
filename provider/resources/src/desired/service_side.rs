//! The service side: load balancer, target groups, listeners, endpoint service.

use std::collections::BTreeSet;

use super::{Draft, elements, settled};
use crate::config::{BrokerConfig, defaults, hostname, known, may_grow, principal, target};
use engine::model::{
    BrokerId, Key, Maybe, Object, Role, Side, Slot,
    object::{
        GroupRef, Listener, LoadBalancer, Rule, SecurityGroup, Service, TargetGroup,
        load_balancer::IpAddressType,
        target_group::{GroupAttributes, HealthCheck, IpFamily, Protocol, Target, TargetType},
    },
    tags::{HOSTNAME, Tags},
};

pub(super) fn add(draft: &mut Draft<'_>) {
    let balancer = load_balancer(draft);
    let config = draft.config;
    let brokers = config.brokers.known().cloned().unwrap_or_default();
    let family = family(draft, brokers.values());

    let targets: BTreeSet<Target> = brokers.values().map(|broker| aim(draft, broker)).collect();
    let bootstrap = target_group(draft, Role::Bootstrap, None, targets, family);
    let bootstrap_port = settled(&config.bootstrap_port, defaults::BOOTSTRAP_PORT);
    listener(draft, bootstrap_port, bootstrap);

    if let Some((id, broker)) = config.sole_broker() {
        // Bootstrap's listener and group stay what they are when a second broker comes: a group of
        // the broker's own would have to be exchanged under its live port then.
        for port in ports(id, broker)
            .into_iter()
            .filter(|it| *it != bootstrap_port)
        {
            listener(draft, port, bootstrap);
        }
        return service(draft, balancer);
    }
    for (id, broker) in &brokers {
        let target = aim(draft, broker);
        let targets = BTreeSet::from([target.clone()]);
        let group = target_group(draft, Role::Broker(*id), Some(target), targets, family);
        for port in ports(*id, broker) {
            listener(draft, port, group);
        }
    }
    service(draft, balancer);
}

/// Every port on which a broker is reached.
pub(super) fn ports(id: BrokerId, broker: &BrokerConfig) -> BTreeSet<u16> {
    let default = defaults::broker_port(defaults::BROKER_PORT_BASE, id);
    let main = broker.port.known().copied().or(default);
    let more = broker.additional_ports.known().into_iter().flatten();
    main.into_iter()
        .chain(more.filter_map(|port| port.known().copied()))
        .collect()
}

fn load_balancer(draft: &mut Draft<'_>) -> Key {
    let config = &draft.config.load_balancer;
    let seen = draft.observed.of(Slot::LoadBalancer).next();
    let seen = seen.and_then(|(_, seen)| seen.object.as_load_balancer());
    // AWS never adds groups to a load balancer that was born without: only one that was imported
    // can be so, and is left as it is.
    let groupless = seen.is_some_and(|balancer| balancer.security_groups.is_empty());

    let (groups, enforced) = match settled(&config.security_group_ids, None) {
        Some(given) => {
            let groups: BTreeSet<GroupRef> = given.into_iter().map(GroupRef::Given).collect();
            let given = |group: &GroupRef| matches!(group, GroupRef::Given(_));
            let kept =
                seen.filter(|balancer| !groupless && balancer.security_groups.iter().all(given));
            (
                groups,
                kept.is_none_or(|balancer| balancer.enforce_on_private_link),
            )
        }
        None if groupless => (BTreeSet::new(), false),
        // Nothing could enter through a group without inbound rules.
        None => (
            BTreeSet::from([GroupRef::Managed(managed_group(draft))]),
            false,
        ),
    };
    let enforced = settled(&config.enforce_on_private_link, None).unwrap_or(enforced);
    let balancer = LoadBalancer {
        name: String::new(),
        subnets: elements(&config.subnet_ids),
        enforce_on_private_link: enforced && !groups.is_empty(),
        security_groups: groups,
        ip_address_type: settled(
            &config.ip_address_type,
            defaults::LOAD_BALANCER_IP_ADDRESS_TYPE,
        ),
        cross_zone: settled(&config.cross_zone_enabled, defaults::CROSS_ZONE_ENABLED),
        deletion_protection: settled(
            &config.deletion_protection_enabled,
            defaults::DELETION_PROTECTION_ENABLED,
        ),
        tags: Tags::new(),
    };
    draft.add(Slot::LoadBalancer, Object::LoadBalancer(balancer))
}

fn managed_group(draft: &mut Draft<'_>) -> Key {
    let group = SecurityGroup {
        name: String::new(),
        vpc: draft.observed.surroundings.service_vpc.clone(),
        rules: BTreeSet::from([Rule::EgressAll]),
        tags: Tags::new(),
    };
    draft.add(
        Slot::SecurityGroup(Side::Service),
        Object::SecurityGroup(group),
    )
}

/// A broker as a target.
fn aim(draft: &Draft<'_>, broker: &BrokerConfig) -> Target {
    let default = settled(&draft.config.target_group.port, defaults::TARGET_PORT);
    Target {
        id: broker.target.as_ref().map(|text| target::canonical(text)),
        port: settled(&broker.target_port, default),
        zone: settled(&broker.availability_zone, None),
    }
}

/// Addresses of a path are of one family, so that one known target tells it. While none is known
/// it is taken to stay.
fn family<'a>(draft: &Draft<'_>, brokers: impl Iterator<Item = &'a BrokerConfig>) -> IpFamily {
    let mut known = brokers
        .filter_map(|broker| broker.target.known())
        .peekable();
    if known.peek().is_some() {
        return match known.any(|text| text.contains(':')) {
            true => IpFamily::Ipv6,
            false => IpFamily::Ipv4,
        };
    }
    let seen = draft.observed.of(Slot::TargetGroup(Role::Bootstrap)).next();
    seen.and_then(|(_, seen)| seen.object.as_target_group())
        .map_or(IpFamily::Ipv4, |group| group.family)
}

fn target_group(
    draft: &mut Draft<'_>,
    role: Role,
    made_for: Option<Target>,
    targets: BTreeSet<Target>,
    family: IpFamily,
) -> Key {
    let config = &draft.config.target_group;
    let target_type = settled(&config.target_type, defaults::TARGET_TYPE);
    let protocol = settled(&config.protocol, defaults::TARGET_PROTOCOL);
    let birth = GroupAttributes::default_of(target_type, protocol);
    let check = &config.health_check;
    let group = TargetGroup {
        name: String::new(),
        role,
        vpc: draft.observed.surroundings.service_vpc.clone(),
        target_type,
        protocol,
        port: settled(&config.port, defaults::TARGET_PORT),
        family: match target_type {
            TargetType::Ip => family,
            TargetType::Instance => IpFamily::Ipv4,
        },
        made_for,
        health_check: HealthCheck {
            protocol: settled(&check.protocol, defaults::HEALTH_CHECK_PROTOCOL.to_owned()),
            port: settled(&check.port, defaults::HEALTH_CHECK_PORT.to_owned()),
            interval_seconds: settled(
                &check.interval_seconds,
                defaults::HEALTH_CHECK_INTERVAL_SECONDS,
            ),
            timeout_seconds: settled(
                &check.timeout_seconds,
                defaults::HEALTH_CHECK_TIMEOUT_SECONDS,
            ),
            healthy_threshold: settled(&check.healthy_threshold, defaults::HEALTHY_THRESHOLD),
            unhealthy_threshold: settled(&check.unhealthy_threshold, defaults::UNHEALTHY_THRESHOLD),
        },
        attributes: GroupAttributes {
            deregistration_delay_seconds: settled(
                &config.deregistration_delay_seconds,
                defaults::DEREGISTRATION_DELAY_SECONDS,
            ),
            connection_termination: settled(
                &config.connection_termination,
                defaults::CONNECTION_TERMINATION,
            ),
            preserve_client_ip: settled(&config.preserve_client_ip, defaults::PRESERVE_CLIENT_IP),
            proxy_protocol_v2: settled(&config.proxy_protocol_v2, defaults::PROXY_PROTOCOL_V2),
            dns_failover: match role {
                Role::Bootstrap => birth.dns_failover,
                Role::Broker(_) => "off".to_owned(),
            },
            cross_zone: birth.cross_zone,
        },
        targets,
        tags: Tags::new(),
    };
    draft.add(Slot::TargetGroup(role), Object::TargetGroup(group))
}

fn listener(draft: &mut Draft<'_>, port: u16, group: Key) {
    let config = &draft.config.listener;
    let protocol = settled(&config.protocol, defaults::LISTENER_PROTOCOL);
    let tls = protocol == Protocol::Tls;
    let certificate = match &config.certificate_arn {
        Maybe::Known(arn) => arn.clone().map(Maybe::Known),
        Maybe::Unknown => Some(Maybe::Unknown),
    };
    let ssl_policy = match &config.ssl_policy {
        Maybe::Known(Some(policy)) => Some(Maybe::Known(policy.clone())),
        // New listeners get the policy of those that exist: AWS's default changes over the years.
        Maybe::Known(None) => policy_in_use(draft),
        Maybe::Unknown => Some(Maybe::Unknown),
    };
    let listener = Listener {
        port,
        protocol,
        forward: Some(group),
        certificate: certificate.filter(|_| tls),
        ssl_policy: ssl_policy.filter(|_| tls),
        idle_timeout_seconds: match protocol {
            Protocol::Tls => defaults::IDLE_TIMEOUT_SECONDS,
            _ => settled(
                &config.tcp_idle_timeout_seconds,
                defaults::IDLE_TIMEOUT_SECONDS,
            ),
        },
        tags: Tags::new(),
    };
    draft.add(Slot::Listener(port), Object::Listener(listener));
}

fn policy_in_use(draft: &Draft<'_>) -> Option<Maybe<String>> {
    let listeners = draft.observed.objects.values();
    let mut policies = listeners
        .filter_map(|seen| seen.object.as_listener()?.ssl_policy.clone())
        .filter(|policy| policy.known().is_some());
    policies.next()
}

/// The address families of endpoints that the service lets in. Left out they are what they are, and
/// what the path's own endpoint asks for.
pub(super) fn families(draft: &Draft<'_>) -> BTreeSet<IpFamily> {
    let seen = draft.observed.of(Slot::Service).next();
    let seen = seen.and_then(|(_, seen)| seen.object.as_service());
    let balancer_type = &draft.config.load_balancer.ip_address_type;
    let mut served = BTreeSet::from([IpFamily::Ipv4]);
    if *balancer_type == Maybe::Known(IpAddressType::Dualstack) {
        served.insert(IpFamily::Ipv6);
    }
    let told = &draft.config.endpoint_service.supported_ip_address_types;
    match (told, seen) {
        (Maybe::Known(Some(families)), _) if !may_grow(families) => {
            known(families).copied().collect()
        }
        (Maybe::Known(None), seen) => {
            // A load balancer that is to have IPv4 alone cannot keep a service's IPv6.
            let kept = seen
                .map(|service| &service.ip_address_types)
                .filter(|families| families.is_subset(&served));
            let asked = draft.config.endpoint.known().and_then(Option::as_ref);
            let asked = asked.and_then(|endpoint| settled(&endpoint.ip_address_type, None));
            let mut families = kept.map_or(BTreeSet::from([IpFamily::Ipv4]), BTreeSet::clone);
            families.extend(asked.into_iter().flat_map(IpAddressType::families));
            families
        }
        // What is unknown may be whatever an endpoint needs.
        (Maybe::Known(Some(_)) | Maybe::Unknown, _) => served,
    }
}

fn service(draft: &mut Draft<'_>, balancer: Key) {
    let config = &draft.config.endpoint_service;
    let region = draft.context.region;
    let hostname = draft.config.hostname.as_ref();
    let hostname = hostname.map(|name| hostname::canonical(name));
    let service = Service {
        load_balancer: Some(balancer),
        acceptance_required: settled(&config.acceptance_required, defaults::ACCEPTANCE_REQUIRED),
        principals: elements(&config.allowed_principals)
            .into_iter()
            .map(|principal| principal.map(|text| principal::canonical(&text, region)))
            .collect(),
        ip_address_types: families(draft),
        // AWS counts the service's own region in, named or not.
        regions: elements(&config.supported_regions)
            .into_iter()
            .filter(|other| other.known().map(String::as_str) != Some(region))
            .collect(),
        // Where there is no alias, an import learns the hostname from here.
        tags: Tags::from([(HOSTNAME.to_owned(), hostname)]),
    };
    draft.add(Slot::Service, Object::Service(service));
}
