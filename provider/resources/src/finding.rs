//! How findings of rules and checks are put.

use std::fmt::Display;

use tfplugin::{Diagnostic, Path};

/// An error at a place.
pub fn error(path: Path, summary: impl Into<String>, detail: impl Into<String>) -> Diagnostic {
    Diagnostic::error(summary, detail).at(path)
}

/// A warning at a place.
pub fn warning(path: Path, summary: impl Into<String>, detail: impl Into<String>) -> Diagnostic {
    Diagnostic::warning(summary, detail).at(path)
}

/// `a`, `a and b`, `a, b and c`.
pub fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    match items.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        items => items.concat(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn lists_read_like_sentences() {
        let list = |items: &[&str]| super::list(items);
        assert_eq!(list(&[]), "");
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b"]), "a and b");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
    }
}
