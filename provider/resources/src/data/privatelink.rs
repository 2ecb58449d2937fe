//! `data "kafka_privatelink"`: a path as AWS has it now. It is an import that ends in data: the
//! same search, the same state, without what only a configuration says.

mod arguments;
mod render;
mod schema;
mod unread;

use tfplugin::{
    DataSource, Diagnostic, Diagnostics, Object, ReadDataSourceResponse, RequestContext, Schema,
    Value, async_trait,
};

use crate::{
    Privatelink,
    lifecycle::{
        ResourceType,
        find::{NotFound, find},
    },
    settings::Clouds,
};
use arguments::{Arguments, Sought};
pub use schema::SCHEMA;
pub use unread::PARTS;

/// The data source `kafka_privatelink`, on AWS or on whatever else is given.
#[derive(Debug)]
pub struct PrivatelinkData<C> {
    clouds: C,
}

impl<C: Clouds> PrivatelinkData<C> {
    pub fn new(clouds: C) -> PrivatelinkData<C> {
        PrivatelinkData { clouds }
    }

    async fn found(
        &self,
        ctx: &RequestContext,
        config: &Value,
    ) -> Result<(Value, Diagnostics), Diagnostic> {
        let Sought { argument, target } = Arguments::parse(config).0.sought()?;
        let settings = self.clouds.settings();
        let dispensable = unread::dispensable();
        let found = find::<Privatelink>(&self.clouds, ctx, &settings, target, &dispensable).await;
        let found = found.map_err(|why| not_found(why).at(argument))?;
        let said = unread::warning(&found.observed);
        Ok((render::data(found, &settings), said.into_iter().collect()))
    }
}

#[async_trait]
impl<C: Clouds> DataSource for PrivatelinkData<C> {
    fn type_name(&self) -> &str {
        Privatelink::NAME
    }

    fn schema(&self) -> Schema {
        SCHEMA.clone()
    }

    async fn validate(&self, _ctx: RequestContext, config: Value) -> Diagnostics {
        let (arguments, mut faults) = Arguments::parse(&config);
        faults.extend(arguments.fault());
        faults
    }

    async fn read(&self, ctx: RequestContext, config: Value) -> ReadDataSourceResponse {
        match self.found(&ctx, &config).await {
            Ok((state, diagnostics)) => ReadDataSourceResponse {
                state: Some(state),
                diagnostics,
            },
            Err(error) => ReadDataSourceResponse {
                state: None,
                diagnostics: error.into(),
            },
        }
    }
}

fn not_found(why: NotFound) -> Diagnostic {
    match why {
        NotFound::Error(error) => error,
        NotFound::Unnamed { name, region } => Diagnostic::error(
            "No path of that name",
            format!(
                "No endpoint service in {region} carries the tag kafka-privatelink:name = \
                 {name:?}. Set region if the path is in another one, or give its id or \
                 service_name if it was not made by a kafka_privatelink."
            ),
        ),
        NotFound::Ambiguous { name, ids } => Diagnostic::error(
            "More than one path of that name",
            format!(
                "These endpoint services carry the tag kafka-privatelink:name = {name:?}: {}. \
                 Give the id of one of them instead of the name.",
                ids.join(", ")
            ),
        ),
        NotFound::Missing { id, region } => Diagnostic::error(
            "No such endpoint service",
            format!(
                "The account of these credentials has no endpoint service {id} in {region}. Only \
                 its owner can read it; set region if it is in another one."
            ),
        ),
    }
}
