//! ReadResource: what AWS holds now.

use std::time::Duration;

use tfplugin::{Diagnostic, ReadRequest, ReadResponse, RequestContext, Value};
use tokio::time::Instant;

use super::{
    common::Common,
    configured::Configured,
    instance::Instance,
    kept::Kept,
    owner_id::new_owner_id,
    region, report,
    resource_type::ResourceType,
    scope::{id_in, scope, text},
    taken_over,
};
use crate::{
    settings::{Clouds, Settings},
    timeouts::TIMEOUT,
};
use engine::model::{Life, Observed, Scope, Slot, tags::OWNER};
use engine::reconcile::{Bounds, Cloud, CloudError};

/// Observes and renders. Nothing is gone unless AWS says so of everything.
pub async fn read<T: ResourceType>(
    clouds: &impl Clouds,
    ctx: &RequestContext,
    request: ReadRequest,
) -> ReadResponse {
    let settings = clouds.settings();
    match try_read::<T>(clouds, ctx, &settings, &request).await {
        Ok(answer) => answer,
        Err(error) => ReadResponse {
            state: Some(request.state),
            private: request.private,
            diagnostics: error.into(),
        },
    }
}

async fn try_read<T: ResourceType>(
    clouds: &impl Clouds,
    ctx: &RequestContext,
    settings: &Settings,
    request: &ReadRequest,
) -> Result<ReadResponse, Diagnostic> {
    let state = &request.state;
    let mut kept = recall::<T>(&request.private, state);
    let region = region::of_state(state, settings)?;
    let timeouts = kept.last_arguments().map(Common::timeouts);
    let limit = timeouts.and_then(|timeouts| timeouts.read.known().copied());
    let bounds = reading(ctx, limit.unwrap_or(TIMEOUT));
    let scope = scope(None, &kept, settings);
    let observed = observe(clouds, &region, &bounds, &scope).await?;
    if is_gone(&observed) {
        return Ok(ReadResponse::default());
    }

    if kept.owner.is_empty() {
        kept.owner = match owner_of::<T>(&observed) {
            Some(owner) => owner,
            None => {
                kept.adopting = true;
                new_owner_id()?
            }
        };
    }
    taken_over::is_still_ours(&kept, &observed)?;
    if kept.run.is_empty() {
        kept.run = taken_over::run_of(&observed).unwrap_or_default();
    }
    let mut instance = Instance::new(kept, Some(state), region, settings);
    let state = learned_state(&mut instance, &observed);
    Ok(ReadResponse {
        private: instance.encode(&observed),
        state: Some(state),
        ..ReadResponse::default()
    })
}

/// What was kept. Where it is lost, the state's ids lead back to the objects.
fn recall<T: ResourceType>(bytes: &[u8], state: &Value) -> Kept<T> {
    if let Some(kept) = Kept::of(bytes, state) {
        return kept;
    }
    Kept {
        owner: text(state.get("owner_id")).unwrap_or_default(),
        last_applied: Configured::new(state.clone()).ok(),
        endpoint_id: id_in::<T>(state, Slot::Endpoint),
        service_id: id_in::<T>(state, Slot::Service),
        ..Kept::default()
    }
}

/// The first read after an import takes what it finds for what was applied, so that later reads can
/// tell damage.
fn learned_state<T: ResourceType>(instance: &mut Instance<'_, T>, observed: &Observed) -> Value {
    let found = instance.state(observed);
    if instance.kept.last_applied.is_some() {
        return found;
    }
    if let Ok(configured) = Configured::new(found.clone()) {
        if let Some(tags) = found.get("tags_all").as_map() {
            instance.kept.applied_tags = tags.keys().cloned().collect();
        }
        instance.kept.last_applied = Some(configured);
        return instance.state(observed);
    }
    found
}

/// The bounds of an operation that writes nothing and begins now.
pub(crate) fn reading(ctx: &RequestContext, limit: Duration) -> Bounds {
    Bounds::reading(Instant::now() + limit, ctx.cancel.clone())
}

/// Looks at everything before anything is written, for as long as the user allows and waits.
pub(super) async fn observe(
    clouds: &impl Clouds,
    region: &str,
    bounds: &Bounds,
    scope: &Scope,
) -> Result<Observed, Diagnostic> {
    let bounds = bounds.only_reading();
    let cloud = clouds.cloud(region, &bounds).await?;
    answered(&bounds, cloud.observe(scope)).await
}

/// What is read of AWS before anything is written.
pub(crate) async fn answered<T>(
    bounds: &Bounds,
    reading: impl Future<Output = Result<T, CloudError>>,
) -> Result<T, Diagnostic> {
    tokio::select! {
        read = reading => read.map_err(|error| match bounds.is_interrupted() {
            true => report::interrupted_reading(&error),
            false => report::unreadable(&error),
        }),
        () = bounds.reads_end() => Err(match bounds.is_interrupted() {
            true => Diagnostic::error(
                "Interrupted",
                "AWS was still being read. Nothing was changed.",
            ),
            false => Diagnostic::error(
                "Out of time",
                "AWS was still being read when the time was up. `timeouts` allows more.",
            ),
        }),
    }
}

/// Nothing of ours is left: what is still being deleted does not count.
pub(super) fn is_gone(observed: &Observed) -> bool {
    observed
        .objects
        .values()
        .all(|seen| seen.life == Life::Going)
}

/// The owner that the tags name, of the object that the resource has its id from, or else of any.
pub(super) fn owner_of<T: ResourceType>(observed: &Observed) -> Option<String> {
    let identity = observed.of(T::IDENTITY).map(|(_, seen)| seen);
    let mut tags = identity
        .chain(observed.objects.values())
        .filter_map(|seen| seen.object.tags()?.get(OWNER)?.known());
    tags.next().cloned()
}
