//! The engine against an in-memory AWS: stories, properties, invariants, faults.

mod config;
mod stories;
