//! The plan of a destroy.

use std::{collections::BTreeSet, time::Duration};

use tfplugin::{Diagnostics, PlanRequest, PlanResponse, RequestContext, Value};

use crate::{
    lifecycle::{
        kept::Kept, read::reading, region, report, resource_type::ResourceType, scope::scope,
    },
    settings::Clouds,
};
use engine::model::{Desired, Observed};
use engine::reconcile::{Cloud, foresee};

/// How long the connections of this moment are asked for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Fails where the destroy would, before anything of this or another resource is deleted. Where
/// nothing was kept of the path, the delete itself finds out.
pub async fn destroy<T: ResourceType>(
    clouds: &impl Clouds,
    ctx: &RequestContext,
    request: PlanRequest,
) -> PlanResponse {
    let prior = request.prior_state.unwrap_or_default();
    let mut diagnostics = Diagnostics::new();
    if let Some(kept) = Kept::<T>::of(&request.prior_private, &prior) {
        let observed = tokio::select! {
            observed = connected_now(clouds, ctx, &prior, &kept) => observed,
            () = ctx.cancel.cancelled() => kept.observed.clone(),
        };
        diagnostics = conflicts::<T>(&prior, &observed);
    }
    PlanResponse {
        planned_private: request.prior_private,
        diagnostics,
        ..PlanResponse::default()
    }
}

/// What was kept, with the connections of this moment: of a resource that has left the
/// configuration, Terraform (1.11) plans the removal by what was stored, not by what it has just
/// read. Where AWS cannot be asked, what was kept has to do.
async fn connected_now<T: ResourceType>(
    clouds: &impl Clouds,
    ctx: &RequestContext,
    prior: &Value,
    kept: &Kept<T>,
) -> Observed {
    let mut observed = kept.observed.clone();
    let settings = clouds.settings();
    let (Some((identity, _)), Ok(region)) = (
        kept.observed.of(T::IDENTITY).next(),
        region::of_state(prior, &settings),
    ) else {
        return observed;
    };
    let bounds = reading(ctx, PATIENCE);
    if let Ok(cloud) = clouds.cloud(&region, &bounds).await {
        let scope = scope(None, kept, &settings);
        // A look that fails leaves everything as it was.
        let keys = BTreeSet::from([identity]);
        let _ = cloud.look(&scope, &keys, &mut observed).await;
    }
    observed
}

/// Of a replacement Terraform asks for no plan of the deletion. It plans the new path a second time,
/// without the state of the old one and with its private data, and shows of that plan errors only:
/// a replacement that a change asks for is objected to in both plans, for the warnings, and one by
/// `-replace` or `replace_triggered_by` in the second, which is the first to hear of it.
/// (internal/terraform/node_resource_abstract_instance.go, `plan`)
pub(super) fn of_replaced<T: ResourceType>(kept: &Kept<T>) -> Diagnostics {
    let last = kept.last_applied.as_ref();
    let last = last.map_or(&Value::Null, |last| &last.value);
    conflicts::<T>(last, &kept.observed)
}

/// What keeps the path from being deleted, and whom that would reject. `last`: the state of the
/// path, or what was last applied.
fn conflicts<T: ResourceType>(last: &Value, observed: &Observed) -> Diagnostics {
    let desired = nothing::<T>(last);
    let foresight = foresee(&desired, observed);
    let mut found = report::blocked::<T>(&foresight, &desired);
    found.extend(report::rejected::<T>(&foresight, &desired, observed));
    found
}

/// Nothing, of a path that was last applied as `last` says: what a destroy converges to.
pub fn nothing<T: ResourceType>(last: &Value) -> Desired {
    let mut desired = Desired::nothing();
    T::destroy_policy(last, &mut desired.policy);
    desired
}
