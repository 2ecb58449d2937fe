//! Walks a configuration, and keeps what is wrong with it. What breaks its own rule reads as
//! unknown, so that no other rule complains about the same value once more.

use std::cell::RefCell;

use super::{Invalid, Rule};
use crate::{Diagnostic, Diagnostics, Maybe, Path, Value};

/// A value of the configuration, and where it is.
pub struct Reader<'a> {
    value: &'a Value,
    path: Path,
    notes: &'a RefCell<Diagnostics>,
}

impl<'a> Reader<'a> {
    /// At the root. `notes` takes what is found to be wrong.
    pub fn new(value: &'a Value, notes: &'a RefCell<Diagnostics>) -> Reader<'a> {
        Reader {
            value,
            path: Path::root(),
            notes,
        }
    }

    /// The value itself.
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// The member of that name. All members of a null object are null, of an unknown one unknown.
    pub fn member(&self, name: &str) -> Reader<'a> {
        self.at(self.value.get(name), self.path.clone().attribute(name))
    }

    /// The element of that key in a map.
    pub fn key(&self, key: &str) -> Reader<'a> {
        self.at(self.value.get(key), self.path.clone().key(key))
    }

    /// `default` in the place of null.
    #[must_use]
    pub fn or<'b>(&'b self, default: &'b Value) -> Reader<'b> {
        let value = match self.value.is_null() {
            true => default,
            false => self.value,
        };
        Reader {
            value,
            path: self.path.clone(),
            notes: self.notes,
        }
    }

    /// Notes what is wrong with the value in view of others that are being read.
    pub fn refuse(&self, why: Invalid) {
        self.note::<()>(&self.path, Err(why));
    }

    /// The value by its rule; null is `Known(None)`.
    pub(super) fn ruled<L>(&self, rule: &Rule<L>) -> Maybe<Option<L>> {
        self.judge(&self.path, self.value, |value| rule.read("", value))
    }

    /// The elements of a map, with their keys; `None` while it is unknown.
    pub(super) fn elements(&self) -> Option<Vec<(&'a str, Reader<'a>)>> {
        match self.value {
            Value::Null => Some(Vec::new()),
            Value::Map(elements) => {
                let element = |(key, value): (&'a String, &'a Value)| {
                    (key.as_str(), self.at(value, self.path.clone().key(key)))
                };
                Some(elements.iter().map(element).collect())
            }
            _ => None,
        }
    }

    /// The elements of a list or set by their rule; `None` while it is unknown.
    pub(super) fn ruled_elements<L>(&self, rule: &Rule<L>) -> Option<Vec<Maybe<L>>> {
        let read = |path: Path, value: &Value| {
            lift(self.judge(&path, value, |value| rule.read("", value)))
        };
        match self.value {
            Value::Null => Some(Vec::new()),
            Value::Set(elements) => {
                let place = |value: &Value| self.path.clone().element(value.clone());
                let elements = elements.iter();
                Some(elements.filter_map(|it| read(place(it), it)).collect())
            }
            Value::List(elements) => {
                let elements = elements.iter().enumerate();
                let read = |(index, it)| read(self.path.clone().index(index), it);
                Some(elements.filter_map(read).collect())
            }
            _ => None,
        }
    }

    /// The elements of a map of plain values by their rule; `None` while it is unknown.
    pub(super) fn ruled_entries<L>(&self, rule: &Rule<L>) -> Option<Vec<(String, Maybe<L>)>> {
        let read = |(key, it): (&str, Reader<'_>)| {
            let element = self.judge(&it.path, it.value, |value| rule.read(key, value));
            Some((key.to_owned(), lift(element)?))
        };
        Some(self.elements()?.into_iter().filter_map(read).collect())
    }

    /// The blocks of a list; `None` while it is unknown how many there are.
    pub(super) fn blocks(&self) -> Option<Vec<Reader<'a>>> {
        let block = |(index, value)| self.at(value, self.path.clone().index(index));
        match self.value {
            Value::Null => Some(Vec::new()),
            Value::List(blocks) => Some(blocks.iter().enumerate().map(block).collect()),
            _ => None,
        }
    }

    /// What a key means.
    pub(super) fn ruled_key<K>(&self, key: Result<K, Invalid>) -> Option<K> {
        self.note(&self.path, key)
    }

    fn at(&self, value: &'a Value, path: Path) -> Reader<'a> {
        Reader {
            value,
            path,
            notes: self.notes,
        }
    }

    fn judge<L>(
        &self,
        path: &Path,
        value: &Value,
        rule: impl Fn(&Value) -> Result<L, Invalid>,
    ) -> Maybe<Option<L>> {
        match value {
            Value::Unknown => Maybe::Unknown,
            Value::Null => Maybe::Known(None),
            known => match self.note(path, rule(known)) {
                Some(meaning) => Maybe::Known(Some(meaning)),
                None => Maybe::Unknown,
            },
        }
    }

    fn note<L>(&self, path: &Path, ruling: Result<L, Invalid>) -> Option<L> {
        ruling
            .map_err(|invalid| {
                let diagnostic = Diagnostic::error(invalid.summary, invalid.detail);
                self.notes.borrow_mut().push(diagnostic.at(path.clone()));
            })
            .ok()
    }
}

/// An element of a collection: null ones have been refused by the schema, and are left out.
fn lift<L>(element: Maybe<Option<L>>) -> Option<Maybe<L>> {
    match element {
        Maybe::Known(Some(value)) => Some(Maybe::Known(value)),
        Maybe::Known(None) => None,
        Maybe::Unknown => Some(Maybe::Unknown),
    }
}
