//! Where a message points.

use crate::{
    Attribute, Diagnostics, Path, Schema,
    path::Step,
    schema::{AttributeKind, Nesting},
};

use super::Violation;

/// Terraform looks for the attribute at the root of a path in the configuration, and shows nothing
/// for one that the schema does not have; the rest of the path is text of ours and leads through
/// the schema as well. `InConfigBody` in tfdiags/contextual.go. (That no step beyond the root is
/// sent, where Terraform may panic at a key written as a number, the protocol's tests say.)
pub fn resolves(schema: &Schema, said: &Diagnostics) -> Vec<Violation> {
    let lost = said.iter().filter(|it| !is_there(schema, &it.path));
    lost.map(|it| {
        let text = format!("{:?} points at what the schema does not have", it.summary);
        Violation::new(&it.path, text)
    })
    .collect()
}

fn is_there(schema: &Schema, path: &Path) -> bool {
    let mut attributes = schema.block.attributes.as_slice();
    let mut here: Option<&Attribute> = None;
    path.steps().iter().all(|step| match (step, here) {
        (Step::Attribute(name), _) => {
            here = attributes.iter().find(|it| it.name == *name);
            attributes = here.map_or(&[][..], |it| match &it.kind {
                AttributeKind::Nested(Nesting::Single, inner) => inner.as_slice(),
                _ => &[],
            });
            here.is_some()
        }
        (Step::Key(_), Some(map)) => {
            if let AttributeKind::Nested(Nesting::Map, inner) = &map.kind {
                attributes = inner.as_slice();
            }
            true
        }
        (Step::Element(_) | Step::Index(_), Some(_)) => true,
        (_, None) => false,
    })
}
