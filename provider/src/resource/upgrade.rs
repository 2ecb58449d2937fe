//! UpgradeResourceState: states that were stored by this version of the provider or an older one.

use tfplugin::{Diagnostic, Diagnostics, Value, json};

use crate::resource::schema;

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
    json::decode_state(raw, &schema::schema().implied_type())
        .map(with_defaults)
        .map_err(|error| {
            Diagnostic::error("The stored state cannot be read", error.message.clone())
                .at(error.path)
                .into()
        })
}

/// Version 0 has all arguments yet. One that is added later gets its default here, where it is
/// null: in state null is only what was damaged, which the next read finds again.
fn with_defaults(state: Value) -> Value {
    state
}
