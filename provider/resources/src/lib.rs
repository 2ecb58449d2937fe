//! Terraform's side of `kafka_privatelink`: its schema, its configuration, what that asks of AWS,
//! and how what AWS holds becomes state. It knows AWS as the trait `Clouds`.

pub mod config;
pub mod consumer_side;
pub mod desired;
pub mod functions;
pub mod lifecycle;
pub mod preflight;
pub mod privatelink;
pub mod render;
pub mod service_side;
pub mod settings;
pub mod syntax;
pub mod timeouts;
pub mod unknown;
pub mod validate;

pub use config::schema;
pub use privatelink::Privatelink;
pub use settings::{Clouds, IgnoredTags, Settings};

/// `kafka_privatelink`, on AWS or on whatever else is given.
pub type KafkaPrivatelink<C> = lifecycle::Managed<Privatelink, C>;
