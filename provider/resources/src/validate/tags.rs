//! `tags`.

use tfplugin::{Diagnostic, Path};

use super::error;
use crate::config::{Config, tag::MOST};

pub(super) fn fit_on_an_object(config: &Config) -> Vec<Diagnostic> {
    let tags = config.tags.known().and_then(Option::as_ref);
    tags.and_then(|tags| too_many(tags.len()))
        .into_iter()
        .collect()
}

/// `count`: of a configuration, or of what a plan makes of it with the provider's default tags.
pub fn too_many(count: usize) -> Option<Diagnostic> {
    (count > MOST).then(|| {
        error(
            Path::of("tags"),
            "Too many tags",
            format!(
                "{count} tags are too many: AWS allows 50 on an object, and the provider needs {} \
                 of them to know its own. Keep {MOST}, the provider's default_tags included.",
                50 - MOST
            ),
        )
    })
}
