//! Rules that one argument obeys for itself, whatever it is called.

use std::ops::RangeInclusive;

use tfplugin::{Number, Value};

/// Why a value is refused: a line without a full stop, and sentences that say what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub summary: String,
    pub detail: String,
}

impl Fault {
    pub fn new(summary: impl Into<String>, detail: impl Into<String>) -> Fault {
        Fault {
            summary: summary.into(),
            detail: detail.into(),
        }
    }
}

/// A rule turns a known value into what it means.
pub type Ruling<T> = Result<T, Fault>;

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
            Fault::new(
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
    Err(Fault::new(
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
    Err(Fault::new(
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
        return Err(Fault::new(
            "Empty text",
            "Leave the argument out instead of setting it to an empty text.",
        ));
    }
    Ok(text.to_owned())
}

/// The name of a path.
///
/// AWS keeps `internal-` from the names of load balancers, and `sg-` from those of security groups
/// (`GroupName` in <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html>);
/// a name like the id of a service could not be told from one in an import.
pub fn path_name(text: &str) -> Ruling<String> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let edges = [text.bytes().next(), text.bytes().next_back()];
    let why = if text.is_empty() || text.len() > 24 {
        "A name has 1 to 24 characters, because AWS takes 32 and the provider adds its own."
    } else if !text.bytes().all(|byte| plain(byte) || byte == b'-') {
        "A name has lower-case letters, digits and hyphens only."
    } else if !edges.into_iter().flatten().all(plain) {
        "A name starts and ends with a letter or digit."
    } else if text.starts_with("internal-") {
        "AWS does not allow names of load balancers to start with \"internal-\"."
    } else if text.starts_with("vpce-svc-") {
        "A name must not look like the id of an endpoint service: an import takes either."
    } else if text.starts_with("sg-") {
        "AWS does not allow names of security groups to start with \"sg-\"."
    } else {
        return Ok(text.to_owned());
    };
    Err(Fault::new(
        "Invalid name",
        format!("{text:?} cannot be used. {why}"),
    ))
}

/// The key of a broker: Kafka's `node.id`, which is a 32-bit number that is not negative.
pub fn broker_id(key: &str) -> Ruling<u32> {
    let most = i32::MAX as u32;
    key.parse::<u32>()
        .ok()
        .filter(|id| *id <= most && id.to_string() == key)
        .ok_or_else(|| {
            Fault::new(
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

fn mistyped(value: &Value, wanted: &str) -> Fault {
    Fault::new(
        "Wrong type",
        format!("This must be {wanted}, not {}.", value.kind()),
    )
}
