//! Another instance of the same resource stands in the way of a new one.

use tfplugin::{Diagnostic, Path};

use super::{
    check_context::CheckContext, common::Common, report::capital, resource_type::ResourceType,
};
use crate::finding::{list, warning};
use engine::model::{Observed, tags::OWNER};

/// `A path called orders`.
fn called<T: ResourceType>(name: &str) -> String {
    let article = match T::NOUN.starts_with(['a', 'e', 'i', 'o', 'u']) {
        true => "An",
        false => "A",
    };
    format!("{article} {} called {name}", T::NOUN)
}

/// An apply refuses to make a second one of a name; by then the other may be gone.
pub fn is_free<T: ResourceType>(case: &CheckContext<'_, T::Arguments>) -> Vec<Diagnostic> {
    let (Some(name), Some(found)) = (case.config.name().known(), case.survey.namesakes.known())
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
            "{} exists already: {} {others}. Unless it is destroyed before this one is made, the \
             apply will refuse to make a second one. To manage that one here, import it; else \
             choose another name.",
            called::<T>(name),
            T::IDENTITY.called()
        ),
    )]
}

/// Refuses to create what exists complete under this name: both would fight over names, hostname
/// and consumers. Nothing has been written by then.
pub fn refuse<T: ResourceType>(
    observed: &Observed,
    arguments: &T::Arguments,
) -> Result<(), Diagnostic> {
    // Somebody may use it as soon as this object is there.
    let mut others = observed.strangers.iter();
    let Some(twin) = others.find(|it| it.slot == T::IDENTITY) else {
        return Ok(());
    };
    let name = arguments.name().known().map_or("", String::as_str);
    Err(Diagnostic::error(
        format!("{} exists already", called::<T>(name)),
        format!(
            "{what} {id} carries its name and belongs to another instance (owner {owner}). Nothing \
             was made.\n\nIf that {noun} is to be managed here, import it: terraform import \
             <address of this resource> {id}\n\nIf this is a replacement, the resource has \
             create_before_destroy, set here, or forced by a resource that refers to this one: \
             Terraform then creates the new instance while the old one lives, without telling the \
             provider. Remove it, or give the new {noun} another name.",
            what = capital(&T::IDENTITY.called()),
            noun = T::NOUN,
            id = twin.id,
            owner = twin.owner,
        ),
    )
    .at("name"))
}

/// Tells of parts of another one of that name that is not complete. A create whose process was ended
/// from outside leaves them: Terraform records nothing of it.
pub fn leftovers<T: ResourceType>(
    observed: &Observed,
    arguments: &T::Arguments,
) -> Option<Diagnostic> {
    let name = arguments.name().known()?;
    let parts: Vec<String> = observed
        .strangers
        .iter()
        .map(|it| format!("{} ({}, owner {})", it.slot.called(), it.id, it.owner))
        .collect();
    let owner = &observed.strangers.first()?.owner;
    let warning = Diagnostic::warning(
        format!("Parts of another {} called {name} exist", T::NOUN),
        format!(
            "{parts}. They were left by an apply whose provider was ended before it could answer, \
             or belong to one that is being made or replaced at this moment. They were not \
             touched. If nobody manages them, delete them: everything of theirs carries the tag \
             {OWNER} (aws resourcegroupstaggingapi get-resources --tag-filters \
             Key={OWNER},Values={owner}).",
            parts = capital(&parts.join(", ")),
        ),
    );
    Some(warning.at("name"))
}
