//! What may become of a planned value: an unknown one anything, a known one nothing else.

use std::collections::BTreeMap;

use crate::{Path, Value};

use super::Violation;

/// Holds between the plans before and at an apply, and between the latter and the new state. Both
/// values have come over the wire, so they are of one type. `AssertObjectCompatible` in
/// compatible.go.
pub fn assert_object_compatible(planned: &Value, actual: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    compare(planned, actual, &Path::root(), &mut found);
    found
}

fn compare(planned: &Value, actual: &Value, path: &Path, found: &mut Vec<Violation>) {
    match (planned, actual) {
        (Value::Unknown, _) | (Value::Null, Value::Null) => {}
        (_, Value::Null) => found.push(Violation::new(path, format!("was {planned:?}, now null"))),
        (Value::Null, _) => found.push(Violation::new(path, format!("was null, now {actual:?}"))),
        (_, Value::Unknown) => {
            found.push(Violation::new(
                path,
                format!("was {planned:?}, now unknown"),
            ));
        }
        (Value::Object(was), Value::Object(is)) => {
            let step = |path: Path, name: &String| path.attribute(name);
            members(was, is, path, step, found);
        }
        (Value::Map(was), Value::Map(is)) => {
            members(was, is, path, |path, key| path.key(key), found);
        }
        (Value::List(was), Value::List(is)) | (Value::Tuple(was), Value::Tuple(is)) => {
            if was.len() != is.len() {
                let text = format!("had {} elements, now {}", was.len(), is.len());
                found.push(Violation::new(path, text));
            }
            for (index, (was, is)) in was.iter().zip(is).enumerate() {
                compare(was, is, &path.clone().index(index), found);
            }
        }
        (Value::Set(was), Value::Set(is)) => sets(was, is, path, found),
        _ if planned == actual => {}
        _ => found.push(Violation::new(
            path,
            format!("was {planned:?}, now {actual:?}"),
        )),
    }
}

fn members(
    was: &BTreeMap<String, Value>,
    is: &BTreeMap<String, Value>,
    path: &Path,
    step: impl Fn(Path, &String) -> Path,
    found: &mut Vec<Violation>,
) {
    for (key, was) in was {
        let path = step(path.clone(), key);
        match is.get(key) {
            Some(is) => compare(was, is, &path, found),
            None => found.push(Violation::new(&path, "has vanished")),
        }
    }
    for key in is.keys().filter(|key| !was.contains_key(*key)) {
        found.push(Violation::new(&step(path.clone(), key), "has appeared"));
    }
}

/// Elements of a set have no identity but themselves, so each has to correlate with any of the
/// other side. Unknown elements may turn out equal and become one: a set may shrink, never grow.
fn sets(was: &[Value], is: &[Value], path: &Path, found: &mut Vec<Violation>) {
    let fits =
        |planned: &Value, actual: &Value| assert_object_compatible(planned, actual).is_empty();
    let lost = was
        .iter()
        .filter(|planned| !is.iter().any(|actual| fits(planned, actual)));
    let new = is
        .iter()
        .filter(|actual| !was.iter().any(|planned| fits(planned, actual)));
    let before = found.len();
    found.extend(lost.map(|element| {
        Violation::new(
            path,
            format!("planned element {element:?} correlates with no actual one"),
        )
    }));
    if found.len() == before {
        found.extend(new.map(|element| {
            Violation::new(
                path,
                format!("element {element:?} correlates with no planned one"),
            )
        }));
    }
    if was.len() < is.len() {
        let text = format!("had {} elements, now {}", was.len(), is.len());
        found.push(Violation::new(path, text));
    }
}
