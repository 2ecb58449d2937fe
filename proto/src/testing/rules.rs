//! Terraform's rules about what a provider plans, makes and reads.
//!
//! What they say was read in Terraform's source (`internal/plans/objchange`, and `plan`, `apply`
//! and `refresh` in `internal/terraform/node_resource_abstract_instance.go`); each function names
//! its original. They cover what resources of ours use: attributes, plain and nested. Nested
//! blocks, sets of objects and write-only attributes have rules of their own, so a schema that has
//! any is refused by [`covers`] instead of being checked too little.
//!
//! An absent object is [`Value::Null`] throughout, as it is on the wire.

mod action;
mod compatible;
mod conform;
mod planned;
mod proposed;
mod replace;
mod resolve;

use std::fmt;

use crate::{
    Attribute, Path, Schema, Value,
    schema::{AttributeKind, Mode, Nesting},
};

pub use action::{Action, consistent};
pub use compatible::assert_object_compatible;
pub use conform::{keeps, over_the_wire, wholly_known};
pub use planned::assert_plan_valid;
pub use proposed::proposed_new;
pub use replace::required_replaces;
pub use resolve::resolves;

/// One rule broken at one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// Where.
    pub path: Path,
    /// What is wrong there.
    pub text: String,
}

impl Violation {
    fn new(path: &Path, text: impl Into<String>) -> Violation {
        Violation {
            path: path.clone(),
            text: text.into(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.steps() {
            [] => f.write_str(&self.text),
            _ => write!(f, "{}: {}", self.path, self.text),
        }
    }
}

/// Do these rules say all there is to say about objects of that schema?
pub fn covers(schema: &Schema) -> bool {
    schema.block.blocks.is_empty() && schema.block.attributes.iter().all(covers_attribute)
}

fn covers_attribute(attribute: &Attribute) -> bool {
    let nesting_is_covered = match attribute.kind {
        AttributeKind::Plain(_) => true,
        AttributeKind::Nested(nesting, _) => nesting != Nesting::Set,
    };
    nesting_is_covered
        && !attribute.write_only
        && attribute.attributes().iter().all(covers_attribute)
}

/// May the provider give the attribute its value?
fn is_computed(attribute: &Attribute) -> bool {
    matches!(attribute.mode, Mode::Computed | Mode::OptionalComputed)
}

/// Both are known throughout, and the same. Terraform compares the present and the planned state
/// with this, so that whatever is unknown counts as a change.
fn known_equal(a: &Value, b: &Value) -> bool {
    a == b && a.is_wholly_known()
}

#[cfg(test)]
mod tests;
