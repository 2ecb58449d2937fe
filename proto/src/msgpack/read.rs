use std::collections::BTreeMap;

use rmp::Marker;

use crate::schema::Type;
use crate::value::{Number, Value};
use crate::value_error::ValueError;

/// How deep values may nest. Types nest no deeper than the JSON parser goes, 128; only dynamic
/// values within dynamic values could.
const DEEPEST: usize = 256;

/// Reads a value of type `ty`.
///
/// # Errors
/// When the bytes are not exactly one value of that type. Any bytes are safe to give.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, ValueError> {
    let mut reader = Reader {
        rest: bytes,
        depth: 0,
    };
    let value = reader.value(ty)?;
    if reader.rest.is_empty() {
        Ok(value)
    } else {
        Err(error("bytes follow the value"))
    }
}

fn error(message: impl Into<String>) -> ValueError {
    ValueError::new(message)
}

struct Reader<'a> {
    rest: &'a [u8],
    depth: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, ty: &Type) -> Result<Value, ValueError> {
        if self.depth == DEEPEST {
            return Err(error("the value nests too deeply"));
        }
        self.depth += 1;
        let value = self.nested_value(ty);
        self.depth -= 1;
        value
    }

    fn nested_value(&mut self, ty: &Type) -> Result<Value, ValueError> {
        let marker = Marker::from_u8(self.byte()?);
        if marker == Marker::Null {
            return Ok(Value::Null);
        }
        if let Some(length) = self.extension_length(marker)? {
            self.take(length)?;
            return Ok(Value::Unknown);
        }
        match ty {
            Type::Bool => match marker {
                Marker::True => Ok(Value::Bool(true)),
                Marker::False => Ok(Value::Bool(false)),
                _ => Err(unexpected(ty, marker)),
            },
            Type::Number => self.number(marker),
            Type::String => match self.text(marker)? {
                Some(text) => Ok(Value::String(text.to_owned())),
                None => Err(unexpected(ty, marker)),
            },
            Type::List(element) => self.elements(ty, element, marker).map(Value::List),
            Type::Set(element) => self.elements(ty, element, marker).map(Value::Set),
            Type::Tuple(types) => self.tuple(ty, types, marker),
            Type::Map(element) => self.map(ty, element, marker),
            Type::Object(attributes) => self.object(ty, attributes, marker),
            Type::Dynamic => self.dynamic(marker),
        }
    }

    fn number(&mut self, marker: Marker) -> Result<Value, ValueError> {
        let number = match marker {
            Marker::FixPos(small) => Some(Number::from(small)),
            Marker::FixNeg(small) => Some(Number::from(small)),
            Marker::U8 => Some(Number::from(u8::from_be_bytes(self.array()?))),
            Marker::U16 => Some(Number::from(u16::from_be_bytes(self.array()?))),
            Marker::U32 => Some(Number::from(u32::from_be_bytes(self.array()?))),
            Marker::U64 => Some(Number::from(u64::from_be_bytes(self.array()?))),
            Marker::I8 => Some(Number::from(i8::from_be_bytes(self.array()?))),
            Marker::I16 => Some(Number::from(i16::from_be_bytes(self.array()?))),
            Marker::I32 => Some(Number::from(i32::from_be_bytes(self.array()?))),
            Marker::I64 => Some(Number::from(i64::from_be_bytes(self.array()?))),
            Marker::F32 => Number::from_exact_f64(f32::from_be_bytes(self.array()?).into()),
            Marker::F64 => Number::from_exact_f64(f64::from_be_bytes(self.array()?)),
            other => match self.text(other)? {
                Some(text) => text.parse().ok(),
                None => return Err(unexpected(&Type::Number, other)),
            },
        };
        number
            .map(Value::Number)
            .ok_or_else(|| error("not a finite decimal number"))
    }

    fn elements(
        &mut self,
        ty: &Type,
        element: &Type,
        marker: Marker,
    ) -> Result<Vec<Value>, ValueError> {
        let length = self
            .array_length(marker)?
            .ok_or_else(|| unexpected(ty, marker))?;
        // An element takes a byte at least: the announced length reserves no more than was sent.
        let mut elements = Vec::with_capacity(length.min(self.rest.len()));
        for index in 0..length {
            elements.push(self.value(element).map_err(|error| error.index(index))?);
        }
        Ok(elements)
    }

    fn tuple(&mut self, ty: &Type, types: &[Type], marker: Marker) -> Result<Value, ValueError> {
        let length = self
            .array_length(marker)?
            .ok_or_else(|| unexpected(ty, marker))?;
        if length != types.len() {
            return Err(error(format!(
                "a tuple of {} elements, not {length}",
                types.len()
            )));
        }
        let mut elements = Vec::with_capacity(length);
        for (index, element) in types.iter().enumerate() {
            elements.push(self.value(element).map_err(|error| error.index(index))?);
        }
        Ok(Value::Tuple(elements))
    }

    fn map(&mut self, ty: &Type, element: &Type, marker: Marker) -> Result<Value, ValueError> {
        let length = self
            .map_length(marker)?
            .ok_or_else(|| unexpected(ty, marker))?;
        let mut elements = BTreeMap::new();
        for _ in 0..length {
            let key = self.key()?;
            let value = self.value(element).map_err(|error| error.key(key))?;
            elements.insert(key.to_owned(), value);
        }
        Ok(Value::Map(elements))
    }

    fn object(
        &mut self,
        ty: &Type,
        attributes: &BTreeMap<String, Type>,
        marker: Marker,
    ) -> Result<Value, ValueError> {
        let length = self
            .map_length(marker)?
            .ok_or_else(|| unexpected(ty, marker))?;
        let mut values = BTreeMap::new();
        for _ in 0..length {
            let name = self.key()?;
            let ty = attributes
                .get(name)
                .ok_or_else(|| error("the schema has no such attribute").attribute(name))?;
            let value = self.value(ty).map_err(|error| error.attribute(name))?;
            values.insert(name.to_owned(), value);
        }
        match attributes.keys().find(|name| !values.contains_key(*name)) {
            Some(missing) => Err(error("the attribute is missing").attribute(missing)),
            None => Ok(Value::Object(values)),
        }
    }

    fn dynamic(&mut self, marker: Marker) -> Result<Value, ValueError> {
        let pair = || error("not a pair of type and value");
        if self.array_length(marker)? != Some(2) {
            return Err(pair());
        }
        let marker = Marker::from_u8(self.byte()?);
        let notation = match self.binary_length(marker)? {
            Some(length) => self.take(length)?,
            None => self.text(marker)?.ok_or_else(pair)?.as_bytes(),
        };
        let ty = Type::from_json(notation).map_err(|failure| error(failure.to_string()))?;
        let value = self.value(&ty)?;
        Ok(Value::Dynamic(Box::new((ty, value))))
    }

    fn key(&mut self) -> Result<&'a str, ValueError> {
        let marker = Marker::from_u8(self.byte()?);
        self.text(marker)?
            .ok_or_else(|| error("a key is not a string"))
    }

    fn text(&mut self, marker: Marker) -> Result<Option<&'a str>, ValueError> {
        let length = match marker {
            Marker::FixStr(length) => usize::from(length),
            Marker::Str8 => self.length8()?,
            Marker::Str16 => self.length16()?,
            Marker::Str32 => self.length32()?,
            _ => return Ok(None),
        };
        let bytes = self.take(length)?;
        std::str::from_utf8(bytes)
            .map(Some)
            .map_err(|_| error("the text is not UTF-8"))
    }

    fn binary_length(&mut self, marker: Marker) -> Result<Option<usize>, ValueError> {
        Ok(Some(match marker {
            Marker::Bin8 => self.length8()?,
            Marker::Bin16 => self.length16()?,
            Marker::Bin32 => self.length32()?,
            _ => return Ok(None),
        }))
    }

    fn array_length(&mut self, marker: Marker) -> Result<Option<usize>, ValueError> {
        Ok(Some(match marker {
            Marker::FixArray(length) => usize::from(length),
            Marker::Array16 => self.length16()?,
            Marker::Array32 => self.length32()?,
            _ => return Ok(None),
        }))
    }

    fn map_length(&mut self, marker: Marker) -> Result<Option<usize>, ValueError> {
        Ok(Some(match marker {
            Marker::FixMap(length) => usize::from(length),
            Marker::Map16 => self.length16()?,
            Marker::Map32 => self.length32()?,
            _ => return Ok(None),
        }))
    }

    /// Bytes of an extension after its length: one of type code, then the data.
    fn extension_length(&mut self, marker: Marker) -> Result<Option<usize>, ValueError> {
        Ok(Some(match marker {
            Marker::FixExt1 => 2,
            Marker::FixExt2 => 3,
            Marker::FixExt4 => 5,
            Marker::FixExt8 => 9,
            Marker::FixExt16 => 17,
            Marker::Ext8 => self.length8()? + 1,
            Marker::Ext16 => self.length16()? + 1,
            Marker::Ext32 => self.length32()?.saturating_add(1),
            _ => return Ok(None),
        }))
    }

    fn length8(&mut self) -> Result<usize, ValueError> {
        Ok(usize::from(self.byte()?))
    }

    fn length16(&mut self) -> Result<usize, ValueError> {
        Ok(usize::from(u16::from_be_bytes(self.array()?)))
    }

    fn length32(&mut self) -> Result<usize, ValueError> {
        Ok(u32::from_be_bytes(self.array()?) as usize)
    }

    fn byte(&mut self) -> Result<u8, ValueError> {
        Ok(self.array::<1>()?[0])
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ValueError> {
        let (array, rest) = self.rest.split_first_chunk().ok_or_else(truncated)?;
        self.rest = rest;
        Ok(*array)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], ValueError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(truncated)?;
        self.rest = rest;
        Ok(taken)
    }
}

fn truncated() -> ValueError {
    error("the bytes end within the value")
}

fn unexpected(ty: &Type, marker: Marker) -> ValueError {
    error(format!("{} is expected, not {}", ty.kind(), spoken(marker)))
}

fn spoken(marker: Marker) -> &'static str {
    match marker {
        Marker::True | Marker::False => "a bool",
        Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => "a string",
        Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => "bytes",
        Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => "a sequence",
        Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => "a map",
        Marker::Reserved => "an invalid byte",
        _ => "a number",
    }
}
