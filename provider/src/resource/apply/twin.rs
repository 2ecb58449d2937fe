//! Another instance of the same path stands in the way.

use tfplugin::Diagnostic;

use crate::{
    model::{Observed, Slot},
    resource::config::Config,
};

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
