//! The life of every resource that is made of AWS objects: validate, read, plan, apply, import.
//!
//! What a resource is made of, and what its arguments mean, it says itself, as a [`ResourceType`].

mod adopt;
pub mod apply;
pub mod asked;
mod change;
pub mod check_context;
mod common;
pub mod configured;
mod create;
mod desired_builder;
pub mod drift;
pub mod find;
pub mod import;
mod import_target;
pub mod instance;
pub mod kept;
pub mod left;
mod met;
pub mod name_conflict;
mod owner_id;
mod path_context;
pub mod plan;
mod plan_consistency;
pub mod preflight;
pub(crate) mod read;
pub(crate) mod region;
mod rendered;
mod rendered_tags;
pub mod report;
pub mod resource_type;
pub mod rules;
mod scope;
pub mod tag_limit;
mod tagging;
mod taken_over;
pub mod upgrade;
pub mod validate;
pub mod values;
mod view;

use std::{fmt::Debug, marker::PhantomData};

use tfplugin::{
    ApplyRequest, ApplyResponse, Diagnostics, ImportResponse, PlanRequest, PlanResponse,
    ReadRequest, ReadResponse, RequestContext, Resource, Schema, Value, async_trait,
};

use crate::settings::Clouds;
use apply::making::Making;
use change::Change;
use met::Met;
use preflight::Preflight;

pub use common::Common;
pub use configured::Configured;
pub use desired_builder::DesiredBuilder;
pub use instance::Instance;
pub use kept::Kept;
pub use path_context::PathContext;
pub use resource_type::{ResourceType, Shape};
pub use scope::text;
pub use view::View;

/// A resource of type `T`, on AWS or on whatever else is given.
#[derive(Debug)]
pub struct Managed<T, C> {
    clouds: C,
    met: Met,
    making: Making,
    resource: PhantomData<T>,
}

impl<T: ResourceType, C: Clouds> Managed<T, C> {
    pub fn new(clouds: C) -> Managed<T, C> {
        Managed {
            clouds,
            met: Met::default(),
            making: Making::default(),
            resource: PhantomData,
        }
    }
}

#[async_trait]
impl<T: ResourceType, C: Clouds> Resource for Managed<T, C> {
    fn type_name(&self) -> &str {
        T::NAME
    }

    fn schema(&self) -> Schema {
        T::shape().schema.clone()
    }

    async fn validate(&self, _ctx: RequestContext, config: Value) -> Diagnostics {
        self.met.validated::<T>(&config);
        validate::validate::<T>(&config)
    }

    async fn upgrade_state(
        &self,
        _ctx: RequestContext,
        version: i64,
        raw: &[u8],
    ) -> Result<Value, Diagnostics> {
        upgrade::upgrade::<T>(version, raw)
    }

    async fn read(&self, ctx: RequestContext, request: ReadRequest) -> ReadResponse {
        let answer = read::read::<T>(&self.clouds, &ctx, request).await;
        self.met.read(&answer);
        answer
    }

    async fn plan(&self, ctx: RequestContext, mut request: PlanRequest) -> PlanResponse {
        if let Some(prior) = &request.prior_state {
            self.met.stays(prior);
        }
        let Some(config) = request.config.take() else {
            return plan::destroy::destroy::<T>(&self.clouds, &ctx, request).await;
        };
        let is_written = self.met.is_written::<T>(&config);
        let change = match Change::<T>::of(config, is_written, request) {
            Ok(change) => change,
            Err(faults) => return PlanResponse::failed(faults),
        };
        let settings = self.clouds.settings();
        let (mut answer, handed) = match plan::plan(&settings, &change) {
            Ok(planned) => planned,
            Err(error) => return PlanResponse::failed(error),
        };
        let refused = match Preflight::of_plan(&settings, &change, &self.met) {
            Some(preflight) => preflight.judge(&self.clouds, &ctx, &mut answer).await,
            None => None,
        };
        answer.planned_private = change.handed(handed, refused);
        answer
    }

    async fn apply(&self, ctx: RequestContext, request: ApplyRequest) -> ApplyResponse {
        match self.making.claim(&self.clouds.settings(), &request) {
            Ok(_claim) => apply::apply::<T>(&self.clouds, &ctx, request).await,
            Err(refusal) => ApplyResponse {
                diagnostics: refusal.into(),
                ..ApplyResponse::default()
            },
        }
    }

    async fn import(&self, ctx: RequestContext, id: &str) -> ImportResponse {
        import::import::<T>(&self.clouds, &ctx, id).await
    }
}
