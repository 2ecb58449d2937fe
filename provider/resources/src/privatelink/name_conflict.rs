//! Another instance of the same path stands in the way.

use tfplugin::Diagnostic;

use crate::{config::Config, lifecycle::report::capital};
use engine::model::{Observed, Slot, tags::OWNER};

/// Refuses to create a path while a complete one of its name exists: both would fight over names,
/// hostname and consumers. Nothing has been written by then.
pub(super) fn refuse(observed: &Observed, config: &Config) -> Result<(), Diagnostic> {
    // The endpoint service is what makes a path one that somebody may use.
    let Some(twin) = observed
        .strangers
        .iter()
        .find(|it| it.slot == Slot::Service)
    else {
        return Ok(());
    };
    let name = config.name.known().map_or("", String::as_str);
    Err(Diagnostic::error(
        format!("A path called {name} exists already"),
        format!(
            "The endpoint service {id} carries its name and belongs to another instance (owner \
             {owner}). Nothing was made.\n\nIf that path is to be managed here, import it: \
             terraform import <address of this resource> {id}\n\nIf this is a replacement, the \
             resource has create_before_destroy, set here, or forced by a resource that refers \
             to this one: Terraform then creates the new instance while the old one lives, \
             without telling the provider. Remove it, or give the new path another name.",
            id = twin.id,
            owner = twin.owner,
        ),
    )
    .at("name"))
}

/// Tells of parts of another path of that name that is not complete. A create whose process was
/// ended from outside leaves them: Terraform records nothing of it.
pub(super) fn leftovers(observed: &Observed, config: &Config) -> Option<Diagnostic> {
    let name = config.name.known()?;
    let parts: Vec<String> = observed
        .strangers
        .iter()
        .map(|it| format!("{} ({}, owner {})", it.slot.called(), it.id, it.owner))
        .collect();
    let owner = &observed.strangers.first()?.owner;
    let warning = Diagnostic::warning(
        format!("Parts of another path called {name} exist"),
        format!(
            "{parts}. They were left by an apply whose provider was ended before it could answer, \
             or belong to a path that is being made or replaced at this moment. They were not \
             touched. If nobody manages them, delete them: everything of theirs carries the tag \
             {OWNER} (aws resourcegroupstaggingapi get-resources --tag-filters \
             Key={OWNER},Values={owner}).",
            parts = capital(&parts.join(", ")),
        ),
    );
    Some(warning.at("name"))
}
