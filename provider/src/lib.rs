//! The provider: its configuration, and what it offers.

pub mod arguments;
mod command;
pub mod connection;
pub mod schema;

use std::sync::Arc;

use tfplugin::{
    DataSource, Diagnostic, Diagnostics, Function, Provider, RequestContext, Resource, Schema,
    Value, async_trait,
};

use arguments::Arguments;
use connection::{Configured, Connection};
use resources::{
    KafkaPrivatelink, KafkaPrivatelinkEndpoint, PrivatelinkConnection, PrivatelinkData,
    functions::{AdvertisedListeners, BootstrapServers},
};

/// Where Terraform and OpenTofu look for the provider.
pub const ADDRESS: &str = "registry.terraform.io/privatelink/kafka";

/// The provider `kafka`.
#[derive(Debug, Default)]
pub struct Kafka {
    connection: Connection,
}

#[async_trait]
impl Provider for Kafka {
    fn name(&self) -> &str {
        "kafka"
    }

    fn version(&self) -> &str {
        env!("CARGO_PKG_VERSION")
    }

    fn schema(&self) -> Schema {
        schema::schema()
    }

    fn resources(&self) -> Vec<Arc<dyn Resource>> {
        vec![
            Arc::new(KafkaPrivatelink::new(self.connection.clone())),
            Arc::new(KafkaPrivatelinkEndpoint::new(self.connection.clone())),
            Arc::new(PrivatelinkConnection::new(self.connection.clone())),
        ]
    }

    fn data_sources(&self) -> Vec<Arc<dyn DataSource>> {
        vec![Arc::new(PrivatelinkData::new(self.connection.clone()))]
    }

    fn functions(&self) -> Vec<Arc<dyn Function>> {
        vec![Arc::new(AdvertisedListeners), Arc::new(BootstrapServers)]
    }

    async fn validate(&self, _ctx: RequestContext, config: Value) -> Diagnostics {
        Arguments::read(&config).1
    }

    async fn configure(
        &self,
        _ctx: RequestContext,
        config: Value,
        _terraform_version: &str,
    ) -> Diagnostics {
        let (arguments, mut found) = Arguments::read(&config);
        if found.has_errors() {
            return found;
        }
        match Configured::new(arguments).await {
            Ok(configured) => self.connection.replace(configured),
            Err(error) => found.push(Diagnostic::error(error.summary, error.detail)),
        }
        found
    }
}
