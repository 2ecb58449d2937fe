//! PlanResourceChange: what an apply would do, without asking AWS. Only who is connected to a path
//! that is to go is looked at again.
//!
//! The planned state is a function of the configuration, the observation that was kept, and the
//! provider's configuration. What Terraform proposes is not read: it keeps removed settings for
//! ever.

pub mod destroy;

use std::collections::BTreeMap;

use tfplugin::{Diagnostic, Path, PlanResponse, Value};

use super::{
    adopt,
    asked::as_given,
    change::{Change, Handed},
    common::Common,
    configured::Configured,
    kept::Kept,
    left::{self, DRIFT, OWNERSHIP, leave},
    owner_id::new_owner_id,
    path_context::PathContext,
    region,
    rendered::rendered,
    report,
    resource_type::ResourceType,
    tag_limit,
    tagging::user_tags,
    view::View,
};
use crate::settings::Settings;
use engine::model::{Life, Maybe, Observed, Slot};
use engine::reconcile::{Foresight, Step, Write, foresee};

/// An answer, and the private data that goes with it.
type Planned<T> = (PlanResponse, Handed<T>);

/// Plans a change. Draws an owner for what is to be created; otherwise pure.
pub fn plan<T: ResourceType>(
    settings: &Settings,
    change: &Change<T>,
) -> Result<Planned<T>, Diagnostic> {
    match &change.prior {
        None => create(settings, change),
        Some(prior) => update(settings, change, prior),
    }
}

fn create<T: ResourceType>(
    settings: &Settings,
    change: &Change<T>,
) -> Result<Planned<T>, Diagnostic> {
    let arguments = &change.configured.arguments;
    let region = region::planned(settings, arguments.region(), None)?;
    if let (Maybe::Known(region), Maybe::Known(all)) = (&region, &settings.restricted_regions)
        && let Some(refusal) = region::restricted(region, all)
    {
        return Err(refusal);
    }
    let kept = Kept {
        owner: new_owner_id()?,
        ..Kept::default()
    };
    let (mut answer, _) = outlook(settings, change, &kept, &kept.observed, &region, None);
    if let Some(replaced) = change.replaced() {
        answer.diagnostics.extend(destroy::of_replaced(replaced));
    }
    answer.diagnostics.extend(T::rules().beginning(arguments));
    // Terraform plans a creation twice without telling one plan of the other: each draws its own.
    if let Some(Value::Object(planned)) = &mut answer.planned_state {
        planned.insert("owner_id".to_owned(), Value::Unknown);
    }
    let handed = match change.is_replacement() {
        true => Handed::Replaced,
        false => Handed::New(Box::new(kept)),
    };
    Ok((answer, handed))
}

fn update<T: ResourceType>(
    settings: &Settings,
    change: &Change<T>,
    prior: &Value,
) -> Result<Planned<T>, Diagnostic> {
    let arguments = &change.configured.arguments;
    let region = region::planned(settings, arguments.region(), Some(prior))?;
    let mut replaced = Vec::new();
    if region.known().map(String::as_str) != prior.get("region").as_str() {
        replaced.push(Path::of("region"));
    }
    replaced.extend(replacing::<T>(&change.configured.value, prior));
    let is_gone = |kept: &Kept<T>| kept.observed.of(T::IDENTITY).next().is_none();
    let has_one_id = T::STABLE.contains(&"id") && !prior.get("id").is_null();
    if has_one_id && change.kept().is_some_and(is_gone) {
        replaced.push(Path::of("id"));
    }
    if !replaced.is_empty() {
        let (mut answer, handed) = create(settings, change)?;
        answer.requires_replace = replaced;
        return Ok((answer, handed));
    }
    let Some(kept) = change.kept() else {
        return Ok(without_private(settings, change, prior, &region));
    };
    let before = kept.last_arguments();
    let mut observed = kept.observed.clone();
    T::forget_surroundings(&mut observed, before, arguments);
    if kept.imported {
        T::forget_found(&mut observed, arguments);
    }
    if kept.adopting {
        T::assign_roles(&mut observed, arguments);
    }
    let (mut answer, foresight) = outlook(settings, change, kept, &observed, &region, Some(prior));
    if let Some(planned) = &mut answer.planned_state {
        let is_idle = foresight.rounds.is_empty() && foresight.blocked.is_empty();
        if is_idle {
            stay_unsaid::<T>(planned, prior);
        }
        if !(is_idle && planned == prior) {
            let is_known = change.configured.value.is_wholly_known();
            hide_volatile::<T>(planned, |slot| {
                !is_known || moves(slot, &foresight, &observed)
            });
        }
    }
    if let Some(before) = before {
        answer.diagnostics.extend(T::advice(before, arguments));
        let state = || T::read(prior).0;
        let found = T::rules().change(before, state, arguments, kept.adopting);
        answer.diagnostics.extend(found);
    }
    answer
        .diagnostics
        .extend(T::standing_advice(&foresight, &observed));
    let elsewhere = region::stays_elsewhere(arguments.region(), &settings.region, prior);
    answer.diagnostics.extend(elsewhere);
    Ok((answer, Handed::Prior))
}

/// The arguments that are not what they were and say that the resource is another one then. One that
/// is not known yet counts: Terraform takes no replacement that it was not told of in the plan.
fn replacing<T: ResourceType>(written: &Value, prior: &Value) -> Vec<Path> {
    let attributes = T::shape().schema.block.attributes.iter();
    // Left out, the region is what it was, or the provider's.
    let replacing = attributes.filter(|it| it.replaces && it.name != "region");
    let is_other = |name: &str| {
        let (written, prior) = (written.get(name), prior.get(name));
        !written.is_null() && !prior.is_null() && written != prior
    };
    let names = replacing.map(|it| it.name.as_str());
    names.filter(|name| is_other(name)).map(Path::of).collect()
}

/// Without what was kept nothing can be told of what exists: all that AWS decides is unknown but
/// whose the path is and its identity, which never change. The next read repairs it.
fn without_private<T: ResourceType>(
    settings: &Settings,
    change: &Change<T>,
    prior: &Value,
    region: &Maybe<String>,
) -> Planned<T> {
    let kept = Kept::default();
    let (mut answer, _) = outlook(settings, change, &kept, &kept.observed, region, None);
    if let Some(Value::Object(planned)) = &mut answer.planned_state {
        for name in T::STABLE {
            planned.insert((*name).to_owned(), prior.get(name).clone());
        }
        // A state of before this attribute leaves it to the tags.
        if let owner @ Value::String(_) = prior.get("owner_id") {
            planned.insert("owner_id".to_owned(), owner.clone());
        }
        T::mark_unobserved(planned, &change.configured.value);
    }
    (answer, Handed::New(Box::new(kept)))
}

/// The state at the end of what is left to do, and the way there. `observed`: what was kept, as far
/// as it holds for this change.
fn outlook<T: ResourceType>(
    settings: &Settings,
    change: &Change<T>,
    kept: &Kept<T>,
    observed: &Observed,
    region: &Maybe<String>,
    prior: Option<&Value>,
) -> (PlanResponse, Foresight) {
    let Configured { arguments, value } = &change.configured;
    let before = kept.last_arguments();
    let last = kept.last_applied.as_ref();
    let last = last.map(|last| (&last.arguments, &last.value));
    let assumed = T::assume(arguments, value, last);
    let context = PathContext {
        owner: &kept.owner,
        region: region.known().map_or("", String::as_str),
        applied_tags: &kept.applied_tags,
        settings,
    };
    let mut desired = T::desired(&assumed, &context, observed);
    let drift = left::planned(change.given.get(DRIFT), prior);
    let was = || before.map(|before| T::desired(before, &context, observed));
    leave(&mut desired, was, observed, &drift);
    let foresight = foresee(&desired, observed);
    let mut diagnostics = report::blocked::<T>(&foresight, &desired);
    diagnostics.extend(T::foreseen(&foresight, observed));
    diagnostics.extend(report::rejected::<T>(&foresight, &desired, observed));
    diagnostics.extend(report::unaccepted::<T>(&desired, observed, &diagnostics));
    if kept.adopting {
        diagnostics.extend(adopt::left_alone::<T>(&desired, observed));
    }
    if let (Maybe::Known(region), Maybe::Known(None)) = (region, arguments.region()) {
        diagnostics.extend(T::rules().in_region(arguments, region));
    }
    diagnostics.extend(tag_limit::too_many(user_tags(&assumed, &context).len()));
    let view = View {
        observed: &foresight.end,
        arguments: Some(&assumed),
        context,
        state: prior,
    };
    let mut planned = rendered::<T>(&view, region, value, BTreeMap::new());
    T::mark_unknown(&mut planned, arguments, value);
    as_given::<T>(&mut planned, &change.given);
    let untagged = drift.get(OWNERSHIP).as_str().is_some() && kept.adopting;
    if let Value::Object(attributes) = &mut planned {
        attributes.insert(DRIFT.to_owned(), drift);
        if untagged {
            // What a generator has written down stays to be done, and has to show somewhere.
            attributes.insert("owner_id".to_owned(), Value::Unknown);
        }
        if settings.default_tags.is_unknown() || settings.ignored_tags.is_unknown() {
            attributes.insert("tags_all".to_owned(), Value::Unknown);
        }
    }
    let answer = PlanResponse {
        planned_state: Some(planned),
        diagnostics,
        ..PlanResponse::default()
    };
    (answer, foresight)
}

/// Is an object made or changed, or still on its way?
fn moves(slot: Slot, foresight: &Foresight, observed: &Observed) -> bool {
    let blocked = foresight.blocked.iter().map(|planned| &planned.step);
    let mut steps = foresight.steps().chain(blocked);
    // Tags change nothing of it.
    let is_moved = |step: &Step| step.key.slot == slot && !matches!(step.write, Write::Tag { .. });
    let mut seen = observed.of(slot);
    steps.any(is_moved) || seen.any(|(_, seen)| seen.life != Life::Ready)
}

/// What a state of before does not say, and the next read finds, is no change where nothing else is.
fn stay_unsaid<T: ResourceType>(planned: &mut Value, prior: &Value) {
    let mut stored = planned.clone();
    for names in T::YOUNGER {
        let at = |value: &Value| {
            names
                .iter()
                .fold(value, |value, name| value.get(name))
                .is_null()
        };
        if at(prior)
            && let Some(member) = member(&mut stored, names)
        {
            *member = Value::Null;
        }
    }
    if stored == *prior {
        *planned = stored;
    }
}

/// AWS may answer otherwise of an object that something happens to.
fn hide_volatile<T: ResourceType>(planned: &mut Value, moves: impl Fn(Slot) -> bool) {
    for (slot, names) in T::VOLATILE {
        if moves(*slot)
            && let Some(member) = member(planned, names)
        {
            *member = Value::Unknown;
        }
    }
}

fn member<'a>(value: &'a mut Value, names: &[&str]) -> Option<&'a mut Value> {
    names.iter().try_fold(value, |value, name| match value {
        Value::Object(members) => members.get_mut(*name),
        _ => None,
    })
}
