//! How many tags a path can have.

use tfplugin::Diagnostic;

use super::common::Common;
use crate::config::tag::MOST;

/// A rule of every resource.
pub fn fit_on_an_object(arguments: &impl Common) -> Vec<Diagnostic> {
    let tags = arguments.tags().known().and_then(Option::as_ref);
    tags.and_then(|tags| too_many(tags.len()))
        .into_iter()
        .collect()
}

/// `count`: of a configuration, or of what a plan makes of it with the provider's default tags.
pub(super) fn too_many(count: usize) -> Option<Diagnostic> {
    (count > MOST).then(|| {
        Diagnostic::error(
            "Too many tags",
            format!(
                "{count} tags are too many: AWS allows 50 on an object, and the provider needs {} \
                 of them to know its own. Keep {MOST}, the provider's default_tags included.",
                50 - MOST
            ),
        )
        .at("tags")
    })
}
