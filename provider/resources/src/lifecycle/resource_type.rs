//! What a resource has to say of itself, so that the lifecycle can do the rest.

use std::{collections::BTreeMap, fmt::Debug};

use tfplugin::{Diagnostic, Diagnostics, Path, Schema, Type, Value};

use super::{
    check_context::CheckContext, common::Common, import_target::ImportTarget,
    path_context::PathContext, rules::Rules, view::View,
};
use engine::model::{Desired, Inquiry, Observed, Policy, Scope, Side, Slot};
use engine::reconcile::{CloudError, Convergence, Foresight, Step};

/// A kind of resource that is made of AWS objects and converges to what its configuration asks for.
///
/// Everything is a pure function. What has a default is what many resources do not need.
pub trait ResourceType: Clone + Debug + Default + PartialEq + Send + Sync + 'static {
    /// Terraform's name of the type.
    const NAME: &'static str;

    /// What messages call one of them.
    const NOUN: &'static str;

    /// The object whose id is the resource's own. Where `id` is among [`Self::STABLE`], the resource
    /// is another one without it.
    const IDENTITY: Slot;

    /// The only side that the resource has, where it has not both.
    const SIDE: Option<Side> = None;

    /// Arguments that many objects share: which of them deviates they do not say.
    const SHARED: &'static [&'static str] = &[];

    /// Optional arguments that a read shows as null while their object is gone.
    const LOST_WITH_OBJECT: &'static [&'static str] = &[];

    /// Computed attributes that never change in the life of the resource.
    const STABLE: &'static [&'static str] = &["id"];

    /// Attributes that AWS may answer otherwise while something happens to their object.
    const VOLATILE: &'static [(Slot, &'static [&'static str])] = &[];

    /// Computed attributes that are younger than the first stored states, in which they are null.
    const YOUNGER: &'static [&'static [&'static str]] = &[];

    /// The argument with an element for each of many alike objects.
    const ELEMENTS: Option<&'static str> = None;

    type Arguments: Common;

    fn shape() -> &'static Shape;

    /// Reads a value of the schema's type. The second half says what is wrong with single arguments;
    /// each of those is unknown in the first.
    fn read(value: &Value) -> (Self::Arguments, Diagnostics);

    /// The rules between arguments.
    fn rules() -> Rules<Self::Arguments>;

    /// Adds to a scope where the objects of these arguments are to be looked for.
    fn scope(arguments: &Self::Arguments, scope: &mut Scope);

    /// The same by a state, where nothing else was kept.
    fn scope_of_state(_state: &Value, _scope: &mut Scope) {}

    /// The ids in a state, and the objects that they are of.
    fn named(state: &Value) -> BTreeMap<String, Slot>;

    /// The objects that the arguments ask for. Names, and what AWS decides, are taken from `observed`
    /// where it has them.
    fn desired(
        arguments: &Self::Arguments,
        context: &PathContext<'_>,
        observed: &Observed,
    ) -> Desired;

    /// How a destroy goes about it, by what was last applied, or the state.
    fn destroy_policy(_last: &Value, _policy: &mut Policy) {}

    /// What AWS holds, as a state with all attributes but the common ones, which are in
    /// [`super::rendered`].
    fn render(view: &View<'_, Self::Arguments>) -> Value;

    /// The argument that asks for an object.
    fn argument(slot: Slot, desired: &Desired, observed: &Observed) -> Path;

    /// The argument that a step carries out, or that `error` finds fault with.
    fn argument_of_step(
        step: &Step,
        _error: Option<&CloudError>,
        desired: &Desired,
        observed: &Observed,
    ) -> Path {
        Self::argument(step.key.slot, desired, observed)
    }

    /// What an import id says.
    fn import(id: &str) -> Result<ImportTarget, Diagnostic>;

    /// Refuses what an import found by these ids, where it is not such a resource as a whole.
    fn check_import(
        _found: &Observed,
        _id: Option<&str>,
        _endpoint_id: Option<&str>,
    ) -> Result<(), Diagnostic> {
        Ok(())
    }

    /// The arguments with something in the place of unknown numbers, bools, words and collections:
    /// what was there before, as far as that is possible. Both are given as they are written, too.
    fn assume(
        arguments: &Self::Arguments,
        _written: &Value,
        _before: Option<(&Self::Arguments, &Value)>,
    ) -> Self::Arguments {
        arguments.clone()
    }

    /// Makes unknown in a planned state what follows from unknown values of the configuration, as
    /// Terraform has `written` it.
    fn mark_unknown(_planned: &mut Value, _arguments: &Self::Arguments, _written: &Value) {}

    /// Makes unknown what AWS decides, where no observation tells what it is.
    fn mark_unobserved(_planned: &mut BTreeMap<String, Value>, _written: &Value) {}

    /// Forgets what `observed` says of surroundings that are not those of `after`.
    fn forget_surroundings(
        _observed: &mut Observed,
        _before: Option<&Self::Arguments>,
        _after: &Self::Arguments,
    ) {
    }

    /// Forgets what an import found and the arguments leave to others.
    fn forget_found(_observed: &mut Observed, _arguments: &Self::Arguments) {}

    /// Gives what an import found of a path that others built the places that the arguments say.
    fn assign_roles(_observed: &mut Observed, _arguments: &Self::Arguments) {}

    /// Brings a stored state up to date: arguments that are newer than it get their defaults.
    fn upgrade(state: Value) -> Value {
        state
    }

    /// Would these two be in each other's way in AWS, although their names differ?
    fn collide(_one: &Self::Arguments, _other: &Self::Arguments) -> bool {
        false
    }

    /// What a preflight has to look at.
    fn inquiry(
        _arguments: &Self::Arguments,
        _observed: Option<&Observed>,
        _is_new: bool,
    ) -> Inquiry {
        Inquiry::default()
    }

    /// What a preflight finds wrong.
    fn check(_context: &CheckContext<'_, Self::Arguments>) -> Diagnostics {
        Diagnostics::new()
    }

    /// Is all that [`Self::check`] looks at the same for these two?
    fn is_checked_alike(_before: &Self::Arguments, _after: &Self::Arguments) -> bool {
        false
    }

    /// Changes that AWS makes without complaint and that people have to follow.
    fn advice(_before: &Self::Arguments, _after: &Self::Arguments) -> Vec<Diagnostic> {
        Vec::new()
    }

    /// What every plan tells while AWS holds it so, and the plan does not change it.
    fn standing_advice(_foresight: &Foresight, _observed: &Observed) -> Vec<Diagnostic> {
        Vec::new()
    }

    /// What a plan will take from others.
    fn foreseen(_foresight: &Foresight, _before: &Observed) -> Vec<Diagnostic> {
        Vec::new()
    }

    /// What a run ended waiting for that is not an object: one message for each cause.
    fn unhealthy(_run: &Convergence, _desired: &Desired) -> Vec<Diagnostic> {
        Vec::new()
    }
}

/// A schema, and the type of the states and configurations that have it.
#[derive(Debug)]
pub struct Shape {
    pub schema: Schema,
    pub ty: Type,
}

impl Shape {
    pub fn new(schema: Schema) -> Shape {
        Shape {
            ty: schema.implied_type(),
            schema,
        }
    }
}
