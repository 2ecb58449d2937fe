//! ReadResource: what AWS holds now.

use std::time::Duration;

use tfplugin::{Diagnostic, ReadRequest, ReadResponse, RequestContext, Value};
use tokio::time::Instant;

use crate::{
    config::defaults,
    instance::Instance,
    owner,
    private::Private,
    region, report,
    scope::scope,
    settings::{Clouds, Settings},
    told::Told,
};
use engine::model::{Life, Observed, Scope, Slot, tags::OWNER};
use engine::reconcile::{Bounds, Cloud};

/// Observes and renders. Nothing is gone unless AWS says so of everything.
pub async fn read(
    clouds: &impl Clouds,
    ctx: &RequestContext,
    request: ReadRequest,
) -> ReadResponse {
    let settings = clouds.settings();
    match try_read(clouds, ctx, &settings, &request).await {
        Ok(answer) => answer,
        Err(error) => ReadResponse {
            state: Some(request.state),
            private: request.private,
            diagnostics: error.into(),
        },
    }
}

async fn try_read(
    clouds: &impl Clouds,
    ctx: &RequestContext,
    settings: &Settings,
    request: &ReadRequest,
) -> Result<ReadResponse, Diagnostic> {
    let state = &request.state;
    let private = recall(&request.private, state);
    let region = region::of_state(state, settings)?;
    let limit = private
        .told
        .as_ref()
        .and_then(|told| told.config.timeouts.read.known().copied());
    let bounds = reading(ctx, limit.unwrap_or(defaults::TIMEOUT));
    let scope = scope(None, &private, settings);
    let observed = observe(clouds, &region, &bounds, &scope).await?;
    if is_gone(&observed) {
        return Ok(ReadResponse::default());
    }

    let mut instance = Instance::new(&private, Some(state), region, settings);
    if instance.owner.is_empty() {
        instance.owner = match owner_of(&observed) {
            Some(owner) => owner,
            None => {
                instance.adopting = true;
                owner::draw()?
            }
        };
    }
    let state = settle_in(&mut instance, &observed);
    Ok(ReadResponse {
        private: instance.private(&observed).encode(),
        state: Some(state),
        ..ReadResponse::default()
    })
}

/// What was kept. Where it is lost, the state's ids lead back to the objects.
fn recall(bytes: &[u8], state: &Value) -> Private {
    if let Some(private) = Private::of(bytes, state) {
        return private;
    }
    let text = |value: &Value| value.as_str().map(str::to_owned);
    Private {
        owner: text(state.get("owner_id")).unwrap_or_default(),
        told: Told::new(state.clone()).ok(),
        endpoint_id: text(state.get("endpoint").get("id")),
        service_id: text(state.get("id")),
        ..Private::default()
    }
}

/// The first read after an import takes what it finds for what was told, so that later reads can
/// tell damage.
fn settle_in(instance: &mut Instance, observed: &Observed) -> Value {
    if instance.told.is_some() {
        return instance.state(observed);
    }
    let found = instance.state(observed);
    if let Ok(told) = Told::new(found.clone()) {
        if let Some(tags) = found.get("tags_all").as_map() {
            instance.applied_tags = tags.keys().cloned().collect();
        }
        instance.told = Some(told);
        return instance.state(observed);
    }
    found
}

/// The bounds of an operation that writes nothing and begins now.
pub(super) fn reading(ctx: &RequestContext, limit: Duration) -> Bounds {
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
    tokio::select! {
        observed = cloud.observe(scope) => observed.map_err(|error| match bounds.is_interrupted() {
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

/// The owner that the tags name, of the service or else of anything.
pub(super) fn owner_of(observed: &Observed) -> Option<String> {
    let service = observed.of(Slot::Service).map(|(_, seen)| seen);
    let mut tags = service
        .chain(observed.objects.values())
        .filter_map(|seen| seen.object.tags()?.get(OWNER)?.known());
    tags.next().cloned()
}
