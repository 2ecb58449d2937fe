//! Terraform's side of `kafka_privatelink`: its schema, its configuration, what that asks of AWS,
//! and how what AWS holds becomes state. It knows AWS as the trait `Clouds`.

pub mod adopt;
pub mod agree;
pub mod apply;
pub mod asked;
pub mod config;
pub mod consumer_side;
pub mod desired;
pub mod drift;
pub mod functions;
pub mod handler;
pub mod import;
pub mod instance;
pub mod left;
pub mod met;
pub mod owner;
pub mod path;
pub mod plan;
pub mod preflight;
pub mod private;
pub mod read;
pub mod render;
pub mod report;
pub mod schema;
pub mod scope;
pub mod service_side;
pub mod settings;
pub mod syntax;
pub mod timeouts;
pub mod told;
pub mod unknown;
pub mod upgrade;
pub mod validate;

pub use handler::KafkaPrivatelink;
pub use settings::{Clouds, IgnoredTags, Settings};
