//! What the arguments of every resource have in common.

use std::{collections::BTreeMap, fmt::Debug};

use crate::config::Timeouts;
use engine::model::Maybe;

/// The arguments that every resource has.
pub trait Common: Clone + Debug + PartialEq + Send + Sync + 'static {
    fn name(&self) -> &Maybe<String>;

    /// `None`: the provider's region.
    fn region(&self) -> &Maybe<Option<String>>;

    fn tags(&self) -> &Maybe<Option<BTreeMap<String, Maybe<String>>>>;

    fn timeouts(&self) -> &Timeouts;
}
