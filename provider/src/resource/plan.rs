//! PlanResourceChange: what an apply would do, without asking AWS. Only who is connected to a path
//! that is to go is looked at again.
//!
//! The planned state is a function of the configuration, the observation that was kept, and the
//! provider's configuration. What Terraform proposes is not read: it keeps removed settings for
//! ever.

pub mod destroy;
mod warnings;

use std::collections::BTreeMap;

use tfplugin::{Diagnostic, Path, PlanRequest, PlanResponse, Value};

use crate::{
    model::{Maybe, Slot},
    reconcile::{Foresight, foresee},
    resource::{
        adopt,
        config::Config,
        desired::{Footing, desired, user_tags},
        owner,
        private::Private,
        render::{View, render},
        report,
        scope::forget_surroundings,
        settings::Settings,
        told::Told,
        unknown::{settle, veil},
        validate,
    },
};

/// Plans a change to `config`. Draws an owner for what is to be created; otherwise pure.
pub fn plan(settings: &Settings, config: Value, request: PlanRequest) -> PlanResponse {
    let told = match Told::new(config) {
        Ok(told) => told,
        Err(faults) => return PlanResponse::failed(faults),
    };
    match request.prior_state {
        None => create(settings, &told, &request.prior_private),
        Some(prior) => update(settings, &told, &prior, &request.prior_private),
    }
}

/// `old`: of a replacement, the private data of what is replaced. Terraform hands what is answered
/// here to the delete of the old path, and plans the new one again, without any, before it creates
/// it. (`Change.Simplify` keeps `Private`: internal/plans/changes.go)
fn create(settings: &Settings, told: &Told, old: &[u8]) -> PlanResponse {
    let region = match region(settings, &told.config, None) {
        Ok(region) => region,
        Err(error) => return PlanResponse::failed(error),
    };
    if let (Maybe::Known(region), Maybe::Known(all)) = (&region, &settings.restricted_regions)
        && let Some(refusal) = validate::restricted(region, all)
    {
        return PlanResponse::failed(refusal);
    }
    let private = match owner::draw() {
        Ok(owner) => Private {
            owner,
            ..Private::default()
        },
        Err(error) => return PlanResponse::failed(error),
    };
    let (mut answer, _) = change(settings, told, &private, &region, None);
    // Terraform plans a creation twice without telling one plan of the other: each draws its own.
    if let Some(Value::Object(planned)) = &mut answer.planned_state {
        planned.insert("owner_id".to_owned(), Value::Unknown);
    }
    PlanResponse {
        planned_private: match old {
            [] => private.encode(),
            old => old.to_vec(),
        },
        ..answer
    }
}

fn update(settings: &Settings, told: &Told, prior: &Value, bytes: &[u8]) -> PlanResponse {
    let region = match region(settings, &told.config, Some(prior)) {
        Ok(region) => region,
        Err(error) => return PlanResponse::failed(error),
    };
    let kept = Private::decode(bytes);
    let mut replaced = Vec::new();
    if region.known().map(String::as_str) != prior.get("region").as_str() {
        replaced.push(Path::of("region"));
    }
    // An id never changes under a living resource.
    let is_gone = |private: &Private| private.observed.of(Slot::Service).next().is_none();
    if !prior.get("id").is_null() && kept.as_ref().is_some_and(is_gone) {
        replaced.push(Path::of("id"));
    }
    if !replaced.is_empty() {
        let mut answer = create(settings, told, bytes);
        answer.requires_replace = replaced;
        // Terraform asks for no plan of the deletion that comes with it.
        if let Some(private) = &kept {
            let objections = destroy::objections(prior, &private.observed);
            answer.diagnostics.extend(objections);
        }
        return answer;
    }
    let Some(mut private) = kept else {
        return blind(settings, told, prior, &region, bytes);
    };
    forget_surroundings(&mut private, &told.config);
    adopt::take_in(&mut private, &told.config);
    let (mut answer, is_idle) = change(settings, told, &private, &region, Some(prior));
    answer.planned_private = bytes.to_vec();
    if is_idle && let Some(planned) = &mut answer.planned_state {
        let mut stored = planned.clone();
        as_stored(&mut stored, prior);
        if stored == *prior {
            *planned = stored;
        }
    }
    if let Some(planned) = &mut answer.planned_state
        && !(is_idle && planned == prior)
    {
        hide_state(planned);
    }
    if let Some(before) = &private.told {
        let warnings = warnings::warnings(&before.config, &told.config);
        answer.diagnostics.extend(warnings);
    }
    answer
}

/// The region of the path: configured, or as it was, or the provider's.
pub(super) fn region(
    settings: &Settings,
    config: &Config,
    prior: Option<&Value>,
) -> Result<Maybe<String>, Diagnostic> {
    match &config.region {
        Maybe::Unknown => return Ok(Maybe::Unknown),
        Maybe::Known(Some(region)) => return Ok(Maybe::Known(region.clone())),
        Maybe::Known(None) => {}
    }
    if let Some(region) = prior.and_then(|prior| prior.get("region").as_str()) {
        return Ok(region.into());
    }
    match &settings.region {
        Maybe::Unknown => Ok(Maybe::Unknown),
        Maybe::Known(Some(region)) => Ok(Maybe::Known(region.clone())),
        Maybe::Known(None) => Err(no_region()),
    }
}

pub fn no_region() -> Diagnostic {
    Diagnostic::error(
        "No region",
        "Nothing names the AWS region of the path. Set region in the provider's configuration or \
         in the resource, or the environment variable AWS_REGION, or a region in the AWS profile.",
    )
    .at("region")
}

/// Without what was kept nothing can be told of what exists: all that AWS decides is unknown but
/// whose the path is and the service's identity, which never change. The next read repairs it.
fn blind(
    settings: &Settings,
    told: &Told,
    prior: &Value,
    region: &Maybe<String>,
    bytes: &[u8],
) -> PlanResponse {
    let private = Private::default();
    let (mut answer, _) = change(settings, told, &private, region, None);
    if let Some(Value::Object(planned)) = &mut answer.planned_state {
        for name in ["id", "service_name"] {
            planned.insert(name.to_owned(), prior.get(name).clone());
        }
        // A state of before this attribute leaves it to the tags.
        if let owner @ Value::String(_) = prior.get("owner_id") {
            planned.insert("owner_id".to_owned(), owner.clone());
        }
        veil::left_to_aws(planned, &told.value);
    }
    answer.planned_private = bytes.to_vec();
    answer
}

/// The state at the end of what is left to do, and whether nothing is.
fn change(
    settings: &Settings,
    told: &Told,
    private: &Private,
    region: &Maybe<String>,
    prior: Option<&Value>,
) -> (PlanResponse, bool) {
    let before = private.told.as_ref().map(|told| &told.config);
    let settled = Told {
        config: settle(&told.config, before),
        value: told.value.clone(),
    };
    let footing = Footing {
        owner: private.owner.clone(),
        region: region.known().cloned().unwrap_or_default(),
        default_tags: settings.default_tags.known().cloned().unwrap_or_default(),
        ignored_tags: settings.ignored_tags.known().cloned().unwrap_or_default(),
        applied_tags: private.applied_tags.clone(),
    };
    let desired = desired(&settled.config, &footing, &private.observed);
    let foresight = foresee(&desired, &private.observed);
    let mut diagnostics = report::blocked(&foresight, &desired);
    diagnostics.extend(report::overwritten(&foresight, &private.observed));
    diagnostics.extend(report::rejected(&foresight, &private.observed));
    diagnostics.extend(adopt::left_alone(&desired, private));
    if let (Maybe::Known(region), Maybe::Known(None)) = (region, &told.config.region) {
        diagnostics.extend(validate::in_region(&told.config, region));
    }
    let tags = user_tags(&settled.config, &footing).len();
    diagnostics.extend(validate::too_many_tags(tags));
    let mut planned = render(&View {
        observed: &foresight.end,
        told: Some(&settled),
        footing: &footing,
        region: region.clone(),
        service: prior.map(|prior| (prior.get("id").clone(), prior.get("service_name").clone())),
        drift: BTreeMap::new(),
    });
    veil(&mut planned, &told.config, &told.value);
    if (settings.default_tags.is_unknown() || settings.ignored_tags.is_unknown())
        && let Value::Object(attributes) = &mut planned
    {
        attributes.insert("tags_all".to_owned(), Value::Unknown);
    }
    let is_idle = is_idle(&foresight);
    let answer = PlanResponse {
        planned_state: Some(planned),
        diagnostics,
        ..PlanResponse::default()
    };
    (answer, is_idle)
}

fn is_idle(foresight: &Foresight) -> bool {
    foresight.rounds.is_empty() && foresight.blocked.is_empty()
}

/// What a state of before does not say, and the next read finds, is no change.
fn as_stored(planned: &mut Value, prior: &Value) {
    let unsaid = |members: &mut BTreeMap<String, Value>, prior: &Value, name: &str| {
        if prior.get(name).is_null() {
            members.insert(name.to_owned(), Value::Null);
        }
    };
    let Value::Object(attributes) = planned else {
        return;
    };
    unsaid(attributes, prior, "load_balancer_zone_id");
    if let Some(Value::Object(endpoint)) = attributes.get_mut("endpoint") {
        unsaid(endpoint, prior.get("endpoint"), "managed_zone_id");
    }
}

/// Whatever an apply does, AWS may answer with another state of the endpoint.
fn hide_state(planned: &mut Value) {
    if let Value::Object(attributes) = planned
        && let Some(Value::Object(endpoint)) = attributes.get_mut("endpoint")
    {
        endpoint.insert("state".to_owned(), Value::Unknown);
    }
}
