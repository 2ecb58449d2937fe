//! The whole resource, in process, against an in-memory AWS.

// Clippy's allowance for tests does not reach the functions beside them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod account;
mod adoption;
#[path = "../chance.rs"]
mod chance;
mod changes;
mod configuration;
mod damage;
mod lifecycle;
mod oracle;
mod policies;
mod preflight;
mod properties;
mod refusals;
mod stored;
mod terraform;
mod wishes;
