//! A change that a plan is asked for: each part of the request read once.

use tfplugin::{Diagnostics, PlanRequest, Value};

use super::{
    asked::{meant, tags_of_others},
    configured::Configured,
    kept::Kept,
    resource_type::ResourceType,
};

/// The configuration, typed, beside what there is.
pub struct Change<T: ResourceType> {
    /// As it is meant.
    pub configured: Configured<T>,
    /// As Terraform has it, which it compares with what is planned.
    pub given: Value,
    pub prior: Option<Value>,
    /// What the private data says, of whatever path it is.
    decoded: Option<Kept<T>>,
    bytes: Vec<u8>,
}

/// The private data that a plan hands to its apply.
pub enum Handed<T: ResourceType> {
    /// Of a path that is made, or of which nothing was kept.
    New(Box<Kept<T>>),
    /// Of the path that there is.
    Prior,
    /// Of a replacement, that of the path that goes. Terraform hands it to the delete of that path,
    /// and plans the new one again, without any, before it creates it. (`Change.Simplify` keeps
    /// `Private`: internal/plans/changes.go)
    Replaced,
}

impl<T: ResourceType> Change<T> {
    /// A change to `config`, in which nothing is ignored if it `is_written`.
    pub fn of(
        config: Value,
        is_written: bool,
        request: PlanRequest,
    ) -> Result<Change<T>, Diagnostics> {
        let prior = request.prior_state;
        let mut decoded = Kept::<T>::decode(&request.prior_private);
        let kept = decoded.as_mut();
        let mut kept = kept.filter(|kept| prior.as_ref().is_some_and(|it| kept.belongs_to(it)));
        let meant = meant(&config, prior.as_ref(), kept.as_deref(), is_written);
        if let (false, Some(prior), Some(kept)) = (is_written, &prior, &mut kept) {
            let left = tags_of_others(&config, prior, kept);
            kept.applied_tags.retain(|key| !left.contains(key));
        }
        Ok(Change {
            configured: Configured::new(meant)?,
            given: config,
            prior,
            decoded,
            bytes: request.prior_private,
        })
    }

    /// What was kept of the path that the prior state is of.
    pub fn kept(&self) -> Option<&Kept<T>> {
        let prior = self.prior.as_ref()?;
        self.decoded.as_ref().filter(|kept| kept.belongs_to(prior))
    }

    /// What was kept of the path that is replaced.
    pub fn replaced(&self) -> Option<&Kept<T>> {
        self.decoded.as_ref()
    }

    pub fn is_replacement(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// Terraform plans a replacement once more, without the prior state.
    pub fn is_second_of_replacement(&self) -> bool {
        self.prior.is_none() && self.is_replacement()
    }

    /// The bytes for the apply, with word for the delete of the path why it is `refused`.
    pub fn handed(self, handed: Handed<T>, refused: Option<String>) -> Vec<u8> {
        let (kept, asked) = match handed {
            Handed::New(kept) => (Some(*kept), true),
            Handed::Prior => (self.decoded, true),
            Handed::Replaced if refused.is_none() => return self.bytes,
            Handed::Replaced => (self.decoded, false),
        };
        let Some(mut kept) = kept else {
            return self.bytes;
        };
        if asked {
            kept.asked = Some(self.configured.value);
        }
        kept.refused = refused.or(kept.refused);
        kept.encode()
    }
}
