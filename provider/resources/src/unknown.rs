//! What unknown values of a configuration do to a plan.
//!
//! Unknown texts and ids go through the engine as they are, which is exact. Numbers, bools, words
//! and whole collections cannot: [`assume`] puts something in their place that keeps the rest of
//! the path as it is, and [`veil`] afterwards hides whatever could come out differently.

mod assume;
pub mod veil;

pub use assume::assume;
pub use veil::veil;
