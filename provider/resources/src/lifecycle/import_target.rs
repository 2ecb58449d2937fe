//! What an import id says.

use tfplugin::{Diagnostic, path::quoted};

use crate::syntax::region;

/// Refuses an import id.
pub fn refused(text: &str, why: &str) -> Diagnostic {
    Diagnostic::error(
        "Not an import id",
        format!("{} cannot be imported. {why}", quoted(text)),
    )
}

/// An id, and the region behind `@`, as hashicorp/aws has it.
pub fn split(text: &str) -> Result<(&str, Option<String>), Diagnostic> {
    let Some((id, region)) = text.split_once('@') else {
        return Ok((text.trim(), None));
    };
    match region::check(region.trim()) {
        Ok(region) => Ok((id.trim(), Some(region))),
        Err(fault) => Err(refused(text, &fault.detail)),
    }
}

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
