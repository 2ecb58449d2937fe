//! The engine: from what is to what is wanted, one AWS write at a time. Imports `model` only.
//!
//! [`plan`] lists all that is left to do, each step with what it waits for. [`converge`] runs the
//! steps that wait for nothing, folds every answer into the observation, and plans again.

mod acceptance;
mod attempts;
mod bootstrap;
mod bounds;
pub mod cloud;
mod conflict;
mod connection;
mod converge;
mod convergence;
mod courtesy;
mod creation;
mod diff;
mod fact;
mod fold;
mod foresee;
mod health;
mod law;
mod plan;
mod rejection;
pub mod step;
mod subnets;
mod view;
mod wait;

pub use acceptance::unaccepted;
pub use bounds::Bounds;
pub use cloud::{Answer, Cause, Cloud, CloudError, Connections, ErrorKind};
pub use conflict::Conflict;
pub use converge::converge;
pub use convergence::{Convergence, IN_FLIGHT, Limits};
pub use creation::{Claim, Clock, Closing, Lost, rival};
pub use fold::fold;
pub use foresee::{Foresight, foresee};
pub use plan::{Plan, Planned, forgotten, plan, plan_without};
pub use step::{Step, Write};
pub use wait::{Fact, Need, Order, Wait};
