//! The engine against an in-memory AWS: stories, properties, invariants, faults.

// Clippy's allowance for tests does not reach the functions beside them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod auto_accept;
mod budgets;
mod config;
mod conflicts;
mod connections;
mod contract;
mod dns;
mod edits;
mod faults;
mod folding;
mod given_service;
mod health;
mod invariants;
mod ipv6;
mod properties;
mod rejections;
mod rig;
mod settings;
mod stories;
mod unknowns;
