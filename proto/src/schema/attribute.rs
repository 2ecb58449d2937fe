//! Arguments written `name = value`, and how they are declared.

use std::{fmt, ops::RangeInclusive};

use super::Type;
use crate::value::Value;

/// An argument or computed value.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// As written in HCL: lower-case letters, digits and underscores.
    pub name: String,
    /// What values it takes.
    pub kind: AttributeKind,
    /// Who gives it a value.
    pub mode: Mode,
    /// Markdown, in sentences.
    pub description: String,
    /// Terraform does not show the value.
    pub sensitive: bool,
    /// The value is in the configuration only, never in plan or state.
    pub write_only: bool,
    /// What to use instead, if it is deprecated.
    pub deprecated: Option<String>,
    /// What null means, where that is always the same.
    pub default: Option<Value>,
    /// Least and greatest of a number.
    pub range: Option<RangeInclusive<u64>>,
    /// The only texts that are taken; none where there is no such choice.
    pub words: Vec<String>,
    /// The one spelling of texts that mean the same.
    pub canonical: Option<Canonical>,
    /// Another value is another object.
    pub replaces: bool,
    /// Decides which objects there are or what they look like: while it is unknown, little can be
    /// planned. See [`Schema::unknown_shape`](super::Schema::unknown_shape).
    pub gives_shape: bool,
    /// Nothing but the configuration says it: what the provider manages does not hold it. See
    /// [`Schema::with_local`](super::Schema::with_local).
    pub local: bool,
}

/// A function from any spelling of a text to the one that all with the same meaning share.
#[derive(Clone, Copy)]
pub struct Canonical(pub fn(&str) -> String);

impl fmt::Debug for Canonical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Canonical(..)")
    }
}

impl PartialEq for Canonical {
    fn eq(&self, other: &Canonical) -> bool {
        std::ptr::fn_addr_eq(self.0, other.0)
    }
}

/// What values an attribute takes.
#[derive(Debug, Clone, PartialEq)]
pub enum AttributeKind {
    /// Values of a type.
    Plain(Type),
    /// Objects whose attributes are described in turn.
    Nested(Nesting, Vec<Attribute>),
}

/// How the objects of a nested attribute form a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nesting {
    /// One object.
    Single,
    /// A list of objects.
    List,
    /// A set of objects.
    Set,
    /// A map of objects.
    Map,
}

/// Who gives an attribute its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The user, always.
    Required,
    /// The user, or else it is null.
    Optional,
    /// The provider, always.
    Computed,
    /// The user, or else the provider.
    OptionalComputed,
}

/// Declarations. An attribute is optional until it is said to be something else.
impl Attribute {
    /// Text.
    pub fn string(name: impl Into<String>) -> Attribute {
        Attribute::plain(name, Type::String)
    }

    /// A number.
    pub fn number(name: impl Into<String>) -> Attribute {
        Attribute::plain(name, Type::Number)
    }

    /// `true` or `false`.
    pub fn bool(name: impl Into<String>) -> Attribute {
        Attribute::plain(name, Type::Bool)
    }

    /// A list of values.
    pub fn list_of(name: impl Into<String>, element: Type) -> Attribute {
        Attribute::plain(name, Type::list(element))
    }

    /// A set of values.
    pub fn set_of(name: impl Into<String>, element: Type) -> Attribute {
        Attribute::plain(name, Type::set(element))
    }

    /// A map of values.
    pub fn map_of(name: impl Into<String>, element: Type) -> Attribute {
        Attribute::plain(name, Type::map(element))
    }

    /// A value of any type.
    pub fn plain(name: impl Into<String>, ty: Type) -> Attribute {
        Attribute::new(name.into(), AttributeKind::Plain(ty))
    }

    /// One object.
    pub fn single(
        name: impl Into<String>,
        attributes: impl IntoIterator<Item = Attribute>,
    ) -> Attribute {
        Attribute::nested(name, Nesting::Single, attributes)
    }

    /// A list of objects.
    pub fn list_nested(
        name: impl Into<String>,
        attributes: impl IntoIterator<Item = Attribute>,
    ) -> Attribute {
        Attribute::nested(name, Nesting::List, attributes)
    }

    /// A set of objects.
    pub fn set_nested(
        name: impl Into<String>,
        attributes: impl IntoIterator<Item = Attribute>,
    ) -> Attribute {
        Attribute::nested(name, Nesting::Set, attributes)
    }

    /// A map of objects.
    pub fn map_nested(
        name: impl Into<String>,
        attributes: impl IntoIterator<Item = Attribute>,
    ) -> Attribute {
        Attribute::nested(name, Nesting::Map, attributes)
    }

    /// The user must give it.
    #[must_use]
    pub fn required(self) -> Attribute {
        Attribute {
            mode: Mode::Required,
            ..self
        }
    }

    /// The user may give it; else it is null.
    #[must_use]
    pub fn optional(self) -> Attribute {
        Attribute {
            mode: Mode::Optional,
            ..self
        }
    }

    /// The provider gives it.
    #[must_use]
    pub fn computed(self) -> Attribute {
        Attribute {
            mode: Mode::Computed,
            ..self
        }
    }

    /// The user may give it; else the provider does.
    #[must_use]
    pub fn optional_computed(self) -> Attribute {
        Attribute {
            mode: Mode::OptionalComputed,
            ..self
        }
    }

    /// Describes it, in Markdown.
    #[must_use]
    pub fn describe(self, description: impl Into<String>) -> Attribute {
        Attribute {
            description: description.into(),
            ..self
        }
    }

    /// Terraform hides the value.
    #[must_use]
    pub fn sensitive(self) -> Attribute {
        Attribute {
            sensitive: true,
            ..self
        }
    }

    /// The value is never stored: handlers see it in the configuration only.
    #[must_use]
    pub fn write_only(self) -> Attribute {
        Attribute {
            write_only: true,
            ..self
        }
    }

    /// Deprecates it, saying what to use instead.
    #[must_use]
    pub fn deprecated(self, instead: impl Into<String>) -> Attribute {
        Attribute {
            deprecated: Some(instead.into()),
            ..self
        }
    }

    /// What null means.
    #[must_use]
    pub fn with_default(self, default: impl Into<Value>) -> Attribute {
        Attribute {
            default: Some(default.into()),
            ..self
        }
    }

    /// Texts with the same canonical spelling mean the same.
    #[must_use]
    pub fn spelled(self, canonical: fn(&str) -> String) -> Attribute {
        Attribute {
            canonical: Some(Canonical(canonical)),
            ..self
        }
    }

    /// Another value is another object.
    #[must_use]
    pub fn replaces(self) -> Attribute {
        Attribute {
            replaces: true,
            ..self
        }
    }

    /// While it is unknown, little can be planned.
    #[must_use]
    pub fn gives_shape(self) -> Attribute {
        Attribute {
            gives_shape: true,
            ..self
        }
    }

    /// Nothing but the configuration says it.
    #[must_use]
    pub fn local(self) -> Attribute {
        Attribute {
            local: true,
            ..self
        }
    }

    /// The type of its values.
    pub fn implied_type(&self) -> Type {
        match &self.kind {
            AttributeKind::Plain(ty) => ty.clone(),
            AttributeKind::Nested(nesting, attributes) => {
                let object = Type::object(
                    attributes
                        .iter()
                        .map(|inner| (inner.name.clone(), inner.implied_type())),
                );
                match nesting {
                    Nesting::Single => object,
                    Nesting::List => Type::list(object),
                    Nesting::Set => Type::set(object),
                    Nesting::Map => Type::map(object),
                }
            }
        }
    }

    /// The attributes of its objects; none for a plain attribute.
    pub fn attributes(&self) -> &[Attribute] {
        match &self.kind {
            AttributeKind::Plain(_) => &[],
            AttributeKind::Nested(_, attributes) => attributes,
        }
    }

    fn nested(
        name: impl Into<String>,
        nesting: Nesting,
        attributes: impl IntoIterator<Item = Attribute>,
    ) -> Attribute {
        let kind = AttributeKind::Nested(nesting, attributes.into_iter().collect());
        Attribute::new(name.into(), kind)
    }

    fn new(name: String, kind: AttributeKind) -> Attribute {
        Attribute {
            name,
            kind,
            mode: Mode::Optional,
            description: String::new(),
            sensitive: false,
            write_only: false,
            deprecated: None,
            default: None,
            range: None,
            words: Vec::new(),
            canonical: None,
            replaces: false,
            gives_shape: false,
            local: false,
        }
    }
}
