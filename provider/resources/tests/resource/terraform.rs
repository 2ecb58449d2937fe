//! Terraform, as far as one resource sees it: refresh, plan, apply, import, destroy, each answer
//! checked.

use engine::reconcile::plan;
use resources::{
    KafkaPrivatelink, Privatelink,
    desired::desired,
    lifecycle::{Configured, Instance, Kept},
};
use tfplugin::{
    ApplyRequest, ApplyResponse, Diagnostics, Path, PlanRequest, PlanResponse, ReadRequest,
    RequestContext, Resource, Schema, Value, json,
};

use crate::{
    account::Account,
    oracle::{Action, compatible, plan_valid, proposed, replacing, same_action},
};
use resources::Clouds as _;

/// One resource instance: its state, and the provider that it talks to.
pub struct Terraform {
    pub account: Account,
    pub resource: KafkaPrivatelink<Account>,
    pub schema: Schema,
    pub state: Option<Value>,
    pub private: Vec<u8>,
}

/// A plan as Terraform would store it.
#[derive(Clone, Debug)]
pub struct Planned {
    pub action: Action,
    pub state: Value,
    pub private: Vec<u8>,
    pub replaces: Vec<Path>,
    pub diagnostics: Diagnostics,
}

/// Every message is for people.
fn heard(diagnostics: &Diagnostics) {
    for it in diagnostics.iter() {
        testing::plainly::check(&format!("{} {}", it.summary, it.detail));
    }
}

/// The messages, for a failing test.
pub fn messages(diagnostics: &Diagnostics) -> String {
    let line = |it: &tfplugin::Diagnostic| {
        format!(
            "{:?} {}: {}: {}",
            it.severity, it.path, it.summary, it.detail
        )
    };
    diagnostics.iter().map(line).collect::<Vec<_>>().join("\n")
}

impl Terraform {
    pub fn new(account: &Account) -> Terraform {
        let resource = KafkaPrivatelink::new(account.clone());
        Terraform {
            account: account.clone(),
            schema: resource.schema(),
            resource,
            state: None,
            private: Vec::new(),
        }
    }

    /// Answers must be of the schema's type, and states wholly known.
    fn is_state(&self, state: &Value) {
        let ty = self.schema.implied_type();
        if let Err(error) = json::encode(state, &ty) {
            panic!("not a state: {error}\n{state:#?}");
        }
    }

    /// Reads the stored state and brings it up to date. `false` if the object is gone.
    pub async fn refresh(&mut self) -> bool {
        let Some(state) = &self.state else {
            return false;
        };
        let stored = json::encode(state, &self.schema.implied_type()).unwrap();
        let ctx = RequestContext::default();
        let upgraded = self
            .resource
            .upgrade_state(ctx, self.schema.version, &stored)
            .await;
        assert_eq!(
            upgraded.as_ref(),
            Ok(state),
            "the upgrade changed a present state"
        );
        let request = ReadRequest {
            state: upgraded.unwrap(),
            private: self.private.clone(),
        };
        let answer = self.resource.read(RequestContext::default(), request).await;
        assert!(
            answer.diagnostics.is_empty(),
            "{}",
            messages(&answer.diagnostics)
        );
        self.state = answer.state;
        self.private = answer.private;
        if let Some(state) = &self.state {
            self.is_state(state);
        }
        self.state.is_some()
    }

    async fn ask(&self, prior: Option<&Value>, config: &Value, private: &[u8]) -> PlanResponse {
        let null = Value::Null;
        let attributes = &self.schema.block.attributes;
        let request = PlanRequest {
            prior_state: prior.cloned(),
            config: Some(config.clone()),
            proposed: Some(proposed(attributes, prior.unwrap_or(&null), config)),
            prior_private: private.to_vec(),
        };
        let answer = self.resource.plan(RequestContext::default(), request).await;
        heard(&answer.diagnostics);
        if let (Some(planned), false) = (&answer.planned_state, answer.diagnostics.has_errors()) {
            let wrong = plan_valid(attributes, prior.unwrap_or(&null), config, planned);
            assert!(
                wrong.is_empty(),
                "invalid plan:\n{}\nof {config:#?}",
                wrong.join("\n")
            );
        }
        answer
    }

    /// Plans, as Terraform does: a replacement is planned once more, from nothing.
    pub async fn plan(&self, config: &Value) -> Result<Planned, Diagnostics> {
        let answer = self.ask(self.state.as_ref(), config, &self.private).await;
        if answer.diagnostics.has_errors() {
            return Err(answer.diagnostics);
        }
        let planned = answer.planned_state.expect("a planned state");
        let Some(prior) = &self.state else {
            assert!(answer.requires_replace.is_empty());
            return Ok(Planned {
                action: Action::Create,
                state: planned,
                private: answer.planned_private,
                replaces: Vec::new(),
                diagnostics: answer.diagnostics,
            });
        };
        let replaces: Vec<Path> = replacing(&answer.requires_replace, prior, &planned)
            .into_iter()
            .cloned()
            .collect();
        assert_eq!(
            replaces.len(),
            answer.requires_replace.len(),
            "{:?}",
            answer.requires_replace
        );
        if !replaces.is_empty() {
            let again = self.ask(None, config, &answer.planned_private).await;
            assert!(
                !again.diagnostics.has_errors(),
                "{}",
                messages(&again.diagnostics)
            );
            return Ok(Planned {
                action: Action::Replace,
                state: again.planned_state.expect("a planned state"),
                private: again.planned_private,
                replaces,
                diagnostics: answer.diagnostics,
            });
        }
        let action = if planned == *prior {
            Action::NoOp
        } else {
            Action::Update
        };
        if action == Action::NoOp {
            self.is_idle(config);
        }
        Ok(Planned {
            action,
            state: planned,
            private: answer.planned_private,
            replaces,
            diagnostics: answer.diagnostics,
        })
    }

    /// Plans with `-replace`, or as `replace_triggered_by` has it: of the second plan Terraform
    /// shows errors only.
    pub async fn plan_replace(&self, config: &Value) -> Result<Value, Diagnostics> {
        let first = self.ask(self.state.as_ref(), config, &self.private).await;
        if first.diagnostics.has_errors() {
            return Err(first.diagnostics);
        }
        let second = self.ask(None, config, &first.planned_private).await;
        match second.diagnostics.has_errors() {
            true => Err(second.diagnostics),
            false => Ok(second.planned_state.expect("a planned state")),
        }
    }

    /// Terraform applies nothing where nothing is planned: then nothing may be left to do.
    fn is_idle(&self, config: &Value) {
        let kept = Kept::<Privatelink>::decode(&self.private).expect("readable private data");
        let settings = self.account.settings();
        let region = "us-east-1".to_owned();
        let observed = kept.observed.clone();
        let instance = Instance::new(kept, self.state.as_ref(), region, &settings);
        let configured = Configured::<Privatelink>::new(config.clone()).unwrap();
        let desired = desired(&configured.arguments, &instance.context(), &observed);
        let left = plan(&desired, &observed).steps;
        let lines: Vec<String> = left.iter().map(|it| it.step.to_string()).collect();
        assert!(lines.is_empty(), "planned nothing, and left: {lines:#?}");
    }

    /// Applies a plan with the configuration as it turned out, which is first planned once more.
    pub async fn apply(&mut self, first: &Planned, config: &Value) -> ApplyResponse {
        let private = match first.action {
            Action::Create | Action::Replace => Vec::new(),
            _ => self.private.clone(),
        };
        if first.action == Action::Replace {
            let gone = self.destroy().await;
            assert!(gone.new_state.is_none(), "{}", messages(&gone.diagnostics));
        }
        let answer = self.ask(self.state.as_ref(), config, &private).await;
        assert!(
            !answer.diagnostics.has_errors(),
            "{}",
            messages(&answer.diagnostics)
        );
        let second = answer.planned_state.expect("a planned state");
        let action = match (&self.state, first.action) {
            (Some(prior), _) if second == *prior => Action::NoOp,
            (Some(prior), _) => {
                let replaces = replacing(&answer.requires_replace, prior, &second);
                if replaces.is_empty() {
                    Action::Update
                } else {
                    Action::Replace
                }
            }
            (None, action) => action,
        };
        if let Err(wrong) = same_action(first.action, action) {
            panic!("{wrong}\nplanned {:#?}\nthen {second:#?}", first.state);
        }
        let wrong = compatible(&first.state, &second);
        assert!(
            wrong.is_empty(),
            "inconsistent final plan:\n{}",
            wrong.join("\n")
        );
        if action == Action::NoOp {
            return ApplyResponse {
                new_state: self.state.clone(),
                private: self.private.clone(),
                ..ApplyResponse::default()
            };
        }
        let request = ApplyRequest {
            prior: self.state.clone(),
            planned: Some(second.clone()),
            config: Some(config.clone()),
            planned_private: answer.planned_private,
        };
        let answer = self
            .resource
            .apply(RequestContext::default(), request)
            .await;
        heard(&answer.diagnostics);
        if let Some(state) = &answer.new_state {
            self.is_state(state);
        }
        if !answer.diagnostics.has_errors() {
            let state = answer.new_state.as_ref().expect("a state");
            let wrong = compatible(&second, state);
            assert!(
                wrong.is_empty(),
                "inconsistent result:\n{}",
                wrong.join("\n")
            );
        }
        // An update that failed without a state keeps the prior one.
        if answer.new_state.is_some() || !answer.diagnostics.has_errors() {
            self.state = answer.new_state.clone();
            self.private = answer.private.clone();
        }
        answer
    }

    /// Plans and applies; everything must go well.
    pub async fn make(&mut self, config: &Value) -> Action {
        let planned = self.plan(config).await;
        let planned = planned.unwrap_or_else(|found| panic!("{}", messages(&found)));
        let answer = self.apply(&planned, config).await;
        assert!(
            !answer.diagnostics.has_errors(),
            "{}",
            messages(&answer.diagnostics)
        );
        planned.action
    }

    /// `terraform plan -destroy`, without the refresh.
    pub async fn plan_destroy(&self) -> PlanResponse {
        let request = PlanRequest {
            prior_state: self.state.clone(),
            config: None,
            proposed: None,
            prior_private: self.private.clone(),
        };
        let planned = self.resource.plan(RequestContext::default(), request).await;
        heard(&planned.diagnostics);
        assert_eq!(planned.planned_state, None);
        assert_eq!(planned.planned_private, self.private);
        planned
    }

    /// Deletes; the state stays where that fails.
    pub async fn destroy(&mut self) -> ApplyResponse {
        let planned = self.plan_destroy().await;
        let said = messages(&planned.diagnostics);
        assert!(!planned.diagnostics.has_errors(), "{said}");
        let request = ApplyRequest {
            prior: self.state.clone(),
            planned: None,
            config: None,
            planned_private: planned.planned_private,
        };
        let answer = self
            .resource
            .apply(RequestContext::default(), request)
            .await;
        heard(&answer.diagnostics);
        if answer.new_state.is_some() {
            assert!(answer.diagnostics.has_errors(), "a state without an error");
            self.private = answer.private.clone();
            self.state = answer.new_state.clone();
        } else if !answer.diagnostics.has_errors() {
            self.state = None;
            self.private = Vec::new();
        }
        answer
    }

    /// Imports and reads what was imported.
    pub async fn import(&mut self, id: &str) -> Result<(), Diagnostics> {
        let answer = self.resource.import(RequestContext::default(), id).await;
        heard(&answer.diagnostics);
        if answer.diagnostics.has_errors() {
            return Err(answer.diagnostics);
        }
        self.state = answer.state;
        self.private = answer.private;
        assert!(self.refresh().await, "imported what does not exist");
        Ok(())
    }
}

/// Runs a test in virtual time.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(test)
}
