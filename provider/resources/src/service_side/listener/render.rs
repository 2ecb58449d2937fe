//! `listener` as a state has it.

use tfplugin::Value;

use super::ListenerConfig;
use crate::{lifecycle::values, service_side::shared::shared};
use engine::model::{Maybe, object::Listener};

/// Of all listeners. `told`: the configuration, except after an import.
pub fn listener(all: &[&Listener], told: Option<&ListenerConfig>) -> Value {
    let known =
        |optional: &Option<Maybe<String>>| optional.as_ref().map_or(Value::Null, values::text);
    Value::object([
        (
            "protocol",
            shared(
                all,
                |listener| listener.protocol.as_str().into(),
                told.and_then(|told| told.protocol.known())
                    .map(|protocol| protocol.as_str()),
            ),
        ),
        (
            "certificate_arn",
            shared(
                all,
                |listener| known(&listener.certificate),
                told.map(|told| optional(&told.certificate_arn)),
            ),
        ),
        (
            "ssl_policy",
            shared(
                all,
                |listener| known(&listener.ssl_policy),
                told.map(|told| optional(&told.ssl_policy)),
            ),
        ),
        (
            "tcp_idle_timeout_seconds",
            shared(
                all,
                |listener| listener.idle_timeout_seconds.into(),
                told.and_then(|told| told.tcp_idle_timeout_seconds.known().copied()),
            ),
        ),
    ])
}

fn optional(text: &Maybe<Option<String>>) -> Value {
    match text {
        Maybe::Known(text) => text.as_ref().into(),
        Maybe::Unknown => Value::Unknown,
    }
}
