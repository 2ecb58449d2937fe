//! ImportResourceState: finds a path by what the user says of it.

use tfplugin::{Diagnostic, ImportResponse, RequestContext, Type, Value};

pub use super::import_target::{ImportTarget, Wanted, refused, split};
use super::{
    kept::Kept,
    read::{observe, owner_of, reading},
    region,
    resource_type::ResourceType,
    scope::scope,
};
use crate::{
    settings::{Clouds, Settings},
    timeouts::TIMEOUT,
};
use engine::model::{Scope, Slot};

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
    let region = match target.region {
        Some(region) => region,
        None => region::of_state(&Value::Null, settings)?,
    };
    let bounds = reading(ctx, TIMEOUT);
    let (id, endpoint) = match target.wanted {
        Wanted::Id { id, endpoint } => (id, endpoint),
        Wanted::Name(name) => {
            let scope = Scope {
                side: T::SIDE,
                name: name.clone(),
                ..Scope::default()
            };
            let observed = observe(clouds, &region, &bounds, &scope).await?;
            let called_so = observed.strangers.iter();
            let called_so = called_so.filter(|it| it.slot == T::IDENTITY);
            let mut ids: Vec<&str> = called_so.map(|it| it.id.as_str()).collect();
            ids.dedup();
            match ids.as_slice() {
                [] => return Err(unnamed::<T>(&name, &region)),
                [only] => ((*only).to_owned(), None),
                several => return Err(ambiguous::<T>(&name, several)),
            }
        }
    };
    let mut kept = Kept::<T>::default();
    match T::IDENTITY {
        Slot::Endpoint => kept.endpoint_id = Some(id.clone()),
        _ => {
            kept.service_id = Some(id.clone());
            kept.endpoint_id = endpoint;
        }
    }
    let found = observe(clouds, &region, &bounds, &scope(None, &kept, settings)).await?;
    if found.of(T::IDENTITY).next().is_none() {
        return Err(missing::<T>(&id, &region));
    }
    T::check_import(
        &found,
        kept.service_id.as_deref(),
        kept.endpoint_id.as_deref(),
    )?;
    kept.owner = owner_of::<T>(&found).unwrap_or_default();
    let state = blank::<T>([("id", id.into()), ("region", region.into())]);
    Ok(ImportResponse {
        state: Some(state),
        private: kept.encode(),
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

fn ambiguous<T: ResourceType>(name: &str, ids: &[&str]) -> Diagnostic {
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
