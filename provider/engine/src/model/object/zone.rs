//! The hosted zone. It has nothing to change but its tags.

use serde::{Deserialize, Serialize};

use super::field;
use crate::model::{Generation, Key, Maybe, tags::Tags};

/// A private hosted zone of ours, named exactly as the hostname: it shadows nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Lower case, no trailing dot.
    pub name: String,
    pub vpc: Maybe<String>,
    pub tags: Tags,
}

/// The zone that a record is in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ZoneRef {
    Managed(Key),
    /// By bare zone id, without `/hostedzone/`.
    Given(Maybe<String>),
}

impl Zone {
    /// A zone is never renamed; in another VPC it is another zone, so that the new one is there
    /// before the old one goes.
    pub fn generation(&self) -> Generation {
        Generation::of([self.name.clone(), field(&self.vpc)])
    }

    /// Zones cannot be tagged at create.
    pub fn newborn(&self) -> Zone {
        Zone {
            tags: Tags::new(),
            ..self.clone()
        }
    }
}
