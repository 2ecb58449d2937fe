//! The trait of a whole provider.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{DataSource, Diagnostics, Function, RequestContext, Resource, Schema, Value};

/// A provider: its configuration, and what it offers.
///
/// `resources`, `data_sources` and `functions` are asked once per process.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// The provider's local name, with which the names of its resources begin.
    fn name(&self) -> &str;

    /// The provider's own version, without a leading `v`.
    fn version(&self) -> &str;

    /// The schema of the `provider` block.
    fn schema(&self) -> Schema;

    /// The resources.
    fn resources(&self) -> Vec<Arc<dyn Resource>> {
        Vec::new()
    }

    /// The data sources.
    fn data_sources(&self) -> Vec<Arc<dyn DataSource>> {
        Vec::new()
    }

    /// The functions; Terraform 1.8 and newer calls them, on a process that is not configured.
    fn functions(&self) -> Vec<Arc<dyn Function>> {
        Vec::new()
    }

    /// Checks a provider configuration, which may have unknown values and has passed the checks
    /// that follow from the schema. Called without network access in mind: `terraform validate`
    /// needs no credentials.
    async fn validate(&self, _ctx: RequestContext, _config: Value) -> Diagnostics {
        Diagnostics::new()
    }

    /// Takes a configuration into use. It may have unknown values during a plan. Called again with
    /// another configuration when Terraform attaches to a process that it did not start, so it
    /// replaces what was configured before.
    async fn configure(
        &self,
        ctx: RequestContext,
        config: Value,
        terraform_version: &str,
    ) -> Diagnostics;
}
