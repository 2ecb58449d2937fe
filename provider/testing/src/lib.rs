//! What the tests of several crates share.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a rule broken is a test that fails"
)]

pub mod chance;
pub mod contract;
pub mod plainly;
