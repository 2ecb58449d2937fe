//! A whole state: what a resource renders, and the attributes that every resource has.

use std::collections::BTreeMap;

use tfplugin::Value;

use super::{
    left::DRIFT,
    rendered_tags::{tags, tags_all},
    resource_type::ResourceType,
    values,
    view::View,
};
use engine::model::Maybe;

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
    if let Value::Object(attributes) = &mut state {
        for (name, value) in [
            ("region", values::text(region)),
            ("tags", tags(view)),
            ("tags_all", tags_all(view)),
            ("owner_id", owner_id(view.context.owner)),
            (DRIFT, Value::map(drift)),
        ] {
            attributes.insert(name.to_owned(), value);
        }
    }
    let schema = &T::shape().schema;
    schema.with_local(schema.keep_spelling(state, written), written)
}

/// Unknown where it was not found out yet: the tags may tell, or else it will be drawn.
fn owner_id(owner: &str) -> Value {
    match owner {
        "" => Value::Unknown,
        owner => owner.into(),
    }
}
