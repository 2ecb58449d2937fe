//! What a plan will take from others.

use tfplugin::{Diagnostic, Path};

use engine::model::Observed;
use engine::reconcile::{Foresight, Step, Write};

/// What stands at the hostname of a path that exists, and is to make way.
pub(super) fn overwritten(foresight: &Foresight, before: &Observed) -> Option<Diagnostic> {
    let overwrites = |step: &Step| matches!(step.write, Write::Overwrite(_));
    let there: Vec<&str> = before.foreign_aliases().map(String::as_str).collect();
    (foresight.steps().any(overwrites) && !there.is_empty()).then(|| {
        Diagnostic::warning(
            "A record of the hostname will be taken over",
            format!(
                "It was not made by this path: {}. Nothing keeps the old value but this message: a \
                 destroy deletes the record and does not bring it back.",
                there.join(" and ")
            ),
        )
        .at(Path::of("endpoint").attribute("overwrite_record"))
    })
}
