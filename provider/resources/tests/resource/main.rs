//! The whole resource, in process, against an in-memory AWS.

// Clippy's allowance for tests does not reach the functions beside them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod account;
mod adoption;
mod advice;
mod auto_accept;
mod changes;
mod commands;
mod configuration;
mod connection;
mod creation;
mod damage;
mod data;
mod dns;
mod lifecycle;
mod names;
mod policies;
mod preflight;
mod refusals;
mod sole;
mod stored;
mod toy;
mod workspace;
