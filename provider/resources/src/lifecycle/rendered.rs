//! A whole state: what a resource renders, and the attributes that every resource has.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use tfplugin::Value;

use super::{
    left::DRIFT,
    rendered_tags::{tags, tags_all},
    resource_type::ResourceType,
    values,
    view::View,
};
use engine::model::{Maybe, Observed, Slot};

/// `region` is unknown only while the provider's configuration is. `written`: the configuration, the
/// source of spellings and of what AWS does not hold; null after an import. `drift`: what is wrong
/// and shows nowhere else, object to sentence.
pub fn rendered<T: ResourceType>(
    view: &View<'_, T::Arguments>,
    region: &Maybe<String>,
    written: &Value,
    drift: BTreeMap<String, String>,
) -> Value {
    let mut state = T::render(view);
    let current = current::<T>(view);
    let staying = View {
        observed: &current,
        ..*view
    };
    if let Value::Object(attributes) = &mut state {
        for (name, value) in [
            ("region", values::text(region)),
            ("tags", tags(&staying)),
            ("tags_all", tags_all(&staying)),
            ("owner_id", owner_id(view.context.owner)),
            (DRIFT, Value::map(drift)),
        ] {
            attributes.insert(name.to_owned(), value);
        }
    }
    let schema = &T::shape().schema;
    schema.with_local(schema.keep_spelling(state, written), written)
}

/// Without what is superseded: an endpoint that another one replaces is there, and no longer tagged,
/// for as long as the other one waits to be accepted.
fn current<'a, T: ResourceType>(view: &View<'a, T::Arguments>) -> Cow<'a, Observed> {
    let mut slots = BTreeSet::new();
    let mut keys = view.observed.objects.keys();
    let Some(arguments) = view
        .arguments
        .filter(|_| !keys.all(|key| slots.insert(key.slot)))
    else {
        return Cow::Borrowed(view.observed);
    };
    let wanted = T::desired(arguments, &view.context, view.observed).objects;
    let renewed: BTreeSet<Slot> = wanted.keys().map(|key| key.slot).collect();
    let mut current = view.observed.clone();
    let objects = &mut current.objects;
    objects.retain(|key, _| wanted.contains_key(key) || !renewed.contains(&key.slot));
    Cow::Owned(current)
}

/// Unknown where it was not found out yet: the tags may tell, or else it will be drawn.
fn owner_id(owner: &str) -> Value {
    match owner {
        "" => Value::Unknown,
        owner => owner.into(),
    }
}
