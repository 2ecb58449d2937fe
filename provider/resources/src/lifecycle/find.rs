//! Finds a resource by an id or a name, as an import and a data source know it.

use std::collections::BTreeSet;

use tfplugin::{Diagnostic, RequestContext, Value};

use super::{
    import_target::{ImportTarget, Wanted},
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
use engine::model::{Observed, Scope, Slot};

/// What leads to a resource, and all that AWS holds of it.
pub struct Found<T: ResourceType> {
    /// The ids that lead to it, and its owner; empty where nothing carries our tags.
    pub kept: Kept<T>,
    pub observed: Observed,
    /// The id that the resource has as its own.
    pub id: String,
    pub region: String,
}

/// Why nothing was found.
pub enum NotFound {
    /// AWS could not be read, or what was found is not such a resource.
    Error(Diagnostic),
    /// Nothing carries the name.
    Unnamed { name: String, region: String },
    /// Several carry the name: their ids.
    Ambiguous { name: String, ids: Vec<String> },
    /// Nothing has the id.
    Missing { id: String, region: String },
}

impl From<Diagnostic> for NotFound {
    fn from(error: Diagnostic) -> NotFound {
        NotFound::Error(error)
    }
}

/// `dispensable`: calls that IAM may refuse, by AWS's names of them.
pub async fn find<T: ResourceType>(
    clouds: &impl Clouds,
    ctx: &RequestContext,
    settings: &Settings,
    target: ImportTarget,
    dispensable: &BTreeSet<&'static str>,
) -> Result<Found<T>, NotFound> {
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
                dispensable: dispensable.clone(),
                ..Scope::default()
            };
            let observed = observe(clouds, &region, &bounds, &scope).await?;
            let called_so = observed.strangers.into_iter();
            let called_so = called_so.filter(|it| it.slot == T::IDENTITY);
            let mut ids: Vec<String> = called_so.map(|it| it.id).collect();
            ids.dedup();
            match (ids.pop(), ids.is_empty()) {
                (None, _) => return Err(NotFound::Unnamed { name, region }),
                (Some(only), true) => (only, None),
                (Some(last), false) => {
                    ids.push(last);
                    return Err(NotFound::Ambiguous { name, ids });
                }
            }
        }
    };
    let mut kept = Kept::<T> {
        imported: true,
        ..Kept::default()
    };
    match T::IDENTITY {
        Slot::Endpoint => kept.endpoint_id = Some(id.clone()),
        _ => {
            kept.service_id = Some(id.clone());
            kept.endpoint_id = endpoint;
        }
    }
    let scope = Scope {
        dispensable: dispensable.clone(),
        ..scope(None, &kept, settings)
    };
    let observed = observe(clouds, &region, &bounds, &scope).await?;
    if observed.of(T::IDENTITY).next().is_none() {
        return Err(NotFound::Missing { id, region });
    }
    T::check_import(
        &observed,
        kept.service_id.as_deref(),
        kept.endpoint_id.as_deref(),
    )?;
    kept.owner = owner_of::<T>(&observed).unwrap_or_default();
    Ok(Found {
        kept,
        observed,
        id,
        region,
    })
}
