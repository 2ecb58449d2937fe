//! The trait of a data source.

use async_trait::async_trait;

use crate::{Diagnostics, RequestContext, Schema, Value};

/// A kind of data source.
#[async_trait]
pub trait DataSource: Send + Sync + 'static {
    /// The full type name, beginning with the provider's.
    fn type_name(&self) -> &str;

    /// The schema.
    fn schema(&self) -> Schema;

    /// Checks a configuration, which may have unknown values and has passed the checks that follow
    /// from the schema. Works without a configured provider and without the network.
    async fn validate(&self, _ctx: RequestContext, _config: Value) -> Diagnostics {
        Diagnostics::new()
    }

    /// Reads the data. The configuration is wholly known.
    async fn read(&self, ctx: RequestContext, config: Value) -> ReadDataSourceResponse;
}

/// The answer of [`DataSource::read`].
#[derive(Debug, Clone, Default)]
pub struct ReadDataSourceResponse {
    /// The configuration with its computed attributes filled in, wholly known; `None` only with an
    /// error.
    pub state: Option<Value>,
    /// Messages.
    pub diagnostics: Diagnostics,
}
