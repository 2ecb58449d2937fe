//! Which objects of AWS to look at.

use tfplugin::Value;

use super::{common::Common, kept::Kept, resource_type::ResourceType};
use crate::settings::Settings;
use engine::model::{Scope, Slot};

/// Everything of a path: what the state knew, what carries its owner, and the surroundings of
/// `arguments`. Without any, those that were last applied.
pub fn scope<T: ResourceType>(
    arguments: Option<&T::Arguments>,
    kept: &Kept<T>,
    settings: &Settings,
) -> Scope {
    let mut scope = Scope {
        owner: kept.owner.clone(),
        known: kept.observed.clone(),
        service_id: kept.id_of(Slot::Service),
        endpoint_id: kept.id_of(Slot::Endpoint),
        ..ignoring(settings)
    };
    if let Some(arguments) = arguments.or(kept.last_arguments()) {
        scope.name = arguments.name().known().cloned().unwrap_or_default();
        T::scope(arguments, &mut scope);
    }
    scope
}

/// Everything of a path of which nothing but the state is left. Whose it is, the state says; a state
/// that does not has its objects' tags read.
pub fn scope_of_state<T: ResourceType>(state: &Value, settings: &Settings) -> Scope {
    let mut scope = Scope {
        owner: text(state.get("owner_id")).unwrap_or_default(),
        name: text(state.get("name")).unwrap_or_default(),
        named: T::named(state),
        service_id: id_in::<T>(state, Slot::Service),
        endpoint_id: id_in::<T>(state, Slot::Endpoint),
        ..ignoring(settings)
    };
    T::scope_of_state(state, &mut scope);
    scope
}

/// The id that a state says an object has.
pub fn id_in<T: ResourceType>(state: &Value, slot: Slot) -> Option<String> {
    let mut named = T::named(state).into_iter();
    let (id, _) = named.find(|(_, it)| *it == slot)?;
    Some(id)
}

/// The text of a value, where it is one.
pub fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn ignoring(settings: &Settings) -> Scope {
    let ignored = settings.ignored_tags.known().cloned().unwrap_or_default();
    Scope {
        ignored_tags: ignored.keys,
        ignored_tag_prefixes: ignored.prefixes,
        ..Scope::default()
    }
}
