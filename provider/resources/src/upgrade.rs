//! UpgradeResourceState: states that were stored by this version of the provider or an older one.

use std::collections::BTreeMap;

use tfplugin::{Diagnostic, Diagnostics, Value, json};

use crate::{
    render::suffix,
    schema::{self, SCHEMA},
};

/// Reads a stored state. Arguments that are newer than it are filled with their defaults, for an
/// upgrade of the provider must not show changes that nobody made.
pub fn upgrade(version: i64, raw: &[u8]) -> Result<Value, Diagnostics> {
    if version > schema::VERSION {
        return Err(Diagnostic::error(
            "The stored state is newer than the provider",
            format!(
                "Its schema version is {version}, and this version of the provider knows up to \
                 {}. Use the version that wrote it, or a newer one.",
                schema::VERSION
            ),
        )
        .into());
    }
    json::decode_state(raw, &SCHEMA.implied_type())
        .map(completed)
        .map_err(|error| {
            Diagnostic::error("The stored state cannot be read", error.message.clone())
                .at(error.path)
                .into()
        })
}

/// What came later than the first stored states. An argument that AWS does not hold is null in a
/// state only where it is older than the argument.
fn completed(state: Value) -> Value {
    if state.get("brokers").is_null() {
        // An import has left everything to the read that follows it.
        return state;
    }
    let mut state = SCHEMA.with_local(state.clone(), &state);
    if let Value::Object(members) = &mut state {
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
