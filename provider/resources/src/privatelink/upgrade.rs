//! States of older versions of the provider.

use std::collections::BTreeMap;

use tfplugin::Value;

use crate::{consumer_side::upgrade::with_dns, schema::SCHEMA, service_side::arn_suffix as suffix};

/// Fills in what came later than the first stored states. An argument that AWS does not hold is null
/// in a state only where it is older than the argument.
pub(super) fn with_defaults(state: Value) -> Value {
    if state.get("brokers").is_null() {
        // An import has left everything to the read that follows it.
        return state;
    }
    let mut state = SCHEMA.with_local(state.clone(), &state);
    if let Value::Object(members) = &mut state {
        if let Some(endpoint) = members.get_mut("endpoint") {
            *endpoint = with_dns(std::mem::take(endpoint));
        }
        let balancer = suffix::of_balancer(&member(members, "load_balancer_arn"));
        let groups = suffix::of_groups(&member(members, "target_group_arns"));
        for (name, value) in [
            ("load_balancer_arn_suffix", balancer),
            ("target_group_arn_suffixes", groups),
        ] {
            if let Some(slot @ Value::Null) = members.get_mut(name) {
                *slot = value;
            }
        }
    }
    state
}

fn member(members: &BTreeMap<String, Value>, name: &str) -> Value {
    members.get(name).cloned().unwrap_or_default()
}
