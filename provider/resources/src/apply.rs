//! ApplyResourceChange: converge, and say what exists.

pub mod making;
mod twin;

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tfplugin::{
    ApplyRequest, ApplyResponse, Diagnostic, Diagnostics, Operation, RequestContext, Value,
};
use tokio::time::Instant;

use crate::{
    adopt,
    agree::disagreement,
    asked::{as_planned, decided, is_decided, meant},
    config::{Config, Timeouts, defaults},
    desired::{desired, destroyed},
    instance::Instance,
    left::{DRIFT, leave},
    owner,
    private::Private,
    read::{is_gone, observe, owner_of},
    region, report,
    scope::{scope, scope_of_state},
    settings::Clouds,
    told::Told,
};
use engine::model::{Desired, Key, Observed, Scope, Slot};
use engine::reconcile::{Bounds, Cloud, Conflict, Convergence, Limits, Planned, converge, foresee};

/// Creates, changes or removes a path.
pub async fn apply(
    clouds: &impl Clouds,
    ctx: &RequestContext,
    request: ApplyRequest,
) -> ApplyResponse {
    let answer = match request.operation() {
        _ if request.planned.is_some() != request.config.is_some() => Err(pointless()),
        Operation::Delete if request.prior.is_none() => Err(pointless()),
        Operation::Delete => delete(clouds, ctx, &request).await,
        Operation::Create | Operation::Update => make(clouds, ctx, &request).await,
    };
    // Nothing was done. Without a state Terraform keeps the one that was, with the private data
    // that belongs to it; what it has handed over may belong to a path that is to come.
    answer.unwrap_or_else(|diagnostics| ApplyResponse {
        diagnostics,
        ..ApplyResponse::default()
    })
}

async fn make(
    clouds: &impl Clouds,
    ctx: &RequestContext,
    request: &ApplyRequest,
) -> Result<ApplyResponse, Diagnostics> {
    let begun = Instant::now();
    let settings = clouds.settings();
    let planned = request.planned.clone().unwrap_or_default();
    let kept = match &request.prior {
        Some(prior) => Private::of(&request.planned_private, prior),
        None => Private::decode(&request.planned_private),
    };
    let told = asked(request, kept.as_ref())?;
    let before = kept.as_ref().and_then(|kept| kept.told.clone());
    let mut private = kept.unwrap_or_default();
    if private.owner.is_empty()
        && let Some(owner) = request.prior.as_ref().and_then(owner_told)
    {
        private.owner = owner;
    }
    adopt::take_in(&mut private, &told.config);
    let region = region::of_state(&planned, &settings)?;
    let limit = allowance(&told.config.timeouts, request.operation());
    let bounds = Bounds::new(begun + limit, ctx.cancel.clone());

    let mut scope = scope(Some(&told.config), &private, &settings);
    if let Some(prior) = &request.prior
        && scope.service_id.is_none()
    {
        scope.service_id = prior.get("id").as_str().map(str::to_owned);
        scope.endpoint_id = prior.get("endpoint").get("id").as_str().map(str::to_owned);
    }
    let observed = observe(clouds, &region, &bounds, &scope).await?;
    let mut leftovers = None;
    if request.prior.is_none() {
        twin::refuse(&observed, &told.config)?;
        leftovers = twin::leftovers(&observed, &told.config);
    }
    let cloud = clouds.cloud(&region, &bounds).await?;
    let mut instance = Instance::new(&private, request.prior.as_ref(), region, &settings);
    if instance.owner.is_empty() {
        // What was kept has been lost: the tags tell whose the path is.
        let found = owner_of(&observed);
        instance.owner = found.map_or_else(owner::draw, Ok)?;
        scope.owner.clone_from(&instance.owner);
    }
    instance.tell(told.clone());
    let footing = instance.footing();
    let was = before.map(|before| desired(&before.config, &footing, &observed));
    let mut desired = desired(&told.config, &footing, &observed);
    leave(&mut desired, was.as_ref(), &observed, planned.get(DRIFT));
    keeps_the_plan(&instance, &desired, &observed, &planned)?;

    let mut run = run(&cloud, ctx, &scope, &desired, observed, bounds, &instance).await;
    let mut diagnostics = report::ended(&run, &desired);
    let done = !diagnostics.has_errors();
    if done {
        instance.settle(&mut run.observed, &run.forgotten);
    } else if request.prior.is_none() {
        diagnostics = marked(diagnostics, &run);
    }
    let is_nothing = run.observed.objects.is_empty() && request.prior.is_none();
    diagnostics.extend(leftovers);
    let mut state = instance.state(&run.observed);
    if done {
        as_planned(&mut state, &planned);
    }
    Ok(ApplyResponse {
        new_state: (!is_nothing).then_some(state),
        private: instance.private(&run.observed).encode(),
        diagnostics,
    })
}

async fn delete(
    clouds: &impl Clouds,
    ctx: &RequestContext,
    request: &ApplyRequest,
) -> Result<ApplyResponse, Diagnostics> {
    let begun = Instant::now();
    let settings = clouds.settings();
    let prior = request.prior.clone().unwrap_or_default();
    let planned = Private::decode(&request.planned_private);
    if let Some(why) = planned.and_then(|it| it.refused) {
        return Err(stays(&why).into());
    }
    // The replacement of a tainted path is planned without its private data, and what Terraform
    // hands over is of the new path, in which nothing is observed: what the old one is, only its
    // state says.
    let kept = Private::of(&request.planned_private, &prior);
    let kept = kept.filter(|private| !private.observed.objects.is_empty());
    let mut scope = match &kept {
        Some(private) => scope(None, private, &settings),
        None => scope_of_state(&prior, &settings),
    };
    let mut private = kept.unwrap_or_default();
    private.owner.clone_from(&scope.owner);
    let region = region::of_state(&prior, &settings)?;
    // The state has them even where nothing was kept.
    let timeouts = Config::read(&prior).0.timeouts;
    let limit = allowance(&timeouts, Operation::Delete);
    let bounds = Bounds::new(begun + limit, ctx.cancel.clone());
    let mut observed = observe(clouds, &region, &bounds, &scope).await?;
    if scope.owner.is_empty()
        && let Some(owner) = owner_of(&observed)
    {
        scope.owner.clone_from(&owner);
        private.owner = owner;
        observed = observe(clouds, &region, &bounds, &scope).await?;
    }
    let cloud = clouds.cloud(&region, &bounds).await?;
    let instance = Instance::new(&private, Some(&prior), region, &settings);
    let nothing = destroyed(&prior);
    let run = run(&cloud, ctx, &scope, &nothing, observed, bounds, &instance).await;
    let diagnostics = report::ended(&run, &nothing);
    if !diagnostics.has_errors() && is_gone(&run.observed) {
        return Ok(ApplyResponse {
            diagnostics,
            ..ApplyResponse::default()
        });
    }
    Ok(ApplyResponse {
        new_state: Some(instance.state(&run.observed)),
        private: instance.private(&run.observed).encode(),
        diagnostics,
    })
}

/// What is to be applied: what was planned, and nothing else where that was known.
fn asked(request: &ApplyRequest, kept: Option<&Private>) -> Result<Told, Diagnostics> {
    let written = request.config.as_ref().unwrap_or(&Value::Null);
    let config = match kept.and_then(|kept| kept.asked.as_ref()) {
        Some(planned) => decided(planned, written),
        None => meant(written, request.prior.as_ref(), kept, true),
    };
    is_decided(&config)?;
    Told::new(config)
}

/// Terraform never asks for it.
fn pointless() -> Diagnostics {
    let detail = "There is no path before or after this change, or no configuration of it. \
        Nothing was changed.";
    Diagnostic::error("Nothing to apply", detail).into()
}

/// What is to take the place of a path is not possible where it is to be made.
fn stays(why: &str) -> Diagnostic {
    let detail = format!("What is to take its place cannot be made. {why} Nothing was changed.");
    Diagnostic::error("The path is not replaced", detail)
}

/// The owner as a state says it.
fn owner_told(state: &Value) -> Option<String> {
    state.get("owner_id").as_str().map(str::to_owned)
}

/// Converges, and leaves a checkpoint after everything that happens.
async fn run(
    cloud: &impl Cloud,
    ctx: &RequestContext,
    scope: &Scope,
    desired: &Desired,
    observed: Observed,
    bounds: Bounds,
    instance: &Instance,
) -> Convergence {
    let limits = Limits::within(bounds);
    let recorded = Mutex::new(landmarks(&observed));
    let checkpoint = |observed: &Observed| {
        let now = landmarks(observed);
        let mut recorded = recorded.lock().unwrap_or_else(PoisonError::into_inner);
        if *recorded != now {
            *recorded = now;
            let state = instance.undiagnosed(observed);
            ctx.checkpoint
                .record(state, instance.private(observed).encode());
        }
    };
    converge(cloud, scope, desired, observed, &limits, &checkpoint).await
}

/// What a state must know to be read again: everything else is found by its owner, or hangs on
/// one of these.
fn landmarks(observed: &Observed) -> (bool, BTreeSet<String>) {
    let landmark = |key: &Key| {
        matches!(
            key.slot,
            Slot::LoadBalancer | Slot::Service | Slot::Endpoint
        )
    };
    let found = observed.objects.iter().filter(|(key, _)| landmark(key));
    let ids = found
        .filter_map(|(_, seen)| seen.id.known().cloned())
        .collect();
    (observed.objects.is_empty(), ids)
}

fn allowance(timeouts: &Timeouts, operation: Operation) -> Duration {
    let timeout = match operation {
        Operation::Create => &timeouts.create,
        Operation::Update => &timeouts.update,
        Operation::Delete => &timeouts.delete,
    };
    timeout.known().copied().unwrap_or(defaults::TIMEOUT)
}

/// Stops before the first write when AWS has changed so much since the plan was made that what it
/// promised cannot be kept.
fn keeps_the_plan(
    instance: &Instance,
    desired: &Desired,
    observed: &Observed,
    planned: &Value,
) -> Result<(), Diagnostic> {
    let foresight = foresee(desired, observed);
    let mut coming = instance.foreseen(&foresight.end);
    as_planned(&mut coming, planned);
    match disagreement(planned, &coming) {
        None => Ok(()),
        Some(path) => Err(Diagnostic::error(
            format!("{path} changed since this plan was made"),
            "What AWS holds is not what the plan was made from, and going on would not give what \
             it promised. Nothing was changed: plan again.",
        )
        .at(path)),
    }
}

/// Terraform marks what failed while it was created, and replaces it in the next apply. What only a
/// replacement cures says so itself.
fn marked(diagnostics: Diagnostics, run: &Convergence) -> Diagnostics {
    const HINT: &str = "\n\nThe path is marked for replacement. To go on with what exists instead, \
        run `terraform untaint` on this resource and apply again.";
    let incurable = |conflict: &Conflict| {
        matches!(
            conflict,
            Conflict::Failed { .. } | Conflict::BornWithoutGroups | Conflict::MovesVpc { .. }
        )
    };
    let mut conflicts = run.blocked.iter().flat_map(Planned::conflicts);
    let mut hinted = conflicts.any(incurable);
    diagnostics
        .into_iter()
        .map(|mut diagnostic| {
            if !hinted && diagnostic.severity == tfplugin::Severity::Error {
                diagnostic.detail.push_str(HINT);
                hinted = true;
            }
            diagnostic
        })
        .collect()
}
