//! The side of the brokers: one file for each block of the configuration.

pub mod arn_suffix;
pub mod brokers;
pub mod endpoint_service;
pub mod listener;
pub mod load_balancer;
mod shared;
pub mod target_group;
