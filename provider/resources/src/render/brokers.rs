//! `brokers` and `advertised_listeners`.

use tfplugin::Value;

use super::{
    View,
    roles::{Roles, Serving},
    values,
};
use crate::{
    config::{BrokerConfig, target},
    consumer_side,
};
use engine::model::{BrokerId, Maybe, object::target_group::Target};

pub(super) fn brokers(view: &View<'_>, roles: &Roles<'_>) -> Value {
    let broker = |(id, serving): (&BrokerId, &Serving<'_>)| {
        (id.to_string(), broker(view.told_broker(*id), serving))
    };
    Value::map(roles.brokers.iter().map(broker))
}

pub(super) fn advertised(hostname: Option<&Maybe<String>>, roles: &Roles<'_>) -> Value {
    if hostname.is_none() {
        return Value::Null;
    }
    let listener = |(id, serving): (&BrokerId, &Serving<'_>)| {
        Some((
            id.to_string(),
            consumer_side::render::address(hostname, Some(serving.port?)),
        ))
    };
    Value::map(roles.brokers.iter().filter_map(listener))
}

fn broker(told: Option<&BrokerConfig>, serving: &Serving<'_>) -> Value {
    let group = serving.target_group();
    let target = group.and_then(|group| pick(told, &group.targets));
    let made_for = group.and_then(|group| group.made_for.as_ref());
    let told_port = told.and_then(|told| told.target_port.known().copied());
    let target_port = target.or(made_for).map(|target| target.port).or(told_port);
    let more = serving
        .listeners
        .keys()
        .filter(|port| serving.port != Some(**port));
    Value::object([
        (
            "target",
            target.map_or(Value::Null, |target| values::text(&target.id)),
        ),
        ("port", serving.port.into()),
        ("target_port", target_port.into()),
        (
            "availability_zone",
            target.and_then(|target| target.zone.as_ref()).into(),
        ),
        ("additional_ports", Value::set(more.copied())),
    ])
}

/// The wanted target if it is there, else whatever is. More of them than one is drift.
fn pick<'a>(
    told: Option<&BrokerConfig>,
    targets: &'a std::collections::BTreeSet<Target>,
) -> Option<&'a Target> {
    let wanted = told.map(|told| told.target.clone().map(|text| target::canonical(&text)));
    let port = told.and_then(|told| told.target_port.known().copied());
    let same = |target: &&Target| Some(&target.id) == wanted.as_ref();
    let exactly = |target: &&Target| same(target) && Some(target.port) == port;
    targets
        .iter()
        .find(exactly)
        .or_else(|| targets.iter().find(same))
        .or_else(|| targets.first())
}
