//! Tests a resource in process: Terraform's own rules about what a provider may answer, a small
//! Terraform that asks as the real one does and holds every answer to them, and configurations made
//! from a schema. For providers' tests; the feature `testing` brings it in.
//!
//! ```
//! use std::sync::Arc;
//! use tfplugin::{
//!     ApplyRequest, ApplyResponse, Attribute, Block, ImportResponse, PlanRequest, PlanResponse,
//!     ReadRequest, ReadResponse, RequestContext, Resource, Schema, Value, async_trait,
//!     testing::{Action, Terraform, configuration},
//! };
//!
//! /// A label that exists as soon as it is in a state.
//! struct Label;
//!
//! #[async_trait]
//! impl Resource for Label {
//!     fn type_name(&self) -> &str {
//!         "example_label"
//!     }
//!     fn schema(&self) -> Schema {
//!         Schema::new(0, Block::new("").attributes([Attribute::string("text").required()]))
//!     }
//!     async fn read(&self, _: RequestContext, request: ReadRequest) -> ReadResponse {
//!         ReadResponse { state: Some(request.state), ..ReadResponse::default() }
//!     }
//!     async fn plan(&self, _: RequestContext, request: PlanRequest) -> PlanResponse {
//!         PlanResponse { planned_state: request.config, ..PlanResponse::default() }
//!     }
//!     async fn apply(&self, _: RequestContext, request: ApplyRequest) -> ApplyResponse {
//!         ApplyResponse { new_state: request.planned, ..ApplyResponse::default() }
//!     }
//!     async fn import(&self, _: RequestContext, _: &str) -> ImportResponse {
//!         ImportResponse::default()
//!     }
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let mut terraform = Terraform::new(Arc::new(Label));
//! let written = Value::object([("text", Value::from("orders"))]);
//! let config = configuration::complete(terraform.schema(), &written);
//! let plan = terraform.plan(&config).await.unwrap();
//! assert_eq!(plan.action, Action::Create);
//! terraform.apply(&plan, &config).await.unwrap();
//! assert_eq!(terraform.plan(&config).await.unwrap().action, Action::NoOp);
//! # });
//! ```

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a rule broken is a test that fails"
)]

pub mod configuration;
pub mod generator;
pub mod rules;
mod terraform;

pub use rules::{Action, Violation};
pub use terraform::{Ignored, Instance, Plan, Terraform, read_data, tree};
