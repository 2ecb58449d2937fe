//! An observation in the making: objects take their places, and refer to each other by key.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use crate::model::{
    Key, Life, Maybe, Object, Observed, Outputs, RecordType, Seen, Slot,
    object::{Endpoint, GroupRef, ServiceRef, target_group::Target},
    ownership::Claims,
    tags,
};

pub struct Sight<'a> {
    pub claims: &'a Claims<'a>,
    pub observed: Observed,
    /// Ids of ours that were seen.
    keys: BTreeMap<String, Key>,
}

impl<'a> Sight<'a> {
    pub fn new(claims: &'a Claims<'a>) -> Sight<'a> {
        Sight::over(claims, Observed::default())
    }

    /// On top of what was seen before.
    pub fn over(claims: &'a Claims<'a>, observed: Observed) -> Sight<'a> {
        let keys = observed
            .objects
            .iter()
            .filter_map(|(key, seen)| Some((seen.id.known()?.clone(), *key)))
            .collect();
        Sight {
            claims,
            observed,
            keys,
        }
    }

    /// The key of an object of ours, if it was seen.
    pub fn key(&self, id: &str) -> Option<Key> {
        self.keys.get(id).copied()
    }

    pub fn group_refs<'s>(&self, ids: impl IntoIterator<Item = &'s str>) -> BTreeSet<GroupRef> {
        ids.into_iter()
            .map(|id| match self.key(id) {
                Some(key) => GroupRef::Managed(key),
                None => GroupRef::Given(id.into()),
            })
            .collect()
    }

    /// The service of an endpoint: `name` as AWS says it, `known` the endpoint as it was known. An
    /// endpoint never changes its service. Services are seen before.
    pub fn service_ref(&self, name: Option<&str>, known: Option<&Endpoint>) -> ServiceRef {
        let own = self.observed.of(Slot::Service).find(|(_, seen)| {
            let own = seen.outputs.service_name.known().map(String::as_str);
            own.is_none() || name.is_none() || own == name
        });
        match (known.map(|it| &it.service), own) {
            (None | Some(ServiceRef::Given(Maybe::Unknown)), None) => {
                ServiceRef::Given(maybe(name))
            }
            (None, Some((key, _))) => ServiceRef::Managed(key),
            (Some(known), _) => known.clone(),
        }
    }

    /// The endpoint whose network interfaces have all of these addresses, and whether they have no
    /// other that such a record can hold.
    pub fn holder(&self, kind: RecordType, addresses: &BTreeSet<IpAddr>) -> Option<(Key, bool)> {
        let mut endpoints = self.observed.of(Slot::Endpoint);
        endpoints.find_map(|(key, seen)| {
            let own = seen.outputs.addresses_of(kind);
            let is_held = !addresses.is_empty() && addresses.is_subset(&own);
            is_held.then_some((key, *addresses == own))
        })
    }

    /// The same for a record, by its id and name. Where nobody has told the hostname, anybody's
    /// record may hold one of the addresses: ours holds them all, at the name that our tags say.
    pub fn holder_of(
        &self,
        id: &str,
        name: &str,
        kind: RecordType,
        addresses: &BTreeSet<IpAddr>,
    ) -> Option<(Key, bool)> {
        let (key, is_whole) = self.holder(kind, addresses)?;
        let is_told = self.claims.scope.hostname.is_some() || self.claims.key(id).is_some();
        let is_ours = is_told || is_whole && self.tagged_hostname() == Some(name);
        is_ours.then_some((key, is_whole))
    }

    /// The hostname that the tags of the endpoint service say, or of the endpoint.
    pub fn tagged_hostname(&self) -> Option<&str> {
        let services = self.observed.of(Slot::Service);
        let mut seen = services.chain(self.observed.of(Slot::Endpoint));
        seen.find_map(|(_, seen)| {
            let tagged = seen.object.tags()?.get(tags::HOSTNAME)?.known()?;
            Some(tagged.as_str())
        })
    }

    /// Puts an object in its place. Of two that claim one place, the one that the state knew or
    /// this run made has it, else the first; the other is a twin.
    pub fn place(&mut self, slot: Slot, seen: Seen) -> Key {
        let key = Key::new(slot, seen.object.generation());
        let id = seen.id.known().cloned().unwrap_or_default();
        let other = self.observed.id(key).map(str::to_owned);
        match other {
            Some(other) if other != id => {
                let known = |id: &str| self.claims.key(id) == Some(key);
                if known(&id) && !known(&other) {
                    self.observed.objects.insert(key, seen);
                    self.observed.twins.push((key, other));
                } else {
                    self.observed.twins.push((key, id.clone()));
                }
            }
            _ => {
                self.observed.objects.insert(key, seen);
            }
        }
        self.keys.insert(id, key);
        key
    }
}

/// One object as it was seen; what is particular is set on the result.
pub fn seen(id: &str, owned: bool, object: Object) -> Seen {
    Seen {
        id: id.into(),
        life: Life::Ready,
        owned,
        object,
        outputs: Outputs::default(),
        health: BTreeMap::<Target, _>::new(),
    }
}

/// A value that AWS may leave out.
pub fn maybe(value: Option<&str>) -> Maybe<String> {
    value.map_or(Maybe::Unknown, Maybe::from)
}

/// A value that AWS may leave out: then it is what it was `before`, or unknown.
pub fn or_before(value: Option<&str>, before: Option<&Maybe<String>>) -> Maybe<String> {
    match (value, before) {
        (Some(value), _) => value.into(),
        (None, Some(before)) => before.clone(),
        (None, None) => Maybe::Unknown,
    }
}

/// A collection that is never empty where it is told: an empty one was left out.
pub fn all_or_before<T: Ord + Clone>(
    told: BTreeSet<T>,
    before: Option<&BTreeSet<T>>,
) -> BTreeSet<T> {
    match before {
        Some(before) if told.is_empty() => before.clone(),
        _ => told,
    }
}

/// The same of what is output only: unknown where nobody ever told.
pub fn told_or_before(
    told: BTreeSet<String>,
    before: Option<&Maybe<BTreeSet<String>>>,
) -> Maybe<BTreeSet<String>> {
    match before {
        _ if !told.is_empty() => Maybe::Known(told),
        Some(before) => before.clone(),
        None => Maybe::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Scope, object::Service};

    const OWN: &str = "com.amazonaws.vpce.us-east-1.vpce-svc-0own";
    const GIVEN: &str = "com.amazonaws.vpce.us-east-1.vpce-svc-0given";

    fn service(name: Maybe<String>) -> Seen {
        let service = Service {
            load_balancer: None,
            acceptance_required: false,
            principals: BTreeSet::new(),
            ip_address_types: BTreeSet::new(),
            regions: BTreeSet::new(),
            tags: BTreeMap::new(),
        };
        let mut seen = seen("vpce-svc-0own", true, Object::Service(service));
        seen.outputs.service_name = name;
        seen
    }

    fn endpoint(service: ServiceRef) -> Endpoint {
        Endpoint {
            service,
            service_region: None,
            vpc: "vpc-1".into(),
            subnets: BTreeSet::new(),
            security_groups: BTreeSet::new(),
            ip_address_type: crate::model::object::load_balancer::IpAddressType::Ipv4,
            accepted: true,
            tags: BTreeMap::new(),
        }
    }

    #[test]
    fn the_service_of_an_endpoint_is_told_by_its_name() {
        let scope = Scope::default();
        let claims = Claims::new(&scope, "mine".to_owned(), BTreeMap::new());
        let own = ServiceRef::default;
        let given = || ServiceRef::Given(GIVEN.into());
        let unsaid = || ServiceRef::Given(Maybe::Unknown);
        let with = |name| Some(service(name));
        for (seen, name, known, expected) in [
            (with(OWN.into()), Some(OWN), None, own()),
            (with(OWN.into()), Some(GIVEN), None, given()),
            (None, Some(GIVEN), None, given()),
            // What AWS leaves out says nothing.
            (with(OWN.into()), None, None, own()),
            (with(Maybe::Unknown), Some(OWN), None, own()),
            (None, None, None, unsaid()),
            (None, Some(GIVEN), Some(unsaid()), given()),
            (None, None, Some(given()), given()),
            // A service that is not seen for the moment is still what it was.
            (None, Some(OWN), Some(own()), own()),
            (with(OWN.into()), Some(GIVEN), Some(given()), given()),
        ] {
            let mut sight = Sight::new(&claims);
            if let Some(seen) = seen {
                sight.place(Slot::Service, seen);
            }
            let known = known.map(endpoint);
            assert_eq!(sight.service_ref(name, known.as_ref()), expected);
        }
    }
}
