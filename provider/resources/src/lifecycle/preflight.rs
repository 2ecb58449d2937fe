//! What a plan can find out before the first write: where AWS would refuse, or take what cannot
//! work. Checks are pure functions over one survey; nothing found here changes a planned value.
//!
//! An error is what no other pending change can alter; what the same apply may still put right is a
//! warning. Where a value is unknown, or was not read, there is nothing to say.
//!
//! `terraform destroy` begins with a plan of the configuration, which no provider can tell from any
//! other, and errors would keep what exists from being deleted. So of a path that exists everything
//! is a warning; what would be an error is refused by the apply, before it changes anything. What is
//! to take the place of a path is refused by the delete of the old one, which finds it in the
//! private data of the plan. Of a path that stands on the same ground as when it was last applied
//! nothing is refused: a machine that died is none of its doing.

use std::{borrow::Cow, time::Duration};

use tfplugin::{Diagnostic, Diagnostics, PlanResponse, RequestContext, Severity, Value};

pub use super::check_context::CheckContext;
use super::{
    change::Change, common::Common, kept::Kept, met::Met, name_conflict, read::reading, region,
    resource_type::ResourceType,
};
use crate::settings::{Clouds, Settings};
use engine::model::{Inquiry, Maybe, Survey, survey::Moment};
use engine::reconcile::Bounds;

/// AWS may throttle for minutes, and a plan is not worth them: what was not read by then is not
/// checked.
const PATIENCE: Duration = Duration::from_secs(30);

/// How to do without.
pub const SWITCH: &str =
    "preflight = false in the provider's configuration switches these checks off";

/// A change that is to be held against AWS.
pub(super) struct Preflight<'a, T: ResourceType> {
    arguments: &'a T::Arguments,
    region: String,
    prior: Option<&'a Value>,
    kept: Option<Cow<'a, Kept<T>>>,
}

impl<'a, T: ResourceType> Preflight<'a, T> {
    /// Of a plan. `None` where there is nothing to look at: the second plan of a replacement (whose
    /// first one looked), a region or a provider's configuration that is not known yet.
    pub(super) fn of_plan(
        settings: &Settings,
        change: &'a Change<T>,
        met: &Met,
    ) -> Option<Preflight<'a, T>> {
        let arguments = &change.configured.arguments;
        let prior = change.prior.as_ref();
        if change.is_second_of_replacement() {
            return None;
        }
        let replaced = || prior.is_none().then(|| met.replaced(arguments)).flatten();
        let kept = change.kept().map(Cow::Borrowed);
        let kept = kept.or_else(|| replaced().map(Cow::Owned));
        Preflight::of(settings, arguments, prior, kept)
    }

    /// Of an apply that changes a path, which its plan could only warn of.
    pub(super) fn of_update(
        settings: &Settings,
        arguments: &'a T::Arguments,
        prior: &'a Value,
        kept: Option<&'a Kept<T>>,
    ) -> Option<Preflight<'a, T>> {
        Preflight::of(settings, arguments, Some(prior), kept.map(Cow::Borrowed))
    }

    fn of(
        settings: &Settings,
        arguments: &'a T::Arguments,
        prior: Option<&'a Value>,
        kept: Option<Cow<'a, Kept<T>>>,
    ) -> Option<Preflight<'a, T>> {
        // What is wrong with the region, the plan says.
        match region::planned(settings, arguments.region(), prior) {
            Ok(Maybe::Known(region)) if settings.preflight => Some(Preflight {
                arguments,
                region,
                prior,
                kept,
            }),
            _ => None,
        }
    }

    /// Adds all that is found wrong to a plan, the answer to the request. One that changes nothing
    /// is not looked at. Says why the path must not be deleted, should this be the plan of a
    /// replacement.
    pub(super) async fn judge(
        &self,
        clouds: &impl Clouds,
        ctx: &RequestContext,
        plan: &mut PlanResponse,
    ) -> Option<String> {
        if plan.planned_state.is_none() || plan.planned_state.as_ref() == self.prior {
            return None;
        }
        let is_new = self.prior.is_none() || !plan.requires_replace.is_empty();
        let (found, survey) = match self.look_in_time(clouds, ctx, is_new).await {
            Ok(Some(found)) => found,
            Ok(None) => return None,
            Err(error) => {
                plan.diagnostics.push(error);
                return None;
            }
        };
        // A tainted path is planned as if there had never been one.
        let is_there = self.prior.is_some() || has_namesake(&survey);
        let (told, refused): (Diagnostics, _) = match (self.stands_as_before(), is_there) {
            (true, _) => (found.into_iter().map(softened).collect(), None),
            (false, true) => {
                let refused = errors_of(&found);
                (found.into_iter().map(postponed).collect(), refused)
            }
            (false, false) => (found, None),
        };
        plan.diagnostics.extend(told);
        refused
    }

    /// Why an apply must not begin. The plan that comes before it in the same process has read all
    /// that this asks for, and what it finds wrong is read again.
    pub(super) async fn objections(
        &self,
        clouds: &impl Clouds,
        ctx: &RequestContext,
    ) -> Diagnostics {
        if self.stands_as_before() {
            return Diagnostics::new();
        }
        match self.look_in_time(clouds, ctx, false).await {
            Ok(Some((found, _))) => found
                .into_iter()
                .filter(|it| it.severity == Severity::Error)
                .map(|it| Diagnostic {
                    detail: format!("{} Nothing was changed.", it.detail),
                    ..it
                })
                .collect(),
            // What cannot be read is not refused: AWS has the last word.
            _ => Diagnostics::new(),
        }
    }

    /// Is all that the checks are about as it was when the path was last applied?
    fn stands_as_before(&self) -> bool {
        let last = self.kept.as_ref().and_then(|kept| kept.last_arguments());
        let (Some(last), Some(prior)) = (last, self.prior) else {
            return false;
        };
        prior.get("region").as_str() == Some(&self.region)
            && T::is_checked_alike(last, self.arguments)
    }

    /// What the checks say; `None` where there is nothing to look at, or somebody interrupts.
    async fn look_in_time(
        &self,
        clouds: &impl Clouds,
        ctx: &RequestContext,
        is_new: bool,
    ) -> Result<Option<(Diagnostics, Survey)>, Diagnostic> {
        let bounds = reading(ctx, PATIENCE);
        // Calls end with the bounds, and each says what was not read.
        let longest = PATIENCE + Duration::from_secs(1);
        tokio::select! {
            found = tokio::time::timeout(longest, self.look(clouds, &bounds, is_new)) => {
                found.unwrap_or_else(|_| Err(out_of_time()))
            }
            () = ctx.cancel.cancelled() => Ok(None),
        }
    }

    async fn look(
        &self,
        clouds: &impl Clouds,
        bounds: &Bounds,
        is_new: bool,
    ) -> Result<Option<(Diagnostics, Survey)>, Diagnostic> {
        let kept = self.kept.as_deref();
        let observed = kept.map(|kept| &kept.observed);
        let inquiry = T::inquiry(self.arguments, observed, is_new);
        if inquiry == Inquiry::default() {
            return Ok(None);
        }
        let survey = |since| clouds.survey(&self.region, &inquiry, since, bounds);
        let judge = |survey: &Survey| {
            let context = CheckContext {
                config: self.arguments,
                region: &self.region,
                survey,
                owner: kept.map_or("", |kept| &kept.owner),
                observed,
                is_new,
            };
            let found = name_conflict::is_free::<T>(&context).into_iter();
            found.chain(T::check(&context)).collect::<Diagnostics>()
        };
        let first = survey(Moment::default()).await?;
        let found = judge(&first);
        if found.is_empty() || !first.is_recalled {
            return Ok(Some((found, first)));
        }
        // What an earlier resource read may have been put right since, by this very apply.
        let second = survey(first.begun).await?;
        Ok(Some((judge(&second), second)))
    }
}

/// All errors as sentences, for the delete of the path.
fn errors_of(found: &Diagnostics) -> Option<String> {
    let errors = found.iter().filter(|it| it.severity == Severity::Error);
    let told = errors.map(|it| match it.path.steps().is_empty() {
        true => format!("{}. {}", it.summary, it.detail),
        false => format!("{}: {}. {}", it.path, it.summary, it.detail),
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| told.join(" "))
}

/// Something of a path of this name exists.
fn has_namesake(survey: &Survey) -> bool {
    survey
        .namesakes
        .known()
        .is_some_and(|found| !found.is_empty())
}

fn softened(finding: Diagnostic) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        ..finding
    }
}

/// A warning of what the apply will refuse.
fn postponed(finding: Diagnostic) -> Diagnostic {
    match finding.severity {
        Severity::Error => Diagnostic {
            severity: Severity::Warning,
            detail: format!(
                "{} An apply stops at this before it changes anything.",
                finding.detail
            ),
            ..finding
        },
        _ => finding,
    }
}

fn out_of_time() -> Diagnostic {
    Diagnostic::warning(
        "The plan was not checked against AWS",
        format!(
            "AWS did not answer within {} seconds. {SWITCH}.",
            PATIENCE.as_secs()
        ),
    )
}
