//! UpgradeResourceState: states that were stored by this version of the provider or an older one.

use tfplugin::{Diagnostic, Diagnostics, Value, json};

use super::resource_type::ResourceType;

/// Reads a stored state. Arguments that are newer than it are filled with their defaults, for an
/// upgrade of the provider must not show changes that nobody made.
pub fn upgrade<T: ResourceType>(version: i64, raw: &[u8]) -> Result<Value, Diagnostics> {
    let shape = T::shape();
    let known = shape.schema.version;
    if version > known {
        return Err(Diagnostic::error(
            "The stored state is newer than the provider",
            format!(
                "Its schema version is {version}, and this version of the provider knows up to \
                 {known}. Use the version that wrote it, or a newer one."
            ),
        )
        .into());
    }
    json::decode_state(raw, &shape.ty)
        .map(T::upgrade)
        .map_err(|error| {
            Diagnostic::error("The stored state cannot be read", error.message.clone())
                .at(error.path)
                .into()
        })
}
