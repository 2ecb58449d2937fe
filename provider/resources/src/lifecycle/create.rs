//! What a create does about its name: whether it is free, and what an apply left there that was ended
//! from outside.

use std::{collections::BTreeMap, time::Duration};

use tfplugin::{ApplyResponse, Diagnostic, RequestContext};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::{
    common::Common,
    name_conflict::{exists, is_being_made},
    owner_id::new_owner_id,
    read::answered,
    report,
    resource_type::ResourceType,
    tagging,
};
use crate::settings::Clouds;
use engine::model::{Desired, Lease, Observed, Scope, leases, observed::Stranger, tags};
use engine::reconcile::{
    Bounds, Claim, Clock, Closing, Cloud, CloudError, Limits, converge, rival,
};

/// Between looks at the lease of another apply.
const POLL: Duration = Duration::from_secs(2);

/// An apply that is at work has renewed its lease within this time, whatever its clock says.
const WATCH: Duration = Duration::from_secs(90);

/// How long the end of a lease may take: when the operation is to be over, and else.
const HURRIED: Duration = Duration::from_secs(2);
const UNHURRIED: Duration = Duration::from_secs(20);

/// Of an error before the first write.
pub const NOTHING_MADE: &str = "Nothing was made.";

/// Waits until the name is free, or what stands there is nobody's any more; says what is to be taken
/// over, if anything is.
pub async fn claim<T: ResourceType>(
    cloud: &impl Cloud,
    scope: &Scope,
    bounds: &Bounds,
    observed: &Observed,
    arguments: &T::Arguments,
) -> Result<Option<Stranger>, Diagnostic> {
    let name = arguments.name().known().map_or("", String::as_str);
    let clock = Clock::new();
    let mut others = observed.strangers.clone();
    let mut waited: Option<(Stranger, Instant)> = None;
    loop {
        let Some(found) = rival(&others, T::IDENTITY, clock.now()).cloned() else {
            return Ok(None);
        };
        let Some(lease) = found.lease.as_ref().filter(|lease| lease.is_open()) else {
            return Err(exists::<T>(name, &found, NOTHING_MADE));
        };
        if let Some((before, _)) = &waited
            && found.renews(before)
        {
            return Err(is_being_made::<T>(name, &found, NOTHING_MADE));
        }
        let is_still = waited
            .as_ref()
            .is_some_and(|(before, since)| before.lease == found.lease && since.elapsed() > WATCH);
        if lease.is_dead(clock.now()) || is_still {
            tracing::info!(
                id = found.id,
                owner = found.owner,
                run = lease.run,
                "Taking over what an unfinished create left"
            );
            remove_the_rest(cloud, scope, bounds, &others, &found, &clock).await;
            return Ok(Some(found));
        }
        tracing::info!(
            id = found.id,
            owner = found.owner,
            %lease,
            "Waiting for the end of an unfinished create"
        );
        if waited
            .as_ref()
            .is_none_or(|(before, _)| before.owner != found.owner)
        {
            waited = Some((found.clone(), Instant::now()));
        }
        tokio::select! {
            () = sleep(POLL) => {}
            _ = bounds.end() => return Err(is_being_made::<T>(name, &found, NOTHING_MADE)),
        }
        others = answered(bounds, cloud.strangers(scope)).await?;
    }
}

/// The lease that a create takes: on what it makes first, or on what it takes over.
pub fn lease<T: ResourceType>(
    desired: &Desired,
    taken_over: Option<&Stranger>,
    ctx: &RequestContext,
) -> Result<Option<Claim>, Diagnostic> {
    let Some(anchor) = leases::anchor(desired, T::SIDE) else {
        return Ok(None);
    };
    // An endpoint can carry so many tags that the lease has no place: better without one than not
    // at all.
    let count = desired.objects[&anchor].tags().map_or(0, BTreeMap::len);
    if count >= tagging::MOST {
        return Ok(None);
    }
    Ok(Some(Claim {
        anchor,
        run: new_owner_id()?,
        from: taken_over.and_then(|it| Some(it.lease.as_ref()?.run.clone())),
        abandoned: ctx.abandoned.clone(),
    }))
}

/// Ends the lease of a create that could not say that it was over, though a state has what it made:
/// with the next change, as any other tag that is not as it should be.
pub fn end_lease(desired: &mut Desired, observed: &Observed) {
    for (key, lease) in leases::open(observed) {
        let own = desired.objects.get_mut(&key).and_then(|it| it.tags_mut());
        if let Some(own) = own {
            let ended = Lease::ended(&lease.run).to_string();
            own.insert(tags::CREATE.to_owned(), ended.into());
        }
    }
}

/// Tells AWS that the create is over. The bounds of the operation may have ended: this has its own.
pub async fn close(
    clouds: &impl Clouds,
    region: &str,
    scope: &Scope,
    closing: &mut Closing,
    observed: &mut Observed,
    bounds: &Bounds,
) -> Result<(), CloudError> {
    let patience = match bounds.ended() {
        Some(_) => HURRIED,
        None => UNHURRIED,
    };
    let by = Instant::now() + patience;
    let own = Bounds::new(by, CancellationToken::new());
    match clouds.cloud(region, &own).await {
        Ok(cloud) => closing.end(&cloud, scope, observed, by).await,
        // What is wrong with the credentials was told by the run itself.
        Err(_) => Ok(()),
    }
}

/// What was made is whole, and does not say so.
pub fn unended<T: ResourceType>(error: &CloudError) -> Diagnostic {
    Diagnostic::warning(
        "Another apply could take this for unfinished",
        format!(
            "The tag {} of the object that was made first says until when this apply is at work. It \
             could not be told that the apply is over: {}. Until it is, a create of another {} of \
             this name would take over what was made. The next apply that changes anything tells \
             it.",
            tags::CREATE,
            report::refusal(error),
            T::NOUN
        ),
    )
    .at("name")
}

/// An error after which Terraform is to know of nothing.
pub fn nothing_recorded(why: Diagnostic) -> ApplyResponse {
    ApplyResponse {
        diagnostics: why.into(),
        ..ApplyResponse::default()
    }
}

/// Two creates may have been ended half way at the same moment: what the other one left goes.
async fn remove_the_rest(
    cloud: &impl Cloud,
    scope: &Scope,
    bounds: &Bounds,
    others: &[Stranger],
    kept: &Stranger,
    clock: &Clock,
) {
    let is_dead = |lease: &Lease| lease.is_open() && lease.is_dead(clock.now());
    let dead = others
        .iter()
        .filter(|it| it.lease.as_ref().is_some_and(is_dead));
    for other in dead.filter(|it| it.owner != kept.owner) {
        remove(cloud, scope, bounds, &other.owner).await;
    }
}

/// Removes all that is found of an owner whom no state records.
pub async fn remove(cloud: &impl Cloud, scope: &Scope, bounds: &Bounds, owner: &str) {
    let scope = Scope {
        owner: owner.to_owned(),
        unfinished: true,
        ..scope.clone()
    };
    let Ok(observed) = cloud.observe(&scope).await else {
        return;
    };
    tracing::info!(owner, "Removing what an unfinished create left");
    let limits = Limits::within(bounds.clone());
    let nothing = Desired::nothing();
    converge(cloud, &scope, &nothing, observed, &limits, &|_| {}).await;
}
