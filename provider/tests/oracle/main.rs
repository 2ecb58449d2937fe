//! Terraform's own checks, written once more, and random paths that are taken through them.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a rule broken is a test that fails"
)]

mod cases;
mod properties;
mod rules;
mod terraform;
