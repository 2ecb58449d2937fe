//! The plan of a destroy.

use std::{collections::BTreeSet, time::Duration};

use tfplugin::{Diagnostics, PlanRequest, PlanResponse, RequestContext, Value};

use crate::{
    desired::destroyed, private::Private, read::reading, region, report, scope::scope,
    settings::Clouds,
};
use engine::model::{Observed, Slot};
use engine::reconcile::{Cloud, foresee};

/// How long the connections of this moment are asked for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Fails where the destroy would, before anything of this or another resource is deleted. Where
/// nothing was kept of the path, the delete itself finds out.
pub async fn destroy(
    clouds: &impl Clouds,
    ctx: &RequestContext,
    request: PlanRequest,
) -> PlanResponse {
    let prior = request.prior_state.unwrap_or_default();
    let mut diagnostics = Diagnostics::new();
    if let Some(private) = Private::of(&request.prior_private, &prior) {
        let observed = tokio::select! {
            observed = connected_now(clouds, ctx, &prior, &private) => observed,
            () = ctx.cancel.cancelled() => private.observed.clone(),
        };
        diagnostics = objections(&prior, &observed);
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
async fn connected_now(
    clouds: &impl Clouds,
    ctx: &RequestContext,
    prior: &Value,
    private: &Private,
) -> Observed {
    let mut observed = private.observed.clone();
    let settings = clouds.settings();
    let (Some((service, _)), Ok(region)) = (
        private.observed.of(Slot::Service).next(),
        region::of_state(prior, &settings),
    ) else {
        return observed;
    };
    let bounds = reading(ctx, PATIENCE);
    if let Ok(cloud) = clouds.cloud(&region, &bounds).await {
        let scope = scope(None, private, &settings);
        // A look that fails leaves everything as it was.
        let keys = BTreeSet::from([service]);
        let _ = cloud.look(&scope, &keys, &mut observed).await;
    }
    observed
}

/// Of a replacement Terraform asks for no plan of the deletion. It plans the new path a second time,
/// without the state of the old one and with its private data, and shows of that plan errors only:
/// a replacement that a change asks for is objected to in both plans, for the warnings, and one by
/// `-replace` or `replace_triggered_by` in the second, which is the first to hear of it.
/// (internal/terraform/node_resource_abstract_instance.go, `plan`)
pub(super) fn of_replaced(old: &[u8]) -> Diagnostics {
    let Some(private) = Private::decode(old) else {
        return Diagnostics::new();
    };
    let told = private.told.map(|told| told.value).unwrap_or_default();
    objections(&told, &private.observed)
}

/// What keeps the path from being deleted, and whom that would reject. `told`: the state of the
/// path, or what was last applied.
fn objections(told: &Value, observed: &Observed) -> Diagnostics {
    let desired = destroyed(told);
    let foresight = foresee(&desired, observed);
    let mut found = report::blocked(&foresight, &desired);
    found.extend(report::rejected(&foresight, observed));
    found
}
