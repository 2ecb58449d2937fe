//! Something in the place of what is unknown: what is there by now, as far as that is possible.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use tfplugin::Value;

use crate::{
    config::{BOOTSTRAP_PORT, BrokerConfig, Config, target::Kind},
    elements::known,
    schema::SCHEMA,
    service_side::brokers::{BROKER_PORT_BASE, broker_port},
};
use engine::model::{
    BrokerId, Maybe,
    object::{
        load_balancer::IpAddressType,
        target_group::{IpFamily, Protocol},
    },
};

/// The configuration with its shape decided, by the one of `before` as far as that says anything.
/// Unknown texts stay unknown. `written` is the configuration as Terraform has it.
pub(super) fn assume(
    config: &Config,
    written: &Value,
    before: Option<(&Config, &Value)>,
) -> Config {
    if config.unknown_shape.is_empty() {
        return config.clone();
    }
    let mut assumed = match before {
        Some(before) => as_before(config, written, before),
        None => config.clone(),
    };
    make_consistent(&mut assumed, config);
    let brokers = assumed.brokers.known().cloned().unwrap_or_default();
    let (port, brokers) = ports(assumed.bootstrap_port.known().copied(), brokers, config);
    assumed.bootstrap_port = Maybe::Known(port);
    assumed.brokers = Maybe::Known(brokers);
    assumed
}

fn as_before(config: &Config, written: &Value, (before, prior): (&Config, &Value)) -> Config {
    let (assumed, _) = Config::read(&SCHEMA.assume(written, prior));
    let mut assumed = Config {
        // Nothing but themselves follows from these.
        name: config.name.clone(),
        region: config.region.clone(),
        unknown_shape: config.unknown_shape.clone(),
        ..assumed
    };
    if config.brokers.is_unknown() {
        assumed.brokers.clone_from(&before.brokers);
    }
    keep_ports(&mut assumed, config, before);
    assumed
}

/// The defaults of ports follow from other arguments, which may be changing: an unknown port stays
/// what it is, and not what it would be by them.
fn keep_ports(assumed: &mut Config, config: &Config, before: &Config) {
    let (Maybe::Known(brokers), Some(written), Some(before)) = (
        &mut assumed.brokers,
        config.brokers.known(),
        before.brokers.known(),
    ) else {
        return;
    };
    for (id, broker) in brokers {
        if let (Some(written), Some(before)) = (written.get(id), before.get(id)) {
            if written.port.is_unknown() {
                broker.port.clone_from(&before.port);
            }
            if written.target_port.is_unknown() {
                broker.target_port.clone_from(&before.target_port);
            }
        }
    }
}

/// What is put in the place of an unknown word must not contradict what is known: nothing would be
/// foreseen of a path that cannot be made.
fn make_consistent(assumed: &mut Config, config: &Config) {
    let listener = &mut assumed.listener;
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
        assumed.target_group.protocol = Maybe::Known(Protocol::Tcp);
    }
    // What an endpoint has it keeps as far as the service goes on serving it, and no further.
    let asked = config.endpoint.known().and_then(Option::as_ref);
    let asked = asked.map(|it| &it.ip_address_type);
    if asked.is_none_or(Maybe::is_unknown)
        && let Maybe::Known(Some(endpoint)) = &mut assumed.endpoint
    {
        endpoint.ip_address_type = Maybe::Known(None);
    }
    if config.load_balancer.ip_address_type.is_unknown() {
        let families = config.endpoint_service.supported_ip_address_types.known();
        let families = families.and_then(Option::as_ref);
        let serves_ipv6 = families.is_some_and(|all| all.contains(&Maybe::Known(IpFamily::Ipv6)));
        let asks_ipv6 = matches!(
            asked,
            Some(Maybe::Known(Some(kind))) if kind.families().contains(&IpFamily::Ipv6)
        );
        let has_ipv6 = |broker: &BrokerConfig| {
            let target = broker.target.known().and_then(|text| Kind::of(text));
            matches!(target, Some(Kind::Address(IpAddr::V6(_))))
        };
        let brokers = config.brokers.known();
        if serves_ipv6 || asks_ipv6 || brokers.is_some_and(|all| all.values().any(has_ipv6)) {
            assumed.load_balancer.ip_address_type = Maybe::Known(IpAddressType::Dualstack);
        }
    }
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
        Maybe::Unknown => free(Some(bootstrap.unwrap_or(BOOTSTRAP_PORT))),
    };
    let told = config.brokers.known();
    for (id, broker) in &mut brokers {
        let told = told.and_then(|told| told.get(id));
        if told.is_none_or(|told| told.port.is_unknown()) {
            let wanted = broker.port.known().copied();
            let default = broker_port(BROKER_PORT_BASE, *id);
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
