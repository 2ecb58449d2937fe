//! The ports of the load balancer: `bootstrap_port`, and what leads to each broker.

use std::collections::BTreeMap;

use tfplugin::{Diagnostic, Path, Value};

use super::brokers::{broker, each};
use crate::{config::Config, elements::known, finding::error};
use engine::model::Maybe;

/// Listeners of a Network Load Balancer, and of one that PrivateLink takes: asking AWS for more
/// does not help.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html>
const MOST_LISTENERS: usize = 50;

pub(super) fn fit_on_a_load_balancer(config: &Config) -> Vec<Diagnostic> {
    let brokers = each(config).count();
    let additional: usize = each(config)
        .filter_map(|(_, settings)| settings.additional_ports.known())
        .map(|ports| known(ports).count())
        .sum();
    let own = usize::from(config.sole_broker().is_none());
    let listeners = own + brokers + additional;
    if listeners <= MOST_LISTENERS {
        return Vec::new();
    }
    let additional = match additional {
        0 => String::new(),
        more => format!(" and {more} additional ports"),
    };
    vec![error(
        Path::of("brokers"),
        "Too many listeners",
        format!(
            "One listener for bootstrap, {brokers} for the brokers{additional} make {listeners}, \
             and a Network Load Balancer behind PrivateLink has at most {MOST_LISTENERS}; AWS \
             does not raise this limit. Keep 49 ports here, and lead to the other brokers by a \
             second kafka_privatelink: with another name, another hostname (which those brokers \
             advertise), and so its own endpoint service."
        ),
    )]
}

/// Every port leads to one place only. With one broker, bootstrap and the broker are one place.
pub(super) fn are_distinct(config: &Config) -> Vec<Diagnostic> {
    let mut taken: BTreeMap<u16, String> = BTreeMap::new();
    let mut found = Vec::new();
    let bootstrap = Path::of("bootstrap_port");
    let is_shared = config.sole_broker().is_some();
    for (port, path, what) in ports(config) {
        if is_shared && path == bootstrap {
            continue;
        }
        if let Some(other) = taken.get(&port) {
            found.push(error(
                path,
                "Port used twice",
                format!(
                    "{port} is {what}, and it is already {other}. Each port of the load balancer \
                     leads to one place: choose another.{}",
                    alone(config, port)
                ),
            ));
        } else {
            taken.insert(port, what);
        }
    }
    found
}

/// Who comes from a path of one broker may not see why its port is refused now.
fn alone(config: &Config, port: u16) -> &'static str {
    let is_bootstrap = config.bootstrap_port == Maybe::Known(port);
    let is_main = each(config).any(|(_, broker)| broker.port == Maybe::Known(port));
    match is_bootstrap && is_main {
        true => " Only the one broker of a path may share its port with bootstrap.",
        false => "",
    }
}

/// Every known port, where it is configured, and what it is.
pub(super) fn ports(config: &Config) -> Vec<(u16, Path, String)> {
    let mut ports = Vec::new();
    for (id, settings) in each(config) {
        if let Maybe::Known(port) = settings.port {
            ports.push((
                port,
                broker(id).attribute("port"),
                format!("the port of broker {id}"),
            ));
        }
    }
    if let Maybe::Known(port) = config.bootstrap_port {
        ports.push((
            port,
            Path::of("bootstrap_port"),
            "the bootstrap port".to_owned(),
        ));
    }
    for (id, settings) in each(config) {
        for port in settings
            .additional_ports
            .known()
            .into_iter()
            .flat_map(known)
        {
            let path = broker(id)
                .attribute("additional_ports")
                .element(Value::from(*port));
            ports.push((*port, path, format!("an additional port of broker {id}")));
        }
    }
    ports
}
