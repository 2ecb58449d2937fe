//! The bytes of what is kept: JSON, packed, with configurations in forms of their own.

use std::borrow::Cow;

use miniz_oxide::{deflate::compress_to_vec, inflate::decompress_to_vec_with_limit};
use serde::{Deserialize, Serialize};

/// Goes up when the bytes change their meaning. Terraform's state upgrade does not see them.
const VERSION: u32 = 1;

/// The first byte of what is packed. Older versions of the provider wrote plain JSON, which begins
/// with a brace.
const PACKED: u8 = b'z';

/// The next ones are slower for a few percent.
const LEVEL: u8 = 6;

/// A hundred times what 49 brokers take: bytes of somebody else do not fill the memory.
const MOST: usize = 16 << 20;

/// The version that this provider writes. No other one is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Version;

impl From<Version> for u32 {
    fn from(_: Version) -> u32 {
        VERSION
    }
}

impl TryFrom<u32> for Version {
    type Error = String;

    fn try_from(version: u32) -> Result<Version, String> {
        match version {
            VERSION => Ok(Version),
            other => Err(format!("the bytes have version {other}")),
        }
    }
}

pub(super) fn packed(text: &[u8]) -> Vec<u8> {
    [vec![PACKED], compress_to_vec(text, LEVEL)].concat()
}

pub(super) fn unpacked(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    match bytes.split_first()? {
        (&PACKED, packed) => {
            let text = decompress_to_vec_with_limit(packed, MOST).ok()?;
            Some(Cow::Owned(text))
        }
        _ => Some(Cow::Borrowed(bytes)),
    }
}

/// What was last applied, which is wholly known: the text of a state.
pub(super) mod configured {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use tfplugin::json;

    use crate::lifecycle::{configured::Configured, resource_type::ResourceType};

    pub fn serialize<T: ResourceType, S: Serializer>(
        it: &Option<Configured<T>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let bytes = it.as_ref();
        let bytes = bytes.and_then(|it| json::encode(&it.value, &T::shape().ty).ok());
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        text.serialize(serializer)
    }

    pub fn deserialize<'de, T: ResourceType, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Configured<T>>, D::Error> {
        let text: Option<String> = Option::deserialize(deserializer)?;
        let value = text.and_then(|it| json::decode_state(it.as_bytes(), &T::shape().ty).ok());
        Ok(value.and_then(|value| Configured::new(value).ok()))
    }
}

/// A configuration that may have unknown values: the bytes in which Terraform sends it.
pub(super) mod planned {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use tfplugin::{Value, msgpack};

    use crate::lifecycle::resource_type::ResourceType;

    pub fn serialize<T: ResourceType, S: Serializer>(
        it: &Option<Value>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let bytes = it.as_ref();
        let bytes = bytes.and_then(|it| msgpack::encode(it, &T::shape().ty).ok());
        bytes.serialize(serializer)
    }

    pub fn deserialize<'de, T: ResourceType, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Value>, D::Error> {
        let bytes: Option<Vec<u8>> = Option::deserialize(deserializer)?;
        Ok(bytes.and_then(|bytes| msgpack::decode(&bytes, &T::shape().ty).ok()))
    }
}
