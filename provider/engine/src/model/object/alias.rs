//! The records of the one hostname.

use serde::{Deserialize, Serialize};

use super::{ZoneRef, field, target_group::IpFamily, wording::Wording};
use crate::model::{Generation, Key, RecordType};

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

/// A call that changes a record of ours: an `UPSERT` over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// To point at this endpoint.
    Point(Key),
}

/// The calls that lead from `seen` to `wanted`.
pub fn diff(wanted: &Alias, seen: &Alias) -> Vec<Change> {
    let target = wanted.target.filter(|_| seen.target != wanted.target);
    target.map(Change::Point).into_iter().collect()
}

impl Change {
    /// Brings the record to what it is after the call.
    pub fn apply(&self, alias: &mut Alias) {
        match self {
            Change::Point(endpoint) => alias.target = Some(*endpoint),
        }
    }

    pub(super) fn wording(&self, of: Key) -> Wording {
        let object = of.slot.called();
        match self {
            Change::Point(endpoint) => Wording {
                line: format!("point {of} at {endpoint}"),
                action: format!("point {object} at the endpoint"),
                defect: "points elsewhere".to_owned(),
            },
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

    /// Every object of ours that it names.
    pub fn references(&self) -> Vec<Key> {
        let zone = match self.zone {
            ZoneRef::Managed(zone) => Some(zone),
            ZoneRef::Given(_) => None,
        };
        self.target.into_iter().chain(zone).collect()
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
