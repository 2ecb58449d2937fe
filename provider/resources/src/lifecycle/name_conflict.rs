//! Another instance of the same resource stands in the way of a new one.

use tfplugin::{Diagnostic, Path};

use super::{
    check_context::CheckContext, common::Common, report::capital, resource_type::ResourceType,
};
use crate::finding::{list, warning};
use engine::model::{
    Lease, Observed,
    observed::Stranger,
    tags::{CREATE, OWNER},
};

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
            "{} exists already: {} {others}. Unless it is destroyed before this one is made, or was \
             left unfinished by an apply that was ended from outside, the apply will refuse to make \
             a second one. To manage that one here, import it; else \
             choose another name.",
            called::<T>(name),
            T::IDENTITY.called()
        ),
    )]
}

/// What exists complete under this name: both would fight over names, hostname and consumers.
/// Somebody may use it as soon as `twin` is there. `consequence`: what became of this create.
pub fn exists<T: ResourceType>(name: &str, twin: &Stranger, consequence: &str) -> Diagnostic {
    Diagnostic::error(
        format!("{} exists already", called::<T>(name)),
        format!(
            "{what} {id} carries its name and belongs to another instance (owner {owner}). \
             {consequence}\n\nIf that {noun} is to be managed here, import it: terraform import \
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
    .at("name")
}

/// Another apply is at work on a resource of this name.
pub fn is_being_made<T: ResourceType>(
    name: &str,
    rival: &Stranger,
    consequence: &str,
) -> Diagnostic {
    Diagnostic::error(
        format!("{} is being made by another apply", called::<T>(name)),
        format!(
            "{what} {id} carries its name, belongs to another instance (owner {owner}), and its \
             tag {CREATE} says {lease:?}: an apply from another folder, workspace or machine is at \
             work on it. {consequence}\n\nIf that {noun} is to be managed here, import it when the \
             other apply is over: terraform import <address of this resource> {name}\n\nElse give \
             one of them another name. If the other apply was ended from outside, apply again: what it \
             left is taken over and finished.",
            what = capital(&rival.slot.called()),
            noun = T::NOUN,
            id = rival.id,
            owner = rival.owner,
            lease = rival.lease.as_ref().map(Lease::to_string).unwrap_or_default(),
        ),
    )
    .at("name")
}

/// Another apply has taken over what this one was making.
pub fn was_taken_over<T: ResourceType>(name: &str, what: &str, run: &str) -> Diagnostic {
    Diagnostic::error(
        format!("Another apply has taken over the {} called {name}", T::NOUN),
        format!(
            "{what} says in its tag {CREATE} that the create {run:?} is at work on it, or has \
             finished it. Either this one had not renewed that tag for 2 minutes or more, since the \
             machine slept or AWS could not be reached, and counted as ended; or both were about to \
             go on with what an apply had left that was killed. Nothing was removed: the other \
             apply records it all. To manage it here, remove it \
             from the other state (terraform state rm) and import it: terraform import <address of \
             this resource> {name}",
            what = capital(what),
        ),
    )
    .at("name")
}

/// Tells of parts of another one of that name that is not complete and not being made: another state
/// has them. `taken_over`: the owner of what this create goes on with.
pub fn leftovers<T: ResourceType>(
    observed: &Observed,
    arguments: &T::Arguments,
    taken_over: &str,
) -> Option<Diagnostic> {
    let name = arguments.name().known()?;
    let parts: Vec<String> = observed
        .strangers
        .iter()
        .filter(|it| it.owner != taken_over)
        .map(|it| format!("{} ({}, owner {})", it.slot.called(), it.id, it.owner))
        .collect();
    let mut others = observed.strangers.iter().map(|it| &it.owner);
    let owner = others.find(|owner| *owner != taken_over)?;
    let warning = Diagnostic::warning(
        format!("Parts of another {} called {name} exist", T::NOUN),
        format!(
            "{parts}. They belong to one that another state manages: its create failed, or it is \
             being replaced or removed at this moment. They were not touched. If nobody manages them, delete them: everything of theirs carries the tag \
             {OWNER} (aws resourcegroupstaggingapi get-resources --tag-filters \
             Key={OWNER},Values={owner}).",
            parts = capital(&parts.join(", ")),
        ),
    );
    Some(warning.at("name"))
}
