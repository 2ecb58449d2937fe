//! Terraform's side of `kafka_privatelink`: its schema, its configuration, and what is wrong with
//! one.

pub mod config;
pub mod functions;
pub mod schema;
pub mod validate;
