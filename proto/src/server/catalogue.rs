//! What the provider offers, asked once and kept by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::dynamic;
use crate::wire::tfplugin6 as pb;
use crate::{
    DataSource, Diagnostic, Diagnostics, Function, Provider, Resource, Schema, Signature, Type,
    Value,
};

pub(super) struct Catalogue {
    pub(super) provider: Shape,
    pub(super) resources: BTreeMap<String, Entry<dyn Resource>>,
    pub(super) data_sources: BTreeMap<String, Entry<dyn DataSource>>,
    pub(super) functions: BTreeMap<String, Callable>,
}

/// A schema and the type that follows from it.
pub(super) struct Shape {
    pub(super) schema: Schema,
    pub(super) ty: Type,
}

pub(super) struct Entry<T: ?Sized> {
    pub(super) handler: Arc<T>,
    pub(super) shape: Shape,
}

pub(super) struct Callable {
    pub(super) function: Arc<dyn Function>,
    pub(super) signature: Signature,
}

impl Catalogue {
    pub(super) fn of(provider: &impl Provider) -> Catalogue {
        let resources = provider.resources().into_iter().map(|handler| {
            let shape = Shape::of(handler.schema());
            (handler.type_name().to_owned(), Entry { handler, shape })
        });
        let data_sources = provider.data_sources().into_iter().map(|handler| {
            let shape = Shape::of(handler.schema());
            (handler.type_name().to_owned(), Entry { handler, shape })
        });
        let functions = provider.functions().into_iter().map(|function| {
            let signature = function.signature();
            (
                function.name().to_owned(),
                Callable {
                    function,
                    signature,
                },
            )
        });
        Catalogue {
            provider: Shape::of(provider.schema()),
            resources: resources.collect(),
            data_sources: data_sources.collect(),
            functions: functions.collect(),
        }
    }

    pub(super) fn resource(&self, type_name: &str) -> Result<&Entry<dyn Resource>, Diagnostics> {
        self.resources
            .get(type_name)
            .ok_or_else(|| unknown("resource", type_name))
    }

    pub(super) fn data_source(
        &self,
        type_name: &str,
    ) -> Result<&Entry<dyn DataSource>, Diagnostics> {
        self.data_sources
            .get(type_name)
            .ok_or_else(|| unknown("data source", type_name))
    }
}

fn unknown(kind: &str, type_name: &str) -> Diagnostics {
    let summary = format!("Unknown {kind} type");
    Diagnostic::error(
        summary,
        format!("This provider has no {kind} {type_name:?}."),
    )
    .into()
}

impl Shape {
    fn of(schema: Schema) -> Shape {
        let ty = schema.implied_type();
        Shape { schema, ty }
    }

    /// Decodes what Terraform sent as `what`; `None` if it is null.
    pub(super) fn decode(
        &self,
        value: Option<pb::DynamicValue>,
        what: &str,
    ) -> Result<Option<Value>, Diagnostics> {
        let value = dynamic::decode(value, &self.ty).map_err(|error| {
            let detail = format!("Terraform sent {what} in a form that does not fit the schema.");
            Diagnostics::from(
                Diagnostic::error(format!("Cannot read {what}"), format!("{detail} {error}"))
                    .at(error.path),
            )
        })?;
        Ok((!value.is_null()).then_some(value))
    }

    /// Decodes what Terraform sent as `what`, which is never null.
    pub(super) fn decode_required(
        &self,
        value: Option<pb::DynamicValue>,
        what: &str,
    ) -> Result<Value, Diagnostics> {
        self.decode(value, what)?.ok_or_else(|| {
            Diagnostic::error(format!("Cannot read {what}"), format!("{what} is null.")).into()
        })
    }

    /// Encodes a handler's answer, called `what`.
    ///
    /// Something must come out: an answer that cannot be encoded would lose the object from the
    /// state. So the parts that do not fit are replaced by null, and the error is told.
    pub(super) fn encode(
        &self,
        value: Option<&Value>,
        what: &str,
        diagnostics: &mut Diagnostics,
    ) -> pb::DynamicValue {
        let value = value.unwrap_or(&Value::Null);
        dynamic::encode(value, &self.ty).unwrap_or_else(|error| {
            let detail = format!(
                "The provider made {what} that does not fit its own schema: {error}. \
                 This is a defect of the provider; please report it."
            );
            let summary = "The provider's answer does not fit its schema";
            diagnostics.push(Diagnostic::error(summary, detail).at(error.path));
            dynamic::encode_fitting(value, &self.ty)
        })
    }
}
