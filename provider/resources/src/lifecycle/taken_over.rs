//! What the create of another state has taken over.

use tfplugin::Diagnostic;

use super::{
    common::Common, kept::Kept, name_conflict::was_taken_over, resource_type::ResourceType,
};
use engine::model::{Observed, leases};

/// Refuses to work on what the create of another state has taken over since this one recorded it.
pub fn is_still_ours<T: ResourceType>(
    kept: &Kept<T>,
    observed: &Observed,
) -> Result<(), Diagnostic> {
    let mut leases = leases::all(observed);
    let other = leases.find(|(_, lease)| !kept.run.is_empty() && lease.run != kept.run);
    let Some((key, lease)) = other else {
        return Ok(());
    };
    let name = kept.last_arguments().and_then(|it| it.name().known());
    let id = observed.id(key).unwrap_or_default();
    let what = format!("{} {id}", key.slot.called());
    let name = name.map_or("", String::as_str);
    Err(was_taken_over::<T>(name, &what, &lease.run))
}

/// The create that made what is there.
pub fn run_of(observed: &Observed) -> Option<String> {
    leases::all(observed).next().map(|(_, lease)| lease.run)
}
