//! The engine: from what is to what is wanted, one AWS write at a time. Imports `model` only.

pub mod cloud;
pub mod step;

pub use cloud::{Answer, Cause, Cloud, CloudError, ErrorKind};
pub use step::{Step, Write};
