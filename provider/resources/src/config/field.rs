//! Rules that one argument obeys for itself, whatever it is called.

use std::ops::RangeInclusive;

use tfplugin::{Number, Value, object::Invalid};

/// A rule turns a known value into what it means.
pub type Ruling<T> = Result<T, Invalid>;

/// Numbers that an argument may have.
pub trait Whole: Copy + TryFrom<u64> + std::fmt::Display + PartialOrd {}

impl Whole for u16 {}
impl Whole for u32 {}

/// A whole number in a range.
pub fn whole<N: Whole>(number: &Number, range: &RangeInclusive<N>) -> Ruling<N> {
    let (least, most) = (range.start(), range.end());
    number
        .as_u64()
        .and_then(|number| N::try_from(number).ok())
        .filter(|number| range.contains(number))
        .ok_or_else(|| {
            Invalid::new(
                "Number out of range",
                format!("{number} is not a whole number from {least} to {most}."),
            )
        })
}

/// One of a few words, which are spelled in one way only.
pub fn word<T: Copy>(text: &str, words: &[(&str, T)]) -> Ruling<T> {
    if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == text) {
        return Ok(*meaning);
    }
    let choices: Vec<String> = words.iter().map(|(word, _)| format!("{word:?}")).collect();
    let choices = match choices.as_slice() {
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
        [] => String::new(),
    };
    Err(Invalid::new(
        "Value not among the choices",
        format!("{text:?} is not possible here: write {choices}."),
    ))
}

/// `traffic-port`, or a port in plain digits.
pub fn health_check_port(text: &str) -> Ruling<String> {
    let plain = text.parse::<u16>().ok().filter(|port| *port > 0);
    if text == "traffic-port" || plain.is_some_and(|port| port.to_string() == text) {
        return Ok(text.to_owned());
    }
    Err(Invalid::new(
        "Invalid health check port",
        format!(
            "{text:?} is neither \"traffic-port\", which is the port that the broker gets its \
             traffic on, nor a port from 1 to 65535."
        ),
    ))
}

/// Any text at all that is not empty.
pub fn anything(text: &str) -> Ruling<String> {
    if text.trim().is_empty() {
        return Err(Invalid::new(
            "Empty text",
            "Leave the argument out instead of setting it to an empty text.",
        ));
    }
    Ok(text.to_owned())
}

/// The key of a broker: Kafka's `node.id`, which is a 32-bit number that is not negative.
pub fn broker_id(key: &str) -> Ruling<u32> {
    let most = i32::MAX as u32;
    key.parse::<u32>()
        .ok()
        .filter(|id| *id <= most && id.to_string() == key)
        .ok_or_else(|| {
            Invalid::new(
                "Invalid broker id",
                format!(
                    "The key of a broker is its node.id, a number from 0 to {most} in plain \
                     digits, and {key:?} is not."
                ),
            )
        })
}

/// The content of a value that has passed the checks of the schema.
pub fn text(value: &Value) -> Ruling<&str> {
    value.as_str().ok_or_else(|| mistyped(value, "a string"))
}

pub fn number(value: &Value) -> Ruling<&Number> {
    value.as_number().ok_or_else(|| mistyped(value, "a number"))
}

pub fn truth(value: &Value) -> Ruling<bool> {
    value.as_bool().ok_or_else(|| mistyped(value, "a bool"))
}

fn mistyped(value: &Value, wanted: &str) -> Invalid {
    Invalid::new(
        "Wrong type",
        format!("This must be {wanted}, not {}.", value.kind()),
    )
}
