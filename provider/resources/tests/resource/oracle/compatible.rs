//! Whether one value completes another: what was known is the same, what was unknown is anything.

use tfplugin::{Path, Value};

/// What of `planned` was known and is another in `actual`.
pub fn compatible(planned: &Value, actual: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    compare(planned, actual, &Path::root(), &mut wrong);
    wrong
}

fn compare(planned: &Value, actual: &Value, path: &Path, wrong: &mut Vec<String>) {
    match (planned, actual) {
        (Value::Unknown, _) | (Value::Null, Value::Null) => {}
        (planned, Value::Unknown) => wrong.push(format!("{path}: was {planned:?}, now unknown")),
        (Value::Null, actual) => wrong.push(format!("{path}: was null, now {actual:?}")),
        (planned, Value::Null) => wrong.push(format!("{path}: was {planned:?}, now null")),
        (Value::Object(was), Value::Object(is)) => {
            for (name, was) in was {
                compare(was, &is[name], &path.clone().attribute(name), wrong);
            }
        }
        (Value::Map(was), Value::Map(is)) => {
            for (key, was) in was {
                let path = path.clone().key(key);
                match is.get(key) {
                    Some(is) => compare(was, is, &path, wrong),
                    None => wrong.push(format!("{path}: has vanished")),
                }
            }
            for key in is.keys().filter(|key| !was.contains_key(*key)) {
                wrong.push(format!("{}: has appeared", path.clone().key(key)));
            }
        }
        (Value::Set(was), Value::Set(is)) => sets(was, is, path, wrong),
        (was, is) if was != is => wrong.push(format!("{path}: was {was:?}, now {is:?}")),
        _ => {}
    }
}

/// Elements of sets have no names: each must have one on the other side that it may be.
fn sets(was: &[Value], is: &[Value], path: &Path, wrong: &mut Vec<String>) {
    let fits = |was: &Value, is: &Value| compatible(was, is).is_empty();
    for element in was.iter().filter(|was| !is.iter().any(|is| fits(was, is))) {
        wrong.push(format!("{path}: {element:?} has vanished"));
    }
    for element in is.iter().filter(|is| !was.iter().any(|was| fits(was, is))) {
        wrong.push(format!("{path}: {element:?} has appeared"));
    }
    if is.len() > was.len() {
        wrong.push(format!(
            "{path}: grew from {} to {} elements",
            was.len(),
            is.len()
        ));
    }
}
