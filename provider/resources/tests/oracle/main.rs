//! Random paths are taken through Terraform's commands and held to its rules, in process.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a rule broken is a test that fails"
)]

#[path = "../resource/account.rs"]
#[allow(dead_code, reason = "shared, and each test uses its part of it")]
mod account;
mod bench;
mod cases;
mod changes;
#[path = "../resource/commands.rs"]
#[allow(dead_code, reason = "shared, and each test uses its part of it")]
mod commands;
mod coverage;
mod endpoint;
mod faults;
mod found;
mod ignored;
mod kept;
mod properties;
