//! The trait of a managed resource, and its requests and answers.

use async_trait::async_trait;

use crate::{Diagnostic, Diagnostics, Path, RequestContext, Schema, Value, json};

/// A kind of managed resource.
///
/// All values are objects of [`Schema::implied_type`]; all of an answer's values must have every
/// attribute. Private data is opaque to Terraform, is stored beside the state, and is handed from
/// each answer to the next request.
#[async_trait]
pub trait Resource: Send + Sync + 'static {
    /// The full type name, beginning with the provider's.
    fn type_name(&self) -> &str;

    /// The schema.
    fn schema(&self) -> Schema;

    /// Checks a configuration, which may have unknown values and has passed the checks that follow
    /// from the schema. Works without a configured provider and without the network.
    async fn validate(&self, _ctx: RequestContext, _config: Value) -> Diagnostics {
        Diagnostics::new()
    }

    /// Brings a state as it was stored to the present schema. Terraform asks this for every
    /// stored state, those of the present version included.
    ///
    /// `raw` is the state in JSON; [`json::decode_state`] reads it by a type. Unless a resource
    /// says otherwise, states of the present version are taken as they are, and others are errors.
    async fn upgrade_state(
        &self,
        _ctx: RequestContext,
        version: i64,
        raw: &[u8],
    ) -> Result<Value, Diagnostics> {
        let schema = self.schema();
        if version != schema.version {
            return Err(unsupported_version(self.type_name(), version, schema.version).into());
        }
        json::decode_state(raw, &schema.implied_type()).map_err(|error| {
            Diagnostic::error("The stored state cannot be read", error.message.clone())
                .at(error.path)
                .into()
        })
    }

    /// Reads the object. On an error Terraform keeps the state that it has.
    async fn read(&self, ctx: RequestContext, request: ReadRequest) -> ReadResponse;

    /// Says what an apply would do. Called twice for every change, at plan and again before apply;
    /// the second time, what was known must be the same, and what was unknown may be known.
    async fn plan(&self, ctx: RequestContext, request: PlanRequest) -> PlanResponse;

    /// Creates, updates or deletes the object; see [`ApplyRequest::operation`].
    async fn apply(&self, ctx: RequestContext, request: ApplyRequest) -> ApplyResponse;

    /// Finds an existing object by the id that the user gave. Terraform reads it afterwards, so
    /// the state need hold no more than `read` goes by.
    async fn import(&self, _ctx: RequestContext, _id: &str) -> ImportResponse {
        let detail = format!("Objects of type {} cannot be imported.", self.type_name());
        ImportResponse::failed(Diagnostic::error("Import is not supported", detail))
    }
}

fn unsupported_version(type_name: &str, stored: i64, present: i64) -> Diagnostic {
    let cause = match stored > present {
        true => "It was written by a newer version of the provider: use that version.",
        false => "This version of the provider cannot upgrade it: apply once with an older one.",
    };
    Diagnostic::error(
        "The stored state has another schema version",
        format!("The state of this {type_name} has version {stored}, not {present}. {cause}"),
    )
}

/// The request of [`Resource::read`].
#[derive(Debug, Clone)]
pub struct ReadRequest {
    /// The stored state, wholly known.
    pub state: Value,
    /// The private data stored with it.
    pub private: Vec<u8>,
}

/// The answer of [`Resource::read`].
#[derive(Debug, Clone, Default)]
pub struct ReadResponse {
    /// The state as it is now, wholly known; `None` if the object no longer exists.
    pub state: Option<Value>,
    /// The private data to store with it.
    pub private: Vec<u8>,
    /// Messages; with an error, Terraform keeps the state that it has.
    pub diagnostics: Diagnostics,
}

/// The request of [`Resource::plan`].
#[derive(Debug, Clone)]
pub struct PlanRequest {
    /// The present state; `None` if the object does not exist or is to be replaced.
    pub prior_state: Option<Value>,
    /// What the user wrote; `None` if the object is to be destroyed.
    pub config: Option<Value>,
    /// Terraform's mixture of the two, computed attributes filled from the prior state; `None` if
    /// the object is to be destroyed.
    pub proposed: Option<Value>,
    /// The private data stored with the present state; for the second plan of a replacement, the
    /// private data that the first one answered.
    pub prior_private: Vec<u8>,
}

/// The answer of [`Resource::plan`].
#[derive(Debug, Clone, Default)]
pub struct PlanResponse {
    /// The state after the apply, as far as it is known; `None` if the object is to be destroyed.
    pub planned_state: Option<Value>,
    /// The attributes whose change makes it necessary to destroy and create the object. Terraform
    /// ignores those that do not change.
    pub requires_replace: Vec<Path>,
    /// Private data for the apply, or for the second plan of a replacement.
    pub planned_private: Vec<u8>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

impl PlanResponse {
    /// The answer of a plan that failed.
    pub fn failed(diagnostics: impl Into<Diagnostics>) -> PlanResponse {
        PlanResponse {
            diagnostics: diagnostics.into(),
            ..PlanResponse::default()
        }
    }
}

/// The request of [`Resource::apply`].
#[derive(Debug, Clone)]
pub struct ApplyRequest {
    /// The present state; `None` to create.
    pub prior: Option<Value>,
    /// The state that the plan answered; `None` to delete.
    pub planned: Option<Value>,
    /// What the user wrote, the only place of write-only values; `None` to delete.
    pub config: Option<Value>,
    /// The private data that the plan answered; for a delete, that of the state.
    pub planned_private: Vec<u8>,
}

/// What an apply is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Make the object.
    Create,
    /// Change the object.
    Update,
    /// Remove the object.
    Delete,
}

impl ApplyRequest {
    /// What to do.
    pub fn operation(&self) -> Operation {
        match (&self.prior, &self.planned) {
            (_, None) => Operation::Delete,
            (None, Some(_)) => Operation::Create,
            (Some(_), Some(_)) => Operation::Update,
        }
    }
}

/// The answer of [`Resource::apply`].
///
/// | | no error | error |
/// |---|---|---|
/// | create | `Some`, wholly known, every planned known value equal | `Some`: saved, and marked for replacement; `None`: nothing was made |
/// | update | as for create | `Some`: saved; `None`: the prior state is kept |
/// | delete | `None` | `Some`: what is left is saved; `None`: the prior state is kept |
#[derive(Debug, Clone, Default)]
pub struct ApplyResponse {
    /// What exists now.
    pub new_state: Option<Value>,
    /// The private data to store with it.
    pub private: Vec<u8>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

/// The answer of [`Resource::import`].
#[derive(Debug, Clone, Default)]
pub struct ImportResponse {
    /// The state from which `read` can read the object; `None` only with an error.
    pub state: Option<Value>,
    /// The private data for that read.
    pub private: Vec<u8>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

impl ImportResponse {
    /// The answer of an import that failed.
    pub fn failed(diagnostics: impl Into<Diagnostics>) -> ImportResponse {
        ImportResponse {
            diagnostics: diagnostics.into(),
            ..ImportResponse::default()
        }
    }
}
