//! ImportResourceState: finds a path by what the user says of it.

use std::collections::BTreeSet;

use tfplugin::{Diagnostic, ImportResponse, RequestContext, Type, Value};

pub use super::import_target::{ImportTarget, Wanted, refused, split};
use super::{
    find::{NotFound, find},
    resource_type::ResourceType,
};
use crate::settings::{Clouds, Settings};

/// Imports what an id says.
pub async fn import<T: ResourceType>(
    clouds: &impl Clouds,
    ctx: &RequestContext,
    id: &str,
) -> ImportResponse {
    let settings = clouds.settings();
    match try_import::<T>(clouds, ctx, &settings, id).await {
        Ok(answer) => answer,
        Err(error) => ImportResponse::failed(error),
    }
}

async fn try_import<T: ResourceType>(
    clouds: &impl Clouds,
    ctx: &RequestContext,
    settings: &Settings,
    id: &str,
) -> Result<ImportResponse, Diagnostic> {
    let target = T::import(id)?;
    let found = find::<T>(clouds, ctx, settings, target, &BTreeSet::new()).await;
    let found = found.map_err(|why| match why {
        NotFound::Error(error) => error,
        NotFound::Unnamed { name, region } => unnamed::<T>(&name, &region),
        NotFound::Ambiguous { name, ids } => ambiguous::<T>(&name, &ids),
        NotFound::Missing { id, region } => missing::<T>(&id, &region),
    })?;
    let state = blank::<T>([("id", found.id.into()), ("region", found.region.into())]);
    Ok(ImportResponse {
        state: Some(state),
        private: found.kept.encode(),
        ..ImportResponse::default()
    })
}

/// AWS's word for what a resource has its id from.
fn noun<T: ResourceType>() -> String {
    let called = T::IDENTITY.called();
    called.strip_prefix("the ").unwrap_or(&called).to_owned()
}

fn unnamed<T: ResourceType>(name: &str, region: &str) -> Diagnostic {
    Diagnostic::error(
        "Nothing of that name",
        format!(
            "No {noun} in {region} carries the tag kafka-privatelink:name = {name:?}. Import one \
             without our tags by the id of its {noun}, and one of another region with \"@\" and \
             that region behind its name or id.",
            noun = noun::<T>()
        ),
    )
}

fn ambiguous<T: ResourceType>(name: &str, ids: &[String]) -> Diagnostic {
    Diagnostic::error(
        "More than one of that name",
        format!(
            "These {}s carry the tag kafka-privatelink:name = {name:?}: {}. Import one of them by \
             its id.",
            noun::<T>(),
            ids.join(", ")
        ),
    )
}

fn missing<T: ResourceType>(id: &str, region: &str) -> Diagnostic {
    let noun = noun::<T>();
    Diagnostic::error(
        format!("No such {noun}"),
        format!(
            "There is no {noun} {id} in {region}, or it may not be seen. One of another region is \
             imported with \"@\" and that region behind its id."
        ),
    )
}

/// A state that says nothing but this; the read that follows fills it.
fn blank<T: ResourceType>(known: [(&str, Value); 2]) -> Value {
    let Type::Object(attributes) = &T::shape().ty else {
        return Value::Null;
    };
    let nulls = attributes.keys().map(|name| (name.clone(), Value::Null));
    let known = known
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    Value::object(nulls.chain(known))
}
