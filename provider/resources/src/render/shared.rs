//! `listener` and `target_group`: arguments that all listeners, or all groups, share. If one of
//! them deviates, its value is shown; which one it is, `drift` says.

use tfplugin::Value;

use super::{View, roles::Roles, values};
use crate::config::defaults;
use engine::model::{
    Maybe,
    object::{Listener, TargetGroup},
};

pub(super) fn listener(view: &View<'_>, roles: &Roles<'_>) -> Value {
    let told = view.config().map(|config| &config.listener);
    let all: Vec<&Listener> = roles
        .all()
        .flat_map(|serving| serving.listeners.values())
        .filter_map(|seen| seen.object.as_listener())
        .collect();
    let known =
        |optional: &Option<Maybe<String>>| optional.as_ref().map_or(Value::Null, values::text);
    Value::object([
        (
            "protocol",
            shared(
                &all,
                |listener| listener.protocol.as_str().into(),
                told.and_then(|told| told.protocol.known())
                    .map(|protocol| protocol.as_str()),
            ),
        ),
        (
            "certificate_arn",
            shared(
                &all,
                |listener| known(&listener.certificate),
                told.map(|told| optional(&told.certificate_arn)),
            ),
        ),
        (
            "ssl_policy",
            shared(
                &all,
                |listener| known(&listener.ssl_policy),
                told.map(|told| optional(&told.ssl_policy)),
            ),
        ),
        (
            "tcp_idle_timeout_seconds",
            shared(
                &all,
                |listener| listener.idle_timeout_seconds.into(),
                told.and_then(|told| told.tcp_idle_timeout_seconds.known().copied()),
            ),
        ),
    ])
}

pub(super) fn target_group(view: &View<'_>, roles: &Roles<'_>) -> Value {
    let told = view.config().map(|config| &config.target_group);
    let all: Vec<&TargetGroup> = roles
        .all()
        .filter_map(|serving| serving.target_group())
        .collect();
    macro_rules! number {
        ($seen:expr, $told:ident) => {
            shared(
                &all,
                $seen,
                told.and_then(|told| told.$told.known().copied()),
            )
        };
    }
    let target_type = told.and_then(|told| told.target_type.known());
    let protocol = told.and_then(|told| told.protocol.known());
    Value::object([
        (
            "target_type",
            shared(
                &all,
                |group| group.target_type.as_str().into(),
                target_type.map(|kind| kind.as_str()),
            ),
        ),
        ("port", port(view, roles)),
        (
            "protocol",
            shared(
                &all,
                |group| group.protocol.as_str().into(),
                protocol.map(|protocol| protocol.as_str()),
            ),
        ),
        (
            "deregistration_delay_seconds",
            number!(
                |group| group.attributes.deregistration_delay_seconds.into(),
                deregistration_delay_seconds
            ),
        ),
        (
            "connection_termination",
            number!(
                |group| group.attributes.connection_termination.into(),
                connection_termination
            ),
        ),
        (
            "preserve_client_ip",
            number!(
                |group| group.attributes.preserve_client_ip.into(),
                preserve_client_ip
            ),
        ),
        (
            "proxy_protocol_v2",
            number!(
                |group| group.attributes.proxy_protocol_v2.into(),
                proxy_protocol_v2
            ),
        ),
        ("health_check", health_check(view, &all)),
    ])
}

fn health_check(view: &View<'_>, all: &[&TargetGroup]) -> Value {
    let told = view
        .config()
        .map(|config| &config.target_group.health_check);
    macro_rules! member {
        ($name:ident) => {
            (
                stringify!($name),
                shared(
                    all,
                    |group| group.health_check.$name.clone().into(),
                    told.and_then(|told| told.$name.known().cloned()),
                ),
            )
        };
    }
    Value::object([
        member!(protocol),
        member!(port),
        member!(interval_seconds),
        member!(timeout_seconds),
        member!(healthy_threshold),
        member!(unhealthy_threshold),
    ])
}

/// The default of the brokers' ports, which AWS holds with each target only. After an import it is
/// the port that most of them have.
fn port(view: &View<'_>, roles: &Roles<'_>) -> Value {
    if let Some(config) = view.config() {
        return values::maybe(config.target_group.port.clone());
    }
    let targets = roles
        .brokers
        .values()
        .filter_map(|serving| serving.target_group());
    let mut votes = std::collections::BTreeMap::<u16, usize>::new();
    for target in targets.flat_map(|group| &group.targets) {
        *votes.entry(target.port).or_default() += 1;
    }
    let most = votes
        .into_iter()
        .max_by_key(|(port, votes)| (*votes, u16::MAX - port));
    most.map_or(defaults::TARGET_PORT, |(port, _)| port).into()
}

/// The first value that is not the wanted one, else the wanted one. After an import, what most
/// have: whichever deviates then is drift.
fn shared<T>(all: &[&T], value: impl Fn(&T) -> Value, told: Option<impl Into<Value>>) -> Value {
    let seen: Vec<Value> = all.iter().map(|object| value(object)).collect();
    if let Some(told) = told.map(Into::into) {
        return seen
            .into_iter()
            .find(|value| *value != told)
            .unwrap_or(told);
    }
    let votes = |value: &Value| seen.iter().filter(|other| *other == value).count();
    let first_of_most = seen.iter().rev().max_by_key(|value| votes(value));
    first_of_most.cloned().unwrap_or_default()
}

fn optional(text: &Maybe<Option<String>>) -> Value {
    match text {
        Maybe::Known(text) => text.as_ref().into(),
        Maybe::Unknown => Value::Unknown,
    }
}
