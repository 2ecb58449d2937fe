//! Values inside messages.

use std::collections::BTreeMap;

use crate::wire::tfplugin6 as pb;
use crate::{Type, Value, ValueError, json, msgpack};

/// The null value in MessagePack.
const NULL: u8 = 0xc0;

pub(super) fn decode(value: Option<pb::DynamicValue>, ty: &Type) -> Result<Value, ValueError> {
    match value {
        Some(value) if !value.msgpack.is_empty() => msgpack::decode(&value.msgpack, ty),
        Some(value) if !value.json.is_empty() => json::decode(&value.json, ty),
        _ => Err(ValueError::new(
            "the value has neither of the two known encodings",
        )),
    }
}

pub(super) fn encode(value: &Value, ty: &Type) -> Result<pb::DynamicValue, ValueError> {
    Ok(packed(msgpack::encode(value, ty)?))
}

pub(super) fn null() -> pb::DynamicValue {
    packed(vec![NULL])
}

/// Encodes as much of the value as is of the type.
pub(super) fn encode_fitting(value: &Value, ty: &Type) -> pb::DynamicValue {
    encode(&fitting(value, ty), ty).unwrap_or_else(|_| null())
}

/// The value with null in place of every part that is not of its type.
fn fitting(value: &Value, ty: &Type) -> Value {
    let all = |elements: &[Value], ty: &Type| elements.iter().map(|v| fitting(v, ty)).collect();
    match (value, ty) {
        (Value::Object(_), Type::Object(attributes)) => Value::Object(
            attributes
                .iter()
                .map(|(name, ty)| (name.clone(), fitting(value.get(name), ty)))
                .collect(),
        ),
        (Value::Map(elements), Type::Map(element)) => Value::Map(
            elements
                .iter()
                .map(|(key, value)| (key.clone(), fitting(value, element)))
                .collect::<BTreeMap<_, _>>(),
        ),
        (Value::List(elements), Type::List(element)) => Value::List(all(elements, element)),
        (Value::Set(elements), Type::Set(element)) => Value::Set(all(elements, element)),
        _ if msgpack::encode(value, ty).is_ok() => value.clone(),
        _ => Value::Null,
    }
}

fn packed(msgpack: Vec<u8>) -> pb::DynamicValue {
    pb::DynamicValue {
        msgpack,
        json: Vec::new(),
    }
}
