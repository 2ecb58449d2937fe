//! A configuration, typed and as Terraform has it.

use tfplugin::{Diagnostics, Value};

use super::resource_type::ResourceType;

/// A configuration that is, or was last, applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Configured<T: ResourceType> {
    pub arguments: T::Arguments,
    pub value: Value,
}

impl<T: ResourceType> Configured<T> {
    /// Of a configuration that has been validated.
    pub fn new(value: Value) -> Result<Configured<T>, Diagnostics> {
        let (arguments, faults) = T::read(&value);
        match faults.has_errors() {
            true => Err(faults),
            false => Ok(Configured { arguments, value }),
        }
    }
}
