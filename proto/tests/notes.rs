//! The example provider's own tests, which show how a resource is tested in process.

#[path = "../examples/notes.rs"]
#[allow(dead_code, reason = "nobody serves it here")]
mod notes;
