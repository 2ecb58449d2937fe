//! The provider's functions. They break the circle that brokers need to know what to advertise
//! before the path, which needs the brokers, is there.

mod advertised_listeners;
mod bootstrap_servers;

use tfplugin::{FunctionError, Number};

pub use advertised_listeners::AdvertisedListeners;
pub use bootstrap_servers::BootstrapServers;

use crate::config::hostname;

/// A hostname as brokers advertise it.
fn advertised_name(position: usize, text: &str) -> Result<String, FunctionError> {
    match hostname::check(text) {
        Ok(text) => Ok(hostname::canonical(&text)),
        Err(fault) => Err(FunctionError::argument(position, fault.detail)),
    }
}

/// A whole number up to `most`, from `least`.
fn whole(position: usize, number: &Number, least: u64, most: u64) -> Result<u64, FunctionError> {
    number
        .as_u64()
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| {
            let text = format!("{number} is not a whole number from {least} to {most}.");
            FunctionError::argument(position, text)
        })
}

/// An argument that Terraform has converted to its parameter's type, which it never fails to.
fn mistyped(position: usize) -> FunctionError {
    FunctionError::argument(
        position,
        "The argument has another type than its parameter.",
    )
}

#[cfg(test)]
mod tests;
