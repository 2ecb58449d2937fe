//! What an import id says.

/// What an import id says.
#[derive(Debug, PartialEq, Eq)]
pub struct ImportTarget {
    pub wanted: Wanted,
    /// Where it is not the provider's.
    pub region: Option<String>,
}

/// Objects that lead to all others.
#[derive(Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The object that the resource has its id from, and another one that is to be taken over.
    Id {
        id: String,
        endpoint: Option<String>,
    },
    /// What carries this name in a tag of ours.
    Name(String),
}
