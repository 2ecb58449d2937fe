//! A value that may not be decided yet.
//!
//! A crate of its own, so that what reasons about such values needs neither Terraform's protocol nor
//! its server.

use std::fmt;

use serde::{Deserialize, Serialize};

/// `Unknown` is Terraform's "known after apply", or an id that AWS has yet to give.
///
/// It differs from every known value by derived equality, so that whatever compares two of them
/// plans a change without knowing about unknowns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Maybe<T> {
    Known(T),
    Unknown,
}

impl<T> Maybe<T> {
    pub fn known(&self) -> Option<&T> {
        match self {
            Maybe::Known(value) => Some(value),
            Maybe::Unknown => None,
        }
    }

    pub fn into_known(self) -> Option<T> {
        match self {
            Maybe::Known(value) => Some(value),
            Maybe::Unknown => None,
        }
    }

    pub fn is_unknown(&self) -> bool {
        matches!(self, Maybe::Unknown)
    }

    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Maybe<U> {
        match self {
            Maybe::Known(value) => Maybe::Known(change(value)),
            Maybe::Unknown => Maybe::Unknown,
        }
    }

    pub fn as_ref(&self) -> Maybe<&T> {
        match self {
            Maybe::Known(value) => Maybe::Known(value),
            Maybe::Unknown => Maybe::Unknown,
        }
    }
}

impl From<&str> for Maybe<String> {
    fn from(text: &str) -> Self {
        Maybe::Known(text.to_owned())
    }
}

impl From<String> for Maybe<String> {
    fn from(text: String) -> Self {
        Maybe::Known(text)
    }
}

impl<T: fmt::Display> fmt::Display for Maybe<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Maybe::Known(value) => value.fmt(f),
            Maybe::Unknown => f.write_str("(unknown)"),
        }
    }
}
