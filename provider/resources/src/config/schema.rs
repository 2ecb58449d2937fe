//! The schema of `kafka_privatelink`, which [`Config`] declares.
//!
//! Collections are sets and maps, never lists: AWS answers in random order, and Terraform would
//! show every shuffle as a change.

use std::sync::LazyLock;

use tfplugin::{Object, Schema};

use crate::config::Config;

/// The resource's type name.
pub const TYPE_NAME: &str = "kafka_privatelink";

/// Goes up when a stored state needs changing to be read by this version.
pub const VERSION: i64 = 0;

/// The schema, made once.
pub static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::new(VERSION, Config::block()));

pub fn schema() -> Schema {
    SCHEMA.clone()
}

#[cfg(test)]
mod tests;
