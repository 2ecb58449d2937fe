//! Calls of functions.

use super::catalogue::Callable;
use super::{Server, dynamic};
use crate::wire::tfplugin6 as pb;
use crate::{FunctionError, Provider, RequestContext, Value};

impl<P: Provider> Server<P> {
    pub(super) async fn function_call(
        &self,
        request: pb::call_function::Request,
    ) -> pb::call_function::Response {
        match self.call(request).await {
            Ok(result) => pb::call_function::Response {
                result: Some(result),
                error: None,
            },
            Err(error) => pb::call_function::Response {
                result: None,
                error: Some(pb::FunctionError {
                    // Terraform ends the sentence itself.
                    text: error.text.trim_end_matches('.').to_owned(),
                    function_argument: error.argument.and_then(|at| i64::try_from(at).ok()),
                }),
            },
        }
    }

    async fn call(
        &self,
        request: pb::call_function::Request,
    ) -> Result<pb::DynamicValue, FunctionError> {
        let name = request.name;
        let Some(callable) = self.catalogue().functions.get(&name) else {
            return Err(FunctionError::new(format!(
                "This provider has no function {name:?}."
            )));
        };
        let arguments = decode(callable, request.arguments)?;
        let function = callable.function.clone();
        let run = |_| async move { function.call(arguments) };
        let result = self
            .work
            .run("CallFunction", &name, RequestContext::default(), run)
            .await;
        let result = result.map_err(|crash| FunctionError::new(crash.to_string()))??;
        dynamic::encode(&result, &callable.signature.returns).map_err(|error| {
            FunctionError::new(format!(
                "The result does not fit the function's own type: {error}. This is a defect of \
                 the provider; please report it."
            ))
        })
    }
}

fn decode(
    callable: &Callable,
    arguments: Vec<pb::DynamicValue>,
) -> Result<Vec<Value>, FunctionError> {
    let fewest = callable.signature.parameters.len();
    if arguments.len() < fewest {
        let text = format!("{fewest} arguments are needed, {} given.", arguments.len());
        return Err(FunctionError::new(text));
    }
    arguments
        .into_iter()
        .enumerate()
        .map(|(at, argument)| {
            let Some(parameter) = callable.signature.parameter_at(at) else {
                return Err(FunctionError::argument(
                    at,
                    format!("Only {fewest} are taken."),
                ));
            };
            let value = dynamic::decode(Some(argument), &parameter.ty).map_err(|error| {
                FunctionError::argument(at, format!("Cannot be read: {error}."))
            })?;
            if value.is_null() && !parameter.allow_null {
                let text = format!("{} must not be null.", parameter.name);
                return Err(FunctionError::argument(at, text));
            }
            Ok(value)
        })
        .collect()
}
