//! One path as an operation works on it: what was kept of it, and where it is.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Value;

use super::{
    adopt, configured::Configured, drift::drift, kept::Kept, path_context::PathContext,
    rendered::rendered, resource_type::ResourceType, tagging::user_tags, values, view::View,
};
use crate::settings::Settings;
use engine::model::{Key, Maybe, Observed, Slot};

#[derive(Clone, Debug)]
pub struct Instance<'a, T: ResourceType> {
    /// All but the observation, which changes in the course of an operation.
    pub kept: Kept<T>,
    region: String,
    settings: &'a Settings,
    /// As it was before the operation.
    state: Option<&'a Value>,
}

impl<'a, T: ResourceType> Instance<'a, T> {
    /// The instance that `kept` and `state` are of.
    pub fn new(
        kept: Kept<T>,
        state: Option<&'a Value>,
        region: String,
        settings: &'a Settings,
    ) -> Instance<'a, T> {
        Instance {
            kept: Kept {
                service_id: None,
                observed: Observed::default(),
                asked: None,
                refused: None,
                ..kept
            },
            region,
            settings,
            state,
        }
    }

    pub fn region(&self) -> &str {
        &self.region
    }

    pub fn context(&self) -> PathContext<'_> {
        PathContext {
            owner: &self.kept.owner,
            region: &self.region,
            applied_tags: &self.kept.applied_tags,
            settings: self.settings,
        }
    }

    /// What Terraform is to keep of `observed`: wholly known.
    pub fn state(&self, observed: &Observed) -> Value {
        let last = self.kept.last_applied.as_ref();
        let drift = last.map(|last| drift(last, &self.context(), observed));
        values::null_where_unknown(self.render(observed, drift.unwrap_or_default()))
    }

    /// The same without looking for what is wrong.
    pub fn undiagnosed(&self, observed: &Observed) -> Value {
        values::null_where_unknown(self.foreseen(observed))
    }

    /// What `observed`, which may be foreseen, would be kept as. What was not found out is unknown.
    pub fn foreseen(&self, observed: &Observed) -> Value {
        self.render(observed, BTreeMap::new())
    }

    fn render(&self, observed: &Observed, drift: BTreeMap<String, String>) -> Value {
        let last = self.kept.last_applied.as_ref();
        let view = View {
            observed,
            arguments: self.kept.last_arguments(),
            context: self.context(),
            state: self.state,
        };
        let region = Maybe::Known(self.region.clone());
        let written = last.map_or(&Value::Null, |last| &last.value);
        rendered::<T>(&view, &region, written, drift)
    }

    /// The private data that goes with a state of `observed`.
    pub fn encode(&self, observed: &Observed) -> Vec<u8> {
        let kept = Kept {
            observed: observed.clone(),
            ..self.kept.clone()
        };
        kept.encode()
    }

    /// Takes on a configuration that is about to be applied, and hands out the one before. Tag keys
    /// of before stay known until they were seen to be gone.
    pub fn configure(&mut self, configured: Configured<T>) -> Option<Configured<T>> {
        let tags = user_tags(&configured.arguments, &self.context());
        self.kept.applied_tags.extend(tags.into_keys());
        self.kept.last_applied.replace(configured)
    }

    /// After everything was applied. What a path of others has besides is left to them: `left`.
    pub fn finish_apply(&mut self, observed: &mut Observed, left: &BTreeSet<Key>) {
        if let Some(last) = &self.kept.last_applied {
            let tags = user_tags(&last.arguments, &self.context());
            self.kept.applied_tags = tags.into_keys().collect();
        }
        self.kept.imported = false;
        if std::mem::take(&mut self.kept.adopting) {
            adopt::forget(observed, left);
            let named = observed.of(Slot::Endpoint).next().is_some();
            self.kept.endpoint_id = self.kept.endpoint_id.take().filter(|_| named);
        }
    }
}
