//! What one value has to obey for itself, and what it then means.

use std::{fmt::Display, ops::RangeInclusive};

use crate::{Number, Type, Value};

/// Why a value is refused: a line without a full stop, and sentences that say what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The line.
    pub summary: String,
    /// The sentences.
    pub detail: String,
}

impl Invalid {
    /// Refuses a value.
    pub fn new(summary: impl Into<String>, detail: impl Into<String>) -> Invalid {
        Invalid {
            summary: summary.into(),
            detail: detail.into(),
        }
    }
}

/// A rule for the values of an attribute, or for the elements of a collection.
pub struct Rule<L> {
    pub(super) ty: Type,
    pub(super) words: Vec<String>,
    pub(super) range: Option<RangeInclusive<u64>>,
    read: Box<Read<L>>,
}

/// From the key of an element of a map, and a known value, to what the value means.
type Read<L> = dyn Fn(&str, &Value) -> Result<L, Invalid>;

impl<L> Rule<L> {
    fn new(ty: Type, read: impl Fn(&str, &Value) -> Result<L, Invalid> + 'static) -> Rule<L> {
        Rule {
            ty,
            words: Vec::new(),
            range: None,
            read: Box::new(read),
        }
    }

    /// What a known value means. `key` is empty but for elements of maps.
    pub(super) fn read(&self, key: &str, value: &Value) -> Result<L, Invalid> {
        (self.read)(key, value)
    }
}

/// Texts that the function makes something of.
pub fn text<L>(check: impl Fn(&str) -> Result<L, Invalid> + 'static) -> Rule<L> {
    Rule::new(Type::String, move |_, value| check(as_text(value)?))
}

/// Elements of a map of texts: the function gets key and value.
pub fn entry<L>(check: impl Fn(&str, &str) -> Result<L, Invalid> + 'static) -> Rule<L> {
    Rule::new(Type::String, move |key, value| check(key, as_text(value)?))
}

/// One of a few words, which are spelled in one way only.
pub fn words<W, L>(words: &[(&str, W)]) -> Rule<L>
where
    W: Clone + Into<L> + 'static,
{
    let own = |(word, meaning): &(&str, W)| ((*word).to_owned(), meaning.clone());
    let words: Vec<(String, W)> = words.iter().map(own).collect();
    let names = words.iter().map(|(word, _)| word.clone()).collect();
    let rule = Rule::new(Type::String, move |_, value| {
        word(as_text(value)?, &words).map(Into::into)
    });
    Rule {
        words: names,
        ..rule
    }
}

fn word<W: Clone>(text: &str, words: &[(String, W)]) -> Result<W, Invalid> {
    if let Some((_, meaning)) = words.iter().find(|(word, _)| word == text) {
        return Ok(meaning.clone());
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

/// Numbers that an argument may have.
pub trait Whole: Copy + TryFrom<u64> + Into<u64> + Display + PartialOrd + 'static {}

impl Whole for u16 {}
impl Whole for u32 {}
impl Whole for u64 {}

/// A whole number in a range.
pub fn range<N: Whole>(range: RangeInclusive<N>) -> Rule<N> {
    let bounds = (*range.start()).into()..=(*range.end()).into();
    let rule = Rule::new(Type::Number, move |_, value| {
        whole(as_number(value)?, &range)
    });
    Rule {
        range: Some(bounds),
        ..rule
    }
}

fn whole<N: Whole>(number: &Number, range: &RangeInclusive<N>) -> Result<N, Invalid> {
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

/// Values that need no rule.
pub trait Plain: Sized + 'static {
    /// Their type in Terraform.
    const TYPE: Type;

    /// The content of a value that has passed the checks of the schema.
    fn read(value: &Value) -> Result<Self, Invalid>;
}

impl Plain for String {
    const TYPE: Type = Type::String;

    fn read(value: &Value) -> Result<String, Invalid> {
        as_text(value).map(str::to_owned)
    }
}

impl Plain for bool {
    const TYPE: Type = Type::Bool;

    fn read(value: &Value) -> Result<bool, Invalid> {
        value.as_bool().ok_or_else(|| mistyped(value, "a bool"))
    }
}

/// Any value of the type.
pub fn plain<L: Plain>() -> Rule<L> {
    Rule::new(L::TYPE, |_, value| L::read(value))
}

/// Any text at all that is not empty.
pub fn not_empty(text: &str) -> Result<String, Invalid> {
    if text.trim().is_empty() {
        return Err(Invalid::new(
            "Empty text",
            "Leave the argument out instead of setting it to an empty text.",
        ));
    }
    Ok(text.to_owned())
}

fn as_text(value: &Value) -> Result<&str, Invalid> {
    value.as_str().ok_or_else(|| mistyped(value, "a string"))
}

fn as_number(value: &Value) -> Result<&Number, Invalid> {
    value.as_number().ok_or_else(|| mistyped(value, "a number"))
}

fn mistyped(value: &Value, wanted: &str) -> Invalid {
    Invalid::new(
        "Wrong type",
        format!("This must be {wanted}, not {}.", value.kind()),
    )
}
