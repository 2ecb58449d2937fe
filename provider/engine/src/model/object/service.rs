//! The endpoint service: what consumers connect to. Never replaced.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::target_group::IpFamily;
use crate::model::{Key, Maybe, tags::Tags};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// `None`: it fronts another load balancer than ours, or none.
    pub load_balancer: Option<Key>,
    pub acceptance_required: bool,
    /// As AWS writes them: ARNs and `*`.
    pub principals: BTreeSet<Maybe<String>>,
    pub ip_address_types: BTreeSet<IpFamily>,
    /// Regions besides the service's own, which AWS always counts in.
    pub regions: BTreeSet<Maybe<String>>,
    pub tags: Tags,
}

impl Service {
    /// The call takes everything but the principals.
    pub fn newborn(&self) -> Service {
        Service {
            principals: BTreeSet::new(),
            ..self.clone()
        }
    }
}
