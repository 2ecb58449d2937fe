//! The name of a new path.

use tfplugin::{Diagnostic, Path};

use super::Case;
use crate::finding::{list, warning};

/// An apply refuses to make a path beside a complete one of its name; by then the other may be gone.
pub(super) fn is_free(case: &Case<'_>) -> Vec<Diagnostic> {
    let (Some(name), Some(found)) = (case.config.name.known(), case.survey.namesakes.known())
    else {
        return Vec::new();
    };
    let own = case.owner;
    let others = found
        .iter()
        .filter(|other| !other.owner.is_empty() && other.owner != own);
    let others = list(others.map(|other| format!("{} (owner {})", other.id, other.owner)));
    if !case.is_new || others.is_empty() {
        return Vec::new();
    }
    vec![warning(
        Path::of("name"),
        "The name is taken",
        format!(
            "A path called {name} exists already: its endpoint service is {others}. Unless it is \
             destroyed before this one is made, the apply will refuse to make a second one. To \
             manage that path here, import it; else choose another name."
        ),
    )]
}
