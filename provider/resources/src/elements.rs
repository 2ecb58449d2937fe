//! Sets of which some elements may be known after apply.

use std::collections::BTreeSet;

use engine::model::Maybe;

/// Ids as an argument has them.
pub type Ids = BTreeSet<Maybe<String>>;

/// May the set have more elements than it shows? It may while one of them is unknown.
pub fn may_grow<T: Ord>(set: &BTreeSet<Maybe<T>>) -> bool {
    set.contains(&Maybe::Unknown)
}

/// The elements that are known.
pub fn known<T>(set: &BTreeSet<Maybe<T>>) -> impl Iterator<Item = &T> {
    set.iter().filter_map(Maybe::known)
}

/// The known elements of a set that may be unknown as a whole.
pub fn known_in<T>(set: &Maybe<BTreeSet<Maybe<T>>>) -> impl Iterator<Item = &T> {
    set.known().into_iter().flat_map(known)
}

/// The elements, for an object: a set that is unknown as a whole counts as one unknown element.
pub fn elements(set: &Maybe<Ids>) -> Ids {
    let unknown = || BTreeSet::from([Maybe::Unknown]);
    set.known().cloned().unwrap_or_else(unknown)
}

/// A value that gives the path its shape. A plan puts something in the place of an unknown one
/// (`ResourceType::assume`), which is the default where nothing else is known.
pub fn settled<T: Clone>(value: &Maybe<T>, default: T) -> T {
    value.known().cloned().unwrap_or(default)
}
