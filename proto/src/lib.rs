//! Terraform's plugin protocol, version 6, for providers written in Rust.
//!
//! A provider implements [`Provider`], [`Resource`], [`DataSource`] and [`Function`], and hands the
//! first of them to [`serve`]. Everything between those traits and Terraform is here: the handshake
//! and its mutual TLS, the gRPC services, the codecs of values and schemas, the checks that
//! Terraform leaves to providers, logging, and the care that an object that was created is never
//! lost from the state, be it by an error, a panic, or Ctrl-C.
//!
//! Arguments are declared once, as the fields of a struct that derives [`Object`]: see [`object`].
//!
//! The feature `testing` adds Terraform's rules about what a provider answers, and a small Terraform
//! that holds it to them.
//!
//! The crate knows nothing of any particular provider.

pub mod check;
pub mod context;
mod controller;
pub mod data_source;
pub mod diagnostic;
pub mod function;
pub mod json;
mod log;
pub mod msgpack;
pub mod object;
pub mod path;
pub mod provider;
pub mod resource;
pub mod schema;
mod serve;
mod server;
#[cfg(feature = "testing")]
pub mod testing;
mod tls;
mod types;
pub mod value;
mod value_error;
mod wire;

// The derived code names this crate as its users do.
extern crate self as tfplugin;

pub use async_trait::async_trait;
pub use context::{Checkpoint, ClientCapabilities, RequestContext};
pub use data_source::{DataSource, ReadDataSourceResponse};
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use function::{Function, FunctionError, Parameter, Signature};
pub use maybe::Maybe;
pub use object::Object;
pub use path::Path;
pub use provider::Provider;
pub use resource::{
    ApplyRequest, ApplyResponse, ImportResponse, Operation, PlanRequest, PlanResponse, ReadRequest,
    ReadResponse, Resource,
};
pub use schema::{Attribute, Block, NestedBlock, Schema, Type};
pub use serve::{Plugin, serve};
pub use tfplugin_derive::Object;
pub use value::{Number, Value};
pub use value_error::ValueError;
