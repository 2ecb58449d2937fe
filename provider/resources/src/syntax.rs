//! How single values are written: what each rule refuses, and the one spelling of what can be spelled
//! in several ways.

pub mod arn;
pub mod cidr;
pub mod duration;
pub mod hostname;
pub mod id;
pub mod name;
pub mod principal;
pub mod region;
pub mod service_name;
pub mod tag;
pub mod target;
