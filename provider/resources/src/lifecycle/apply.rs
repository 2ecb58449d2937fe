//! ApplyResourceChange: converge, and say what exists.

pub mod making;

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tfplugin::{
    ApplyRequest, ApplyResponse, Diagnostic, Diagnostics, Operation, RequestContext, Value,
};
use tokio::time::Instant;

use super::{
    asked::{as_planned, decided, is_decided, meant},
    common::Common,
    configured::Configured,
    create,
    instance::Instance,
    kept::Kept,
    left::{DRIFT, leave},
    name_conflict::{self, exists, is_being_made, was_taken_over},
    owner_id::new_owner_id,
    plan::destroy::nothing,
    plan_consistency::disagreement,
    preflight::Preflight,
    read::{is_gone, observe, owner_of},
    region, report,
    resource_type::ResourceType,
    scope::{id_in, scope, scope_of_state, text},
    taken_over::is_still_ours,
};
use crate::{
    settings::Clouds,
    timeouts::{TIMEOUT, Timeouts},
};
use engine::model::{Desired, Key, Observed, Scope, Slot};
use engine::reconcile::{
    Bounds, Cloud, Conflict, Convergence, Limits, Lost, Planned, converge, foresee,
};

/// Creates, changes or removes a path.
pub async fn apply<T: ResourceType>(
    clouds: &impl Clouds,
    ctx: &RequestContext,
    request: ApplyRequest,
) -> ApplyResponse {
    let answer = match request.operation() {
        _ if request.planned.is_some() != request.config.is_some() => Err(pointless()),
        Operation::Delete if request.prior.is_none() => Err(pointless()),
        Operation::Delete => delete::<T>(clouds, ctx, &request).await,
        Operation::Create | Operation::Update => make::<T>(clouds, ctx, &request).await,
    };
    // Nothing was done. Without a state Terraform keeps the one that was, with the private data
    // that belongs to it; what it has handed over may belong to a path that is to come.
    answer.unwrap_or_else(|diagnostics| ApplyResponse {
        diagnostics,
        ..ApplyResponse::default()
    })
}

async fn make<T: ResourceType>(
    clouds: &impl Clouds,
    ctx: &RequestContext,
    request: &ApplyRequest,
) -> Result<ApplyResponse, Diagnostics> {
    let settings = clouds.settings();
    let kept: Option<Kept<T>> = match &request.prior {
        Some(prior) => Kept::of(&request.planned_private, prior),
        None => Kept::decode(&request.planned_private),
    };
    let configured = asked(request, kept.as_ref())?;
    let arguments = &configured.arguments;
    if let Some(prior) = &request.prior
        && let Some(preflight) = Preflight::of_update(&settings, arguments, prior, kept.as_ref())
    {
        let objections = preflight.objections(clouds, ctx).await;
        if objections.has_errors() {
            return Err(objections);
        }
    }

    let begun = Instant::now();
    let planned = request.planned.as_ref().unwrap_or(&Value::Null);
    let mut kept = kept.unwrap_or_default();
    if kept.owner.is_empty()
        && let Some(owner) = request
            .prior
            .as_ref()
            .and_then(|it| text(it.get("owner_id")))
    {
        kept.owner = owner;
    }
    if kept.imported {
        T::forget_found(&mut kept.observed, arguments);
    }
    if kept.adopting {
        T::assign_roles(&mut kept.observed, arguments);
    }
    let region = region::of_state(planned, &settings)?;
    let limit = timeout_for(request.operation(), arguments.timeouts());
    let bounds = Bounds::new(begun + limit, ctx.cancel.clone());

    let mut scope = scope(Some(arguments), &kept, &settings);
    if let Some(prior) = &request.prior
        && kept.id_of(T::IDENTITY).is_none()
    {
        scope.service_id = id_in::<T>(prior, Slot::Service);
        scope.endpoint_id = id_in::<T>(prior, Slot::Endpoint);
    }
    let mut observed = observe(clouds, &region, &bounds, &scope).await?;
    let cloud = clouds.cloud(&region, &bounds).await?;
    let mut taken_over = None;
    let mut leftovers = None;
    match &request.prior {
        None => {
            taken_over = create::claim::<T>(&cloud, &scope, &bounds, &observed, arguments).await?;
            let from = taken_over.as_ref().map_or("", |it| it.owner.as_str());
            leftovers = name_conflict::leftovers::<T>(&observed, arguments, from);
        }
        Some(_) => is_still_ours::<T>(&kept, &observed)?,
    }
    if let Some(unfinished) = &taken_over {
        kept.owner.clone_from(&unfinished.owner);
        scope.owner.clone_from(&kept.owner);
        scope.unfinished = true;
        observed = observe(clouds, &region, &bounds, &scope).await?;
        let instance = Instance::new(kept.clone(), None, region.clone(), &settings);
        let wanted = T::desired(arguments, &instance.context(), &observed);
        if !foresee(&wanted, &observed).blocked.is_empty() {
            // AWS does not make of it what is asked for by now, and nobody has it.
            create::remove(&cloud, &scope, &bounds, &kept.owner).await;
            taken_over = None;
            kept.owner.clear();
            scope.owner.clear();
            scope.unfinished = false;
            observed = observe(clouds, &region, &bounds, &scope).await?;
        }
    }
    if kept.owner.is_empty() {
        // What was kept has been lost: the tags tell whose the path is.
        let found = owner_of::<T>(&observed);
        kept.owner = found.map_or_else(new_owner_id, Ok)?;
        scope.owner.clone_from(&kept.owner);
    }
    let mut instance = Instance::new(kept, request.prior.as_ref(), region, &settings);
    let before = instance.configure(configured.clone());
    let want = |it: &Configured<T>| T::desired(&it.arguments, &instance.context(), &observed);
    let mut desired = want(&configured);
    let was = || before.as_ref().map(want);
    leave(&mut desired, was, &observed, planned.get(DRIFT));
    keeps_the_plan(&instance, &desired, &observed, planned)?;

    let claim = match &request.prior {
        None => create::lease::<T>(&desired, taken_over.as_ref(), ctx)?,
        Some(_) => {
            create::end_lease(&mut desired, &observed);
            None
        }
    };
    if let Some(claim) = &claim {
        instance.kept.run.clone_from(&claim.run);
    }
    let limits = Limits {
        claim,
        ..Limits::within(bounds.clone())
    };
    let mut run = run(&cloud, ctx, &scope, &desired, observed, &limits, &instance).await;
    let mut unended = None;
    if let Some(mut closing) = run.closing.take() {
        let region = instance.region();
        let observed = &mut run.observed;
        let told = create::close(clouds, region, &scope, &mut closing, observed, &bounds).await;
        unended = told.err();
        if let Some(lost) = closing.lost {
            return give_way(
                clouds,
                ctx,
                &scope,
                run.observed,
                bounds,
                &mut instance,
                lost,
            )
            .await;
        }
    }
    let mut diagnostics = report::ended::<T>(&run, &desired);
    diagnostics.extend(unended.as_ref().map(create::unended::<T>));
    let done = !diagnostics.has_errors();
    if done {
        instance.finish_apply(&mut run.observed, &run.forgotten);
    } else if request.prior.is_none() {
        diagnostics = marked(diagnostics, &run);
    }
    let is_nothing = run.observed.objects.is_empty() && request.prior.is_none();
    diagnostics.extend(leftovers);
    let mut state = instance.state(&run.observed);
    if done {
        as_planned::<T>(&mut state, planned);
    }
    Ok(ApplyResponse {
        new_state: (!is_nothing).then_some(state),
        private: instance.encode(&run.observed),
        diagnostics,
    })
}

/// A create that has to leave its name to somebody else takes away again what it has made, unless that
/// is the other's by now.
async fn give_way<T: ResourceType>(
    clouds: &impl Clouds,
    ctx: &RequestContext,
    scope: &Scope,
    made: Observed,
    bounds: Bounds,
    instance: &mut Instance<'_, T>,
    lost: Lost,
) -> Result<ApplyResponse, Diagnostics> {
    let rival = match lost {
        Lost::Rival(rival) => rival,
        Lost::TakenOver { anchor, run } => {
            ctx.checkpoint.forget();
            let id = made.id(anchor).unwrap_or_default();
            let what = format!("{} {id}", anchor.slot.called());
            let why = was_taken_over::<T>(&scope.name, what.trim_end(), &run);
            return Ok(create::nothing_recorded(why));
        }
    };
    let rival = &rival;
    let scope = Scope {
        known: made,
        ..scope.clone()
    };
    let region = instance.region().to_owned();
    let observed = observe(clouds, &region, &bounds, &scope).await?;
    let cloud = clouds.cloud(&region, &bounds).await?;
    let nothing = Desired::nothing();
    let limits = Limits::within(bounds);
    let run = run(&cloud, ctx, &scope, &nothing, observed, &limits, instance).await;
    let name = scope.name.as_str();
    let is_open = rival.lease.as_ref().is_some_and(|lease| lease.is_open());
    let told = |consequence: &str| match is_open {
        true => is_being_made::<T>(name, rival, consequence),
        false => exists::<T>(name, rival, consequence),
    };
    if is_gone(&run.observed) {
        ctx.checkpoint.forget();
        let removed = "What this apply had begun to make was removed again.";
        return Ok(create::nothing_recorded(told(removed)));
    }
    let mut diagnostics = Diagnostics::from(told(
        "What this apply had begun to make could not be removed yet: the state has it, and the next \
         apply or destroy removes it.",
    ));
    diagnostics.extend(report::ended::<T>(&run, &nothing));
    Ok(ApplyResponse {
        new_state: Some(instance.state(&run.observed)),
        private: instance.encode(&run.observed),
        diagnostics,
    })
}

async fn delete<T: ResourceType>(
    clouds: &impl Clouds,
    ctx: &RequestContext,
    request: &ApplyRequest,
) -> Result<ApplyResponse, Diagnostics> {
    let begun = Instant::now();
    let settings = clouds.settings();
    let prior = request.prior.as_ref().unwrap_or(&Value::Null);
    let planned = Kept::<T>::decode(&request.planned_private);
    if let Some(why) = planned.as_ref().and_then(|it| it.refused.as_ref()) {
        return Err(stays(why).into());
    }
    // The replacement of a tainted path is planned without its private data, and what Terraform
    // hands over is of the new path, in which nothing is observed: what the old one is, only its
    // state says.
    let kept = planned.filter(|kept| kept.belongs_to(prior));
    let kept = kept.filter(|kept| !kept.observed.objects.is_empty());
    let mut scope = match &kept {
        Some(kept) => scope(None, kept, &settings),
        None => scope_of_state::<T>(prior, &settings),
    };
    let mut kept = kept.unwrap_or_default();
    kept.owner.clone_from(&scope.owner);
    let region = region::of_state(prior, &settings)?;
    let limit = match kept.last_arguments() {
        Some(last) => timeout_for(Operation::Delete, last.timeouts()),
        // The state has them even where nothing was kept.
        None => timeout_for(Operation::Delete, T::read(prior).0.timeouts()),
    };
    let bounds = Bounds::new(begun + limit, ctx.cancel.clone());
    let mut observed = observe(clouds, &region, &bounds, &scope).await?;
    if scope.owner.is_empty()
        && let Some(owner) = owner_of::<T>(&observed)
    {
        scope.owner.clone_from(&owner);
        kept.owner = owner;
        observed = observe(clouds, &region, &bounds, &scope).await?;
    }
    is_still_ours::<T>(&kept, &observed)?;
    let cloud = clouds.cloud(&region, &bounds).await?;
    let instance = Instance::new(kept, Some(prior), region, &settings);
    let nothing = nothing::<T>(prior);
    let limits = Limits::within(bounds);
    let run = run(&cloud, ctx, &scope, &nothing, observed, &limits, &instance).await;
    let diagnostics = report::ended::<T>(&run, &nothing);
    if !diagnostics.has_errors() && is_gone(&run.observed) {
        return Ok(ApplyResponse {
            diagnostics,
            ..ApplyResponse::default()
        });
    }
    Ok(ApplyResponse {
        new_state: Some(instance.state(&run.observed)),
        private: instance.encode(&run.observed),
        diagnostics,
    })
}

/// What is to be applied: what was planned, and nothing else where that was known.
fn asked<T: ResourceType>(
    request: &ApplyRequest,
    kept: Option<&Kept<T>>,
) -> Result<Configured<T>, Diagnostics> {
    let written = request.config.as_ref().unwrap_or(&Value::Null);
    let config = match kept.and_then(|kept| kept.asked.as_ref()) {
        Some(planned) => decided(planned, written),
        None => meant(written, request.prior.as_ref(), kept, true),
    };
    is_decided::<T>(&config)?;
    Configured::new(config)
}

/// Terraform never asks for it.
fn pointless() -> Diagnostics {
    let detail = "There is no resource before or after this change, or no configuration of it. \
        Nothing was changed.";
    Diagnostic::error("Nothing to apply", detail).into()
}

/// What is to take the place of a path is not possible where it is to be made.
fn stays(why: &str) -> Diagnostic {
    let detail = format!("What is to take its place cannot be made. {why} Nothing was changed.");
    Diagnostic::error("The resource is not replaced", detail)
}

/// Converges, and leaves a checkpoint after everything that happens.
async fn run<T: ResourceType>(
    cloud: &impl Cloud,
    ctx: &RequestContext,
    scope: &Scope,
    desired: &Desired,
    observed: Observed,
    limits: &Limits,
    instance: &Instance<'_, T>,
) -> Convergence {
    let recorded = Mutex::new(recovery_ids(&observed));
    let checkpoint = |observed: &Observed| {
        let now = recovery_ids(observed);
        let mut recorded = recorded.lock().unwrap_or_else(PoisonError::into_inner);
        if *recorded != now {
            *recorded = now;
            let state = instance.undiagnosed(observed);
            ctx.checkpoint.record(state, instance.encode(observed));
        }
    };
    converge(cloud, scope, desired, observed, limits, &checkpoint).await
}

/// What a state must know to be read again: everything else is found by its owner, or hangs on
/// one of these.
fn recovery_ids(observed: &Observed) -> (bool, BTreeSet<String>) {
    let is_found_by_id = |key: &Key| {
        matches!(
            key.slot,
            Slot::LoadBalancer | Slot::Service | Slot::Endpoint
        )
    };
    let found = observed
        .objects
        .iter()
        .filter(|(key, _)| is_found_by_id(key));
    let ids = found
        .filter_map(|(_, seen)| seen.id.known().cloned())
        .collect();
    (observed.objects.is_empty(), ids)
}

fn timeout_for(operation: Operation, timeouts: &Timeouts) -> Duration {
    let timeout = match operation {
        Operation::Create => &timeouts.create,
        Operation::Update => &timeouts.update,
        Operation::Delete => &timeouts.delete,
    };
    timeout.known().copied().unwrap_or(TIMEOUT)
}

/// Stops before the first write when AWS has changed so much since the plan was made that what it
/// promised cannot be kept.
fn keeps_the_plan<T: ResourceType>(
    instance: &Instance<'_, T>,
    desired: &Desired,
    observed: &Observed,
    planned: &Value,
) -> Result<(), Diagnostic> {
    let foresight = foresee(desired, observed);
    let mut coming = instance.foreseen(&foresight.end);
    as_planned::<T>(&mut coming, planned);
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
    const HINT: &str = "\n\nThe resource is marked for replacement. To go on with what exists instead, \
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
