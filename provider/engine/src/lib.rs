//! The engine: from what AWS holds to what is wanted, in order, whatever AWS answers.
//!
//! `reconcile` builds on `model`, and knows AWS as the trait `Cloud` alone.

#[cfg(feature = "fake")]
pub mod fake;
pub mod model;
pub mod reconcile;
