//! Whose an object is.

use std::collections::BTreeMap;

use crate::model::{
    Key, Maybe, Scope, Slot,
    tags::{self, Tags},
};

/// Tags as AWS gives them, nothing left out.
pub(super) type RawTags = BTreeMap<String, String>;

/// What is known of ids and owners when AWS is observed.
pub(super) struct Claims<'a> {
    pub(super) scope: &'a Scope,
    /// The scope's owner; before an import, the one that the service's tags name. Empty for a path
    /// without our tags.
    pub(super) owner: String,
    /// Ids that the state knew or this run has made.
    known: BTreeMap<String, Key>,
    adopting: bool,
}

/// Whose an object is, and where it stands if a tag or the state says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// `owned`: it carries our owner id.
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
    pub(super) fn new(scope: &'a Scope, owner: String, made: BTreeMap<String, Key>) -> Claims<'a> {
        let mut known = made;
        for (id, slot) in &scope.named {
            known.entry(id.clone()).or_insert(Key::only(*slot));
        }
        for (key, seen) in &scope.known.objects {
            if let Maybe::Known(id) = &seen.id {
                known.insert(id.clone(), *key);
            }
        }
        let adopting = scope.is_adopting() && (owner.is_empty() || !scope.known.objects.is_empty());
        Claims {
            scope,
            owner,
            known,
            adopting,
        }
    }

    /// Where nothing but the service is known, its tags tell whether it was taken over already.
    pub(super) fn adopts(mut self, adopting: bool) -> Claims<'a> {
        self.adopting = adopting;
        self
    }

    /// An import of a path that carries no owner: what hangs together is taken to be it.
    pub(super) fn adopting(&self) -> bool {
        self.adopting
    }

    pub(super) fn key(&self, id: &str) -> Option<Key> {
        self.known.get(id).copied()
    }

    /// Known ids of some kind of object.
    pub(super) fn ids(&self, of: impl Fn(Slot) -> bool) -> Vec<String> {
        self.known
            .iter()
            .filter(|(_, key)| of(key.slot))
            .map(|(id, _)| id.clone())
            .collect()
    }

    pub(super) fn claim(&self, id: &str, tags: &RawTags) -> Claim {
        let tagged = tags.get(tags::RESOURCE).and_then(|text| text.parse().ok());
        let known = self.known.get(id).map(|key| key.slot);
        match tags.get(tags::OWNER) {
            Some(owner) if !self.owner.is_empty() && *owner == self.owner => Claim::Ours {
                slot: known.or(tagged),
                owned: true,
            },
            _ if known.is_some() => Claim::Ours {
                slot: known,
                owned: false,
            },
            None if self.adopting() => Claim::Nobodys,
            _ => Claim::Foreign,
        }
    }

    /// The tags that the path sees: not AWS's own, and not those it is told to ignore, unless they
    /// are the ownership tags.
    pub(super) fn visible(&self, tags: &RawTags) -> Tags {
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
        // What this run made or the state knew stays ours, whatever its tags say.
        let known = Claim::Ours {
            slot: Some(Slot::Endpoint),
            owned: false,
        };
        assert_eq!(claims.claim("vpce-1", &theirs), known);
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
