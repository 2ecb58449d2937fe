//! What an object is to the path: its place, and which generation of that place it is.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Kafka's `node.id`.
pub type BrokerId = u32;

/// Whom a target group serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// All brokers: where clients begin.
    Bootstrap,
    /// One broker only.
    Broker(BrokerId),
}

/// The two sides of a PrivateLink connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Side {
    Service,
    Consumer,
}

/// The type of a record, in Route 53's words.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum RecordType {
    #[default]
    A,
    Aaaa,
    Cname,
}

/// A place in the path that one object fills.
///
/// Prints as the value of the tag `kafka-privatelink:resource`, and parses back from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Slot {
    SecurityGroup(Side),
    LoadBalancer,
    TargetGroup(Role),
    /// By port: a load balancer has at most one listener on a port.
    Listener(u16),
    Service,
    Endpoint,
    Zone,
    /// A record of the hostname.
    Alias(RecordType),
}

/// Short hash of the fields that AWS cannot change in place.
///
/// Computed from fields on both sides, never parsed from a name: imported and renamed objects keep
/// their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Generation(pub u32);

/// Two generations of one slot are two keys, so that replacing is creating one and deleting the
/// other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    pub slot: Slot,
    pub generation: Generation,
}

impl Generation {
    /// For kinds of which AWS can change every field that we use.
    pub const ONLY: Generation = Generation(0);

    /// 24 bits of SHA-256 over `fields`, each ended by a byte that no field contains.
    pub fn of<S: AsRef<str>>(fields: impl IntoIterator<Item = S>) -> Generation {
        let mut hash = Sha256::new();
        for field in fields {
            hash.update(field.as_ref().as_bytes());
            hash.update([0]);
        }
        let digest = hash.finalize();
        Generation(u32::from_be_bytes([0, digest[0], digest[1], digest[2]]))
    }
}

impl Key {
    pub fn new(slot: Slot, generation: Generation) -> Key {
        Key { slot, generation }
    }

    /// The key of a slot that has one generation only.
    pub fn only(slot: Slot) -> Key {
        Key {
            slot,
            generation: Generation::ONLY,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Role::Bootstrap => f.write_str("bootstrap"),
            Role::Broker(id) => write!(f, "{id}"),
        }
    }
}

impl RecordType {
    pub const ALL: [RecordType; 3] = [RecordType::A, RecordType::Aaaa, RecordType::Cname];

    pub fn as_str(self) -> &'static str {
        match self {
            RecordType::A => "A",
            RecordType::Aaaa => "AAAA",
            RecordType::Cname => "CNAME",
        }
    }

    /// Whether a name cannot have one of each.
    pub fn excludes(self, other: RecordType) -> bool {
        self != other && [self, other].contains(&RecordType::Cname)
    }

    pub fn parse(text: &str) -> Option<RecordType> {
        let mut all = RecordType::ALL.into_iter();
        all.find(|kind| kind.as_str() == text)
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Slot::SecurityGroup(Side::Service) => f.write_str("security-group/service"),
            Slot::SecurityGroup(Side::Consumer) => f.write_str("security-group/consumer"),
            Slot::LoadBalancer => f.write_str("load-balancer"),
            Slot::TargetGroup(role) => write!(f, "target-group/{role}"),
            Slot::Listener(port) => write!(f, "listener/{port}"),
            Slot::Service => f.write_str("endpoint-service"),
            Slot::Endpoint => f.write_str("endpoint"),
            Slot::Zone => f.write_str("hosted-zone"),
            // The first states had no other.
            Slot::Alias(RecordType::A) => f.write_str("alias"),
            Slot::Alias(kind) => write!(f, "alias/{}", kind.as_str()),
        }
    }
}

impl FromStr for Slot {
    type Err = String;

    fn from_str(text: &str) -> Result<Slot, String> {
        let unknown = || format!("{text:?} names no part of a path");
        Ok(match text.split_once('/') {
            Some(("security-group", "service")) => Slot::SecurityGroup(Side::Service),
            Some(("security-group", "consumer")) => Slot::SecurityGroup(Side::Consumer),
            Some(("target-group", "bootstrap")) => Slot::TargetGroup(Role::Bootstrap),
            Some(("target-group", id)) => {
                Slot::TargetGroup(Role::Broker(id.parse().map_err(|_| unknown())?))
            }
            Some(("alias", kind)) => Slot::Alias(RecordType::parse(kind).ok_or_else(unknown)?),
            Some(("listener", port)) => Slot::Listener(port.parse().map_err(|_| unknown())?),
            None if text == "load-balancer" => Slot::LoadBalancer,
            None if text == "endpoint-service" => Slot::Service,
            None if text == "endpoint" => Slot::Endpoint,
            None if text == "hosted-zone" => Slot::Zone,
            None if text == "alias" => Slot::Alias(RecordType::A),
            _ => return Err(unknown()),
        })
    }
}

impl From<Slot> for String {
    fn from(slot: Slot) -> String {
        slot.to_string()
    }
}

impl TryFrom<String> for Slot {
    type Error = String;

    fn try_from(text: String) -> Result<Slot, String> {
        text.parse()
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06x}", self.0)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.generation == Generation::ONLY {
            self.slot.fmt(f)
        } else {
            write!(f, "{}#{}", self.slot, self.generation)
        }
    }
}
