//! The plan of a destroy.

use tfplugin::{Diagnostics, PlanResponse, Value};

use crate::{
    reconcile::foresee,
    resource::{desired::destroyed, private::Private, report},
};

/// Fails where the destroy would, before anything of this or another resource is deleted.
pub(super) fn destroy(prior: &Value, private: Vec<u8>) -> PlanResponse {
    PlanResponse {
        diagnostics: objections(prior, &private),
        planned_private: private,
        ..PlanResponse::default()
    }
}

/// What keeps the path from being deleted, by what was kept of the last look at it. Terraform has
/// read it just before, unless it was told not to; where nothing was kept, the delete itself finds
/// out.
pub(super) fn objections(prior: &Value, private: &[u8]) -> Diagnostics {
    let Some(private) = Private::decode(private) else {
        return Diagnostics::new();
    };
    let desired = destroyed(prior);
    let foresight = foresee(&desired, &private.observed);
    let mut found = report::blocked(&foresight, &desired);
    found.extend(report::rejected(&foresight, &private.observed));
    found
}
