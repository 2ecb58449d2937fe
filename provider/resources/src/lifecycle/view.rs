//! What a state is made of.

use tfplugin::Value;

use super::path_context::PathContext;
use engine::model::Observed;

/// An observation, made or foreseen, and what is needed to render it.
pub struct View<'a, A> {
    pub observed: &'a Observed,
    /// What the user wrote: the source of spellings and of what AWS does not hold. `None` after an
    /// import.
    pub arguments: Option<&'a A>,
    pub context: PathContext<'a>,
    /// The state of before: the resource's own ids never change, whatever becomes of their objects.
    pub state: Option<&'a Value>,
}
