use std::collections::BTreeMap;

use rmp::encode::{
    RmpWriteErr, ValueWriteError, write_array_len, write_bin, write_bool, write_f64, write_map_len,
    write_nil, write_sint, write_str, write_uint,
};

use crate::schema::Type;
use crate::value::{Number, Value};
use crate::value_error::ValueError;

/// An extension of code 0 with one byte of data, as Terraform itself writes unknown values.
const UNKNOWN: [u8; 3] = [0xd4, 0, 0];

/// Writes a value of type `ty`.
///
/// # Errors
/// When the value is not of that type. An object must have all its attributes: nothing is filled
/// in, so that what a provider forgets does not silently become null.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, ValueError> {
    let mut out = Vec::new();
    write(&mut out, value, ty)?;
    Ok(out)
}

fn write(out: &mut Vec<u8>, value: &Value, ty: &Type) -> Result<(), ValueError> {
    match (value, ty) {
        (Value::Unknown, _) => {
            out.extend(UNKNOWN);
            Ok(())
        }
        (Value::Null, _) => write_nil(out).map_err(|error| failed(&error)),
        (Value::Bool(truth), Type::Bool) => write_bool(out, *truth).map_err(|error| failed(&error)),
        (Value::Number(number), Type::Number) => write_number(out, number),
        (Value::String(text), Type::String) => write_str(out, text).map_err(too_long),
        (Value::List(elements), Type::List(element)) => {
            write_array_len(out, length(elements.len())?).map_err(too_long)?;
            for (index, value) in elements.iter().enumerate() {
                write(out, value, element).map_err(|error| error.index(index))?;
            }
            Ok(())
        }
        (Value::Set(elements), Type::Set(element)) => {
            write_array_len(out, length(elements.len())?).map_err(too_long)?;
            for value in elements {
                write(out, value, element).map_err(|error| error.element(value))?;
            }
            Ok(())
        }
        (Value::Tuple(elements), Type::Tuple(types)) if elements.len() == types.len() => {
            write_array_len(out, length(elements.len())?).map_err(too_long)?;
            for (index, (value, element)) in elements.iter().zip(types).enumerate() {
                write(out, value, element).map_err(|error| error.index(index))?;
            }
            Ok(())
        }
        (Value::Map(elements), Type::Map(element)) => {
            write_map_len(out, length(elements.len())?).map_err(too_long)?;
            for (key, value) in elements {
                write_str(out, key).map_err(too_long)?;
                write(out, value, element).map_err(|error| error.key(key))?;
            }
            Ok(())
        }
        (Value::Object(values), Type::Object(attributes)) => write_object(out, values, attributes),
        (Value::Dynamic(typed), Type::Dynamic) => {
            write_array_len(out, 2).map_err(too_long)?;
            write_bin(out, &typed.0.to_json()).map_err(too_long)?;
            write(out, &typed.1, &typed.0)
        }
        _ => Err(ValueError::new(format!(
            "{} is expected, not {}",
            ty.kind(),
            value.kind()
        ))),
    }
}

fn write_object(
    out: &mut Vec<u8>,
    values: &BTreeMap<String, Value>,
    attributes: &BTreeMap<String, Type>,
) -> Result<(), ValueError> {
    if let Some(stranger) = values.keys().find(|name| !attributes.contains_key(*name)) {
        return Err(ValueError::new("the schema has no such attribute").attribute(stranger));
    }
    write_map_len(out, length(attributes.len())?).map_err(too_long)?;
    for (name, ty) in attributes {
        let value = values
            .get(name)
            .ok_or_else(|| ValueError::new("the attribute is missing").attribute(name))?;
        write_str(out, name).map_err(too_long)?;
        write(out, value, ty).map_err(|error| error.attribute(name))?;
    }
    Ok(())
}

/// The shortest form that is exact, as Terraform writes numbers.
fn write_number(out: &mut Vec<u8>, number: &Number) -> Result<(), ValueError> {
    if let Some(integer) = number.as_i64() {
        write_sint(out, integer).map(drop).map_err(too_long)
    } else if let Some(integer) = number.as_u64() {
        write_uint(out, integer).map(drop).map_err(too_long)
    } else if let Some(float) = number.as_exact_f64() {
        write_f64(out, float).map_err(too_long)
    } else {
        write_str(out, &number.to_string()).map_err(too_long)
    }
}

fn length(count: usize) -> Result<u32, ValueError> {
    u32::try_from(count).map_err(|_| ValueError::new("more than 4294967295 elements"))
}

fn too_long<E: RmpWriteErr>(error: ValueWriteError<E>) -> ValueError {
    failed(&error)
}

fn failed(error: &dyn std::error::Error) -> ValueError {
    ValueError::new(format!("cannot be written: {error}"))
}
