//! Whether what is about to happen is what was planned.

use tfplugin::{Path, Value};

/// Where `coming` is not what `planned` promised: a value that was known and would be another, or
/// would be known only afterwards.
///
/// Terraform makes the same comparison, but after the fact.
pub fn disagreement(planned: &Value, coming: &Value) -> Option<Path> {
    compare(planned, coming, Path::root())
}

fn compare(planned: &Value, coming: &Value, path: Path) -> Option<Path> {
    match (planned, coming) {
        (Value::Unknown, _) => None,
        (Value::Object(planned), Value::Object(coming)) => {
            planned.iter().find_map(|(name, value)| {
                let path = path.clone().attribute(name);
                compare(value, coming.get(name).unwrap_or(&Value::Null), path)
            })
        }
        (Value::Map(planned), Value::Map(coming)) => {
            let gone = planned.keys().find(|key| !coming.contains_key(*key));
            let new = coming.keys().find(|key| !planned.contains_key(*key));
            if let Some(key) = gone.or(new) {
                return Some(path.key(key));
            }
            planned.iter().find_map(|(key, value)| {
                compare(
                    value,
                    coming.get(key).unwrap_or(&Value::Null),
                    path.clone().key(key),
                )
            })
        }
        // Unknown elements turn out to be anything, even each other.
        (Value::Set(planned), Value::Set(coming)) if planned.iter().any(Value::is_unknown) => {
            let is_lost = |value: &&Value| !value.is_unknown() && !coming.contains(value);
            planned.iter().find(is_lost).map(|_| path)
        }
        (planned, coming) => (planned != coming).then_some(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(id: Value, ports: Value) -> Value {
        Value::object([("id", id), ("ports", ports)])
    }

    #[test]
    fn what_was_unknown_may_be_anything_and_what_was_known_must_stay() {
        let planned = state(Value::Unknown, Value::map([("1", 6001), ("2", 6002)]));
        let ports = Value::map([("1", 6001), ("2", 6002)]);
        assert_eq!(
            disagreement(&planned, &state("x".into(), ports.clone())),
            None
        );
        assert_eq!(
            disagreement(&planned, &state(Value::Unknown, ports.clone())),
            None
        );

        let moved = state(Value::Null, Value::map([("1", 6001), ("2", 7002)]));
        let at = disagreement(&planned, &moved).unwrap().to_string();
        assert_eq!(at, r#"ports["2"]"#);
        let gone = state(Value::Null, Value::map([("1", 6001)]));
        assert!(disagreement(&planned, &gone).is_some());

        let known = state("x".into(), ports.clone());
        assert!(disagreement(&known, &state(Value::Unknown, ports)).is_some());
    }

    #[test]
    fn a_set_with_unknown_elements_keeps_its_known_ones() {
        let planned = Value::Set(vec!["a".into(), Value::Unknown]);
        assert_eq!(disagreement(&planned, &Value::set(["a", "b"])), None);
        assert_eq!(disagreement(&planned, &Value::set(["a"])), None);
        assert!(disagreement(&planned, &Value::set(["b", "c"])).is_some());
    }
}
