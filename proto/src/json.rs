//! Values in Terraform's JSON notation, read and written by a type: stored states, which have to be
//! upgraded, come in it.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::schema::Type;
use crate::value::Value;
use crate::value_error::ValueError;

/// What to do about an attribute that the type does not have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stranger {
    Refuse,
    Drop,
}

/// Reads a value of type `ty`. Attributes that are missing are null; numbers and truth values may
/// be given as text, and text as either.
///
/// # Errors
/// When the bytes are not one value of that type. Any bytes are safe to give: nesting beyond 128
/// is an error.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, ValueError> {
    read(&parse(bytes)?, ty, Stranger::Refuse)
}

/// Reads a stored state, of this or an older version, as a value of type `ty`: like [`decode`], but
/// attributes that the type does not have are dropped.
///
/// # Errors
/// When what is stored for an attribute does not have its type.
pub fn decode_state(bytes: &[u8], ty: &Type) -> Result<Value, ValueError> {
    read(&parse(bytes)?, ty, Stranger::Drop)
}

/// Writes a value of type `ty`.
///
/// # Errors
/// When the value is not of that type, or something in it is unknown, which JSON cannot say.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, ValueError> {
    write(value, ty).map(|json| json.to_string().into_bytes())
}

fn parse(bytes: &[u8]) -> Result<Json, ValueError> {
    serde_json::from_slice(bytes).map_err(|error| ValueError::new(format!("not JSON: {error}")))
}

fn read(json: &Json, ty: &Type, stranger: Stranger) -> Result<Value, ValueError> {
    match (ty, json) {
        (_, Json::Null) => Ok(Value::Null),
        (Type::Bool, Json::Bool(truth)) => Ok(Value::Bool(*truth)),
        (Type::Bool, Json::String(text)) if text == "true" => Ok(Value::Bool(true)),
        (Type::Bool, Json::String(text)) if text == "false" => Ok(Value::Bool(false)),
        (Type::Number, Json::Number(number)) => read_number(&number.to_string()),
        (Type::Number, Json::String(text)) => read_number(text),
        (Type::String, Json::String(text)) => Ok(Value::from(text)),
        (Type::String, Json::Number(number)) => Ok(Value::String(number.to_string())),
        (Type::String, Json::Bool(truth)) => Ok(Value::String(truth.to_string())),
        (Type::List(element), Json::Array(elements)) => {
            read_elements(elements, |_| Some(element), stranger).map(Value::List)
        }
        (Type::Set(element), Json::Array(elements)) => {
            read_elements(elements, |_| Some(element), stranger).map(Value::Set)
        }
        (Type::Tuple(types), Json::Array(elements)) if elements.len() == types.len() => {
            read_elements(elements, |index| types.get(index), stranger).map(Value::Tuple)
        }
        (Type::Map(element), Json::Object(elements)) => elements
            .iter()
            .map(|(key, json)| {
                let value = read(json, element, stranger).map_err(|error| error.key(key))?;
                Ok((key.clone(), value))
            })
            .collect::<Result<_, _>>()
            .map(Value::Map),
        (Type::Object(attributes), Json::Object(members)) => {
            read_object(members, attributes, stranger)
        }
        (Type::Dynamic, Json::Object(pair)) => read_dynamic(pair, stranger),
        _ => Err(ValueError::new(format!(
            "{} is expected, not {}",
            ty.kind(),
            kind(json)
        ))),
    }
}

fn read_number(text: &str) -> Result<Value, ValueError> {
    text.parse()
        .map(Value::Number)
        .map_err(|_| ValueError::new("not a decimal number"))
}

fn read_elements<'a>(
    elements: &[Json],
    ty: impl Fn(usize) -> Option<&'a Type>,
    stranger: Stranger,
) -> Result<Vec<Value>, ValueError> {
    elements
        .iter()
        .enumerate()
        .filter_map(|(index, json)| ty(index).map(|ty| (index, json, ty)))
        .map(|(index, json, ty)| read(json, ty, stranger).map_err(|error| error.index(index)))
        .collect()
}

fn read_object(
    members: &serde_json::Map<String, Json>,
    attributes: &BTreeMap<String, Type>,
    stranger: Stranger,
) -> Result<Value, ValueError> {
    if stranger == Stranger::Refuse
        && let Some(name) = members.keys().find(|name| !attributes.contains_key(*name))
    {
        return Err(ValueError::new("the schema has no such attribute").attribute(name));
    }
    attributes
        .iter()
        .map(|(name, ty)| {
            let json = members.get(name).unwrap_or(&Json::Null);
            let value = read(json, ty, stranger).map_err(|error| error.attribute(name))?;
            Ok((name.clone(), value))
        })
        .collect::<Result<_, _>>()
        .map(Value::Object)
}

/// `{"type": ..., "value": ...}`.
fn read_dynamic(
    pair: &serde_json::Map<String, Json>,
    stranger: Stranger,
) -> Result<Value, ValueError> {
    let (Some(notation), Some(json)) = (pair.get("type"), pair.get("value")) else {
        return Err(ValueError::new(
            "a value of any type needs \"type\" and \"value\"",
        ));
    };
    let ty = Type::from_notation(notation).map_err(|error| ValueError::new(error.to_string()))?;
    let value = read(json, &ty, stranger)?;
    Ok(Value::Dynamic(Box::new((ty, value))))
}

fn write(value: &Value, ty: &Type) -> Result<Json, ValueError> {
    match (value, ty) {
        (Value::Null, _) => Ok(Json::Null),
        (Value::Bool(truth), Type::Bool) => Ok(Json::Bool(*truth)),
        (Value::Number(number), Type::Number) => serde_json::from_str(&number.to_string())
            .map_err(|error| ValueError::new(format!("cannot be written: {error}"))),
        (Value::String(text), Type::String) => Ok(Json::String(text.clone())),
        (Value::List(elements), Type::List(element)) => {
            write_elements(elements, |_| Some(element.as_ref()))
        }
        (Value::Set(elements), Type::Set(element)) => {
            write_elements(elements, |_| Some(element.as_ref()))
        }
        (Value::Tuple(elements), Type::Tuple(types)) if elements.len() == types.len() => {
            write_elements(elements, |index| types.get(index))
        }
        (Value::Map(elements), Type::Map(element)) => elements
            .iter()
            .map(|(key, value)| {
                Ok((
                    key.clone(),
                    write(value, element).map_err(|error| error.key(key))?,
                ))
            })
            .collect::<Result<_, _>>()
            .map(Json::Object),
        (Value::Object(values), Type::Object(attributes)) => {
            if let Some(stranger) = values.keys().find(|name| !attributes.contains_key(*name)) {
                return Err(ValueError::new("the schema has no such attribute").attribute(stranger));
            }
            attributes
                .iter()
                .map(|(name, ty)| {
                    let missing = || ValueError::new("the attribute is missing");
                    let json = values
                        .get(name)
                        .ok_or_else(missing)
                        .and_then(|v| write(v, ty));
                    Ok((name.clone(), json.map_err(|error| error.attribute(name))?))
                })
                .collect::<Result<_, _>>()
                .map(Json::Object)
        }
        (Value::Dynamic(typed), Type::Dynamic) => {
            Ok(serde_json::json!({"type": typed.0.notation(), "value": write(&typed.1, &typed.0)?}))
        }
        _ => Err(ValueError::new(format!(
            "{} is expected, not {}",
            ty.kind(),
            value.kind()
        ))),
    }
}

fn write_elements<'a>(
    elements: &[Value],
    ty: impl Fn(usize) -> Option<&'a Type>,
) -> Result<Json, ValueError> {
    elements
        .iter()
        .enumerate()
        .filter_map(|(index, value)| ty(index).map(|ty| (index, value, ty)))
        .map(|(index, value, ty)| write(value, ty).map_err(|error| error.index(index)))
        .collect::<Result<_, _>>()
        .map(Json::Array)
}

fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a bool",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "a sequence",
        Json::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_states_are_read_leniently() {
        let ty = Type::object([
            ("port", Type::Number),
            ("name", Type::String),
            ("new", Type::Bool),
        ]);
        let raw = br#"{"port": "6001", "name": 7, "gone": {"x": [1]}}"#;
        let state = decode_state(raw, &ty).unwrap();
        let expected = [
            ("port", 6001.into()),
            ("name", "7".into()),
            ("new", Value::Null),
        ];
        assert_eq!(state, Value::object(expected));
        let error = decode(raw, &ty).unwrap_err();
        assert_eq!(error.to_string(), "gone: the schema has no such attribute");
    }

    #[test]
    fn large_numbers_are_kept() {
        let text = "123456789012345678901234567890.000000000000000000001";
        let value = decode(text.as_bytes(), &Type::Number).unwrap();
        assert_eq!(encode(&value, &Type::Number).unwrap(), text.as_bytes());
    }

    #[test]
    fn what_does_not_fit_is_an_error_with_its_path() {
        let ty = Type::object([("ports", Type::list(Type::Number))]);
        let error = decode(br#"{"ports": [1, true]}"#, &ty).unwrap_err();
        assert_eq!(
            error.to_string(),
            "ports[1]: a number is expected, not a bool"
        );
        let value = Value::object([("ports", Value::Unknown)]);
        let error = encode(&value, &ty).unwrap_err();
        assert_eq!(
            error.to_string(),
            "ports: a list is expected, not an unknown value"
        );
        assert!(decode("[".repeat(100_000).as_bytes(), &Type::list(Type::Dynamic)).is_err());
    }
}
