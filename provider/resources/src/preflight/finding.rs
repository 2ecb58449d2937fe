//! How findings are put.

use std::fmt::Display;

use tfplugin::{Diagnostic, Path};

pub(super) fn error(path: Path, summary: &str, detail: String) -> Diagnostic {
    Diagnostic::error(summary, detail).at(path)
}

pub(super) fn warning(path: Path, summary: &str, detail: String) -> Diagnostic {
    Diagnostic::warning(summary, detail).at(path)
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    match items.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        items => items.concat(),
    }
}
