//! Types, and the JSON notation that Terraform has for them: `"string"`, `["list","number"]`,
//! `["object",{"a":"bool"}]`.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

/// A type of Terraform's language.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// A number of any size.
    Number,
    /// Text.
    String,
    /// Whatever the value turns out to be.
    Dynamic,
    /// Elements of one type, in order.
    List(Box<Type>),
    /// Elements of one type, in no order.
    Set(Box<Type>),
    /// Elements of one type under text keys.
    Map(Box<Type>),
    /// A fixed set of attributes.
    Object(BTreeMap<String, Type>),
    /// A fixed sequence of elements.
    Tuple(Vec<Type>),
}

/// The text is not the JSON notation of a type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a type in Terraform's JSON notation")]
pub struct ParseTypeError;

impl Type {
    /// A list of that.
    pub fn list(element: Type) -> Type {
        Type::List(Box::new(element))
    }

    /// A set of that.
    pub fn set(element: Type) -> Type {
        Type::Set(Box::new(element))
    }

    /// A map of that.
    pub fn map(element: Type) -> Type {
        Type::Map(Box::new(element))
    }

    /// An object with these attributes.
    pub fn object<K: Into<String>>(attributes: impl IntoIterator<Item = (K, Type)>) -> Type {
        Type::Object(
            attributes
                .into_iter()
                .map(|(name, ty)| (name.into(), ty))
                .collect(),
        )
    }

    /// What kind of type it is, in Terraform's words, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Type::Bool => "a bool",
            Type::Number => "a number",
            Type::String => "a string",
            Type::Dynamic => "a value of any type",
            Type::List(_) => "a list",
            Type::Set(_) => "a set",
            Type::Map(_) => "a map",
            Type::Object(_) => "an object",
            Type::Tuple(_) => "a tuple",
        }
    }

    /// In Terraform's JSON notation.
    pub fn to_json(&self) -> Vec<u8> {
        self.notation().to_string().into_bytes()
    }

    /// From Terraform's JSON notation. Marks of optional attributes are dropped: a value always
    /// has all attributes.
    pub fn from_json(bytes: &[u8]) -> Result<Type, ParseTypeError> {
        let notation = serde_json::from_slice(bytes).map_err(|_| ParseTypeError)?;
        Type::from_notation(&notation)
    }

    pub(crate) fn notation(&self) -> Json {
        match self {
            Type::Bool => json!("bool"),
            Type::Number => json!("number"),
            Type::String => json!("string"),
            Type::Dynamic => json!("dynamic"),
            Type::List(element) => json!(["list", element.notation()]),
            Type::Set(element) => json!(["set", element.notation()]),
            Type::Map(element) => json!(["map", element.notation()]),
            Type::Object(attributes) => {
                let attributes: serde_json::Map<_, _> = attributes
                    .iter()
                    .map(|(name, ty)| (name.clone(), ty.notation()))
                    .collect();
                json!(["object", attributes])
            }
            Type::Tuple(elements) => {
                json!([
                    "tuple",
                    elements.iter().map(Type::notation).collect::<Vec<_>>()
                ])
            }
        }
    }

    /// Recursion is bounded by that of the JSON parser, 128.
    pub(crate) fn from_notation(notation: &Json) -> Result<Type, ParseTypeError> {
        if let Some(name) = notation.as_str() {
            return match name {
                "bool" => Ok(Type::Bool),
                "number" => Ok(Type::Number),
                "string" => Ok(Type::String),
                "dynamic" => Ok(Type::Dynamic),
                _ => Err(ParseTypeError),
            };
        }
        let parts = notation.as_array().ok_or(ParseTypeError)?;
        let (Some(name), Some(inner)) = (parts.first().and_then(Json::as_str), parts.get(1)) else {
            return Err(ParseTypeError);
        };
        if parts.len() > 2 && name != "object" {
            return Err(ParseTypeError);
        }
        let element = || Type::from_notation(inner).map(Box::new);
        match (name, inner) {
            ("list", _) => Ok(Type::List(element()?)),
            ("set", _) => Ok(Type::Set(element()?)),
            ("map", _) => Ok(Type::Map(element()?)),
            ("object", Json::Object(attributes)) => attributes
                .iter()
                .map(|(name, ty)| Ok((name.clone(), Type::from_notation(ty)?)))
                .collect::<Result<_, _>>()
                .map(Type::Object),
            ("tuple", Json::Array(elements)) => elements
                .iter()
                .map(Type::from_notation)
                .collect::<Result<_, _>>()
                .map(Type::Tuple),
            _ => Err(ParseTypeError),
        }
    }
}
