//! A tiny Terraform in this process: it takes one instance of a resource through the commands that
//! people use, makes the calls that Terraform makes, in its order and with its arguments, and holds
//! every answer against [`rules`].
//!
//! A rule broken is a defect of the resource and ends the test with a report of it. Errors that
//! the resource reports are handed on: whether there may be any is the test's to say.
//!
//! All values go over the wire as they would to another process, and a state is stored as JSON and
//! upgraded before each use.

mod apply;
mod data;
mod ignore;
mod plan;
mod report;
#[cfg(test)]
mod tests;

use std::{future::Future, sync::Arc};

use crate::{
    Diagnostic, Diagnostics, Path, ReadRequest, RequestContext, Resource, Schema, Type, Value,
    check, json,
};

use super::rules::{self, Action};
pub use data::read_data;
pub use ignore::Ignored;
pub use report::tree;
use report::{CallReport, broken};
use tokio_util::sync::CancellationToken;

/// What Terraform knows of one instance: the state of a workspace that holds nothing else.
pub struct Terraform {
    resource: Arc<dyn Resource>,
    schema: Schema,
    ty: Type,
    /// Is shown every message of the resource, and may end the test over its words.
    pub hear: fn(&Diagnostics),
    /// Whether plans and destroys begin with a read; `false` is `-refresh=false`.
    pub refreshes: bool,
    /// `lifecycle { create_before_destroy = true }`, written here or forced by a dependent.
    pub create_before_destroy: bool,
    /// `lifecycle { ignore_changes = ... }`.
    pub ignored: Ignored,
    /// What the configuration is at the apply's own evaluation, where `uuid()` and the like make it
    /// another one than that of the plan before it.
    pub evaluated_anew: Option<Value>,
    /// Ctrl-C.
    pub interrupted: CancellationToken,
    /// Terraform itself is gone: nobody waits for the provider's answer. `interrupted` goes with it.
    pub abandoned: CancellationToken,
    /// The provider's process is gone.
    pub killed: CancellationToken,
    /// The object at the address; none before its creation and after its end.
    pub current: Option<Instance>,
    /// Replaced by `current`, and still to be deleted.
    pub deposed: Option<Instance>,
}

/// A stored object.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// Wholly known.
    pub state: Value,
    /// What the resource keeps beside it.
    pub private: Vec<u8>,
    /// Its creation failed: the next plan replaces it.
    pub tainted: bool,
}

/// A plan as it is saved: what the user is shown, and what the apply is held to.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What the apply will do.
    pub action: Action,
    /// Null where nothing is there.
    pub before: Value,
    /// Null where nothing is to be.
    pub planned: Value,
    /// What the resource keeps for the apply.
    pub private: Vec<u8>,
    /// What the resource names as requiring replacement.
    pub named: Vec<Path>,
    /// What of that changes or may change, and so makes the plan a replacement.
    pub replaces: Vec<Path>,
    /// The warnings.
    pub said: Diagnostics,
    forced: bool,
}

impl Terraform {
    /// An empty state.
    pub fn new(resource: Arc<dyn Resource>) -> Terraform {
        let schema = resource.schema();
        assert!(
            rules::covers(&schema),
            "the schema has parts that no rule here is about"
        );
        Terraform {
            ty: schema.implied_type(),
            schema,
            resource,
            hear: |_| {},
            refreshes: true,
            create_before_destroy: false,
            ignored: Ignored::default(),
            evaluated_anew: None,
            interrupted: CancellationToken::new(),
            abandoned: CancellationToken::new(),
            killed: CancellationToken::new(),
            current: None,
            deposed: None,
        }
    }

    /// The resource's schema.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The state of the instance; null where there is none.
    pub fn state(&self) -> &Value {
        self.current
            .as_ref()
            .map_or(&Value::Null, |instance| &instance.state)
    }

    /// `terraform validate`.
    pub async fn validate(&self, config: &Value) -> Result<Diagnostics, Diagnostics> {
        let config = self.sent("a configuration", config);
        let found = check::check(&config, &self.schema.block);
        let found = match found.has_errors() {
            true => found,
            false => {
                self.resource
                    .validate(RequestContext::default(), config)
                    .await
            }
        };
        self.hears("validate", &found);
        if found.has_errors() {
            Err(found)
        } else {
            Ok(found)
        }
    }

    /// `terraform refresh`, and the beginning of `plan` and `destroy`: the stored state is upgraded
    /// and read. After an error the stored state is as it was. `refresh` in
    /// node_resource_abstract_instance.go.
    pub async fn refresh(&mut self) -> Result<Diagnostics, Diagnostics> {
        let Some(stored) = self.current.clone() else {
            return Ok(Diagnostics::new());
        };
        let request = ReadRequest {
            state: self.upgraded(&stored.state).await,
            private: stored.private,
        };
        let before = request.state.clone();
        let answer = self.resource.read(RequestContext::default(), request);
        let answer = self.alive(answer).await?;
        self.hears("read", &answer.diagnostics);
        if answer.diagnostics.has_errors() {
            return Err(answer.diagnostics);
        }
        self.current = answer.state.map(|state| {
            let report = CallReport::of("read").value("the state before", &before);
            Instance {
                state: self.stored(&state, &report),
                private: answer.private,
                tainted: stored.tainted,
            }
        });
        Ok(answer.diagnostics)
    }

    /// `terraform import` into an empty state. After an error nothing is imported.
    pub async fn import(&mut self, id: &str) -> Result<Diagnostics, Diagnostics> {
        assert!(
            self.current.is_none(),
            "Terraform imports nothing over a managed object"
        );
        let answer = self.resource.import(RequestContext::default(), id).await;
        self.hears("import", &answer.diagnostics);
        if answer.diagnostics.has_errors() {
            return Err(answer.diagnostics);
        }
        let report = CallReport::of("import");
        let Some(state) = answer.state else {
            broken("an import without an error has a state", &report);
        };
        self.current = Some(Instance {
            state: self.stored(&state, &report),
            private: answer.private,
            tainted: false,
        });
        let read = self.refresh().await;
        match (&read, &self.current) {
            (Ok(_), None) => {
                let text = "Cannot import non-existent remote object";
                Err(Diagnostic::error(text, "").into())
            }
            (Ok(_), Some(_)) => read,
            (Err(_), _) => {
                self.current = None;
                read
            }
        }
    }

    /// `UpgradeResourceState`, which Terraform asks for a state of the present version, too.
    async fn upgraded(&self, state: &Value) -> Value {
        let report = CallReport::of("upgrade").value("the stored state", state);
        let stored = json::encode(state, &self.ty).unwrap_or_else(|error| {
            broken(&format!("a state can be stored: {error}"), &report);
        });
        let version = self.schema.version;
        let upgrade = self
            .resource
            .upgrade_state(RequestContext::default(), version, &stored);
        match upgrade.await {
            Ok(upgraded) if upgraded == *state => upgraded,
            Ok(upgraded) => {
                let report = report.value("upgraded", &upgraded);
                broken("a state of the present version is taken as it is", &report)
            }
            Err(found) => broken(
                "a state of the present version is read",
                &report.said(&found),
            ),
        }
    }

    /// Messages are for people, and point at attributes.
    fn hears(&self, call: &'static str, said: &Diagnostics) {
        (self.hear)(said);
        let report = CallReport::of(call).said(said);
        let places = rules::resolves(&self.schema, said);
        report.hold("a message points at an attribute", places);
    }

    /// The answer of a provider that lives until it is given.
    async fn alive<T>(&self, answer: impl Future<Output = T>) -> Result<T, Diagnostics> {
        tokio::select! {
            answer = answer => Ok(answer),
            () = self.killed.cancelled() => {
                Err(Diagnostic::error("Plugin did not respond", "").into())
            }
        }
    }

    /// A value of ours as the resource sees it.
    fn sent(&self, what: &str, value: &Value) -> Value {
        rules::over_the_wire(value, &self.ty)
            .unwrap_or_else(|error| panic!("{what} is not of the schema: {error}"))
    }

    /// An answered value as Terraform sees it.
    fn taken(&self, value: &Value, report: &CallReport) -> Value {
        rules::over_the_wire(value, &self.ty)
            .unwrap_or_else(|error| broken(&format!("an answer is of the schema: {error}"), report))
    }

    /// An answered value that goes into the state.
    fn stored(&self, value: &Value, report: &CallReport) -> Value {
        let value = self.taken(value, report);
        let report = report.clone().value("answered", &value);
        report.hold("a state is known throughout", rules::wholly_known(&value));
        value
    }
}
