//! Configurations made from a schema.
//!
//! A generator has a list of [`Choices`]: every argument by its place, and what it may be. Whoever
//! draws, be it proptest, a loop or a person, makes a [`Drawing`] of them, and that is a
//! configuration. What the schema does not say (texts, keys, what goes together) the test says.
//!
//! ```
//! use tfplugin::{Attribute, Block, Schema, Value, testing::generator::{Drawing, choices}};
//! let schema = Schema::new(
//!     0,
//!     Block::new("").attributes([
//!         Attribute::string("name").required(),
//!         Attribute::single("tuning", [Attribute::bool("fast").required()]).optional(),
//!     ]),
//! );
//! let texts = |place: &str| match place {
//!     "name" => vec!["orders".into(), "billing".into()],
//!     _ => Vec::new(),
//! };
//! let all = choices(&schema, &|_| Vec::new(), &|place, _| texts(place));
//! let places: Vec<&str> = all.iter().map(|(place, _)| place.as_str()).collect();
//! assert_eq!(places, ["name", "tuning", "tuning.fast"]);
//! let mut drawing = Drawing::simplest(&all);
//! assert!(drawing.config(&schema).get("tuning").is_null());
//! drawing.set("tuning", true);
//! assert_eq!(drawing.config(&schema).get("tuning"), &Value::object([("fast", true.into())]));
//! ```

use std::collections::BTreeMap;

use crate::{
    Attribute, Schema, Type, Value,
    schema::{AttributeKind, Mode, Nesting},
};

/// Every argument by its place (`brokers.1.port`), with what it is drawn from: the first is the
/// simplest, which is what a failing case is reduced to. Null is an argument left out. An object
/// that may be left out, and an element of a map or list, has a place of its own with `true` where
/// it is written.
pub type Choices = Vec<(String, Vec<Value>)>;

/// The choices of a schema.
///
/// `keys` says which elements a map or list of objects may have; those of a list are its indices.
/// `values` says what a plain argument may be, beside null where it may be left out; what it says
/// nothing of has to be a bool.
pub fn choices(
    schema: &Schema,
    keys: &dyn Fn(&str) -> Vec<String>,
    values: &dyn Fn(&str, &Attribute) -> Vec<Value>,
) -> Choices {
    let mut all = Choices::new();
    collect(&schema.block.attributes, "", keys, values, &mut all);
    all
}

fn collect(
    attributes: &[Attribute],
    within: &str,
    keys: &dyn Fn(&str) -> Vec<String>,
    values: &dyn Fn(&str, &Attribute) -> Vec<Value>,
    all: &mut Choices,
) {
    for attribute in attributes.iter().filter(|it| it.mode != Mode::Computed) {
        let place = format!("{within}{}", attribute.name);
        let written = || vec![false.into(), true.into()];
        match &attribute.kind {
            AttributeKind::Plain(ty) => {
                let mut choices = values(&place, attribute);
                if choices.is_empty() && *ty == Type::Bool {
                    choices = vec![true.into(), false.into()];
                }
                assert!(!choices.is_empty(), "nothing says what {place} may be");
                if attribute.mode != Mode::Required {
                    choices.insert(0, Value::Null);
                }
                all.push((place, choices));
            }
            AttributeKind::Nested(Nesting::Single, inner) => {
                if attribute.mode != Mode::Required {
                    all.push((place.clone(), written()));
                }
                collect(inner, &format!("{place}."), keys, values, all);
            }
            AttributeKind::Nested(_, inner) => {
                if attribute.mode != Mode::Required {
                    all.push((place.clone(), written()));
                }
                for key in keys(&place) {
                    let element = format!("{place}.{key}");
                    all.push((element.clone(), written()));
                    collect(inner, &format!("{element}."), keys, values, all);
                }
            }
        }
    }
}

/// What was drawn for each argument, by its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing(BTreeMap<String, Value>);

impl Drawing {
    /// These values, one for each of the choices.
    pub fn new(choices: &Choices, values: impl IntoIterator<Item = Value>) -> Drawing {
        let places = choices.iter().map(|(place, _)| place.clone());
        Drawing(places.zip(values).collect())
    }

    /// The first of each.
    pub fn simplest(choices: &Choices) -> Drawing {
        let first = choices.iter().map(|(_, choices)| choices[0].clone());
        Drawing::new(choices, first)
    }

    /// All places.
    pub fn places(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The value at that place: null in an object that is not written.
    pub fn get(&self, place: &str) -> &Value {
        match place.rsplit_once('.') {
            Some((outer, _)) if !self.is_written(outer) => &Value::Null,
            _ => self.drawn(place),
        }
    }

    /// What was drawn, be the object around it written or not.
    pub fn drawn(&self, place: &str) -> &Value {
        let value = self.0.get(place);
        value.unwrap_or_else(|| panic!("no argument {place}"))
    }

    /// Gives that place another value.
    pub fn set(&mut self, place: &str, value: impl Into<Value>) {
        let before = self.0.insert(place.to_owned(), value.into());
        assert!(before.is_some(), "no argument {place}");
    }

    /// An object is written if it is drawn so, or has to be, and so are those around it.
    pub fn is_written(&self, object: &str) -> bool {
        let here = self.0.get(object).is_none_or(|it| it == &Value::Bool(true));
        let around = object
            .rsplit_once('.')
            .is_none_or(|(outer, _)| self.is_written(outer));
        here && around
    }

    /// The configuration of what was drawn.
    pub fn config(&self, schema: &Schema) -> Value {
        self.object(&schema.block.attributes, "")
    }

    fn object(&self, attributes: &[Attribute], within: &str) -> Value {
        Value::object(attributes.iter().map(|attribute| {
            let place = format!("{within}{}", attribute.name);
            (attribute.name.as_str(), self.value(attribute, &place))
        }))
    }

    fn value(&self, attribute: &Attribute, place: &str) -> Value {
        let AttributeKind::Nested(nesting, inner) = &attribute.kind else {
            return match attribute.mode {
                Mode::Computed => Value::Null,
                _ => self.drawn(place).clone(),
            };
        };
        if attribute.mode == Mode::Computed || !self.is_written(place) {
            return Value::Null;
        }
        if *nesting == Nesting::Single {
            return self.object(inner, &format!("{place}."));
        }
        let within = format!("{place}.");
        let keys = self.0.keys().filter_map(|it| it.strip_prefix(&within));
        let keys = keys.filter(|key| !key.contains('.'));
        let elements = keys.filter_map(|key| {
            let element = format!("{within}{key}");
            let is_there = self.drawn(&element) == &Value::Bool(true);
            is_there.then(|| (key, self.object(inner, &format!("{element}."))))
        });
        match nesting {
            Nesting::Map => Value::map(elements),
            Nesting::List => Value::list(elements.map(|(_, element)| element)),
            _ => Value::set(elements.map(|(_, element)| element)),
        }
    }
}

#[cfg(test)]
mod tests;
