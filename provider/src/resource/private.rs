//! What is kept beside the state, in the bytes that Terraform hands from call to call.
//!
//! A state shows one value for many objects and cannot tell one deviating target group of 49 from
//! 49 of them; planning works from the observation itself.

use std::{collections::BTreeSet, sync::LazyLock};

use serde::{Deserialize, Serialize};
use tfplugin::{Type, json};

use crate::{
    model::Observed,
    resource::{schema, told::Told},
};

/// Goes up when the bytes change their meaning. Terraform's state upgrade does not see them.
const VERSION: u32 = 1;

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
}

impl Private {
    /// `None` where the bytes are missing, or of another version, or not ours: the next read makes
    /// up for it.
    pub fn decode(bytes: &[u8]) -> Option<Private> {
        let stored: Stored = serde_json::from_slice(bytes).ok()?;
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
        })
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
        };
        // Plain data with text keys always has a JSON form; without bytes the next read repairs.
        serde_json::to_vec(&stored).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_another_version_or_of_nobody_are_not_read() {
        let bytes = Private::default().encode();
        assert!(Private::decode(&bytes).is_some());
        let text = String::from_utf8(bytes).unwrap();
        let newer = text.replace("\"version\":1", "\"version\":2");
        assert_ne!(newer, text);
        for bytes in [
            newer.as_bytes(),
            b"",
            b"{}",
            b"[1]",
            b"\xff",
            b"{\"version\":1}",
        ] {
            assert_eq!(Private::decode(bytes), None);
        }
    }
}
