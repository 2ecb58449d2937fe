//! `tags`.

use tfplugin::{Diagnostic, Path};

use super::error;
use crate::{
    model::Maybe,
    resource::config::{Config, tag::MOST},
};

pub(super) fn fit_on_an_object(config: &Config) -> Vec<Diagnostic> {
    match &config.tags {
        Maybe::Known(Some(tags)) if tags.len() > MOST => vec![error(
            Path::of("tags"),
            "Too many tags",
            format!(
                "{} tags are too many: AWS allows 50 on an object, and the provider needs {} of \
                 them to know its own. Keep {MOST}, the provider's default_tags included.",
                tags.len(),
                50 - MOST
            ),
        )],
        _ => Vec::new(),
    }
}
