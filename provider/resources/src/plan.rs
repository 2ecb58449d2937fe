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
    adopt,
    asked::{self, as_given},
    config::Config,
    desired::{Footing, desired, user_tags},
    left::{self, DRIFT, OWNERSHIP, leave},
    owner,
    private::Private,
    render::{View, render},
    report,
    scope::forget_surroundings,
    settings::Settings,
    told::Told,
    unknown::{settle, veil},
    validate,
};
use engine::model::{Life, Maybe, Observed, Slot};
use engine::reconcile::{Foresight, Step, Write, foresee};

/// Plans a change to `config`, in which nothing is ignored if it `is_written`. Draws an owner for
/// what is to be created; otherwise pure.
pub fn plan(
    settings: &Settings,
    config: Value,
    is_written: bool,
    request: PlanRequest,
) -> PlanResponse {
    let prior = request.prior_state.as_ref();
    let mut kept = prior.and_then(|prior| Private::of(&request.prior_private, prior));
    let meant = asked::meant(&config, prior, kept.as_ref(), is_written);
    if let (false, Some(prior), Some(kept)) = (is_written, prior, &mut kept) {
        let left = asked::tags_of_others(&config, prior, kept);
        kept.applied_tags.retain(|key| !left.contains(key));
    }
    let asked = match Told::new(meant) {
        Ok(told) => Asked {
            told,
            given: config,
        },
        Err(faults) => return PlanResponse::failed(faults),
    };
    match request.prior_state {
        None => create(settings, &asked, &request.prior_private),
        Some(prior) => update(settings, &asked, &prior, kept, &request.prior_private),
    }
}

/// What a plan is about.
struct Asked {
    told: Told,
    /// As Terraform has it, which it compares with what is planned.
    given: Value,
}

impl Asked {
    /// Private data for the apply.
    fn planned(&self, private: &Private) -> Vec<u8> {
        let private = Private {
            asked: Some(self.told.value.clone()),
            ..private.clone()
        };
        private.encode()
    }
}

/// `old`: of a replacement, the private data of what is replaced. Terraform hands what is answered
/// here to the delete of the old path, and plans the new one again, without any, before it creates
/// it. (`Change.Simplify` keeps `Private`: internal/plans/changes.go)
fn create(settings: &Settings, asked: &Asked, old: &[u8]) -> PlanResponse {
    let region = match region(settings, &asked.told.config, None) {
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
    let (mut answer, _) = change(settings, asked, &private, &region, None);
    answer.diagnostics.extend(destroy::of_replaced(old));
    answer
        .diagnostics
        .extend(validate::beginning(&asked.told.config));
    // Terraform plans a creation twice without telling one plan of the other: each draws its own.
    if let Some(Value::Object(planned)) = &mut answer.planned_state {
        planned.insert("owner_id".to_owned(), Value::Unknown);
    }
    PlanResponse {
        planned_private: match old {
            [] => asked.planned(&private),
            old => old.to_vec(),
        },
        ..answer
    }
}

fn update(
    settings: &Settings,
    asked: &Asked,
    prior: &Value,
    kept: Option<Private>,
    bytes: &[u8],
) -> PlanResponse {
    let told = &asked.told;
    let region = match region(settings, &told.config, Some(prior)) {
        Ok(region) => region,
        Err(error) => return PlanResponse::failed(error),
    };
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
        let mut answer = create(settings, asked, bytes);
        answer.requires_replace = replaced;
        return answer;
    }
    let Some(mut private) = kept else {
        return blind(settings, asked, prior, &region);
    };
    let planned_private = asked.planned(&private);
    forget_surroundings(&mut private, &told.config);
    adopt::take_in(&mut private, &told.config);
    let (mut answer, outlook) = change(settings, asked, &private, &region, Some(prior));
    answer.planned_private = planned_private;
    if outlook.is_idle
        && let Some(planned) = &mut answer.planned_state
    {
        let mut stored = planned.clone();
        as_stored(&mut stored, prior);
        if stored == *prior {
            *planned = stored;
        }
    }
    if let Some(planned) = &mut answer.planned_state
        && outlook.endpoint_moves
        && !(outlook.is_idle && planned == prior)
    {
        hide_state(planned);
    }
    if let Some(before) = &private.told {
        let warnings = warnings::warnings(&before.config, &told.config);
        answer.diagnostics.extend(warnings);
        let state = Config::read(prior).0;
        let found = validate::change(&before.config, &state, &told.config, private.adopting);
        answer.diagnostics.extend(found);
    }
    answer
        .diagnostics
        .extend(warnings::waiting(&private.observed));
    let elsewhere = warnings::stays_elsewhere(&told.config, &settings.region, prior);
    answer.diagnostics.extend(elsewhere);
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
    asked: &Asked,
    prior: &Value,
    region: &Maybe<String>,
) -> PlanResponse {
    let private = Private::default();
    let (mut answer, _) = change(settings, asked, &private, region, None);
    if let Some(Value::Object(planned)) = &mut answer.planned_state {
        for name in ["id", "service_name"] {
            planned.insert(name.to_owned(), prior.get(name).clone());
        }
        // A state of before this attribute leaves it to the tags.
        if let owner @ Value::String(_) = prior.get("owner_id") {
            planned.insert("owner_id".to_owned(), owner.clone());
        }
        veil::left_to_aws(planned, &asked.told.value);
    }
    answer.planned_private = asked.planned(&private);
    answer
}

/// What is to come of a path.
struct Outlook {
    /// Nothing is left to do.
    is_idle: bool,
    /// The endpoint is made, changed or accepted, or is still on its way.
    endpoint_moves: bool,
}

/// The state at the end of what is left to do.
fn change(
    settings: &Settings,
    asked: &Asked,
    private: &Private,
    region: &Maybe<String>,
    prior: Option<&Value>,
) -> (PlanResponse, Outlook) {
    let told = &asked.told;
    let before = private.told.as_ref().map(|told| &told.config);
    let settled = Told {
        config: settle(told, private.told.as_ref()),
        value: told.value.clone(),
    };
    let footing = Footing {
        owner: private.owner.clone(),
        region: region.known().cloned().unwrap_or_default(),
        default_tags: settings.default_tags.known().cloned().unwrap_or_default(),
        ignored_tags: settings.ignored_tags.known().cloned().unwrap_or_default(),
        applied_tags: private.applied_tags.clone(),
    };
    let mut wanted = desired(&settled.config, &footing, &private.observed);
    let drift = left::planned(asked.given.get(DRIFT), prior);
    let was = before.map(|before| desired(before, &footing, &private.observed));
    leave(&mut wanted, was.as_ref(), &private.observed, &drift);
    let desired = wanted;
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
    as_given(&mut planned, &asked.given);
    let untagged = drift.get(OWNERSHIP).as_str().is_some() && private.adopting;
    if let Value::Object(attributes) = &mut planned {
        attributes.insert(DRIFT.to_owned(), drift);
        if untagged {
            // What a generator has written down stays to be done, and has to show somewhere.
            attributes.insert("owner_id".to_owned(), Value::Unknown);
        }
    }
    if (settings.default_tags.is_unknown() || settings.ignored_tags.is_unknown())
        && let Value::Object(attributes) = &mut planned
    {
        attributes.insert("tags_all".to_owned(), Value::Unknown);
    }
    let outlook = Outlook {
        is_idle: foresight.rounds.is_empty() && foresight.blocked.is_empty(),
        endpoint_moves: !told.value.is_wholly_known()
            || endpoint_moves(&foresight, &private.observed),
    };
    let answer = PlanResponse {
        planned_state: Some(planned),
        diagnostics,
        ..PlanResponse::default()
    };
    (answer, outlook)
}

fn endpoint_moves(foresight: &Foresight, observed: &Observed) -> bool {
    let blocked = foresight.blocked.iter().map(|planned| &planned.step);
    let mut steps = foresight.steps().chain(blocked);
    let mut endpoints = observed.of(Slot::Endpoint);
    // Tags change nothing of it.
    let moves =
        |step: &Step| step.key.slot == Slot::Endpoint && !matches!(step.write, Write::Tag { .. });
    steps.any(moves) || endpoints.any(|(_, seen)| seen.life != Life::Ready)
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

/// AWS may answer with another state of an endpoint that something happens to.
fn hide_state(planned: &mut Value) {
    if let Value::Object(attributes) = planned
        && let Some(Value::Object(endpoint)) = attributes.get_mut("endpoint")
    {
        endpoint.insert("state".to_owned(), Value::Unknown);
    }
}
