//! The interface endpoint: the consumer side's way in.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{GroupRef, field, load_balancer::IpAddressType};
use crate::model::{Generation, Maybe, tags::Tags};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    pub vpc: Maybe<String>,
    pub subnets: BTreeSet<Maybe<String>>,
    pub security_groups: BTreeSet<GroupRef>,
    pub ip_address_type: IpAddressType,
    /// The service's owner let it in, by hand or because acceptance is not required.
    pub accepted: bool,
    pub tags: Tags,
}

impl Endpoint {
    /// An endpoint never leaves its VPC.
    pub fn generation(&self) -> Generation {
        Generation::of([field(&self.vpc)])
    }

    /// Whether it waits for acceptance is the service's business: the fold decides it.
    pub fn newborn(&self) -> Endpoint {
        Endpoint {
            accepted: false,
            ..self.clone()
        }
    }
}
