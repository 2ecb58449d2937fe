//! Walks a configuration, and keeps what is wrong with it. What breaks its own rule reads as
//! unknown, so that no other rule complains about the same value once more.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

use tfplugin::{Diagnostic, Diagnostics, Path, Value};

use super::field::{self, Ruling, Whole};
use engine::model::Maybe;
use tfplugin::object::Invalid;

/// One object of the configuration, and where it is.
pub struct Reader<'a> {
    value: &'a Value,
    path: Path,
    notes: &'a RefCell<Notes>,
}

/// What reading leaves behind besides the configuration.
#[derive(Default)]
pub struct Notes {
    pub faults: Diagnostics,
    pub unknown_shape: Vec<Path>,
}

impl<'a> Reader<'a> {
    pub fn new(value: &'a Value, notes: &'a RefCell<Notes>) -> Reader<'a> {
        Reader {
            value,
            path: Path::root(),
            notes,
        }
    }

    /// The object of that name. All members of a null one are null, of an unknown one unknown.
    pub fn object(&self, name: &str) -> Reader<'a> {
        Reader {
            value: self.value.get(name),
            path: self.path.clone().attribute(name),
            notes: self.notes,
        }
    }

    /// An object that means something by being there.
    pub fn object_or_null<T>(
        &self,
        name: &str,
        read: impl Fn(&Reader<'a>) -> T,
    ) -> Maybe<Option<T>> {
        let object = self.object(name);
        match object.value {
            Value::Unknown => {
                self.shape_unknown(object.path);
                Maybe::Unknown
            }
            Value::Null => Maybe::Known(None),
            _ => Maybe::Known(Some(read(&object))),
        }
    }

    /// A map of objects. An element whose key is refused is left out; where no other is left, it is
    /// not known how many were meant.
    pub fn objects<K: Ord, T>(
        &self,
        name: &str,
        key_rule: impl Fn(&str) -> Ruling<K>,
        read: impl Fn(&K, &Reader<'a>) -> T,
    ) -> Maybe<BTreeMap<K, T>> {
        let path = self.path.clone().attribute(name);
        let elements = match self.value.get(name) {
            Value::Map(elements) => elements,
            Value::Null => return Maybe::Known(BTreeMap::new()),
            _ => {
                self.shape_unknown(path);
                return Maybe::Unknown;
            }
        };
        let mut objects = BTreeMap::new();
        for (key, value) in elements {
            let path = path.clone().key(key);
            if let Some(key) = self.ruled(&path, key_rule(key)) {
                let reader = Reader {
                    value,
                    path,
                    notes: self.notes,
                };
                let object = read(&key, &reader);
                objects.insert(key, object);
            }
        }
        if objects.is_empty() && !elements.is_empty() {
            return Maybe::Unknown;
        }
        Maybe::Known(objects)
    }

    /// A text that must be there.
    pub fn text<T>(&self, name: &str, rule: impl Fn(&str) -> Ruling<T>) -> Maybe<T> {
        // A missing one has been refused by the schema.
        self.text_or_null(name, rule)
            .into_known()
            .flatten()
            .map_or(Maybe::Unknown, Maybe::Known)
    }

    /// A text whose null means something.
    pub fn text_or_null<T>(
        &self,
        name: &str,
        rule: impl Fn(&str) -> Ruling<T>,
    ) -> Maybe<Option<T>> {
        self.member(name, |value| rule(field::text(value)?))
    }

    /// A text with a default.
    pub fn text_or<T>(&self, name: &str, default: T, rule: impl Fn(&str) -> Ruling<T>) -> Maybe<T> {
        self.text_or_null(name, rule)
            .map(|text| text.unwrap_or(default))
    }

    /// One of a few words, with a default.
    pub fn word_or<T: Copy>(&self, name: &str, default: T, words: &[(&str, T)]) -> Maybe<T> {
        self.word_or_null(name, words)
            .map(|word| word.unwrap_or(default))
    }

    /// One of a few words, or null.
    pub fn word_or_null<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Maybe<Option<T>> {
        self.shape(name);
        self.text_or_null(name, |text| field::word(text, words))
    }

    /// A whole number in a range, with a default.
    pub fn number_or<N: Whole>(
        &self,
        name: &str,
        default: N,
        range: RangeInclusive<N>,
    ) -> Maybe<N> {
        self.number_or_else(name, Maybe::Known(default), range)
    }

    /// A whole number in a range, whose default depends on other arguments and may be unknown.
    pub fn number_or_else<N: Whole>(
        &self,
        name: &str,
        default: Maybe<N>,
        range: RangeInclusive<N>,
    ) -> Maybe<N> {
        match self.number_or_null(name, range) {
            Maybe::Known(Some(number)) => Maybe::Known(number),
            Maybe::Known(None) => default,
            Maybe::Unknown => Maybe::Unknown,
        }
    }

    /// A bool with a default.
    pub fn bool_or(&self, name: &str, default: bool) -> Maybe<bool> {
        self.bool_or_null(name)
            .map(|truth| truth.unwrap_or(default))
    }

    /// A whole number in a range, or null.
    pub fn number_or_null<N: Whole>(
        &self,
        name: &str,
        range: RangeInclusive<N>,
    ) -> Maybe<Option<N>> {
        self.shape(name);
        self.member(name, |value| field::whole(field::number(value)?, &range))
    }

    /// A bool, or null.
    pub fn bool_or_null(&self, name: &str) -> Maybe<Option<bool>> {
        self.shape(name);
        self.member(name, field::truth)
    }

    /// The known texts of a list.
    pub fn list<T>(&self, name: &str, rule: impl Fn(&str) -> Ruling<T>) -> Vec<T> {
        let path = self.path.clone().attribute(name);
        let elements = self.value.get(name).as_slice().unwrap_or_default();
        let read = |(index, value): (usize, &Value)| {
            let path = path.clone().index(index);
            self.ruled_value(&path, value, |value| rule(field::text(value)?))
                .into_known()
                .flatten()
        };
        elements.iter().enumerate().filter_map(read).collect()
    }

    /// The blocks of that name; none of them while it is unknown how many there are.
    pub fn blocks(&self, name: &str) -> Vec<Reader<'a>> {
        let path = self.path.clone().attribute(name);
        let elements = self.value.get(name).as_slice().unwrap_or_default();
        let reader = |(index, value): (usize, &'a Value)| Reader {
            value,
            path: path.clone().index(index),
            notes: self.notes,
        };
        elements.iter().enumerate().map(reader).collect()
    }

    /// A set of texts whose null means something.
    pub fn texts_or_null<T: Ord>(
        &self,
        name: &str,
        rule: impl Fn(&str) -> Ruling<T>,
    ) -> Maybe<Option<BTreeSet<Maybe<T>>>> {
        self.elements(name, |value| rule(field::text(value)?))
    }

    /// A set of texts; null is the empty set.
    pub fn texts<T: Ord>(
        &self,
        name: &str,
        rule: impl Fn(&str) -> Ruling<T>,
    ) -> Maybe<BTreeSet<Maybe<T>>> {
        self.texts_or_null(name, rule)
            .map(Option::unwrap_or_default)
    }

    /// A set of whole numbers; null is the empty set.
    pub fn numbers<N: Whole + Ord>(
        &self,
        name: &str,
        range: RangeInclusive<N>,
    ) -> Maybe<BTreeSet<Maybe<N>>> {
        let numbers = self
            .elements(name, |value| field::whole(field::number(value)?, &range))
            .map(Option::unwrap_or_default);
        let open = numbers.known().is_none_or(super::may_grow);
        if open && !self.value.get(name).is_wholly_known() {
            self.shape_unknown(self.path.clone().attribute(name));
        }
        numbers
    }

    /// A map of texts whose null means something.
    pub fn text_map_or_null(
        &self,
        name: &str,
        rule: impl Fn(&str, &str) -> Ruling<String>,
    ) -> Maybe<Option<BTreeMap<String, Maybe<String>>>> {
        let path = self.path.clone().attribute(name);
        match self.value.get(name) {
            Value::Null => Maybe::Known(None),
            Value::Map(elements) => {
                let read = |(key, value): (&String, &Value)| {
                    let path = path.clone().key(key);
                    let element = self.ruled_value(&path, value, |v| rule(key, field::text(v)?));
                    Some((key.clone(), lift(element)?))
                };
                Maybe::Known(Some(elements.iter().filter_map(read).collect()))
            }
            _ => Maybe::Unknown,
        }
    }

    /// Is the argument left out?
    pub fn is_null(&self, name: &str) -> bool {
        self.value.get(name).is_null()
    }

    /// Is it not known yet?
    pub fn is_unknown(&self, name: &str) -> bool {
        self.value.get(name).is_unknown()
    }

    /// Notes what is wrong with an argument in view of others that are being read.
    pub fn fault(&self, name: &str, fault: Invalid) {
        self.ruled::<()>(&self.path.clone().attribute(name), Err(fault));
    }

    /// Notes the argument as one that gives the path its shape, if it is unknown.
    pub fn shape(&self, name: &str) {
        if self.value.get(name).is_unknown() {
            self.shape_unknown(self.path.clone().attribute(name));
        }
    }

    fn shape_unknown(&self, path: Path) {
        self.notes.borrow_mut().unknown_shape.push(path);
    }

    fn member<T>(&self, name: &str, rule: impl Fn(&Value) -> Ruling<T>) -> Maybe<Option<T>> {
        let path = self.path.clone().attribute(name);
        self.ruled_value(&path, self.value.get(name), rule)
    }

    fn elements<T: Ord>(
        &self,
        name: &str,
        rule: impl Fn(&Value) -> Ruling<T>,
    ) -> Maybe<Option<BTreeSet<Maybe<T>>>> {
        let path = self.path.clone().attribute(name);
        match self.value.get(name) {
            Value::Null => Maybe::Known(None),
            Value::Set(elements) => {
                let read = |value: &Value| {
                    let path = path.clone().element(value.clone());
                    lift(self.ruled_value(&path, value, &rule))
                };
                Maybe::Known(Some(elements.iter().filter_map(read).collect()))
            }
            _ => Maybe::Unknown,
        }
    }

    fn ruled_value<T>(
        &self,
        path: &Path,
        value: &Value,
        rule: impl Fn(&Value) -> Ruling<T>,
    ) -> Maybe<Option<T>> {
        match value {
            Value::Unknown => Maybe::Unknown,
            Value::Null => Maybe::Known(None),
            known => match self.ruled(path, rule(known)) {
                Some(meaning) => Maybe::Known(Some(meaning)),
                None => Maybe::Unknown,
            },
        }
    }

    fn ruled<T>(&self, path: &Path, ruling: Ruling<T>) -> Option<T> {
        ruling
            .map_err(|fault| {
                let diagnostic = Diagnostic::error(fault.summary, fault.detail);
                self.notes
                    .borrow_mut()
                    .faults
                    .push(diagnostic.at(path.clone()));
            })
            .ok()
    }
}

/// An element of a collection: null ones have been refused by the schema, and are left out.
fn lift<T>(element: Maybe<Option<T>>) -> Option<Maybe<T>> {
    match element {
        Maybe::Known(Some(value)) => Some(Maybe::Known(value)),
        Maybe::Known(None) => None,
        Maybe::Unknown => Some(Maybe::Unknown),
    }
}
