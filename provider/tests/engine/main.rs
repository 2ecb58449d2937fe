//! The engine against an in-memory AWS: stories, properties, invariants, faults.

// Clippy's allowance for tests does not reach the functions beside them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod budgets;
mod config;
mod conflicts;
mod edits;
mod faults;
mod health;
mod invariants;
mod properties;
mod rejections;
mod rig;
mod stories;
mod unknowns;
