//! What is kept beside the state, in the bytes that Terraform hands from call to call.
//!
//! A state shows one value for many objects and cannot tell one deviating target group of 49 from
//! 49 of them; planning works from the observation itself.

mod bytes;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tfplugin::Value;

use super::{configured::Configured, resource_type::ResourceType};
use bytes::Version;
use engine::model::{Observed, Slot};

/// Everything that planning needs and the state does not show.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Kept<T: ResourceType> {
    pub version: Version,
    /// Owner id of this instance; empty until an import has found it.
    pub owner: String,
    /// The create that made what is there, as its lease says. Empty where no object says so.
    #[serde(default)]
    pub run: String,
    /// The configuration that was last applied or, after an import, what was found. Wholly known.
    #[serde(rename = "told", with = "bytes::configured")]
    pub last_applied: Option<Configured<T>>,
    /// Tag keys that the path has set.
    pub applied_tags: BTreeSet<String>,
    /// The endpoint named in an import, which is ours whatever its tags say.
    pub endpoint_id: Option<String>,
    /// The service that a state or an import names, while no observation does.
    pub service_id: Option<String>,
    /// Others built the path, and it was not applied since it was imported.
    #[serde(default)]
    pub adopting: bool,
    /// It was not applied since it was imported: what a search found nobody has asked for yet.
    #[serde(default)]
    pub imported: bool,
    pub observed: Observed,
    /// In the private data of a plan: the configuration that it went by.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "bytes::planned::serialize::<T, _>",
        deserialize_with = "bytes::planned::deserialize::<T, _>"
    )]
    pub asked: Option<Value>,
    /// In the private data of a plan: why AWS would refuse what is to take the place of the path,
    /// in sentences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

impl<T: ResourceType> Kept<T> {
    /// `None` where the bytes are missing, or of another version, or not ours: the next read makes
    /// up for it.
    pub fn decode(bytes: &[u8]) -> Option<Kept<T>> {
        serde_json::from_slice(&bytes::unpacked(bytes)?).ok()
    }

    /// The same, of the path that `state` is of.
    pub fn of(bytes: &[u8], state: &Value) -> Option<Kept<T>> {
        Kept::decode(bytes).filter(|kept: &Kept<T>| kept.belongs_to(state))
    }

    /// What belongs to another path is not believed: it would be looked for, and not be found, in
    /// place of what the state is about.
    pub fn belongs_to(&self, state: &Value) -> bool {
        let seen = self.observed.of(T::IDENTITY);
        // In the middle of a move there are two.
        let mut ids: Vec<&str> = seen
            .filter_map(|(_, seen)| Some(seen.id.known()?.as_str()))
            .collect();
        if ids.is_empty() {
            ids.extend(self.named(T::IDENTITY).map(String::as_str));
        }
        let owners: Vec<&str> = match self.owner.as_str() {
            "" => Vec::new(),
            owner => vec![owner],
        };
        // A state of an import or of an older version need not say either.
        let agree = |kept: &[&str], told: &Value| {
            let told = told.as_str();
            kept.is_empty() || told.is_none_or(|told| kept.contains(&told))
        };
        agree(&owners, state.get("owner_id")) && agree(&ids, state.get("id"))
    }

    /// The id that a state or an import names for an object.
    fn named(&self, slot: Slot) -> Option<&String> {
        match slot {
            Slot::Service => self.service_id.as_ref(),
            Slot::Endpoint => self.endpoint_id.as_ref(),
            _ => None,
        }
    }

    /// The id of an object: as observed, or as named.
    pub fn id_of(&self, slot: Slot) -> Option<String> {
        let seen = self.observed.of(slot).next();
        let seen = seen.and_then(|(_, seen)| seen.id.known());
        seen.or(self.named(slot)).cloned()
    }

    /// The arguments that were last applied.
    pub fn last_arguments(&self) -> Option<&T::Arguments> {
        self.last_applied.as_ref().map(|last| &last.arguments)
    }

    /// Without bytes the next read repairs.
    pub fn encode(&self) -> Vec<u8> {
        bytes::packed(&serde_json::to_vec(self).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::privatelink::Privatelink;

    #[test]
    fn bytes_of_another_version_or_of_nobody_are_not_read() {
        let decode = Kept::<Privatelink>::decode;
        let bytes = Kept::<Privatelink>::default().encode();
        assert!(decode(&bytes).is_some());
        let text = bytes::unpacked(&bytes).unwrap().into_owned();
        assert!(decode(&text).is_some(), "as an older version wrote it");
        let text = String::from_utf8(text).unwrap();
        let newer = text.replace("\"version\":1", "\"version\":2");
        assert_ne!(newer, text);
        for bytes in [
            newer.as_bytes(),
            b"",
            b"{}",
            b"[1]",
            b"\xff",
            b"{\"version\":1}",
            b"z",
            b"z{}",
        ] {
            assert_eq!(decode(bytes), None);
        }
    }
}
