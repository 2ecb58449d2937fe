//! Terraform's side of `kafka_privatelink`: its schema, its configuration, what that asks of AWS,
//! and how what AWS holds becomes state. It knows AWS as the trait `Clouds`.

pub mod config;
pub mod consumer_side;
pub mod data;
pub mod desired;
pub mod elements;
pub mod finding;
pub mod functions;
pub mod lifecycle;
pub mod mark_unknown;
pub mod network;
pub mod preflight;
mod present;
pub mod privatelink;
pub mod privatelink_connection;
pub mod privatelink_endpoint;
pub mod render;
pub mod service_side;
pub mod settings;
pub mod syntax;
pub mod timeouts;
pub mod validate;

pub use config::schema;
pub use data::PrivatelinkData;
pub use privatelink::Privatelink;
pub use privatelink_connection::PrivatelinkConnection;
pub use privatelink_endpoint::PrivatelinkEndpoint;
pub use settings::{Clouds, IgnoredTags, Settings};

/// `kafka_privatelink`, on AWS or on whatever else is given.
pub type KafkaPrivatelink<C> = lifecycle::Managed<Privatelink, C>;

/// `kafka_privatelink_endpoint`, likewise.
pub type KafkaPrivatelinkEndpoint<C> = lifecycle::Managed<PrivatelinkEndpoint, C>;
