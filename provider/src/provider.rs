//! The provider: its configuration, and what it offers.

pub mod arguments;
pub mod schema;
