//! PlanResourceChange: what an apply would do, a pure function.

use tfplugin::{Diagnostic, Object, Path, PlanRequest, PlanResponse, Value};

use super::{
    arguments::Arguments,
    render::{connection_id, text},
    state::{Phase, phase, warning},
};
use crate::{lifecycle::region, settings::Settings};
use engine::model::{ConnectionId, Maybe};

/// Plans a change; a destroy leaves nothing.
pub fn plan(settings: &Settings, request: PlanRequest) -> Result<PlanResponse, Diagnostic> {
    let mut answer = PlanResponse {
        planned_private: request.prior_private,
        ..PlanResponse::default()
    };
    let Some(config) = request.config else {
        return Ok(answer);
    };
    let arguments = Arguments::parse(&config).0;
    let Some(prior) = request.prior_state else {
        answer.planned_state = Some(created(settings, &config, &arguments)?);
        return Ok(answer);
    };
    let region = text(&region::planned(settings, &arguments.region, Some(&prior))?);
    let kept = ["service_id", "endpoint_id"].map(|name| (name, config.get(name).clone()));
    let identity = kept.into_iter().chain([("region", region)]);
    // An id that is not known yet is that of another endpoint, or else it would be.
    let changed = identity.filter(|(name, value)| value != prior.get(name));
    answer.requires_replace = changed.map(|(name, _)| Path::of(name)).collect();
    if !answer.requires_replace.is_empty() {
        answer.planned_state = Some(created(settings, &config, &arguments)?);
        return Ok(answer);
    }
    let state = prior.get("state").as_str().unwrap_or_default();
    let elsewhere = region::stays_elsewhere(&arguments.region, &settings.region, &prior);
    let found = warning(&connection_id(&prior), state);
    answer.diagnostics = elsewhere.into_iter().chain(found).collect();
    let is_accepted_again = matches!(phase(state), Phase::Asks | Phase::Rejected);
    let mut planned = prior;
    if let Value::Object(planned) = &mut planned {
        planned.insert("timeouts".to_owned(), config.get("timeouts").clone());
        if is_accepted_again {
            planned.insert("state".to_owned(), Value::Unknown);
        }
    }
    answer.planned_state = Some(planned);
    Ok(answer)
}

fn created(
    settings: &Settings,
    config: &Value,
    arguments: &Arguments,
) -> Result<Value, Diagnostic> {
    let id = match (&arguments.service_id, &arguments.endpoint_id) {
        (Maybe::Known(service), Maybe::Known(endpoint)) => {
            let (service, endpoint) = (service.clone(), endpoint.clone());
            ConnectionId { service, endpoint }.to_string().into()
        }
        _ => Value::Unknown,
    };
    let region = text(&region::planned(settings, &arguments.region, None)?);
    let mut planned = config.clone();
    if let Value::Object(planned) = &mut planned {
        for name in ["owner", "endpoint_region", "state"] {
            planned.insert(name.to_owned(), Value::Unknown);
        }
        planned.insert("id".to_owned(), id);
        planned.insert("region".to_owned(), region);
    }
    Ok(planned)
}
