//! Calls about resources and data sources.
//!
//! What Terraform makes of an answer with an error decides what a failed call answers:
//! nothing read or planned with an error is taken over, and an apply's null state with an error
//! keeps the state there was, while any other state is saved.

use super::{Server, dynamic, message};
use crate::wire::tfplugin6 as pb;
use crate::{
    ApplyRequest, ApplyResponse, Diagnostic, Diagnostics, Operation, PlanRequest, Provider,
    ReadRequest, RequestContext, check,
};

impl<P: Provider> Server<P> {
    pub(super) async fn resource_validate(
        &self,
        request: pb::validate_resource_config::Request,
    ) -> Result<Diagnostics, Diagnostics> {
        let entry = self.catalogue().resource(&request.type_name)?;
        let config = entry
            .shape
            .decode_required(request.config, "the configuration")?;
        let found = check::check(&config, &entry.shape.schema.block);
        if found.has_errors() {
            return Ok(found);
        }
        let resource = entry.handler.clone();
        let ctx = message::context(request.client_capabilities);
        let run = |ctx| async move { resource.validate(ctx, config).await };
        Ok(self
            .work
            .run("ValidateResourceConfig", &request.type_name, ctx, run)
            .await?)
    }

    pub(super) async fn data_source_validate(
        &self,
        request: pb::validate_data_resource_config::Request,
    ) -> Result<Diagnostics, Diagnostics> {
        let entry = self.catalogue().data_source(&request.type_name)?;
        let config = entry
            .shape
            .decode_required(request.config, "the configuration")?;
        let found = check::check(&config, &entry.shape.schema.block);
        if found.has_errors() {
            return Ok(found);
        }
        let source = entry.handler.clone();
        let ctx = RequestContext::default();
        let run = |ctx| async move { source.validate(ctx, config).await };
        Ok(self
            .work
            .run("ValidateDataResourceConfig", &request.type_name, ctx, run)
            .await?)
    }

    pub(super) async fn resource_upgrade(
        &self,
        request: pb::upgrade_resource_state::Request,
    ) -> pb::upgrade_resource_state::Response {
        match self.upgrade(request).await {
            Ok((state, diagnostics)) => pb::upgrade_resource_state::Response {
                upgraded_state: Some(state),
                diagnostics: message::diagnostics(diagnostics),
            },
            Err(failure) => pb::upgrade_resource_state::Response {
                upgraded_state: None,
                diagnostics: message::diagnostics(failure),
            },
        }
    }

    async fn upgrade(
        &self,
        request: pb::upgrade_resource_state::Request,
    ) -> Result<(pb::DynamicValue, Diagnostics), Diagnostics> {
        let entry = self.catalogue().resource(&request.type_name)?;
        let raw = request.raw_state.unwrap_or_default();
        if raw.json.is_empty() {
            let detail = "It was written by Terraform 0.11 or older, in a form that is not read.";
            return Err(Diagnostic::error("The stored state cannot be read", detail).into());
        }
        let resource = entry.handler.clone();
        let version = request.version;
        let ctx = RequestContext::default();
        let run = |ctx| async move { resource.upgrade_state(ctx, version, &raw.json).await };
        let state = self
            .work
            .run("UpgradeResourceState", &request.type_name, ctx, run)
            .await??;
        let mut diagnostics = Diagnostics::new();
        let state = entry
            .shape
            .encode(Some(&state), "an upgraded state", &mut diagnostics);
        Ok((state, diagnostics))
    }

    pub(super) async fn resource_read(
        &self,
        request: pb::read_resource::Request,
    ) -> pb::read_resource::Response {
        let present = (request.current_state.clone(), request.private.clone());
        self.read(request)
            .await
            .unwrap_or_else(|failure| pb::read_resource::Response {
                new_state: present.0,
                private: present.1,
                diagnostics: message::diagnostics(failure),
                ..pb::read_resource::Response::default()
            })
    }

    async fn read(
        &self,
        request: pb::read_resource::Request,
    ) -> Result<pb::read_resource::Response, Diagnostics> {
        let entry = self.catalogue().resource(&request.type_name)?;
        let state = entry
            .shape
            .decode_required(request.current_state, "the stored state")?;
        let resource = entry.handler.clone();
        let ctx = message::context(request.client_capabilities);
        let read = ReadRequest {
            state,
            private: request.private,
        };
        let run = |ctx| async move { resource.read(ctx, read).await };
        let answer = self
            .work
            .run("ReadResource", &request.type_name, ctx, run)
            .await?;
        let mut diagnostics = answer.diagnostics;
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        let state = entry
            .shape
            .encode(answer.state.as_ref(), "a state", &mut diagnostics);
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        Ok(pb::read_resource::Response {
            new_state: Some(state),
            private: answer.private,
            diagnostics: message::diagnostics(diagnostics),
            ..pb::read_resource::Response::default()
        })
    }

    pub(super) async fn resource_plan(
        &self,
        request: pb::plan_resource_change::Request,
    ) -> pb::plan_resource_change::Response {
        let prior = request.prior_state.clone();
        self.plan(request)
            .await
            .unwrap_or_else(|failure| pb::plan_resource_change::Response {
                planned_state: prior,
                diagnostics: message::diagnostics(failure),
                ..pb::plan_resource_change::Response::default()
            })
    }

    async fn plan(
        &self,
        request: pb::plan_resource_change::Request,
    ) -> Result<pb::plan_resource_change::Response, Diagnostics> {
        let entry = self.catalogue().resource(&request.type_name)?;
        let shape = &entry.shape;
        let plan = PlanRequest {
            prior_state: shape.decode(request.prior_state, "the prior state")?,
            config: shape.decode(request.config, "the configuration")?,
            proposed: shape.decode(request.proposed_new_state, "the proposed state")?,
            prior_private: request.prior_private,
        };
        let destroys = plan.proposed.is_none();
        let resource = entry.handler.clone();
        let ctx = message::context(request.client_capabilities);
        let run = |ctx| async move { resource.plan(ctx, plan).await };
        let answer = self
            .work
            .run("PlanResourceChange", &request.type_name, ctx, run)
            .await?;
        let mut diagnostics = answer.diagnostics;
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        if answer.planned_state.is_some() == destroys {
            let detail = match destroys {
                true => "The provider planned a state for what is to be destroyed.",
                false => "The provider planned no state for what is not to be destroyed.",
            };
            return Err(defect(detail).into());
        }
        let planned = answer.planned_state.as_ref();
        let planned_state = shape.encode(planned, "a planned state", &mut diagnostics);
        Ok(pb::plan_resource_change::Response {
            planned_state: Some(planned_state),
            requires_replace: answer.requires_replace.iter().map(message::path).collect(),
            planned_private: answer.planned_private,
            diagnostics: message::diagnostics(diagnostics),
            ..pb::plan_resource_change::Response::default()
        })
    }

    pub(super) async fn resource_apply(
        &self,
        request: pb::apply_resource_change::Request,
    ) -> pb::apply_resource_change::Response {
        self.apply(request)
            .await
            .unwrap_or_else(|failure| pb::apply_resource_change::Response {
                new_state: Some(dynamic::null()),
                diagnostics: message::diagnostics(failure),
                ..pb::apply_resource_change::Response::default()
            })
    }

    async fn apply(
        &self,
        request: pb::apply_resource_change::Request,
    ) -> Result<pb::apply_resource_change::Response, Diagnostics> {
        let entry = self.catalogue().resource(&request.type_name)?;
        let shape = &entry.shape;
        let apply = ApplyRequest {
            prior: shape.decode(request.prior_state, "the prior state")?,
            planned: shape.decode(request.planned_state, "the planned state")?,
            config: shape.decode(request.config, "the configuration")?,
            planned_private: request.planned_private,
        };
        let operation = apply.operation();
        let resource = entry.handler.clone();
        let ctx = RequestContext::default();
        let checkpoint = ctx.checkpoint.clone();
        let run = |ctx| async move { resource.apply(ctx, apply).await };
        let outcome = self
            .work
            .run("ApplyResourceChange", &request.type_name, ctx, run)
            .await;
        let mut answer = outcome.unwrap_or_else(|crash| ApplyResponse {
            diagnostics: crash.into(),
            ..ApplyResponse::default()
        });
        let silent = answer.new_state.is_none() && !answer.diagnostics.has_errors();
        if silent && operation != Operation::Delete {
            answer
                .diagnostics
                .push(defect("The provider answered no state, and no error."));
        }
        // With an error, no state means "as it was before". If more than that is known, tell it.
        if answer.new_state.is_none()
            && answer.diagnostics.has_errors()
            && let Some((state, private)) = checkpoint.take()
        {
            answer.new_state = Some(state);
            answer.private = private;
        }
        let state = answer.new_state.as_ref();
        let new_state = shape.encode(state, "a state", &mut answer.diagnostics);
        Ok(pb::apply_resource_change::Response {
            new_state: Some(new_state),
            private: answer.private,
            diagnostics: message::diagnostics(answer.diagnostics),
            ..pb::apply_resource_change::Response::default()
        })
    }

    pub(super) async fn resource_import(
        &self,
        request: pb::import_resource_state::Request,
    ) -> pb::import_resource_state::Response {
        self.import(request)
            .await
            .unwrap_or_else(|failure| pb::import_resource_state::Response {
                diagnostics: message::diagnostics(failure),
                ..pb::import_resource_state::Response::default()
            })
    }

    async fn import(
        &self,
        request: pb::import_resource_state::Request,
    ) -> Result<pb::import_resource_state::Response, Diagnostics> {
        let entry = self.catalogue().resource(&request.type_name)?;
        let resource = entry.handler.clone();
        let ctx = message::context(request.client_capabilities);
        let id = request.id;
        let run = |ctx| async move { resource.import(ctx, &id).await };
        let answer = self
            .work
            .run("ImportResourceState", &request.type_name, ctx, run)
            .await?;
        let mut diagnostics = answer.diagnostics;
        if answer.state.is_none() && !diagnostics.has_errors() {
            diagnostics.push(defect("The provider imported nothing, and gave no error."));
        }
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        let state = answer.state.as_ref();
        let state = entry
            .shape
            .encode(state, "an imported state", &mut diagnostics);
        let imported = pb::import_resource_state::ImportedResource {
            type_name: request.type_name,
            state: Some(state),
            private: answer.private,
            identity: None,
        };
        Ok(pb::import_resource_state::Response {
            imported_resources: vec![imported],
            diagnostics: message::diagnostics(diagnostics),
            deferred: None,
        })
    }

    pub(super) async fn data_source_read(
        &self,
        request: pb::read_data_source::Request,
    ) -> pb::read_data_source::Response {
        self.data(request)
            .await
            .unwrap_or_else(|failure| pb::read_data_source::Response {
                state: Some(dynamic::null()),
                diagnostics: message::diagnostics(failure),
                deferred: None,
            })
    }

    async fn data(
        &self,
        request: pb::read_data_source::Request,
    ) -> Result<pb::read_data_source::Response, Diagnostics> {
        let entry = self.catalogue().data_source(&request.type_name)?;
        let config = entry
            .shape
            .decode_required(request.config, "the configuration")?;
        let source = entry.handler.clone();
        let ctx = message::context(request.client_capabilities);
        let run = |ctx| async move { source.read(ctx, config).await };
        let answer = self
            .work
            .run("ReadDataSource", &request.type_name, ctx, run)
            .await?;
        let mut diagnostics = answer.diagnostics;
        if answer.state.is_none() && !diagnostics.has_errors() {
            diagnostics.push(defect("The provider read nothing, and gave no error."));
        }
        let state = entry
            .shape
            .encode(answer.state.as_ref(), "data", &mut diagnostics);
        Ok(pb::read_data_source::Response {
            state: Some(state),
            diagnostics: message::diagnostics(diagnostics),
            deferred: None,
        })
    }
}

fn defect(detail: &str) -> Diagnostic {
    let detail = format!("{detail} This is a defect of the provider; please report it.");
    Diagnostic::error("The provider's answer is not possible", detail)
}
