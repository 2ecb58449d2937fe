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

mod case;
mod certificate;
mod dns;
mod elsewhere;
mod endpoint;
mod finding;
mod ground;
mod inquiry;
mod instances;
mod name;
mod records;
mod security_groups;
mod subnets;
mod targets;
mod unread;

use std::time::Duration;

use tfplugin::{
    ApplyRequest, Diagnostic, Diagnostics, Operation, PlanRequest, PlanResponse, RequestContext,
    Severity, Value,
};

use crate::{
    asked,
    config::Config,
    met::Met,
    private::Private,
    read::reading,
    region,
    settings::{Clouds, Settings},
};
use case::Case;
use engine::model::{Inquiry, Maybe, Survey, survey::Moment};
use engine::reconcile::Bounds;

/// AWS may throttle for minutes, and a plan is not worth them: what was not read by then is not
/// checked.
const PATIENCE: Duration = Duration::from_secs(30);

type Check = fn(&Case<'_>) -> Vec<Diagnostic>;

/// What is named is there.
const EXISTENCE: &[Check] = &[
    subnets::exist,
    security_groups::exist,
    endpoint::vpc_exists,
    instances::exist,
];

const CHECKS: &[Check] = &[
    subnets::are_of_one_vpc,
    subnets::have_a_zone_each,
    subnets::have_free_addresses,
    security_groups::are_of_the_vpc,
    security_groups::open_the_ports,
    endpoint::zones_are_served,
    targets::are_private,
    targets::say_their_zone,
    targets::are_in_a_subnet,
    targets::are_in_served_zones,
    instances::are_of_the_vpc,
    instances::are_in_served_zones,
    instances::run,
    dns::vpc_resolves_names,
    dns::zone_exists,
    dns::zone_holds_the_hostname,
    dns::zone_resolves_in_the_vpc,
    dns::no_zone_is_in_the_way,
    records::hostname_is_free,
    records::zone_takes_the_record,
    name::is_free,
    certificate::is_of_this_account,
];

/// A plan that is to be held against AWS, before it is made.
pub struct Preflight {
    config: Config,
    region: String,
    prior: Option<Value>,
    kept: Option<Private>,
}

impl Preflight {
    /// `None` where there is nothing to look at: a destroy, the second plan of a replacement (whose
    /// first one looked), a region or a provider's configuration that is not known yet.
    pub fn of(settings: &Settings, request: &PlanRequest, met: &Met) -> Option<Preflight> {
        let is_second = request.prior_state.is_none() && !request.prior_private.is_empty();
        if !settings.preflight || is_second {
            return None;
        }
        // What is wrong with it, the plan says.
        let prior = request.prior_state.as_ref();
        let kept = match prior {
            Some(prior) => Private::of(&request.prior_private, prior),
            None => None,
        };
        let config = request.config.as_ref()?;
        let asked = asked::meant(config, prior, kept.as_ref(), met.is_written(config));
        let config = Config::parse(&asked).ok()?;
        let kept = kept.or_else(|| prior.is_none().then(|| met.replaced(&config)).flatten());
        match region::planned(settings, &config, prior) {
            Ok(Maybe::Known(region)) => Some(Preflight {
                config,
                region,
                prior: request.prior_state.clone(),
                kept,
            }),
            _ => None,
        }
    }

    /// An apply that changes a path, which its plan could only warn of.
    pub fn of_update(settings: &Settings, request: &ApplyRequest) -> Option<Preflight> {
        if !settings.preflight || request.operation() != Operation::Update {
            return None;
        }
        let config = Config::parse(request.planned.as_ref()?).ok()?;
        let prior = request.prior.clone();
        match region::planned(settings, &config, prior.as_ref()) {
            Ok(Maybe::Known(region)) => Some(Preflight {
                config,
                region,
                kept: prior
                    .as_ref()
                    .and_then(|prior| Private::of(&request.planned_private, prior)),
                prior,
            }),
            _ => None,
        }
    }

    /// Adds all that is found wrong to a plan, the answer to the request. One that changes nothing
    /// is not looked at.
    pub async fn judge(&self, clouds: &impl Clouds, ctx: &RequestContext, plan: &mut PlanResponse) {
        if plan.planned_state.is_none() || plan.planned_state == self.prior {
            return;
        }
        let is_new = self.prior.is_none() || !plan.requires_replace.is_empty();
        let (found, survey) = match self.look_in_time(clouds, ctx, is_new).await {
            Ok(Some(found)) => found,
            Ok(None) => return,
            Err(error) => return plan.diagnostics.push(error),
        };
        // A tainted path is planned as if there had never been one.
        let is_there = self.prior.is_some() || has_namesake(&survey);
        let told: Diagnostics = match (self.stands_as_before(), is_there) {
            (true, _) => found.into_iter().map(softened).collect(),
            (false, true) => {
                refuse_replacement(plan, &found);
                found.into_iter().map(postponed).collect()
            }
            (false, false) => found,
        };
        plan.diagnostics.extend(told);
    }

    /// Why an apply must not begin. The plan that comes before it in the same process has read all
    /// that this asks for, and what it finds wrong is read again.
    pub async fn objections(&self, clouds: &impl Clouds, ctx: &RequestContext) -> Diagnostics {
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
        let told = self.kept.as_ref().and_then(|kept| kept.told.as_ref());
        let (Some(told), Some(prior)) = (told, &self.prior) else {
            return false;
        };
        prior.get("region").as_str() == Some(&self.region)
            && ground::is_same(&told.config, &self.config)
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
                found.unwrap_or_else(|_| Err(unread::out_of_time(PATIENCE)))
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
        let inquiry = inquiry::of(&self.config, self.kept.as_ref(), is_new);
        if inquiry == Inquiry::default() {
            return Ok(None);
        }
        let survey = |since| clouds.survey(&self.region, &inquiry, since, bounds);
        let judge = |survey: &Survey| {
            check(&Case {
                config: &self.config,
                region: &self.region,
                survey,
                kept: self.kept.as_ref(),
                is_new,
            })
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

/// Leaves word for the delete of the path, should this be the plan of a replacement.
fn refuse_replacement(plan: &mut PlanResponse, found: &Diagnostics) {
    let errors = found.iter().filter(|it| it.severity == Severity::Error);
    let told = errors.map(|it| match it.path.steps().is_empty() {
        true => format!("{}. {}", it.summary, it.detail),
        false => format!("{}: {}. {}", it.path, it.summary, it.detail),
    });
    let told: Vec<String> = told.collect();
    if let (false, Some(private)) = (told.is_empty(), Private::decode(&plan.planned_private)) {
        let private = Private {
            refused: Some(told.join(" ")),
            ..private
        };
        plan.planned_private = private.encode();
    }
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

fn check(case: &Case<'_>) -> Diagnostics {
    let elsewhere = elsewhere::all(case);
    let existence = match &elsewhere {
        Some(_) => &[],
        None => EXISTENCE,
    };
    let checks = existence.iter().chain(CHECKS);
    let found = checks.flat_map(|check| check(case));
    let found = elsewhere.into_iter().chain(found);
    found.chain(unread::told(case)).collect()
}

#[cfg(test)]
mod tests;
