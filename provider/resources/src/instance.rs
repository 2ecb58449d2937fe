//! One path as an operation works on it: whose it is, where, and what it was told.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Value;

use crate::{
    adopt,
    desired::{Footing, user_tags},
    drift::drift,
    private::Private,
    render::{View, null_where_unknown, render},
    settings::Settings,
    told::Told,
};
use engine::model::{Key, Maybe, Observed, Slot};

#[derive(Clone, Debug)]
pub struct Instance {
    pub region: String,
    pub owner: String,
    pub told: Option<Told>,
    pub default_tags: BTreeMap<String, Maybe<String>>,
    pub settings: Settings,
    /// Tag keys that the path has set.
    pub applied_tags: BTreeSet<String>,
    pub endpoint_id: Option<String>,
    /// Others built the path, and it was not applied since it was imported.
    pub adopting: bool,
    /// Id and name of the endpoint service as the state has them.
    pub service: Option<(Value, Value)>,
}

impl Instance {
    /// The instance that `private` and `state` are of.
    pub fn new(
        private: &Private,
        state: Option<&Value>,
        region: String,
        settings: &Settings,
    ) -> Instance {
        Instance {
            region,
            owner: private.owner.clone(),
            told: private.told.clone(),
            default_tags: settings.default_tags.known().cloned().unwrap_or_default(),
            settings: settings.clone(),
            applied_tags: private.applied_tags.clone(),
            endpoint_id: private.endpoint_id.clone(),
            adopting: private.adopting,
            service: state
                .map(|state| (state.get("id").clone(), state.get("service_name").clone())),
        }
    }

    pub fn footing(&self) -> Footing {
        Footing {
            owner: self.owner.clone(),
            region: self.region.clone(),
            default_tags: self.default_tags.clone(),
            ignored_tags: self
                .settings
                .ignored_tags
                .known()
                .cloned()
                .unwrap_or_default(),
            applied_tags: self.applied_tags.clone(),
        }
    }

    /// What Terraform is to keep of `observed`: wholly known.
    pub fn state(&self, observed: &Observed) -> Value {
        let footing = self.footing();
        let drift = self
            .told
            .as_ref()
            .map(|told| drift(told, &footing, observed));
        null_where_unknown(self.render(observed, &footing, drift.unwrap_or_default()))
    }

    /// The same without looking for what is wrong.
    pub fn undiagnosed(&self, observed: &Observed) -> Value {
        null_where_unknown(self.foreseen(observed))
    }

    /// What `observed`, which may be foreseen, would be kept as. What was not found out is unknown.
    pub fn foreseen(&self, observed: &Observed) -> Value {
        self.render(observed, &self.footing(), BTreeMap::new())
    }

    fn render(
        &self,
        observed: &Observed,
        footing: &Footing,
        drift: BTreeMap<String, String>,
    ) -> Value {
        render(&View {
            observed,
            told: self.told.as_ref(),
            footing,
            region: Maybe::Known(self.region.clone()),
            service: self.service.clone(),
            drift,
        })
    }

    pub fn private(&self, observed: &Observed) -> Private {
        Private {
            owner: self.owner.clone(),
            told: self.told.clone(),
            applied_tags: self.applied_tags.clone(),
            endpoint_id: self.endpoint_id.clone(),
            service_id: None,
            adopting: self.adopting,
            observed: observed.clone(),
            asked: None,
            refused: None,
        }
    }

    /// Takes on a configuration that is about to be applied. Tag keys of before stay known until
    /// they were seen to be gone.
    pub fn tell(&mut self, told: Told) {
        let tags = user_tags(&told.config, &self.footing());
        self.applied_tags.extend(tags.into_keys());
        self.told = Some(told);
    }

    /// After everything was applied. What a path of others has besides is left to them: `left`.
    pub fn settle(&mut self, observed: &mut Observed, left: &BTreeSet<Key>) {
        self.settle_tags();
        if std::mem::take(&mut self.adopting) {
            adopt::forget(observed, left);
            let named = observed.of(Slot::Endpoint).next().is_some();
            self.endpoint_id = self.endpoint_id.take().filter(|_| named);
        }
    }

    fn settle_tags(&mut self) {
        if let Some(told) = &self.told {
            self.applied_tags = user_tags(&told.config, &self.footing())
                .into_keys()
                .collect();
        }
    }
}
