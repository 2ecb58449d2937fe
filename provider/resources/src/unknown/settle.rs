//! Something in the place of what is unknown: what is there by now, as far as that is possible.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use crate::config::{BrokerConfig, Config, EndpointConfig, defaults, known, target::Kind};
use engine::model::{
    BrokerId, Maybe,
    object::{
        load_balancer::IpAddressType,
        target_group::{IpFamily, Protocol},
    },
};

/// `config` with its shape decided. Unknown texts stay unknown.
pub fn settle(config: &Config, prior: Option<&Config>) -> Config {
    if config.unknown_shape.is_empty() {
        return config.clone();
    }
    let mut settled = config.clone();
    if let Some(prior) = prior {
        take_over(&mut settled, prior);
    }
    go_together(&mut settled, config);
    let brokers = settled.brokers.known().cloned().unwrap_or_default();
    let (port, brokers) = ports(settled.bootstrap_port.known().copied(), brokers, config);
    settled.bootstrap_port = Maybe::Known(port);
    settled.brokers = Maybe::Known(brokers);
    settled
}

/// What is put in the place of an unknown word must not contradict what is known: nothing would be
/// foreseen of a path that cannot be made.
fn go_together(settled: &mut Config, config: &Config) {
    let listener = &mut settled.listener;
    if config.listener.protocol.is_unknown() {
        let needs_tls = matches!(config.listener.certificate_arn, Maybe::Known(Some(_)))
            || matches!(config.listener.ssl_policy, Maybe::Known(Some(_)))
            || config.target_group.protocol == Maybe::Known(Protocol::Tls);
        if needs_tls {
            listener.protocol = Maybe::Known(Protocol::Tls);
        } else if config.listener.certificate_arn == Maybe::Known(None) {
            listener.protocol = Maybe::Known(Protocol::Tcp);
        }
    }
    let is_tls = listener.protocol == Maybe::Known(Protocol::Tls);
    if config.target_group.protocol.is_unknown() && !is_tls {
        settled.target_group.protocol = Maybe::Known(Protocol::Tcp);
    }
    if config.load_balancer.ip_address_type.is_unknown() {
        let families = config.endpoint_service.supported_ip_address_types.known();
        let families = families.and_then(Option::as_ref);
        let serves_ipv6 = families.is_some_and(|all| all.contains(&Maybe::Known(IpFamily::Ipv6)));
        let has_ipv6 = |broker: &BrokerConfig| {
            let target = broker.target.known().and_then(|text| Kind::of(text));
            matches!(target, Some(Kind::Address(IpAddr::V6(_))))
        };
        let brokers = config.brokers.known();
        if serves_ipv6 || brokers.is_some_and(|all| all.values().any(has_ipv6)) {
            settled.load_balancer.ip_address_type = Maybe::Known(IpAddressType::Dualstack);
        }
    }
}

fn keep<T: Clone>(value: &mut Maybe<T>, prior: &Maybe<T>) {
    if value.is_unknown() {
        value.clone_from(prior);
    }
}

fn take_over(config: &mut Config, prior: &Config) {
    keep(&mut config.hostname, &prior.hostname);
    keep(&mut config.bootstrap_port, &prior.bootstrap_port);
    keep(&mut config.broker_port_base, &prior.broker_port_base);
    keep(&mut config.brokers, &prior.brokers);
    keep(&mut config.endpoint, &prior.endpoint);
    if let (Maybe::Known(brokers), Some(prior)) = (&mut config.brokers, prior.brokers.known()) {
        for (id, broker) in brokers {
            if let Some(prior) = prior.get(id) {
                keep(&mut broker.port, &prior.port);
                keep(&mut broker.target_port, &prior.target_port);
                keep(&mut broker.availability_zone, &prior.availability_zone);
            }
        }
    }

    let (balancer, before) = (&mut config.load_balancer, &prior.load_balancer);
    keep(&mut balancer.security_group_ids, &before.security_group_ids);
    keep(
        &mut balancer.enforce_on_private_link,
        &before.enforce_on_private_link,
    );
    keep(&mut balancer.ip_address_type, &before.ip_address_type);
    keep(&mut balancer.cross_zone_enabled, &before.cross_zone_enabled);
    keep(
        &mut balancer.deletion_protection_enabled,
        &before.deletion_protection_enabled,
    );

    let (listener, before) = (&mut config.listener, &prior.listener);
    keep(&mut listener.protocol, &before.protocol);
    keep(
        &mut listener.tcp_idle_timeout_seconds,
        &before.tcp_idle_timeout_seconds,
    );

    let (group, before) = (&mut config.target_group, &prior.target_group);
    keep(&mut group.target_type, &before.target_type);
    keep(&mut group.port, &before.port);
    keep(&mut group.protocol, &before.protocol);
    keep(
        &mut group.deregistration_delay_seconds,
        &before.deregistration_delay_seconds,
    );
    keep(
        &mut group.connection_termination,
        &before.connection_termination,
    );
    keep(&mut group.preserve_client_ip, &before.preserve_client_ip);
    keep(&mut group.proxy_protocol_v2, &before.proxy_protocol_v2);
    let (check, before) = (&mut group.health_check, &before.health_check);
    keep(&mut check.protocol, &before.protocol);
    keep(&mut check.port, &before.port);
    keep(&mut check.interval_seconds, &before.interval_seconds);
    keep(&mut check.timeout_seconds, &before.timeout_seconds);
    keep(&mut check.healthy_threshold, &before.healthy_threshold);
    keep(&mut check.unhealthy_threshold, &before.unhealthy_threshold);

    keep(&mut config.wait_for_healthy, &prior.wait_for_healthy);
    let (service, before) = (&mut config.endpoint_service, &prior.endpoint_service);
    keep(
        &mut service.acceptance_required,
        &before.acceptance_required,
    );
    keep(
        &mut service.reject_removed_principals,
        &before.reject_removed_principals,
    );
    keep(&mut service.on_destroy, &before.on_destroy);

    if let (Maybe::Known(Some(endpoint)), Maybe::Known(Some(before))) =
        (&mut config.endpoint, &prior.endpoint)
    {
        keep_endpoint(endpoint, before);
    }
}

fn keep_endpoint(endpoint: &mut EndpointConfig, before: &EndpointConfig) {
    keep(&mut endpoint.security_group_ids, &before.security_group_ids);
    keep(&mut endpoint.ip_address_type, &before.ip_address_type);
    keep(&mut endpoint.overwrite_record, &before.overwrite_record);
}

type Brokers = BTreeMap<BrokerId, BrokerConfig>;

/// Gives a port to everyone who has none that is known, distinct from all others: what is put in
/// must not push out what is known. Additional ports show nowhere else, so that an unknown one is
/// left out.
fn ports(bootstrap: Option<u16>, mut brokers: Brokers, config: &Config) -> (u16, Brokers) {
    let mut taken: BTreeSet<u16> = config.bootstrap_port.known().copied().into_iter().collect();
    for broker in config
        .brokers
        .known()
        .into_iter()
        .flat_map(BTreeMap::values)
    {
        taken.extend(broker.port.known());
        taken.extend(broker.additional_ports.known().into_iter().flat_map(known));
    }
    let mut free = |wanted: Option<u16>| {
        let mut candidates = wanted.into_iter().chain((1..=u16::MAX).rev());
        let port = candidates
            .find(|port| !taken.contains(port))
            .unwrap_or(u16::MAX);
        taken.insert(port);
        port
    };
    let port = match config.bootstrap_port {
        Maybe::Known(port) => port,
        Maybe::Unknown => free(Some(bootstrap.unwrap_or(defaults::BOOTSTRAP_PORT))),
    };
    let told = config.brokers.known();
    for (id, broker) in &mut brokers {
        let told = told.and_then(|told| told.get(id));
        if told.is_none_or(|told| told.port.is_unknown()) {
            let wanted = broker.port.known().copied();
            let default = defaults::broker_port(defaults::BROKER_PORT_BASE, *id);
            broker.port = Maybe::Known(free(wanted.or(default)));
        }
        let more = told
            .and_then(|told| told.additional_ports.known())
            .into_iter()
            .flatten();
        let more = more
            .filter(|port| port.known().is_some())
            .cloned()
            .collect();
        broker.additional_ports = Maybe::Known(more);
    }
    (port, brokers)
}
