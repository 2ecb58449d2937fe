//! Arguments that all listeners, or all target groups, share. If one of them deviates, its value is
//! shown; which one it is, `drift` says.

use tfplugin::Value;

/// The first value that is not the wanted one, else the wanted one. After an import, what most
/// have: whichever deviates then is drift.
pub(super) fn shared<T>(
    all: &[&T],
    value: impl Fn(&T) -> Value,
    told: Option<impl Into<Value>>,
) -> Value {
    let seen: Vec<Value> = all.iter().map(|object| value(object)).collect();
    if let Some(told) = told.map(Into::into) {
        return seen
            .into_iter()
            .find(|value| *value != told)
            .unwrap_or(told);
    }
    let votes = |value: &Value| seen.iter().filter(|other| *other == value).count();
    let first_of_most = seen.iter().rev().max_by_key(|value| votes(value));
    first_of_most.cloned().unwrap_or_default()
}
