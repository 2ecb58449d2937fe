//! The provider service: gRPC requests in, handlers called, gRPC answers out.
//!
//! Decoding, checking by the schema and encoding happen here; a handler sees values only. Whatever
//! goes wrong here becomes a diagnostic: to Terraform an RPC never fails.

mod catalogue;
mod dynamic;
mod functions;
mod message;
mod resources;
mod schemas;
mod work;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use tonic::{Request, Response, Status};

use crate::wire::tfplugin6 as pb;
use crate::wire::tfplugin6::provider_server::Provider as Service;
use crate::{Diagnostics, Provider, RequestContext, check};
use catalogue::Catalogue;
pub(crate) use work::{Work, panic_message};

/// The provider service over any provider.
pub(crate) struct Server<P> {
    provider: Arc<P>,
    catalogue: OnceLock<Catalogue>,
    work: Work,
}

impl<P: Provider> Server<P> {
    /// A server whose running calls are kept in `work`.
    pub(crate) fn new(provider: P, work: Work) -> Server<P> {
        Server {
            provider: Arc::new(provider),
            catalogue: OnceLock::new(),
            work,
        }
    }

    fn catalogue(&self) -> &Catalogue {
        self.catalogue
            .get_or_init(|| Catalogue::of(self.provider.as_ref()))
    }

    async fn provider_validate(
        &self,
        request: pb::validate_provider_config::Request,
    ) -> Result<Diagnostics, Diagnostics> {
        let schema = &self.catalogue().provider;
        let config = schema.decode_required(request.config, "the provider configuration")?;
        let found = check::check(&config, &schema.schema.block);
        if found.has_errors() {
            return Ok(found);
        }
        let provider = self.provider.clone();
        let run = |ctx| async move { provider.validate(ctx, config).await };
        Ok(self
            .work
            .run("ValidateProviderConfig", "", RequestContext::default(), run)
            .await?)
    }

    async fn provider_configure(
        &self,
        request: pb::configure_provider::Request,
    ) -> Result<Diagnostics, Diagnostics> {
        let schema = &self.catalogue().provider;
        let config = schema.decode_required(request.config, "the provider configuration")?;
        let provider = self.provider.clone();
        let version = request.terraform_version;
        let ctx = message::context(request.client_capabilities);
        let run = |ctx| async move { provider.configure(ctx, config, &version).await };
        Ok(self.work.run("ConfigureProvider", "", ctx, run).await?)
    }
}

/// Joins what a call found with what kept it from going on.
fn either(outcome: Result<Diagnostics, Diagnostics>) -> Vec<pb::Diagnostic> {
    message::diagnostics(outcome.unwrap_or_else(|failure| failure))
}

fn capabilities() -> pb::ServerCapabilities {
    pb::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        ..pb::ServerCapabilities::default()
    }
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl<P: Provider> Service for Server<P> {
    async fn get_metadata(
        &self,
        _: Request<pb::get_metadata::Request>,
    ) -> Answer<pb::get_metadata::Response> {
        use pb::get_metadata::{DataSourceMetadata, FunctionMetadata, ResourceMetadata};
        let catalogue = self.catalogue();
        let resources = catalogue.resources.keys().cloned();
        let data_sources = catalogue.data_sources.keys().cloned();
        let functions = catalogue.functions.keys().cloned();
        Ok(Response::new(pb::get_metadata::Response {
            server_capabilities: Some(capabilities()),
            resources: resources
                .map(|type_name| ResourceMetadata { type_name })
                .collect(),
            data_sources: data_sources
                .map(|type_name| DataSourceMetadata { type_name })
                .collect(),
            functions: functions.map(|name| FunctionMetadata { name }).collect(),
            ..pb::get_metadata::Response::default()
        }))
    }

    async fn get_provider_schema(
        &self,
        _: Request<pb::get_provider_schema::Request>,
    ) -> Answer<pb::get_provider_schema::Response> {
        let catalogue = self.catalogue();
        Ok(Response::new(pb::get_provider_schema::Response {
            provider: Some(schemas::schema(&catalogue.provider.schema)),
            resource_schemas: schemas::all(&catalogue.resources),
            data_source_schemas: schemas::all(&catalogue.data_sources),
            functions: schemas::functions(&catalogue.functions),
            server_capabilities: Some(capabilities()),
            ..pb::get_provider_schema::Response::default()
        }))
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<pb::get_resource_identity_schemas::Request>,
    ) -> Answer<pb::get_resource_identity_schemas::Response> {
        // No resource of ours has an identity apart from its id.
        Ok(Response::new(pb::get_resource_identity_schemas::Response {
            identity_schemas: HashMap::new(),
            diagnostics: Vec::new(),
        }))
    }

    async fn validate_provider_config(
        &self,
        request: Request<pb::validate_provider_config::Request>,
    ) -> Answer<pb::validate_provider_config::Response> {
        let diagnostics = either(self.provider_validate(request.into_inner()).await);
        Ok(Response::new(pb::validate_provider_config::Response {
            diagnostics,
        }))
    }

    async fn validate_resource_config(
        &self,
        request: Request<pb::validate_resource_config::Request>,
    ) -> Answer<pb::validate_resource_config::Response> {
        let diagnostics = either(self.resource_validate(request.into_inner()).await);
        Ok(Response::new(pb::validate_resource_config::Response {
            diagnostics,
        }))
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<pb::validate_data_resource_config::Request>,
    ) -> Answer<pb::validate_data_resource_config::Response> {
        let diagnostics = either(self.data_source_validate(request.into_inner()).await);
        Ok(Response::new(pb::validate_data_resource_config::Response {
            diagnostics,
        }))
    }

    async fn configure_provider(
        &self,
        request: Request<pb::configure_provider::Request>,
    ) -> Answer<pb::configure_provider::Response> {
        let diagnostics = either(self.provider_configure(request.into_inner()).await);
        Ok(Response::new(pb::configure_provider::Response {
            diagnostics,
        }))
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<pb::upgrade_resource_state::Request>,
    ) -> Answer<pb::upgrade_resource_state::Response> {
        Ok(Response::new(
            self.resource_upgrade(request.into_inner()).await,
        ))
    }

    async fn read_resource(
        &self,
        request: Request<pb::read_resource::Request>,
    ) -> Answer<pb::read_resource::Response> {
        Ok(Response::new(
            self.resource_read(request.into_inner()).await,
        ))
    }

    async fn plan_resource_change(
        &self,
        request: Request<pb::plan_resource_change::Request>,
    ) -> Answer<pb::plan_resource_change::Response> {
        Ok(Response::new(
            self.resource_plan(request.into_inner()).await,
        ))
    }

    async fn apply_resource_change(
        &self,
        request: Request<pb::apply_resource_change::Request>,
    ) -> Answer<pb::apply_resource_change::Response> {
        Ok(Response::new(
            self.resource_apply(request.into_inner()).await,
        ))
    }

    async fn import_resource_state(
        &self,
        request: Request<pb::import_resource_state::Request>,
    ) -> Answer<pb::import_resource_state::Response> {
        Ok(Response::new(
            self.resource_import(request.into_inner()).await,
        ))
    }

    async fn read_data_source(
        &self,
        request: Request<pb::read_data_source::Request>,
    ) -> Answer<pb::read_data_source::Response> {
        Ok(Response::new(
            self.data_source_read(request.into_inner()).await,
        ))
    }

    async fn get_functions(
        &self,
        _: Request<pb::get_functions::Request>,
    ) -> Answer<pb::get_functions::Response> {
        Ok(Response::new(pb::get_functions::Response {
            functions: schemas::functions(&self.catalogue().functions),
            diagnostics: Vec::new(),
        }))
    }

    async fn call_function(
        &self,
        request: Request<pb::call_function::Request>,
    ) -> Answer<pb::call_function::Response> {
        Ok(Response::new(
            self.function_call(request.into_inner()).await,
        ))
    }

    async fn stop_provider(
        &self,
        _: Request<pb::stop_provider::Request>,
    ) -> Answer<pb::stop_provider::Response> {
        self.work.interrupt();
        Ok(Response::new(pb::stop_provider::Response {
            error: String::new(),
        }))
    }
}

#[cfg(test)]
mod tests;
