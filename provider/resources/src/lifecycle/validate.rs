//! ValidateResourceConfig: what is wrong with a configuration, whatever AWS has.

use tfplugin::{Diagnostics, Value};

use super::{left, resource_type::ResourceType};

/// Everything that can be said of a configuration that has passed the checks of the schema.
pub fn validate<T: ResourceType>(value: &Value) -> Diagnostics {
    let (arguments, mut found) = T::read(value);
    found.extend(left::check(value));
    found.extend(T::rules().broken(&arguments));
    found
}
