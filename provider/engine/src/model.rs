//! Plain data: what AWS can hold for one path, what the user wants of it, and what was seen.
//!
//! Nothing here does I/O, reads a clock or draws a random number.

mod called;
mod connection;
pub mod desired;
pub mod key;
pub mod layout;
pub mod lease;
pub mod leases;
pub mod name;
pub mod object;
pub mod observed;
pub mod ownership;
pub mod permission;
pub mod principal;
pub mod sight;
mod state;
pub mod survey;
pub mod tags;

pub use connection::{Connection, ConnectionId, EndpointConnection};
pub use desired::{Desired, Policy};
pub use key::{BrokerId, Generation, Key, RecordType, Role, Side, Slot};
pub use lease::Lease;
pub use maybe::Maybe;
pub use object::Object;
pub use observed::{Observed, Scope, Seen, Surroundings, Unclaimed};
pub use state::{Health, Life, Outputs};
pub use survey::{Inquiry, Survey};
