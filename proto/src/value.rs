//! Values of Terraform's type system.
//!
//! A [`Value`] is a tree that carries no type of its own: what a map of strings or a null means is
//! said by the [`Type`] that it is encoded with. Any part of the tree may be null or
//! unknown.

mod number;
mod order;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use number::{Number, ParseNumberError};

use crate::schema::Type;

/// A value, known or not.
///
/// Two values are equal when they have the same content: numbers by what they amount to, sets
/// without regard to order.
#[derive(Debug, Clone, Default)]
pub enum Value {
    /// Known only after something that has not happened yet; what Terraform prints as
    /// `(known after apply)`. Where Terraform says more about an unknown value (a prefix, a bound),
    /// that is dropped.
    Unknown,
    /// Absent.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number of any size, kept exactly.
    Number(Number),
    /// Text.
    String(String),
    /// Elements of one type, in order.
    List(Vec<Value>),
    /// Elements of one type, in no order. A vector, because several unknown elements are several
    /// elements.
    Set(Vec<Value>),
    /// Elements of one type under keys that the user chose.
    Map(BTreeMap<String, Value>),
    /// The attributes of an object or block; all of them are present, most as null.
    Object(BTreeMap<String, Value>),
    /// Elements of several types, in order.
    Tuple(Vec<Value>),
    /// A value for an attribute of type [`Type::Dynamic`], with the type it turned out to have.
    Dynamic(Box<(Type, Value)>),
}

static NULL: Value = Value::Null;
static UNKNOWN: Value = Value::Unknown;

impl Value {
    /// An object with these attributes.
    pub fn object<K: Into<String>>(attributes: impl IntoIterator<Item = (K, Value)>) -> Value {
        Value::Object(
            attributes
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
        )
    }

    /// A map with these elements.
    pub fn map<K: Into<String>, V: Into<Value>>(
        elements: impl IntoIterator<Item = (K, V)>,
    ) -> Value {
        Value::Map(
            elements
                .into_iter()
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        )
    }

    /// A list of these elements.
    pub fn list<V: Into<Value>>(elements: impl IntoIterator<Item = V>) -> Value {
        Value::List(elements.into_iter().map(Into::into).collect())
    }

    /// A set of these elements, which the caller knows to be distinct.
    pub fn set<V: Into<Value>>(elements: impl IntoIterator<Item = V>) -> Value {
        Value::Set(elements.into_iter().map(Into::into).collect())
    }

    /// The attribute or map element of that name, as HCL sees it: of a null value, or where there
    /// is no such element, null; of an unknown value, unknown.
    pub fn get(&self, name: &str) -> &Value {
        match self {
            Value::Object(members) | Value::Map(members) => members.get(name).unwrap_or(&NULL),
            Value::Dynamic(typed) => typed.1.get(name),
            Value::Unknown => &UNKNOWN,
            _ => &NULL,
        }
    }

    /// Is it null?
    pub fn is_null(&self) -> bool {
        matches!(self.content(), Value::Null)
    }

    /// Is it unknown itself? A list with an unknown element is not; see
    /// [`is_wholly_known`](Value::is_wholly_known).
    pub fn is_unknown(&self) -> bool {
        matches!(self.content(), Value::Unknown)
    }

    /// Is nothing unknown in it, at any depth?
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Value::Unknown => false,
            Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => {
                elements.iter().all(Value::is_wholly_known)
            }
            Value::Map(members) | Value::Object(members) => {
                members.values().all(Value::is_wholly_known)
            }
            Value::Dynamic(typed) => typed.1.is_wholly_known(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
        }
    }

    /// The text, if it is known text.
    pub fn as_str(&self) -> Option<&str> {
        match self.content() {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if it is a known one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.content() {
            Value::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The number, if it is a known one.
    pub fn as_number(&self) -> Option<&Number> {
        match self.content() {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The number, if it is known, whole and in range.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number()?.as_i64()
    }

    /// The number, if it is known, whole and in range.
    pub fn as_u64(&self) -> Option<u64> {
        self.as_number()?.as_u64()
    }

    /// The number, if it is known, as the nearest float.
    pub fn as_f64(&self) -> Option<f64> {
        self.as_number().map(Number::as_f64)
    }

    /// The elements of a map or the attributes of an object, if it is one that is known.
    pub fn as_map(&self) -> Option<&BTreeMap<String, Value>> {
        match self.content() {
            Value::Map(members) | Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The elements of a list, set or tuple, if it is one that is known.
    pub fn as_slice(&self) -> Option<&[Value]> {
        match self.content() {
            Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => Some(elements),
            _ => None,
        }
    }

    /// The value without the type that a dynamic attribute puts around it.
    fn content(&self) -> &Value {
        match self {
            Value::Dynamic(typed) => typed.1.content(),
            other => other,
        }
    }

    /// What kind of value this is, in Terraform's words, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Unknown => "an unknown value",
            Value::Null => "null",
            Value::Bool(_) => "a bool",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::List(_) => "a list",
            Value::Set(_) => "a set",
            Value::Map(_) => "a map",
            Value::Object(_) => "an object",
            Value::Tuple(_) => "a tuple",
            Value::Dynamic(_) => "a value of dynamic type",
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::String(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Value {
        Value::String(text.clone())
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Value {
        Value::Bool(truth)
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Value {
        Value::Number(number)
    }
}

macro_rules! from_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Value {
            fn from(number: $integer) -> Value {
                Value::Number(Number::from(number))
            }
        }
    )*};
}

from_integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

/// `None` is null.
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}
