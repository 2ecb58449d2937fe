//! States of older versions of the provider.

use std::collections::BTreeMap;

use tfplugin::Value;

use crate::{config::defaults, render::suffix};

/// Arguments that came later than the first stored states, and that AWS does not hold. In a state
/// one of them is null only where it is older than the argument.
pub(super) fn with_defaults(mut state: Value) -> Value {
    if state.get("brokers").is_null() {
        // An import has left everything to the read that follows it.
        return state;
    }
    fill(&mut state, "wait_for_healthy", defaults::WAIT_FOR_HEALTHY);
    if let Value::Object(members) = &mut state {
        if let Some(endpoint) = members.get_mut("endpoint") {
            fill(endpoint, "overwrite_record", defaults::OVERWRITE_RECORD);
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
    // There is none where the service was found to be gone.
    if let Value::Object(members) = &mut state
        && let Some(service) = members.get_mut("endpoint_service")
    {
        fill(
            service,
            "reject_removed_principals",
            defaults::REJECT_REMOVED_PRINCIPALS,
        );
        fill(service, "on_destroy", defaults::ON_DESTROY.as_str());
    }
    state
}

fn member(members: &BTreeMap<String, Value>, name: &str) -> Value {
    members.get(name).cloned().unwrap_or_default()
}

fn fill(object: &mut Value, name: &str, default: impl Into<Value>) {
    if let Value::Object(members) = object
        && let Some(member) = members.get_mut(name)
        && member.is_null()
    {
        *member = default.into();
    }
}
