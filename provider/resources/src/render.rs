//! From what AWS holds, or will hold, to the state that Terraform keeps.
//!
//! Read, plan and apply all render with [`render`]; a plan renders what it foresees, where new ids
//! are unknown and so become unknown attributes. What is damaged shows as null or as the value that
//! was found, never as what was wanted.

mod brokers;
mod load_balancer;
mod roles;
mod service;
mod shared;

use std::collections::BTreeMap;

use tfplugin::Value;

use self::roles::{Roles, Serving};
use crate::{
    config::{BOOTSTRAP_PORT, BrokerConfig, Config, hostname},
    consumer_side,
    lifecycle::{self, values},
    service_side::arn_suffix as suffix,
    syntax,
};
use engine::model::{
    BrokerId, Health, Maybe, Object, Slot, object::target_group::Target, tags::HOSTNAME,
};

pub type View<'a> = lifecycle::View<'a, Config>;

/// What AWS holds, in canonical spelling: every attribute but those that all resources have, and
/// those that only the configuration says.
pub fn render(view: &View<'_>) -> Value {
    let roles = Roles::of(view);
    let hostname = view.hostname();
    let bootstrap = roles.bootstrap.port;
    let (id, service_name) = view.service_identity();
    Value::object([
        ("name", view.name()),
        (
            "hostname",
            hostname.as_ref().map_or(Value::Null, values::text),
        ),
        ("bootstrap_port", bootstrap.into()),
        (
            "broker_port_base",
            values::maybe(roles.broker_port_base.clone()),
        ),
        ("brokers", brokers::brokers(view, &roles)),
        ("load_balancer", load_balancer::load_balancer(view)),
        ("listener", shared::listener(view, &roles)),
        ("target_group", shared::target_group(view, &roles)),
        ("endpoint_service", service::service(view)),
        ("endpoint", endpoint(view)),
        ("id", id),
        ("service_name", service_name),
        ("service_availability_zone_ids", service::zone_ids(view)),
        (
            "bootstrap_servers",
            consumer_side::render::address(hostname.as_ref(), bootstrap),
        ),
        (
            "advertised_listeners",
            brokers::advertised(hostname.as_ref(), &roles),
        ),
        ("load_balancer_arn", load_balancer::arn(view)),
        (
            "load_balancer_arn_suffix",
            suffix::of_balancer(&load_balancer::arn(view)),
        ),
        ("load_balancer_dns_name", load_balancer::dns_name(view)),
        ("load_balancer_zone_id", load_balancer::zone_id(view)),
        (
            "load_balancer_security_group_id",
            load_balancer::managed_group(view),
        ),
        (
            "target_group_arn_suffixes",
            suffix::of_groups(&roles.group_arns()),
        ),
        ("target_group_arns", roles.group_arns()),
        ("listener_arns", roles.listener_arns()),
    ])
}

/// What the load balancer thinks of each target of each broker, in its own group.
pub fn broker_health<'a>(view: &View<'a>) -> BTreeMap<String, Vec<(&'a Target, &'a Health)>> {
    let brokers = Roles::of(view).brokers.into_iter();
    let health = |serving: Serving<'a>| serving.group.into_iter().flat_map(|it| &it.health);
    brokers
        .map(|(id, serving)| (id.to_string(), health(serving).collect()))
        .collect()
}

fn endpoint(view: &View<'_>) -> Value {
    let members = consumer_side::render::members(view);
    members.map_or(Value::Null, Value::object)
}

impl<'a> View<'a> {
    fn config(&self) -> Option<&'a Config> {
        self.arguments
    }

    /// A path that was built by others is called as its load balancer until somebody names it.
    fn name(&self) -> Value {
        let service = self.one(Slot::Service).map(|(_, seen)| seen);
        let tags = service.and_then(|seen| seen.object.tags());
        self.name_by(tags, || self.found_name())
    }

    fn found_name(&self) -> Option<Value> {
        let (_, seen) = self.one(Slot::LoadBalancer)?;
        Some(syntax::name::of_text(&seen.object.as_load_balancer()?.name)?.into())
    }

    /// After an import without an alias, what the service carries in a tag of ours, or as its
    /// private DNS name, which consumers may use for it.
    fn hostname(&self) -> Option<Maybe<String>> {
        consumer_side::render::hostname(self, || self.found_hostname())
    }

    fn found_hostname(&self) -> Option<String> {
        let service = self.one(Slot::Service).map(|(_, seen)| seen);
        let tagged = service.and_then(|seen| seen.object.tags()?.get(HOSTNAME)?.known());
        let private = service.and_then(|seen| seen.outputs.dns_name.known());
        let zone = self.one(Slot::Zone).map(|(_, seen)| &seen.object);
        let zone = zone.and_then(|object| match object {
            Object::Zone(zone) => Some(&zone.name),
            _ => None,
        });
        let mut names = [tagged, zone, private].into_iter().flatten();
        names.find(|name| hostname::check(name).is_ok()).cloned()
    }

    fn service_identity(&self) -> (Value, Value) {
        match (self.one(Slot::Service), self.state) {
            (Some((_, seen)), _) => (
                values::text(&seen.id),
                values::text(&seen.outputs.service_name),
            ),
            (None, Some(state)) => (state.get("id").clone(), state.get("service_name").clone()),
            (None, None) => (Value::Null, Value::Null),
        }
    }

    fn told_broker(&self, id: BrokerId) -> Option<&'a BrokerConfig> {
        self.config()?.brokers.known()?.get(&id)
    }

    fn told_bootstrap_port(&self) -> Option<u16> {
        match self.config() {
            Some(config) => config.bootstrap_port.known().copied(),
            None => Some(BOOTSTRAP_PORT),
        }
    }
}
