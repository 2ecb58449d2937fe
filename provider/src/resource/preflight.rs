//! What a plan can find out before the first write: where AWS would refuse, or take what cannot
//! work. Checks are pure functions over one survey; nothing found here changes a planned value.
//!
//! An error is what no other pending change can alter; what the same apply may still put right is a
//! warning. Of a path that stands on the same ground as when it was last applied everything is a
//! warning: `terraform destroy` begins with such a plan, and must not fail for a machine that died.
//! Where a value is unknown, or was not read, there is nothing to say.

mod abroad;
mod case;
mod certificate;
mod dns;
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
    Diagnostic, Diagnostics, PlanRequest, PlanResponse, RequestContext, Severity, Value,
};

use crate::{
    model::{Inquiry, Maybe, Survey, survey::Moment},
    resource::{
        config::Config,
        plan,
        private::Private,
        settings::{Clouds, Settings},
    },
};
use case::Case;

/// AWS may throttle for minutes, and a plan is not worth them: what was not read by then is not
/// checked.
const PATIENCE: Duration = Duration::from_secs(30);

type Check = fn(&Case<'_>) -> Vec<Diagnostic>;

const CHECKS: &[Check] = &[
    subnets::exist,
    subnets::are_of_one_vpc,
    subnets::have_a_zone_each,
    security_groups::exist,
    security_groups::are_of_the_vpc,
    endpoint::vpc_exists,
    endpoint::zones_are_served,
    targets::are_private,
    targets::say_their_zone,
    targets::are_in_a_subnet,
    targets::are_in_served_zones,
    instances::exist,
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
    pub fn of(settings: &Settings, request: &PlanRequest) -> Option<Preflight> {
        let is_second = request.prior_state.is_none() && !request.prior_private.is_empty();
        if !settings.preflight || is_second {
            return None;
        }
        // What is wrong with it, the plan says.
        let config = Config::parse(request.config.as_ref()?).ok()?;
        match plan::region(settings, &config, request.prior_state.as_ref()) {
            Ok(Maybe::Known(region)) => Some(Preflight {
                config,
                region,
                prior: request.prior_state.clone(),
                kept: Private::decode(&request.prior_private),
            }),
            _ => None,
        }
    }

    /// What is found wrong, all of it. `plan` is the answer to the request; one that changes nothing
    /// is not looked at.
    pub async fn findings(
        &self,
        clouds: &impl Clouds,
        ctx: &RequestContext,
        plan: &PlanResponse,
    ) -> Diagnostics {
        if plan.planned_state.is_none() || plan.planned_state == self.prior {
            return Diagnostics::new();
        }
        let is_new = self.prior.is_none() || !plan.requires_replace.is_empty();
        let inquiry = inquiry::of(&self.config, self.kept.as_ref(), is_new);
        if inquiry == Inquiry::default() {
            return Diagnostics::new();
        }
        tokio::select! {
            found = tokio::time::timeout(PATIENCE, self.look(clouds, &inquiry, is_new)) => {
                found.unwrap_or_else(|_| unread::out_of_time(PATIENCE).into())
            }
            () = ctx.cancel.cancelled() => Diagnostics::new(),
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

    async fn look(&self, clouds: &impl Clouds, inquiry: &Inquiry, is_new: bool) -> Diagnostics {
        let survey = |since| clouds.survey(&self.region, inquiry, since);
        let judge = |survey: &Survey| {
            check(&Case {
                config: &self.config,
                region: &self.region,
                survey,
                kept: self.kept.as_ref(),
                is_new,
            })
        };
        let told = |found: Diagnostics| match self.stands_as_before() {
            true => found.into_iter().map(softened).collect(),
            false => found,
        };
        let first = match survey(Moment::default()).await {
            Ok(survey) => survey,
            Err(error) => return error.into(),
        };
        let found = judge(&first);
        if found.is_empty() || !first.is_recalled {
            return told(found);
        }
        // What an earlier resource read may have been put right since, by this very apply.
        match survey(first.begun).await {
            Ok(second) => told(judge(&second)),
            Err(error) => error.into(),
        }
    }
}

fn softened(finding: Diagnostic) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        ..finding
    }
}

fn check(case: &Case<'_>) -> Diagnostics {
    let found = CHECKS.iter().flat_map(|check| check(case)).collect();
    let found = abroad::gathered(case, found);
    found.into_iter().chain(unread::told(case)).collect()
}

#[cfg(test)]
mod tests;
