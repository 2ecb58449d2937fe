//! The records of the one hostname.

use serde::{Deserialize, Serialize};

use super::{ZoneRef, field, target_group::IpFamily, wording::Wording};
use crate::model::{Generation, Key, RecordType};

/// How the hostname is published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DnsMode {
    #[default]
    Alias,
    /// By records of the addresses of the endpoint's network interfaces.
    Records,
    /// Not at all: DNS is somebody else's.
    Nothing,
}

/// What a record holds to lead to the endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// The endpoint's name, in an alias or a CNAME.
    #[default]
    Name,
    /// The addresses of its network interfaces.
    Addresses,
}

/// A record that points at the endpoint: for each address family an alias, without evaluation of the
/// target's health, or the endpoint's addresses; a CNAME where aliases may not point at endpoints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alias {
    pub zone: ZoneRef,
    /// Lower case, no trailing dot.
    pub name: String,
    /// In the states of before there were A records alone.
    #[serde(default)]
    pub kind: RecordType,
    /// In the states of before there were names alone.
    #[serde(default)]
    pub form: Form,
    /// The endpoint; `None` where it points elsewhere, or holds other addresses than all of its.
    pub target: Option<Key>,
}

/// A call that changes a record of ours: an `UPSERT` over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// To point at this endpoint.
    Point { endpoint: Key, form: Form },
}

/// The calls that lead from `seen` to `wanted`.
pub fn diff(wanted: &Alias, seen: &Alias) -> Vec<Change> {
    let form = wanted.form;
    let differs = seen.target != wanted.target || seen.form != form;
    let target = wanted.target.filter(|_| differs);
    let point = target.map(|endpoint| Change::Point { endpoint, form });
    point.into_iter().collect()
}

impl Change {
    /// Brings the record to what it is after the call.
    pub fn apply(&self, alias: &mut Alias) {
        match self {
            Change::Point { endpoint, form } => {
                alias.target = Some(*endpoint);
                alias.form = *form;
            }
        }
    }

    pub(super) fn wording(&self, of: Key) -> Wording {
        let object = of.slot.called();
        match self {
            Change::Point {
                endpoint,
                form: Form::Name,
            } => Wording {
                line: format!("point {of} at {endpoint}"),
                action: format!("point {object} at the endpoint"),
                defect: "points elsewhere".to_owned(),
            },
            Change::Point {
                endpoint,
                form: Form::Addresses,
            } => Wording {
                line: format!("point {of} at the addresses of {endpoint}"),
                action: "point the hostname at the endpoint's addresses".to_owned(),
                defect: "does not hold the endpoint's addresses".to_owned(),
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

    /// Whether Route 53 refuses the two beside each other: a CNAME stands alone.
    /// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#CNAMEFormat>
    pub fn excludes(&self, other: &Alias) -> bool {
        (&self.zone, &self.name) == (&other.zone, &other.name) && self.kind.excludes(other.kind)
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
