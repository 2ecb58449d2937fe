//! The side of the clients: one file for each block of the configuration.

pub mod endpoint;
