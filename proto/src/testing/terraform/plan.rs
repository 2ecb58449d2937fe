//! `terraform plan`, and the plan that an apply begins with.

use crate::{Diagnostics, Path, PlanRequest, PlanResponse, RequestContext, Value};

use super::{CallReport, Instance, Plan, Terraform, broken};
use crate::testing::rules::{Action, assert_plan_valid, proposed_new, required_replaces};

impl Terraform {
    /// `terraform plan`: validates, refreshes, plans.
    pub async fn plan(&mut self, config: &Value) -> Result<Plan, Diagnostics> {
        self.plan_command(config, false).await
    }

    /// `terraform plan -replace=...`.
    pub async fn plan_replacement(&mut self, config: &Value) -> Result<Plan, Diagnostics> {
        self.plan_command(config, true).await
    }

    async fn plan_command(&mut self, config: &Value, forced: bool) -> Result<Plan, Diagnostics> {
        self.validate(config).await?;
        if self.refreshes {
            self.refresh().await?;
        }
        self.change(self.current.clone().as_ref(), config, forced)
            .await
    }

    /// `plan` in node_resource_abstract_instance.go: of what there is, what an apply would make.
    ///
    /// A tainted object is planned as if there were none, and without its private data. A
    /// replacement is planned a second time, as a create, with the private data that the first
    /// answer left, and with nothing ignored.
    pub async fn change(
        &self,
        current: Option<&Instance>,
        config: &Value,
        forced: bool,
    ) -> Result<Plan, Diagnostics> {
        self.validate(config).await?;
        let config = &self.sent("a configuration", config);
        let tainted = current.is_some_and(|instance| instance.tainted);
        let before = current.map_or(Value::Null, |instance| instance.state.clone());
        let (prior, private) = match current {
            Some(instance) if !tainted => (before.clone(), instance.private.clone()),
            _ => (Value::Null, Vec::new()),
        };
        let considered = self.ignored.applied(&self.schema, &prior, config);
        let (first, report) = self.ask(&prior, &considered, private).await?;
        let planned = self.taken_plan(&first, &report);
        let report = report.value("planned", &planned);
        report.hold(
            "a plan follows the configuration",
            assert_plan_valid(&self.schema, &prior, &considered, &planned),
        );
        let replaces = replaced(&prior, &planned, &first.requires_replace, &report);
        let action = Action::of(&prior, &planned, &replaces, forced && !tainted);
        let plan = |action, planned, private| Plan {
            action,
            before: before.clone(),
            planned,
            private,
            named: first.requires_replace.clone(),
            replaces: replaces.clone(),
            said: first.diagnostics.clone(),
            forced,
        };
        match action {
            Action::Replace => {
                let private = first.planned_private.clone();
                let (second, report) = self.ask(&Value::Null, config, private).await?;
                let planned = self.taken_plan(&second, &report);
                // Terraform does not hold the second answer to this rule. A plan that breaks it
                // is no better for that.
                report.value("planned", &planned).hold(
                    "a plan follows the configuration",
                    assert_plan_valid(&self.schema, &Value::Null, config, &planned),
                );
                Ok(plan(action, planned, second.planned_private))
            }
            Action::Create if tainted => Ok(plan(
                Action::Replace,
                planned,
                first.planned_private.clone(),
            )),
            _ => Ok(plan(action, planned, first.planned_private.clone())),
        }
    }

    /// The configuration that is planned with.
    pub fn considered(&self, config: &Value) -> Value {
        self.ignored.applied(&self.schema, self.state(), config)
    }

    /// `terraform plan -destroy`; none where nothing is there.
    pub async fn plan_destroy(&mut self) -> Result<Option<Plan>, Diagnostics> {
        if self.refreshes {
            self.refresh().await?;
        }
        match &self.current {
            Some(current) => self.removal(current).await.map(Some),
            None => Ok(None),
        }
    }

    /// `planDestroy`: all that may be planned is that nothing is left.
    pub(super) async fn removal(&self, instance: &Instance) -> Result<Plan, Diagnostics> {
        let request = PlanRequest {
            prior_state: Some(instance.state.clone()),
            config: None,
            proposed: None,
            prior_private: instance.private.clone(),
        };
        let answer = self.resource.plan(RequestContext::default(), request);
        let answer = self.alive(answer).await?;
        self.hears("plan (destroy)", &answer.diagnostics);
        if answer.diagnostics.has_errors() {
            return Err(answer.diagnostics);
        }
        if let Some(planned) = &answer.planned_state {
            let report = CallReport::of("plan (destroy)").value("planned", planned);
            broken("a destroy plans that nothing is left", &report);
        }
        Ok(Plan {
            action: Action::Delete,
            before: instance.state.clone(),
            planned: Value::Null,
            private: answer.planned_private,
            named: Vec::new(),
            replaces: Vec::new(),
            said: answer.diagnostics,
            forced: false,
        })
    }

    async fn ask(
        &self,
        prior: &Value,
        config: &Value,
        private: Vec<u8>,
    ) -> Result<(PlanResponse, CallReport), Diagnostics> {
        let proposed = proposed_new(&self.schema, prior, config);
        let report = CallReport::of("plan")
            .value("the state before", prior)
            .value("configured", config);
        let request = PlanRequest {
            prior_state: (!prior.is_null()).then(|| prior.clone()),
            config: Some(config.clone()),
            proposed: Some(self.sent("the proposed state", &proposed)),
            prior_private: private,
        };
        let answer = self.resource.plan(RequestContext::default(), request);
        let answer = self.alive(answer).await?;
        self.hears("plan", &answer.diagnostics);
        match answer.diagnostics.has_errors() {
            true => Err(answer.diagnostics),
            false => Ok((answer, report)),
        }
    }

    fn taken_plan(&self, answer: &PlanResponse, report: &CallReport) -> Value {
        self.taken(
            answer.planned_state.as_ref().unwrap_or(&Value::Null),
            report,
        )
    }
}

fn replaced(prior: &Value, planned: &Value, named: &[Path], report: &CallReport) -> Vec<Path> {
    required_replaces(prior, planned, named).unwrap_or_else(|violations| {
        report.hold("the paths that require replacement exist", violations);
        Vec::new()
    })
}
