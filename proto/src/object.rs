//! Objects of the configuration as structs: one declaration of an argument is its schema, its
//! description, its default, its rule and its reading.
//!
//! ```
//! use std::collections::BTreeSet;
//! use tfplugin::{Maybe, Object, Value, object::Invalid};
//!
//! /// A shelf for notes.
//! #[derive(Object)]
//! struct Shelf {
//!     /// Name of the shelf.
//!     #[attr(required, rule = name)]
//!     name: Maybe<String>,
//!     /// How many notes it takes. {range}.
//!     #[attr(default = 10, range = 1..=100)]
//!     room: Maybe<u16>,
//!     /// What it is made of. Left out, it is not said.
//!     #[attr(optional, words = [("oak", "oak"), ("pine", "pine")])]
//!     wood: Maybe<Option<String>>,
//!     /// Who may read it.
//!     #[attr(optional)]
//!     readers: Maybe<BTreeSet<Maybe<String>>>,
//! }
//!
//! fn name(text: &str) -> Result<String, Invalid> {
//!     match text.is_empty() {
//!         true => Err(Invalid::new("No name", "Give the shelf a name.")),
//!         false => Ok(text.to_owned()),
//!     }
//! }
//!
//! let room = &Shelf::attributes()[1];
//! assert_eq!(room.description, "How many notes it takes. 1 to 100. Default: `10`.");
//!
//! let written = Value::object([("name", Value::from("")), ("wood", "oak".into())]);
//! let (shelf, found) = Shelf::parse(&written);
//! assert_eq!(shelf.room, Maybe::Known(10));
//! assert_eq!(shelf.wood, Maybe::Known(Some("oak".to_owned())));
//! assert_eq!(found.iter().next().unwrap().summary, "No name");
//! ```
//!
//! # What is declared
//!
//! The doc comment is the description. `{default}` and `{range}` in it stand for what is declared;
//! a default that it does not mention is added at its end.
//!
//! `#[attr(...)]` of a field:
//!
//! | | |
//! |---|---|
//! | `required`, `optional`, `computed`, `optional, computed` | who gives a value; with a `default` the last is understood |
//! | `default = 300` | what null means, as it would be written; `[]` is an empty set |
//! | `range = 1..=100` | a whole number |
//! | `words = [("on", true), ("off", false)]` | one of a few texts, and what each means |
//! | `rule = f` | `fn(&str) -> Result<T, Invalid>`, for a text or each text of a collection |
//! | `entry = f` | the same of key and value, for maps |
//! | `canonical = f` | `fn(&str) -> String`: texts with one canonical spelling mean the same |
//! | `sensitive`, `replaces` | what they say |
//! | `shape` | it decides which objects there are, as numbers, bools, words and collections of objects always do |
//! | `local` | nothing but the configuration says it: what the provider manages does not hold it |
//! | `object` | an object: `T` where all members may be left out, `Maybe<Option<T>>` where it means something by being there |
//! | `key = f` | a map of objects, `fn(&str) -> Result<K, Invalid>` for the keys |
//! | `block`, `most = 1` | blocks, at most so many |
//! | `flatten` | another object, whose members belong to this one |
//! | `name = "..."` | the name in HCL, where it is not the field's |
//! | `skip` | no argument; read as `Default` |
//!
//! `#[object(...)]` of the struct: `with = T` adds the attributes of another object to the schema,
//! such as those that the provider computes; `finish = f` calls `fn(&mut Self, &Reader)` after the
//! reading, for what depends on other arguments.
//!
//! The types that fields may have are those that implement [`Shape`], [`Nest`] and [`Blocks`].

mod document;
mod reader;
mod rule;
mod shape;
#[cfg(test)]
mod tests;

use std::cell::RefCell;

use crate::{Attribute, Block, Diagnostics, NestedBlock, Value};

pub use reader::Reader;
pub use rule::{Invalid, Plain, Rule, Whole, entry, not_empty, plain, range, text, words};
pub use shape::{Blocks, Nest, Shape, attribute, block, map_nested, nested, read_map};

/// An object of Terraform's configuration. Derived; see the [module](self).
pub trait Object: Sized {
    /// The doc comment of the struct.
    const ABOUT: &'static str;

    /// Its attributes, in the order of the documentation.
    fn attributes() -> Vec<Attribute>;

    /// Its nested blocks.
    fn blocks() -> Vec<NestedBlock>;

    /// Reads a value of the schema's type. What breaks its own rule is noted and reads as unknown.
    fn read(from: &Reader<'_>) -> Self;

    /// The whole as the block of a schema.
    fn block() -> Block {
        Block::new(Self::ABOUT)
            .attributes(Self::attributes())
            .blocks(Self::blocks())
    }

    /// Reads a whole configuration, and says what is wrong with single arguments.
    fn parse(value: &Value) -> (Self, Diagnostics) {
        let notes = RefCell::new(Diagnostics::default());
        let object = Self::read(&Reader::new(value, &notes));
        (object, notes.into_inner())
    }
}
