//! A connection as a state.

use tfplugin::Value;

use engine::model::{ConnectionId, EndpointConnection, Maybe};

pub fn text(value: &Maybe<String>) -> Value {
    value.known().map_or(Value::Unknown, Value::from)
}

/// The connection that a state is about.
pub fn connection_id(state: &Value) -> ConnectionId {
    let id = |name| state.get(name).as_str().unwrap_or_default().to_owned();
    ConnectionId {
        service: id("service_id"),
        endpoint: id("endpoint_id"),
    }
}

/// A state as AWS shows it now.
pub fn read(state: &Value, seen: &EndpointConnection) -> Value {
    let mut state = state.clone();
    if let Value::Object(attributes) = &mut state {
        for name in ["id", "owner", "endpoint_region", "state"] {
            attributes.insert(name.to_owned(), Value::Unknown);
        }
    }
    completed(state, seen)
}

/// A plan with what was unknown in it.
pub fn completed(mut planned: Value, seen: &EndpointConnection) -> Value {
    let id = connection_id(&planned).to_string();
    if let Value::Object(attributes) = &mut planned {
        for (name, value) in [
            ("id", id.into()),
            ("owner", seen.owner.as_str().into()),
            ("endpoint_region", seen.region.as_deref().into()),
            ("state", seen.state.as_str().into()),
        ] {
            if attributes.get(name).is_some_and(Value::is_unknown) {
                attributes.insert(name.to_owned(), value);
            }
        }
    }
    planned
}
