//! `terraform apply` of a saved plan, and `terraform destroy`.

use crate::{ApplyRequest, Diagnostic, Diagnostics, RequestContext, Value};

use super::{CallReport, Instance, Plan, Terraform, broken};
use crate::testing::rules::{Action, assert_object_compatible, consistent};

impl Terraform {
    /// `terraform apply PLAN`, with the configuration as it is now that what was unknown is known.
    /// After an error the state is what Terraform would have saved.
    pub async fn apply(&mut self, plan: &Plan, config: &Value) -> Result<Diagnostics, Diagnostics> {
        let mut said = Diagnostics::new();
        match plan.action {
            Action::NoOp => return Ok(said),
            Action::Delete => return self.delete_current(plan.private.clone()).await,
            Action::Replace if self.create_before_destroy => {
                // Terraform would have two of them.
                said.extend(self.delete_deposed().await?);
                self.deposed = self.current.take();
            }
            // Of the object that goes, the provider is given the state; the private data is that
            // of the plan for the object that comes.
            Action::Replace => {
                said.extend(self.delete_current(plan.private.clone()).await?);
                self.goes_on()?;
            }
            Action::Create | Action::Update => {}
        }
        // What is to be destroyed at an address goes before anything is made there.
        // (internal/terraform/transform_destroy_edge.go)
        if !self.create_before_destroy {
            said.extend(self.delete_deposed().await?);
            self.goes_on()?;
        }
        let made = self.make(plan, config).await;
        if made.is_err() && self.current.is_none() {
            self.current = self.deposed.take();
        }
        said.extend(made?);
        self.goes_on()?;
        said.extend(self.delete_deposed().await?);
        Ok(said)
    }

    /// After Ctrl-C nothing new is begun.
    fn goes_on(&self) -> Result<(), Diagnostics> {
        match self.interrupted.is_cancelled() || self.killed.is_cancelled() {
            true => Err(Diagnostic::error("execution halted", "").into()),
            false => Ok(()),
        }
    }

    /// `terraform destroy`. Hands on what its applies say; its plan is
    /// [`plan_destroy`](Terraform::plan_destroy).
    pub async fn destroy(&mut self) -> Result<Diagnostics, Diagnostics> {
        if self.refreshes {
            self.refresh().await?;
        }
        let mut said = self.delete_deposed().await?;
        let Some(current) = self.current.clone() else {
            return Ok(said);
        };
        let plan = self.removal(&current).await?;
        said.extend(self.delete_current(plan.private).await?);
        Ok(said)
    }

    /// Plans again with what is known by now, holds it against the plan that the user has seen, and
    /// creates or updates. `managedResourceExecute` in node_resource_apply_instance.go.
    async fn make(&mut self, seen: &Plan, config: &Value) -> Result<Diagnostics, Diagnostics> {
        let current = match self.current.clone() {
            Some(stored) => Some(Instance {
                state: self.upgraded(&stored.state).await,
                ..stored
            }),
            None => None,
        };
        let mut last = self.change(current.as_ref(), config, seen.forced).await?;
        if seen.action == Action::Replace && last.action == Action::Create {
            last.action = Action::Replace;
        }
        let report = CallReport::of("plan (at apply)")
            .value("the state before", &last.before)
            .value("configured", config)
            .value("planned before", &seen.planned)
            .value("planned now", &last.planned);
        let pairs = ((seen.action, &seen.planned), (last.action, &last.planned));
        report.hold("a plan keeps what it said", consistent(pairs.0, pairs.1));
        if last.action == Action::NoOp {
            return Ok(Diagnostics::new());
        }
        // By now a replacement is a create: the object before it is gone or deposed.
        let creates = last.action != Action::Update;
        let (instance, said) = self.call_apply(current, &last, Some(config)).await;
        self.current = instance.map(|instance| Instance {
            tainted: creates && said.has_errors(),
            ..instance
        });
        outcome(said)
    }

    async fn delete_current(&mut self, private: Vec<u8>) -> Result<Diagnostics, Diagnostics> {
        let current = self.current.take();
        let (left, said) = self.delete(current, private).await;
        self.current = left;
        outcome(said)
    }

    async fn delete_deposed(&mut self) -> Result<Diagnostics, Diagnostics> {
        let Some(deposed) = self.deposed.clone() else {
            return Ok(Diagnostics::new());
        };
        let plan = self.removal(&deposed).await?;
        let (left, said) = self.delete(Some(deposed), plan.private).await;
        self.deposed = left;
        outcome(said)
    }

    /// A delete that was planned by nothing but what is stored.
    pub async fn delete_with_its_private_data(
        &self,
        instance: Instance,
    ) -> (Option<Instance>, Diagnostics) {
        let private = instance.private.clone();
        self.delete(Some(instance), private).await
    }

    async fn delete(
        &self,
        instance: Option<Instance>,
        private: Vec<u8>,
    ) -> (Option<Instance>, Diagnostics) {
        let Some(instance) = instance else {
            return (None, Diagnostics::new());
        };
        let change = Plan {
            action: Action::Delete,
            before: instance.state.clone(),
            planned: Value::Null,
            private,
            named: Vec::new(),
            replaces: Vec::new(),
            said: Diagnostics::new(),
            forced: false,
        };
        self.call_apply(Some(instance), &change, None).await
    }

    /// `apply` in node_resource_abstract_instance.go: what is stored afterwards, and what was said.
    /// An error and no state leave the stored object as it was; any other state is stored.
    async fn call_apply(
        &self,
        stored: Option<Instance>,
        change: &Plan,
        config: Option<&Value>,
    ) -> (Option<Instance>, Diagnostics) {
        let present = |value: &Value| (!value.is_null()).then(|| value.clone());
        let prior = match change.action {
            Action::Update | Action::Delete => present(&change.before),
            _ => None,
        };
        let config = config.map(|config| self.evaluated_anew.as_ref().unwrap_or(config));
        let request = ApplyRequest {
            prior,
            planned: present(&change.planned),
            config: config.map(|config| self.sent("a configuration", config)),
            planned_private: change.private.clone(),
        };
        let mut report = CallReport::of("apply")
            .value(
                "the state before",
                request.prior.as_ref().unwrap_or(&Value::Null),
            )
            .value("planned", &change.planned);
        if let Some(config) = &request.config {
            report = report.value("configured", config);
        }
        let ctx = RequestContext {
            cancel: self.interrupted.clone(),
            abandoned: self.abandoned.clone(),
            ..RequestContext::default()
        };
        let answer = tokio::select! {
            answer = self.resource.apply(ctx, request) => answer,
            () = self.killed.cancelled() => return killed(stored, change),
        };
        let (said, failed) = (answer.diagnostics.clone(), answer.diagnostics.has_errors());
        self.hears("apply", &said);
        let report = report.said(&said);
        let Some(state) = answer.new_state else {
            if failed {
                return (stored, said);
            }
            if change.action != Action::Delete {
                broken("what was made without an error has a state", &report);
            }
            return (None, said);
        };
        let state = self.stored(&state, &report);
        let report = report.value("made", &state);
        if !failed {
            if change.action == Action::Delete {
                broken("what was deleted without an error has no state", &report);
            }
            let violations = assert_object_compatible(&change.planned, &state);
            report.hold("what was planned is what is made", violations);
        }
        let instance = Instance {
            state,
            private: answer.private,
            tainted: stored.is_some_and(|stored| stored.tainted),
        };
        (Some(instance), said)
    }
}

/// What was said, and whether it was an error.
fn outcome(said: Diagnostics) -> Result<Diagnostics, Diagnostics> {
    match said.has_errors() {
        true => Err(said),
        false => Ok(said),
    }
}

/// Terraform fills in what the answer of a provider that died would have said: of an update the
/// state before it, without private data; else it keeps what it has, which of a create is nothing.
fn killed(stored: Option<Instance>, change: &Plan) -> (Option<Instance>, Diagnostics) {
    let kept = stored.map(|stored| match change.action {
        Action::Update => Instance {
            private: Vec::new(),
            ..stored
        },
        _ => stored,
    });
    let text = "Plugin did not respond";
    (kept, Diagnostic::error(text, "").into())
}
