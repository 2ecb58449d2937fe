//! Data sources: what AWS holds, without a resource.

pub mod privatelink;

pub use privatelink::PrivatelinkData;
