//! The adapter held against the sandbox: what the engine believes of a write is what AWS shows.
//!
//! Run by acceptance-tests/test_contract.py, where `SANDBOX_URL` names a sandbox; each test has an
//! account of its own.

// Clippy's allowance for tests does not reach the functions beside them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod lost;
mod reads;
mod scenarios;
mod world;
