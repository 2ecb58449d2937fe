//! The types that a field may have, and what null and unknown are in them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Object, Reader, Rule};
use crate::{
    Attribute, Block, Maybe, NestedBlock, Type,
    object::Invalid,
    schema::{AttributeKind, Nesting},
};

/// A field whose values, or whose elements, are `L`.
pub trait Shape<L>: Sized {
    /// Its type in Terraform.
    fn ty(leaf: Type) -> Type;

    /// Reads it.
    fn read(from: &Reader<'_>, rule: &Rule<L>) -> Self;
}

/// A value that is there, or has a default. Where it is missing, the schema has refused that.
impl<L> Shape<L> for Maybe<L> {
    fn ty(leaf: Type) -> Type {
        leaf
    }

    fn read(from: &Reader<'_>, rule: &Rule<L>) -> Self {
        from.ruled(rule)
            .into_known()
            .flatten()
            .map_or(Maybe::Unknown, Maybe::Known)
    }
}

/// A value whose null means something.
impl<L> Shape<L> for Maybe<Option<L>> {
    fn ty(leaf: Type) -> Type {
        leaf
    }

    fn read(from: &Reader<'_>, rule: &Rule<L>) -> Self {
        from.ruled(rule)
    }
}

/// A value that counts when it is known; whether there are others is asked elsewhere.
impl<L> Shape<L> for Option<L> {
    fn ty(leaf: Type) -> Type {
        leaf
    }

    fn read(from: &Reader<'_>, rule: &Rule<L>) -> Self {
        from.ruled(rule).into_known().flatten()
    }
}

/// A set; null is the empty one.
impl<L: Ord> Shape<L> for Maybe<BTreeSet<Maybe<L>>> {
    fn ty(leaf: Type) -> Type {
        Type::set(leaf)
    }

    fn read(from: &Reader<'_>, rule: &Rule<L>) -> Self {
        maybe(from.ruled_elements(rule)).map(BTreeSet::from_iter)
    }
}

/// A set whose null means something.
impl<L: Ord> Shape<L> for Maybe<Option<BTreeSet<Maybe<L>>>> {
    fn ty(leaf: Type) -> Type {
        Type::set(leaf)
    }

    fn read(from: &Reader<'_>, rule: &Rule<L>) -> Self {
        if from.value().is_null() {
            return Maybe::Known(None);
        }
        maybe(from.ruled_elements(rule)).map(|it| Some(BTreeSet::from_iter(it)))
    }
}

/// The elements of a set that are known.
impl<L: Ord> Shape<L> for BTreeSet<L> {
    fn ty(leaf: Type) -> Type {
        Type::set(leaf)
    }

    fn read(from: &Reader<'_>, rule: &Rule<L>) -> Self {
        let elements = from.ruled_elements(rule).into_iter().flatten();
        elements.filter_map(Maybe::into_known).collect()
    }
}

/// The elements of a list that are known.
impl<L> Shape<L> for Vec<L> {
    fn ty(leaf: Type) -> Type {
        Type::list(leaf)
    }

    fn read(from: &Reader<'_>, rule: &Rule<L>) -> Self {
        let elements = from.ruled_elements(rule).into_iter().flatten();
        elements.filter_map(Maybe::into_known).collect()
    }
}

/// A map; null is the empty one.
impl<L> Shape<L> for Maybe<BTreeMap<String, Maybe<L>>> {
    fn ty(leaf: Type) -> Type {
        Type::map(leaf)
    }

    fn read(from: &Reader<'_>, rule: &Rule<L>) -> Self {
        maybe(from.ruled_entries(rule)).map(BTreeMap::from_iter)
    }
}

/// A map whose null means something.
impl<L> Shape<L> for Maybe<Option<BTreeMap<String, Maybe<L>>>> {
    fn ty(leaf: Type) -> Type {
        Type::map(leaf)
    }

    fn read(from: &Reader<'_>, rule: &Rule<L>) -> Self {
        if from.value().is_null() {
            return Maybe::Known(None);
        }
        maybe(from.ruled_entries(rule)).map(|it| Some(BTreeMap::from_iter(it)))
    }
}

/// A field that is an object.
pub trait Nest<T>: Sized {
    /// Does it mean something that the object is there?
    const GIVES_SHAPE: bool;

    /// Reads it.
    fn read(from: &Reader<'_>) -> Self;
}

/// An object that may be left out like all of its members.
impl<T: Object> Nest<T> for T {
    const GIVES_SHAPE: bool = false;

    fn read(from: &Reader<'_>) -> Self {
        Object::read(from)
    }
}

/// An object that means something by being there.
impl<T: Object> Nest<T> for Maybe<Option<T>> {
    const GIVES_SHAPE: bool = true;

    fn read(from: &Reader<'_>) -> Self {
        let value = from.value();
        match (value.is_unknown(), value.is_null()) {
            (true, _) => Maybe::Unknown,
            (_, true) => Maybe::Known(None),
            _ => Maybe::Known(Some(T::read(from))),
        }
    }
}

/// Blocks in the order in which they are written.
pub trait Blocks<T>: Sized {
    /// Reads them.
    fn read(from: &Reader<'_>) -> Self;
}

impl<T: Object> Blocks<T> for Maybe<Vec<T>> {
    fn read(from: &Reader<'_>) -> Self {
        let read = |blocks: Vec<Reader<'_>>| blocks.iter().map(T::read).collect();
        maybe(from.blocks().map(read))
    }
}

/// The blocks that are known.
impl<T: Object> Blocks<T> for Vec<T> {
    fn read(from: &Reader<'_>) -> Self {
        let blocks = from.blocks().into_iter().flatten();
        blocks.map(|block| T::read(&block)).collect()
    }
}

/// A map of objects. An element whose key is refused is left out; where no other is left, it is not
/// known how many were meant.
pub fn read_map<K: Ord, T: Object>(
    from: &Reader<'_>,
    key: impl Fn(&str) -> Result<K, Invalid>,
) -> Maybe<BTreeMap<K, T>> {
    let Some(elements) = from.elements() else {
        return Maybe::Unknown;
    };
    let read = |(name, element): &(&str, Reader<'_>)| {
        let key = element.ruled_key(key(name))?;
        Some((key, T::read(element)))
    };
    let objects: BTreeMap<K, T> = elements.iter().filter_map(read).collect();
    match objects.is_empty() && !elements.is_empty() {
        true => Maybe::Unknown,
        false => Maybe::Known(objects),
    }
}

/// The declaration of a field with a rule.
pub fn attribute<F: Shape<L>, L>(name: &str, rule: &Rule<L>) -> Attribute {
    let ty = F::ty(rule.ty.clone());
    let is_scalar = ty == rule.ty;
    let gives_shape = match rule.ty {
        Type::String => is_scalar && !rule.words.is_empty(),
        _ => true,
    };
    Attribute {
        range: rule.range.clone(),
        words: rule.words.clone(),
        gives_shape,
        ..Attribute::plain(name, ty)
    }
}

/// The declaration of a field that is an object.
pub fn nested<F: Nest<T>, T: Object>(name: &str) -> Attribute {
    Attribute {
        kind: AttributeKind::Nested(Nesting::Single, T::attributes()),
        gives_shape: F::GIVES_SHAPE,
        ..Attribute::single(name, [])
    }
}

/// The declaration of a field that is a map of objects.
pub fn map_nested<T: Object>(name: &str) -> Attribute {
    Attribute::map_nested(name, T::attributes()).gives_shape()
}

/// The declaration of blocks.
pub fn block<F: Blocks<T>, T: Object>(name: &str, description: &str) -> NestedBlock {
    let block = Block::new(description)
        .attributes(T::attributes())
        .blocks(T::blocks());
    NestedBlock::list(name, block)
}

fn maybe<T>(value: Option<T>) -> Maybe<T> {
    value.map_or(Maybe::Unknown, Maybe::Known)
}
