//! Which of the paths that a provider names make a change a replacement.

use crate::{Path, Value, path::Step};

use super::{Violation, known_equal};

/// Those whose value changes, or may change. A path that is in neither state is an error of the
/// provider; on create all of them are ignored. `getRequiredReplaces`.
pub fn required_replaces(
    prior: &Value,
    planned: &Value,
    named: &[Path],
) -> Result<Vec<Path>, Vec<Violation>> {
    if prior.is_null() {
        return Ok(Vec::new());
    }
    let (mut changed, mut wrong) = (Vec::new(), Vec::new());
    for path in named {
        match (at(prior, path), at(planned, path)) {
            (None, None) => wrong.push(Violation::new(
                path,
                "requires replacement, but is neither in the prior nor in the planned state",
            )),
            (was, is) => {
                let (was, is) = (was.unwrap_or(&Value::Null), is.unwrap_or(&Value::Null));
                if !known_equal(was, is) {
                    changed.push(path.clone());
                }
            }
        }
    }
    if wrong.is_empty() {
        Ok(changed)
    } else {
        Err(wrong)
    }
}

/// The value at that path; none where something on the way is null or not there.
fn at<'a>(value: &'a Value, path: &Path) -> Option<&'a Value> {
    path.steps()
        .iter()
        .try_fold(value, |value, step| match (value, step) {
            (Value::Unknown, _) => Some(value),
            (Value::Object(members), Step::Attribute(name)) => members.get(name),
            (Value::Map(members), Step::Key(key)) => members.get(key),
            (Value::List(elements), Step::Index(index)) => {
                elements.get(usize::try_from(*index).ok()?)
            }
            _ => None,
        })
}
