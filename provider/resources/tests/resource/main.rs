//! The whole resource, in process, against an in-memory AWS.

// Clippy's allowance for tests does not reach the functions beside them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod account;
mod adoption;
mod advice;
mod changes;
mod configuration;
mod damage;
mod lifecycle;
mod names;
mod oracle;
mod policies;
mod preflight;
mod properties;
mod refusals;
mod sole;
mod stored;
mod terraform;
mod toy;
mod wishes;
