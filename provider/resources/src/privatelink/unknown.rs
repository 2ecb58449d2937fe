//! Hides what an unknown value could make come out differently.

use tfplugin::{Path, Value, path::Step};

use crate::{
    config::Config,
    consumer_side,
    elements::may_grow,
    mark_unknown::{as_written, hide, hide_element, hide_elements, hide_in},
    service_side::arn_suffix as suffix,
};
use engine::model::Maybe;

const GROUP_ARNS: &str = "target_group_arns";
const GROUP_SUFFIXES: &str = "target_group_arn_suffixes";
const LISTENER_ARNS: &str = "listener_arns";
const ADVERTISED: &str = "advertised_listeners";

/// Hides in `planned` what follows from values of the configuration that are unknown, by the worst
/// that they may turn out to be. `written` is the configuration as Terraform has it.
pub(super) fn mark(planned: &mut Value, config: &Config, written: &Value) {
    for path in &config.unknown_shape {
        mark_by_shape(planned, path, written);
    }
    if config.tags.is_unknown() {
        hide(planned, "tags_all");
    }
    if family_is_open(config) {
        hide(planned, GROUP_ARNS);
    }
    let endpoint = written.get("endpoint");
    // An endpoint that is left to AWS gives up what the service does.
    if service_is_open(config) && endpoint.get("ip_address_type").is_null() {
        hide_in(planned, &["endpoint", "ip_address_type"]);
        hide_in_endpoint(planned, "ip_address_type", written);
    }
    as_written(planned, written, !config.unknown_shape.is_empty());
    if let Value::Object(attributes) = planned
        && let Some(arns) = attributes.get(GROUP_ARNS)
    {
        let suffixes = suffix::of_groups(arns);
        attributes.insert(GROUP_SUFFIXES.to_owned(), suffixes);
    }
}

fn mark_by_shape(planned: &mut Value, path: &Path, written: &Value) {
    let names: Vec<&str> = path
        .steps()
        .iter()
        .filter_map(|step| match step {
            Step::Attribute(name) | Step::Key(name) => Some(name.as_str()),
            Step::Index(_) | Step::Element(_) => None,
        })
        .collect();
    match names.as_slice() {
        ["hostname"] => {
            hide(planned, "bootstrap_servers");
            hide_elements(planned, ADVERTISED);
            hide_in_endpoint(planned, "hostname", written);
        }
        ["bootstrap_port"] => {
            hide(planned, "bootstrap_servers");
            hide_element(planned, LISTENER_ARNS, "bootstrap");
            hide_sole_group(planned, written);
        }
        ["broker_port_base"] => {
            for id in left_to_default(written, "port") {
                hide_port(planned, &id);
                hide_sole_group(planned, written);
            }
        }
        ["brokers"] => {
            hide(planned, ADVERTISED);
            hide(planned, LISTENER_ARNS);
            hide(planned, GROUP_ARNS);
        }
        ["brokers", id] => {
            hide_port(planned, id);
            hide_element(planned, GROUP_ARNS, id);
        }
        ["brokers", id, "port"] => {
            hide_port(planned, id);
            hide_sole_group(planned, written);
        }
        ["brokers", id, "target_port" | "availability_zone"] => {
            hide_element(planned, GROUP_ARNS, id);
        }
        ["target_group", "port"] => {
            for id in left_to_default(written, "target_port") {
                hide_element(planned, GROUP_ARNS, &id);
                hide_in(planned, &["brokers", &id, "target_port"]);
            }
        }
        ["target_group", "target_type" | "protocol"] => hide_elements(planned, GROUP_ARNS),
        ["listener", "protocol"] if written.get("listener").get("ssl_policy").is_null() => {
            hide_in(planned, &["listener", "ssl_policy"]);
        }
        ["load_balancer", "ip_address_type"] => hide_families_of_service(planned, written),
        ["load_balancer", "security_group_ids"] => {
            const ENFORCE: &str = "enforce_security_group_inbound_rules_on_private_link_traffic";
            hide(planned, "load_balancer_security_group_id");
            if written.get("load_balancer").get(ENFORCE).is_null() {
                hide_in(planned, &["load_balancer", ENFORCE]);
            }
        }
        ["endpoint"] => hide_families_of_service(planned, written),
        ["endpoint", argument, ..] => {
            if *argument == "ip_address_type" {
                hide_families_of_service(planned, written);
            }
            hide_in_endpoint(planned, argument, written);
        }
        // The rest shows nowhere but in itself.
        _ => {}
    }
}

fn hide_in_endpoint(planned: &mut Value, argument: &str, written: &Value) {
    for name in consumer_side::unknown::attributes_by(argument, written.get("endpoint")) {
        hide_in(planned, &["endpoint", name]);
    }
}

/// Addresses of the other family would mean other groups: only a known one tells.
fn family_is_open(config: &Config) -> bool {
    let Some(brokers) = config.brokers.known() else {
        return false;
    };
    !brokers.is_empty()
        && brokers
            .values()
            .all(|broker| broker.target == Maybe::Unknown)
}

/// Whether the service may come to serve other address families than are planned.
fn service_is_open(config: &Config) -> bool {
    match &config.endpoint_service.supported_ip_address_types {
        Maybe::Known(Some(families)) => may_grow(families),
        Maybe::Known(None) => config.load_balancer.ip_address_type.is_unknown(),
        Maybe::Unknown => true,
    }
}

/// Left out, they are what the load balancer has and the endpoint asks for.
fn hide_families_of_service(planned: &mut Value, written: &Value) {
    const FAMILIES: &str = "supported_ip_address_types";
    // Behind a load balancer without IPv6 there is no choice.
    let balancer_type = written.get("load_balancer").get("ip_address_type");
    let is_open = balancer_type.is_unknown() || *balancer_type == "dualstack".into();
    if is_open && written.get("endpoint_service").get(FAMILIES).is_null() {
        hide_in(planned, &["endpoint_service", FAMILIES]);
    }
}

/// Brokers that leave this number to a default.
fn left_to_default(written: &Value, name: &str) -> Vec<String> {
    let brokers = written.get("brokers").as_map().into_iter().flatten();
    brokers
        .filter(|(_, broker)| broker.get(name).is_null())
        .map(|(id, _)| id.clone())
        .collect()
}

/// A broker's port, and all that is made of it.
fn hide_port(planned: &mut Value, id: &str) {
    hide_in(planned, &["brokers", id, "port"]);
    hide_element(planned, ADVERTISED, id);
    hide_element(planned, LISTENER_ARNS, id);
}

/// The one broker of a path has bootstrap's group where both ports turn out to be one.
fn hide_sole_group(planned: &mut Value, written: &Value) {
    let brokers = written.get("brokers").as_map();
    if let Some(brokers) = brokers.filter(|all| all.len() == 1) {
        for id in brokers.keys() {
            hide_element(planned, GROUP_ARNS, id);
        }
    }
}
