//! Decides which owner an AWS object belongs to, and which place of a path it fills: by the ids
//! that the state knew or this run made, and by the object's tags.

use std::collections::BTreeMap;

use crate::model::{
    Key, Maybe, Scope, Seen, Side, Slot,
    object::target_group::Target,
    observed::Stranger,
    tags::{self, Tags},
};

/// Tags as AWS gives them, nothing left out.
pub type RawTags = BTreeMap<String, String>;

/// What is known of ids and owners when AWS is observed.
pub struct Claims<'a> {
    pub scope: &'a Scope,
    /// The scope's owner; before an import, the one that the service's tags name. Empty for a path
    /// without our tags.
    pub owner: String,
    /// Ids that the state knew or this run has made.
    known: BTreeMap<String, Known>,
    /// Objects as this run's writes left them, by id.
    written: BTreeMap<String, Seen>,
    adopting: bool,
}

#[derive(Clone, Copy)]
struct Known {
    key: Key,
    /// It was made by this path, or carried its owner id when it was last seen.
    owned: bool,
}

/// Whose an object is, and where it stands if a tag or the state says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// `owned`: it carries our owner id, or did when it was last seen and carries no other by now.
    Ours {
        slot: Option<Slot>,
        owned: bool,
    },
    /// It carries no owner, and belongs to a path that is being imported if it looks like a part.
    Nobodys,
    Foreign,
}

impl<'a> Claims<'a> {
    /// `made` holds what this run created: tags of new objects are not visible at once.
    pub fn new(scope: &'a Scope, owner: String, made: BTreeMap<String, Key>) -> Claims<'a> {
        let made = made.into_iter();
        let mut known: BTreeMap<String, Known> = made
            .map(|(id, key)| (id, Known { key, owned: true }))
            .collect();
        for (id, slot) in &scope.named {
            known.entry(id.clone()).or_insert(Known {
                key: Key::only(*slot),
                owned: false,
            });
        }
        for (key, seen) in &scope.known.objects {
            if let Maybe::Known(id) = &seen.id {
                let owned = seen.owned || known.get(id).is_some_and(|known| known.owned);
                known.insert(id.clone(), Known { key: *key, owned });
            }
        }
        let adopting = scope.is_adopting() && (owner.is_empty() || !scope.known.objects.is_empty());
        Claims {
            scope,
            owner,
            known,
            written: BTreeMap::new(),
            adopting,
        }
    }

    /// `written`: objects as this run's writes left them, by id.
    pub fn remembers(mut self, written: BTreeMap<String, Seen>) -> Claims<'a> {
        self.written = written;
        self
    }

    /// The object as this run left it, or as the state knew it: what stands in for fields that AWS
    /// leaves out of its answer.
    pub fn before(&self, id: &str) -> Option<&Seen> {
        let known = self
            .known
            .get(id)
            .and_then(|known| self.scope.known.get(known.key));
        let known = known.filter(|seen| seen.id.known().is_some_and(|other| other == id));
        self.written.get(id).or(known)
    }

    /// Where nothing but the service is known, its tags tell whether it was taken over already.
    pub fn adopts(mut self, adopting: bool) -> Claims<'a> {
        self.adopting = adopting;
        self
    }

    /// An import of a path that carries no owner: what hangs together is taken to be it.
    pub fn adopting(&self) -> bool {
        self.adopting
    }

    pub fn key(&self, id: &str) -> Option<Key> {
        self.known.get(id).map(|known| known.key)
    }

    /// Known ids of some kind of object.
    pub fn ids(&self, of: impl Fn(Slot) -> bool) -> Vec<String> {
        self.known
            .iter()
            .filter(|(_, known)| of(known.key.slot))
            .map(|(id, _)| id.clone())
            .collect()
    }

    pub fn claim(&self, id: &str, tags: &RawTags) -> Claim {
        let tagged = tags.get(tags::RESOURCE).and_then(|text| text.parse().ok());
        match (tags.get(tags::OWNER), self.known.get(id)) {
            (Some(owner), known) if !self.owner.is_empty() && *owner == self.owner => Claim::Ours {
                slot: known.map(|known| known.key.slot).or(tagged),
                owned: true,
            },
            // A tag that somebody took away makes nothing of ours somebody else's; a tag of
            // another owner does.
            (tag, Some(known)) => Claim::Ours {
                slot: Some(known.key.slot),
                owned: known.owned && tag.is_none(),
            },
            (None, None) if self.adopting() => Claim::Nobodys,
            _ => Claim::Foreign,
        }
    }

    /// An object with our name and an owner of its own, of a resource of our kind: a whole path and
    /// a consumers' side of one name are not in each other's way.
    pub fn stranger(&self, id: &str, tags: &RawTags) -> Option<Stranger> {
        let owner = tags.get(tags::OWNER)?;
        let slot: Slot = tags.get(tags::RESOURCE)?.parse().ok()?;
        let is_own = *owner == self.owner || self.known.contains_key(id);
        let is_of_consumers = is_of_consumers(slot, tags);
        if is_own || is_of_consumers != (self.scope.side == Some(Side::Consumer)) {
            return None;
        }
        Some(Stranger {
            slot,
            id: id.to_owned(),
            owner: owner.clone(),
            lease: tags.get(tags::CREATE).and_then(|text| text.parse().ok()),
        })
    }

    /// The tags that the path sees: not AWS's own, and not those it is told to ignore, unless they
    /// are the ownership tags.
    pub fn visible(&self, tags: &RawTags) -> Tags {
        tags.iter()
            .filter(|(key, _)| {
                let ignored = self.scope.ignored_tags.contains(*key)
                    || self
                        .scope
                        .ignored_tag_prefixes
                        .iter()
                        .any(|prefix| key.starts_with(prefix.as_str()));
                key.starts_with(tags::PREFIX) || !(key.starts_with("aws:") || ignored)
            })
            .map(|(key, value)| (key.clone(), Maybe::Known(value.clone())))
            .collect()
    }
}

/// Is it of a resource that is the consumers' side alone?
pub fn is_of_consumers<V>(slot: Slot, tags: &BTreeMap<String, V>) -> bool {
    slot != Slot::Service && tags.contains_key(tags::HOSTNAME)
}

/// The tags that tell of an object which path it belongs to, and its place there.
pub fn ownership_tags(name: &str, owner: &str, key: Key, made_for: Option<&Target>) -> Tags {
    let mut own = Tags::from([
        (tags::NAME.to_owned(), name.into()),
        (tags::OWNER.to_owned(), owner.into()),
        (tags::RESOURCE.to_owned(), key.slot.to_string().into()),
    ]);
    if let Some(target) = made_for {
        let value = match target.id {
            Maybe::Known(_) => Maybe::Known(target.to_string()),
            Maybe::Unknown => Maybe::Unknown,
        };
        own.insert(tags::TARGET.to_owned(), value);
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(pairs: &[(&str, &str)]) -> RawTags {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn tags_and_known_ids_decide() {
        let scope = Scope::default();
        let endpoint = Key::only(Slot::Endpoint);
        let made = BTreeMap::from([("vpce-1".to_owned(), endpoint)]);
        let claims = Claims::new(&scope, "mine".to_owned(), made);
        let tags = raw(&[(tags::OWNER, "mine"), (tags::RESOURCE, "load-balancer")]);
        let ours = Claim::Ours {
            slot: Some(Slot::LoadBalancer),
            owned: true,
        };
        assert_eq!(claims.claim("arn", &tags), ours);
        let theirs = raw(&[(tags::OWNER, "theirs"), (tags::RESOURCE, "endpoint")]);
        assert_eq!(claims.claim("vpce-2", &theirs), Claim::Foreign);
        assert_eq!(claims.claim("vpce-2", &RawTags::new()), Claim::Foreign);
        // What this run made or the state knew keeps its place, whatever its tags say.
        let known = |owned| Claim::Ours {
            slot: Some(Slot::Endpoint),
            owned,
        };
        assert_eq!(claims.claim("vpce-1", &theirs), known(false));
        assert_eq!(claims.claim("vpce-1", &RawTags::new()), known(true));
        // An import without an owner takes what is nobody's.
        let scope = Scope {
            service_id: Some("vpce-svc-1".to_owned()),
            ..Scope::default()
        };
        let import = Claims::new(&scope, String::new(), BTreeMap::new());
        assert_eq!(import.claim("arn", &RawTags::new()), Claim::Nobodys);
        assert_eq!(import.claim("arn", &theirs), Claim::Foreign);
    }

    #[test]
    fn tags_of_aws_and_ignored_ones_are_not_seen() {
        let scope = Scope {
            ignored_tags: ["team".to_owned()].into(),
            ignored_tag_prefixes: ["cost:".to_owned(), "kafka-".to_owned()].into(),
            ..Scope::default()
        };
        let claims = Claims::new(&scope, "mine".to_owned(), BTreeMap::new());
        let seen = claims.visible(&raw(&[
            ("aws:created", "x"),
            ("team", "x"),
            ("cost:center", "x"),
            ("stage", "prod"),
            (tags::OWNER, "mine"),
        ]));
        assert_eq!(
            seen.keys().map(String::as_str).collect::<Vec<_>>(),
            [tags::OWNER, "stage"]
        );
    }
}
