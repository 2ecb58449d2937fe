//! What AWS holds of one path, as far as it was seen.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::SystemTime,
};

use serde::{Deserialize, Serialize};

use crate::model::{
    Connection, Health, Key, Lease, Life, Maybe, Object, Outputs, Side, Slot,
    object::{
        Alias,
        alias::{DnsMode, Form},
        target_group::Target,
    },
};

/// One observation. Kept, versioned, in the private bytes of the state: planning works from it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observed {
    #[serde(with = "pairs")]
    pub objects: BTreeMap<Key, Seen>,
    /// What stands where one of ours would, and is not ours: a listener on our port, a record of
    /// our name. By slot, with a name for people.
    #[serde(with = "pairs")]
    pub foreign: BTreeMap<Slot, String>,
    /// Listeners on our load balancer that are not ours, by port. They would die with it.
    pub foreign_listeners: BTreeSet<u16>,
    /// Records in our hosted zone that are not ours: `name type`.
    pub foreign_records: BTreeSet<String>,
    /// A second object that claims the same key (a lost answer, copied tags): key and AWS id.
    pub twins: Vec<(Key, String)>,
    /// Objects that carry our name and another owner's id.
    pub strangers: Vec<Stranger>,
    /// Connections to our endpoint service, our own endpoint's included.
    pub connections: Vec<Connection>,
    /// Listeners on the load balancer of a path that is being imported, by port, that seem to serve
    /// something else. They are foreign; a configuration that names their ports takes them in.
    #[serde(default, with = "pairs")]
    pub unclaimed: BTreeMap<u16, Unclaimed>,
    pub surroundings: Surroundings,
    /// Calls that IAM refused and that the scope can do without, by AWS's names of them: what they
    /// show is missing.
    #[serde(skip)]
    pub refused: BTreeSet<String>,
}

/// A listener without tags of ours, and the one group behind it if that has none either.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unclaimed {
    pub listener: Seen,
    pub group: Option<Seen>,
}

/// One object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// AWS's id or ARN; of an alias `ZONEID/name`, and `ZONEID/name/TYPE` of records other than A. Unknown while it is only foreseen.
    pub id: Maybe<String>,
    pub life: Life,
    /// Carries our owner id (an alias: points at an endpoint of ours, or the state knew it).
    pub owned: bool,
    pub object: Object,
    pub outputs: Outputs,
    /// Of target groups: what the load balancer thinks of each registered target.
    #[serde(with = "pairs")]
    pub health: BTreeMap<Target, Health>,
}

/// An object of another owner with our name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stranger {
    /// Where it stands in its own path.
    pub slot: Slot,
    pub id: String,
    pub owner: String,
    /// Of the first object of its resource: who made that, or is making it.
    #[serde(default)]
    pub lease: Option<Lease>,
}

/// What the path stands on and does not own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Surroundings {
    /// The VPC of the load balancer's subnets.
    pub service_vpc: Maybe<String>,
    /// IPv4 blocks of the endpoint's VPC.
    pub consumer_cidrs: Maybe<BTreeSet<String>>,
    /// Its IPv6 blocks.
    #[serde(default = "unknown")]
    pub consumer_ipv6_cidrs: Maybe<BTreeSet<String>>,
    /// The availability zones of the load balancer's subnets, those it has and those it is to get,
    /// as far as they were seen.
    #[serde(default)]
    pub subnet_zones: BTreeMap<String, String>,
}

/// Which objects are ours, and what else to look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The only side that the resource has, and that is looked for; `None`: both.
    pub side: Option<Side>,
    /// The instance's owner id; empty before an import.
    pub owner: String,
    /// The path's name.
    pub name: String,
    /// What the state knew: its ids are ours whatever their tags say.
    pub known: Observed,
    /// Ids that the state names, by what they are ids of: ours as those in `known` are. All there
    /// is where the observation itself was not kept.
    pub named: BTreeMap<String, Slot>,
    /// The endpoint service named by the state or by an import.
    pub service_id: Option<String>,
    /// The endpoint named by the state or by an import.
    pub endpoint_id: Option<String>,
    /// Subnets of the load balancer as configured, for the surroundings.
    pub subnets: BTreeSet<String>,
    /// The endpoint's VPC as configured, for the surroundings.
    pub consumer_vpc: Option<String>,
    /// Where the alias is looked for: the hostname, lower case without a trailing dot, and the
    /// hosted zone if it is a given one.
    pub hostname: Option<String>,
    pub zone_id: Option<String>,
    pub dns: DnsMode,
    /// Regional names and addresses of endpoints that this run has deleted: records that still lead
    /// there are ours.
    pub departed: BTreeSet<String>,
    /// A create that nobody finished is taken over: its objects may hang on nothing yet.
    pub unfinished: bool,
    /// Tag keys never to be seen, and prefixes of such.
    pub ignored_tags: BTreeSet<String>,
    pub ignored_tag_prefixes: BTreeSet<String>,
    /// Calls that IAM may refuse without failing the observation, by AWS's names of them: what is
    /// only shown can do without them, and what is planned from cannot.
    pub dispensable: BTreeSet<&'static str>,
}

impl Observed {
    pub fn get(&self, key: Key) -> Option<&Seen> {
        self.objects.get(&key)
    }

    /// The records of the hostname.
    pub fn aliases(&self) -> impl Iterator<Item = (Key, &Seen, &Alias)> {
        self.objects
            .iter()
            .filter_map(|(key, seen)| match &seen.object {
                Object::Alias(alias) => Some((*key, seen, alias)),
                _ => None,
            })
    }

    /// What stands at the hostname and is not ours.
    pub fn foreign_aliases(&self) -> impl Iterator<Item = &String> {
        let foreign = self.foreign.iter();
        foreign
            .filter(|(slot, _)| matches!(slot, Slot::Alias(_)))
            .map(|(_, what)| what)
    }

    /// The id of an object that was seen.
    pub fn id(&self, key: Key) -> Option<&str> {
        self.objects.get(&key)?.id.known().map(String::as_str)
    }

    /// Whether anything carries our tags: nothing does of a path that others built, until an apply
    /// takes it over.
    pub fn is_tagged(&self) -> bool {
        let mut objects = self.objects.values();
        objects.any(|seen| seen.owned && seen.object.tags().is_some())
    }

    /// Every generation of one slot.
    pub fn of(&self, slot: Slot) -> impl Iterator<Item = (Key, &Seen)> {
        self.objects
            .iter()
            .filter(move |(key, _)| key.slot == slot)
            .map(|(key, seen)| (*key, seen))
    }
}

impl Scope {
    /// Whether nothing that the state knew carries tags of ours: an import has not been applied
    /// yet, or is just being made.
    pub fn is_adopting(&self) -> bool {
        self.imported_id().is_some() && !self.known.is_tagged()
    }

    /// The object that an import leads from: the endpoint service, or the endpoint of a resource
    /// that has nothing else.
    pub fn imported_id(&self) -> Option<&String> {
        match self.side {
            Some(Side::Consumer) => self.endpoint_id.as_ref(),
            Some(Side::Service) | None => self.service_id.as_ref(),
        }
    }

    /// Whether records may hold addresses of the endpoint: those that are wanted, and those that
    /// the state knew.
    pub fn needs_addresses(&self) -> bool {
        let mut known = self.known.aliases();
        self.dns == DnsMode::Records || known.any(|(_, _, alias)| alias.form == Form::Addresses)
    }

    /// Does the resource have this side?
    pub fn has(&self, side: Side) -> bool {
        self.side.is_none_or(|only| only == side)
    }
}

impl Unclaimed {
    /// Registered in the group.
    pub fn targets(&self) -> &BTreeSet<Target> {
        static NONE: BTreeSet<Target> = BTreeSet::new();
        let group = self.group.as_ref();
        let group = group.and_then(|seen| seen.object.as_target_group());
        group.map_or(&NONE, |group| &group.targets)
    }

    pub fn group_id(&self) -> Option<(&String, &Seen)> {
        let group = self.group.as_ref()?;
        Some((group.id.known()?, group))
    }
}

impl Stranger {
    /// Has nobody recorded the end of the create that made it?
    pub fn is_unfinished(&self) -> bool {
        self.lease.as_ref().is_some_and(Lease::is_open)
    }

    /// May an apply be at work on it, as far as its lease says?
    pub fn is_at_work(&self, now: SystemTime) -> bool {
        self.lease.as_ref().is_some_and(|lease| !lease.is_dead(now))
    }

    /// Has its lease been renewed since it was seen `before`? Then an apply is at work.
    pub fn renews(&self, before: &Stranger) -> bool {
        let until = |it: &Stranger| it.lease.as_ref().and_then(Lease::until);
        self.owner == before.owner && until(self) > until(before)
    }
}

impl Seen {
    /// One that was just created, or will be: nothing but its fields is known.
    pub fn newborn(object: Object, id: Maybe<String>) -> Seen {
        Seen {
            id,
            life: Life::Coming,
            owned: true,
            object,
            outputs: Outputs::default(),
            health: BTreeMap::new(),
        }
    }
}

impl Default for Surroundings {
    fn default() -> Self {
        Surroundings {
            service_vpc: Maybe::Unknown,
            consumer_cidrs: Maybe::Unknown,
            consumer_ipv6_cidrs: Maybe::Unknown,
            subnet_zones: BTreeMap::new(),
        }
    }
}

/// What a kept observation of before does not say.
fn unknown<T>() -> Maybe<T> {
    Maybe::Unknown
}

/// Maps as lists of pairs: JSON's keys are strings only.
mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(super) fn deserialize<'de, K, V, D>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?
            .into_iter()
            .collect())
    }
}
