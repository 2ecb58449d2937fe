//! The trait of a provider function.

use crate::schema::Type;
use crate::value::Value;

/// A function that configurations call as `provider::<provider>::<name>(...)`. Pure: equal
/// arguments give equal results, and the provider's configuration plays no part.
pub trait Function: Send + Sync + 'static {
    /// The name, without the provider's.
    fn name(&self) -> &str;

    /// Parameters, result, and descriptions.
    fn signature(&self) -> Signature;

    /// Computes the result. The arguments have the parameters' types; those of the variadic
    /// parameter follow the others.
    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError>;
}

/// Parameters, result and descriptions of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    /// One line.
    pub summary: String,
    /// Markdown.
    pub description: String,
    /// Parameters by position.
    pub parameters: Vec<Parameter>,
    /// The parameter of all further arguments, if there may be any.
    pub variadic: Option<Parameter>,
    /// Type of the result.
    pub returns: Type,
}

impl Signature {
    /// A function of no parameters that returns such a value.
    pub fn returning(ty: Type) -> Signature {
        Signature {
            summary: String::new(),
            description: String::new(),
            parameters: Vec::new(),
            variadic: None,
            returns: ty,
        }
    }

    /// Describes it: a line, and Markdown.
    #[must_use]
    pub fn describe(self, summary: impl Into<String>, description: impl Into<String>) -> Signature {
        Signature {
            summary: summary.into(),
            description: description.into(),
            ..self
        }
    }

    /// Adds a parameter.
    #[must_use]
    pub fn parameter(mut self, parameter: Parameter) -> Signature {
        self.parameters.push(parameter);
        self
    }

    /// Takes any number of further arguments.
    #[must_use]
    pub fn variadic(self, parameter: Parameter) -> Signature {
        Signature {
            variadic: Some(parameter),
            ..self
        }
    }

    /// The parameter that the argument at that position, counted from 0, is for.
    pub fn parameter_at(&self, position: usize) -> Option<&Parameter> {
        self.parameters.get(position).or(self.variadic.as_ref())
    }
}

/// A parameter of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// For documentation and messages.
    pub name: String,
    /// Type that arguments are converted to.
    pub ty: Type,
    /// Markdown.
    pub description: String,
    /// May the argument be null? If not, Terraform refuses null.
    pub allow_null: bool,
    /// May the argument be unknown? If not, Terraform does not call the function with an unknown
    /// argument, and the result is unknown.
    pub allow_unknown: bool,
}

impl Parameter {
    /// A parameter that is neither null nor unknown, described in Markdown.
    pub fn new(name: impl Into<String>, ty: Type, description: impl Into<String>) -> Parameter {
        Parameter {
            name: name.into(),
            ty,
            description: description.into(),
            allow_null: false,
            allow_unknown: false,
        }
    }

    /// Takes null too.
    #[must_use]
    pub fn allow_null(self) -> Parameter {
        Parameter {
            allow_null: true,
            ..self
        }
    }

    /// Takes unknown values too.
    #[must_use]
    pub fn allow_unknown(self) -> Parameter {
        Parameter {
            allow_unknown: true,
            ..self
        }
    }
}

/// Why a function has no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct FunctionError {
    /// The argument that it is about, counted from 0; `None` if about the call as a whole.
    pub argument: Option<usize>,
    /// A sentence for the user.
    pub text: String,
}

impl FunctionError {
    /// An error about the call as a whole.
    pub fn new(text: impl Into<String>) -> FunctionError {
        FunctionError {
            argument: None,
            text: text.into(),
        }
    }

    /// An error about one argument, counted from 0.
    pub fn argument(position: usize, text: impl Into<String>) -> FunctionError {
        FunctionError {
            argument: Some(position),
            text: text.into(),
        }
    }
}
