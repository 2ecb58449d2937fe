//! What the user told: the configuration that is, or was last, applied.

use tfplugin::{Diagnostics, Value};

use crate::config::Config;

/// A configuration, typed and as Terraform has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub config: Config,
    pub value: Value,
}

impl Told {
    /// Of a configuration that has been validated.
    pub fn new(value: Value) -> Result<Told, Diagnostics> {
        Ok(Told {
            config: Config::parse(&value)?,
            value,
        })
    }
}
