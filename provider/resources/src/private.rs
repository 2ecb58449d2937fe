//! What is kept beside the state, in the bytes that Terraform hands from call to call.
//!
//! A state shows one value for many objects and cannot tell one deviating target group of 49 from
//! 49 of them; planning works from the observation itself.

use std::{borrow::Cow, collections::BTreeSet, sync::LazyLock};

use miniz_oxide::{deflate::compress_to_vec, inflate::decompress_to_vec_with_limit};
use serde::{Deserialize, Serialize};
use tfplugin::{Type, Value, json, msgpack};

use crate::{schema, told::Told};
use engine::model::{Observed, Slot};

/// Goes up when the bytes change their meaning. Terraform's state upgrade does not see them.
const VERSION: u32 = 1;

/// The first byte of what is packed. Older versions of the provider wrote plain JSON, which begins
/// with a brace.
const PACKED: u8 = b'z';

/// The next ones are slower for a few percent.
const LEVEL: u8 = 6;

/// A hundred times what 49 brokers take: bytes of somebody else do not fill the memory.
const MOST: usize = 16 << 20;

/// The type of states and configurations.
static STATE: LazyLock<Type> = LazyLock::new(|| schema::schema().implied_type());

/// Everything that planning needs and the state does not show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Private {
    /// Owner id of this instance; empty until an import has found it.
    pub owner: String,
    /// The configuration that was last applied or, after an import, what was found.
    pub told: Option<Told>,
    /// Tag keys that the path has set.
    pub applied_tags: BTreeSet<String>,
    /// The endpoint named in an import, which is ours whatever its tags say.
    pub endpoint_id: Option<String>,
    /// The service that a state or an import names, while no observation does.
    pub service_id: Option<String>,
    /// Others built the path, and it was not applied since it was imported.
    pub adopting: bool,
    pub observed: Observed,
    /// In the private data of a plan: the configuration that it went by.
    pub asked: Option<Value>,
    /// In the private data of a plan: why AWS would refuse what is to take the place of the path,
    /// in sentences.
    pub refused: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    owner: String,
    told: Option<String>,
    applied_tags: BTreeSet<String>,
    endpoint_id: Option<String>,
    service_id: Option<String>,
    #[serde(default)]
    adopting: bool,
    observed: Observed,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked: Option<Vec<u8>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
}

impl Private {
    /// `None` where the bytes are missing, or of another version, or not ours: the next read makes
    /// up for it.
    pub fn decode(bytes: &[u8]) -> Option<Private> {
        let text = match bytes.split_first()? {
            (&PACKED, packed) => Cow::Owned(decompress_to_vec_with_limit(packed, MOST).ok()?),
            _ => Cow::Borrowed(bytes),
        };
        let stored: Stored = serde_json::from_slice(&text).ok()?;
        if stored.version != VERSION {
            return None;
        }
        let ty = &*STATE;
        let told = stored
            .told
            .and_then(|text| json::decode_state(text.as_bytes(), ty).ok())
            .and_then(|value| Told::new(value).ok());
        Some(Private {
            owner: stored.owner,
            told,
            applied_tags: stored.applied_tags,
            endpoint_id: stored.endpoint_id,
            service_id: stored.service_id,
            adopting: stored.adopting,
            observed: stored.observed,
            asked: stored
                .asked
                .and_then(|bytes| msgpack::decode(&bytes, ty).ok()),
            refused: stored.refused,
        })
    }

    /// The same, of the path that `state` is of. What belongs to another one is not believed: it
    /// would be looked for, and not be found, in place of what the state is about.
    pub fn of(bytes: &[u8], state: &Value) -> Option<Private> {
        Private::decode(bytes).filter(|private| private.belongs_to(state))
    }

    fn belongs_to(&self, state: &Value) -> bool {
        let service = self.observed.of(Slot::Service).next();
        let service = service.and_then(|(_, seen)| seen.id.known());
        let service = service.or(self.service_id.as_ref()).map(String::as_str);
        let owner = Some(self.owner.as_str()).filter(|owner| !owner.is_empty());
        // A state of an import or of an older version need not say either.
        let agree = |kept: Option<&str>, told: &Value| match (kept, told.as_str()) {
            (Some(kept), Some(told)) => kept == told,
            _ => true,
        };
        agree(owner, state.get("owner_id")) && agree(service, state.get("id"))
    }

    /// What is told is wholly known whenever it is kept.
    pub fn encode(&self) -> Vec<u8> {
        let ty = &*STATE;
        let told = self.told.as_ref();
        let told = told.and_then(|told| json::encode(&told.value, ty).ok());
        let stored = Stored {
            version: VERSION,
            owner: self.owner.clone(),
            told: told.and_then(|bytes| String::from_utf8(bytes).ok()),
            applied_tags: self.applied_tags.clone(),
            endpoint_id: self.endpoint_id.clone(),
            service_id: self.service_id.clone(),
            adopting: self.adopting,
            observed: self.observed.clone(),
            asked: self
                .asked
                .as_ref()
                .and_then(|asked| msgpack::encode(asked, ty).ok()),
            refused: self.refused.clone(),
        };
        // Plain data with text keys always has a JSON form; without bytes the next read repairs.
        let text = serde_json::to_vec(&stored).unwrap_or_default();
        [vec![PACKED], compress_to_vec(&text, LEVEL)].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_another_version_or_of_nobody_are_not_read() {
        let bytes = Private::default().encode();
        assert!(Private::decode(&bytes).is_some());
        let text = decompress_to_vec_with_limit(&bytes[1..], MOST).unwrap();
        assert!(
            Private::decode(&text).is_some(),
            "as an older version wrote it"
        );
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
            assert_eq!(Private::decode(bytes), None);
        }
    }
}
