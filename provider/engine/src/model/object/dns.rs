//! The hosted zone and the records of the one hostname.

use serde::{Deserialize, Serialize};

use super::{field, target_group::IpFamily};
use crate::model::{Generation, Key, Maybe, RecordType, tags::Tags};

/// A private hosted zone of ours, named exactly as the hostname: it shadows nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Lower case, no trailing dot.
    pub name: String,
    pub vpc: Maybe<String>,
    pub tags: Tags,
}

/// A record that points at the endpoint: an alias for each address family, without evaluation of the
/// target's health; a CNAME where aliases may not point at endpoints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alias {
    pub zone: ZoneRef,
    /// Lower case, no trailing dot.
    pub name: String,
    /// In the states of before there were A records alone.
    #[serde(default)]
    pub kind: RecordType,
    /// The endpoint; `None` where it points elsewhere.
    pub target: Option<Key>,
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

impl Alias {
    /// The address family that it resolves to; `None` for both.
    pub fn family(&self) -> Option<IpFamily> {
        match self.kind {
            RecordType::A => Some(IpFamily::Ipv4),
            RecordType::Aaaa => Some(IpFamily::Ipv6),
            RecordType::Cname => None,
        }
    }

    /// A record is never renamed and never leaves its zone.
    pub fn generation(&self) -> Generation {
        let zone = match &self.zone {
            ZoneRef::Managed(key) => key.to_string(),
            ZoneRef::Given(id) => field(id),
        };
        Generation::of([zone, self.name.clone()])
    }
}
