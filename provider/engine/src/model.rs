//! Plain data: what AWS can hold for one path, what the user wants of it, and what was seen.
//!
//! Nothing here does I/O, reads a clock or draws a random number.

mod called;
pub mod desired;
pub mod key;
pub mod layout;
pub mod name;
pub mod object;
pub mod observed;
pub mod ownership;
pub mod permission;
pub mod principal;
pub mod sight;
pub mod survey;
pub mod tags;

pub use desired::{Desired, Policy};
pub use key::{BrokerId, Generation, Key, RecordType, Role, Side, Slot};
pub use maybe::Maybe;
pub use object::Object;
pub use observed::{
    Connection, Health, Life, Observed, Outputs, Scope, Seen, Surroundings, Unclaimed,
};
pub use survey::{Inquiry, Survey};
