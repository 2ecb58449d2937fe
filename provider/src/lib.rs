//! Kafka over AWS PrivateLink, as one Terraform resource.
//!
//! Imports run downward only: `resource` and `aws` build on `reconcile`, which builds on `model`.

pub mod aws;
#[cfg(feature = "fake")]
pub mod fake;
pub mod model;
pub mod provider;
pub mod reconcile;
pub mod resource;
