//! `kafka_privatelink_connection`: one endpoint's connection, accepted by the service's owner.
//!
//! It owns no object and has no tags, and so does not converge: accepting is its create and its
//! update, rejecting its destroy.

mod answer;
pub mod arguments;
mod import;
mod plan;
mod render;
mod state;

use std::time::Duration;

use tfplugin::{
    ApplyRequest, ApplyResponse, Diagnostic, Diagnostics, ImportResponse, Maybe, Object,
    PlanRequest, PlanResponse, ReadRequest, ReadResponse, RequestContext, Resource, Schema, Value,
    async_trait,
};
use tokio::time::Instant;

use crate::{
    lifecycle::{
        read::{answered, reading},
        region,
    },
    settings::Clouds,
    timeouts::TIMEOUT,
};
use answer::{Answer, Progress};
use arguments::{Arguments, SCHEMA};
use engine::model::EndpointConnection;
use engine::reconcile::{Bounds, Connections};
use render::connection_id;
use state::Phase;

const NAME: &str = "kafka_privatelink_connection";

/// The resource `kafka_privatelink_connection`, on AWS or on whatever else is given.
#[derive(Debug)]
pub struct PrivatelinkConnection<C> {
    clouds: C,
}

impl<C> PrivatelinkConnection<C> {
    pub fn new(clouds: C) -> PrivatelinkConnection<C> {
        PrivatelinkConnection { clouds }
    }
}

#[async_trait]
impl<C: Clouds<Cloud: Connections>> Resource for PrivatelinkConnection<C> {
    fn type_name(&self) -> &str {
        NAME
    }

    fn schema(&self) -> Schema {
        SCHEMA.clone()
    }

    async fn validate(&self, _ctx: RequestContext, config: Value) -> Diagnostics {
        Arguments::parse(&config).1
    }

    async fn read(&self, ctx: RequestContext, request: ReadRequest) -> ReadResponse {
        match self.found(&ctx, &request.state).await {
            Ok(Some(seen)) => ReadResponse {
                state: Some(render::read(&request.state, &seen)),
                private: request.private,
                ..ReadResponse::default()
            },
            Ok(None) => ReadResponse::default(),
            Err(error) => ReadResponse {
                state: Some(request.state),
                private: request.private,
                diagnostics: error.into(),
            },
        }
    }

    async fn plan(&self, _ctx: RequestContext, request: PlanRequest) -> PlanResponse {
        let planned = plan::plan(&self.clouds.settings(), request);
        planned.unwrap_or_else(PlanResponse::failed)
    }

    async fn apply(&self, ctx: RequestContext, request: ApplyRequest) -> ApplyResponse {
        let private = request.planned_private;
        let (new_state, diagnostics) = match (request.planned, request.prior) {
            // `timeouts` alone, which AWS does not hold.
            (Some(planned), _) if planned.is_wholly_known() => (Some(planned), Diagnostics::new()),
            (Some(planned), _) => self.accept(&ctx, planned).await,
            (None, prior) => (None, self.reject(&ctx, &prior.unwrap_or_default()).await),
        };
        ApplyResponse {
            new_state,
            private,
            diagnostics,
        }
    }

    async fn import(&self, _ctx: RequestContext, id: &str) -> ImportResponse {
        match import::state(id, &self.clouds.settings()) {
            Ok(state) => ImportResponse {
                state: Some(state),
                ..ImportResponse::default()
            },
            Err(error) => ImportResponse::failed(error),
        }
    }
}

impl<C: Clouds<Cloud: Connections>> PrivatelinkConnection<C> {
    /// What AWS shows of a connection that is in a state; none if it is gone.
    async fn found(
        &self,
        ctx: &RequestContext,
        state: &Value,
    ) -> Result<Option<EndpointConnection>, Diagnostic> {
        let region = region::of_state(state, &self.clouds.settings())?;
        let bounds = reading(ctx, TIMEOUT);
        let cloud = self.clouds.cloud(&region, &bounds).await?;
        let id = connection_id(state);
        let seen = answered(&bounds, cloud.connection(&id)).await?;
        Ok(seen.filter(|seen| state::phase(&seen.state) != Phase::Gone))
    }

    /// What exists then, and what is to be said of it.
    async fn accept(&self, ctx: &RequestContext, planned: Value) -> (Option<Value>, Diagnostics) {
        let limit = Arguments::parse(&planned).0.timeouts.create;
        let mut progress = Progress::default();
        let given = self.give(Answer::Accept, ctx, &planned, limit, &mut progress);
        let given = given.await;
        let is_made = given.is_ok() || progress.wrote;
        let seen = progress.seen.filter(|_| is_made);
        let state = seen.map(|seen| render::completed(planned, &seen));
        (state, given.unwrap_or_else(Some).into_iter().collect())
    }

    async fn reject(&self, ctx: &RequestContext, prior: &Value) -> Diagnostics {
        let limit = Arguments::parse(prior).0.timeouts.delete;
        let mut progress = Progress::default();
        let given = self.give(Answer::Reject, ctx, prior, limit, &mut progress);
        given.await.unwrap_or_else(Some).into_iter().collect()
    }

    /// Answers the connection of a state, in an operation that begins now.
    async fn give(
        &self,
        answer: Answer,
        ctx: &RequestContext,
        state: &Value,
        limit: Maybe<Duration>,
        progress: &mut Progress,
    ) -> Result<Option<Diagnostic>, Diagnostic> {
        let deadline = Instant::now() + limit.into_known().unwrap_or(TIMEOUT);
        let bounds = Bounds::new(deadline, ctx.cancel.clone());
        let region = region::of_state(state, &self.clouds.settings())?;
        let cloud = self.clouds.cloud(&region, &bounds).await?;
        answer::give(answer, &cloud, &bounds, &connection_id(state), progress).await
    }
}
