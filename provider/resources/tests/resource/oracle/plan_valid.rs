//! Whether a planned state is one that a provider may plan.

use tfplugin::{
    Attribute, Path, Value,
    schema::{AttributeKind, Mode, Nesting},
};

/// A configured value is planned as it is, or as it was; only what is not configured may be
/// decided by the provider, and only where the schema says so.
pub fn plan_valid(
    attributes: &[Attribute],
    prior: &Value,
    config: &Value,
    planned: &Value,
) -> Vec<String> {
    let mut wrong = Vec::new();
    object(
        attributes,
        prior,
        config,
        planned,
        &Path::root(),
        &mut wrong,
    );
    wrong
}

fn object(
    attributes: &[Attribute],
    prior: &Value,
    config: &Value,
    planned: &Value,
    path: &Path,
    wrong: &mut Vec<String>,
) {
    for attribute in attributes {
        let name = &attribute.name;
        let path = path.clone().attribute(name);
        let values = (prior.get(name), config.get(name), planned.get(name));
        value(attribute, values, &path, wrong);
    }
}

fn value(
    attribute: &Attribute,
    (prior, config, planned): (&Value, &Value, &Value),
    path: &Path,
    wrong: &mut Vec<String>,
) {
    if planned == config || (planned == prior && !prior.is_null() && !config.is_null()) {
        return;
    }
    let computed = matches!(attribute.mode, Mode::Computed | Mode::OptionalComputed);
    if attribute.mode == Mode::Computed || (config.is_null() && computed) {
        return;
    }
    if config.is_null() {
        wrong.push(format!(
            "{path}: planned {planned:?}, and nobody asked for it"
        ));
        return;
    }
    let AttributeKind::Nested(nesting, inner) = &attribute.kind else {
        wrong.push(format!(
            "{path}: planned {planned:?}, configured {config:?}, was {prior:?}"
        ));
        return;
    };
    if planned.is_null() || planned.is_unknown() {
        wrong.push(format!(
            "{path}: planned {planned:?} for a configured object"
        ));
        return;
    }
    match nesting {
        Nesting::Single => object(inner, prior, config, planned, path, wrong),
        Nesting::Map => {
            let (Some(wanted), Some(planned)) = (config.as_map(), planned.as_map()) else {
                wrong.push(format!("{path}: no map where one is configured"));
                return;
            };
            if wanted.keys().ne(planned.keys()) {
                wrong.push(format!("{path}: planned other elements than configured"));
                return;
            }
            for (key, wanted) in wanted {
                let path = path.clone().key(key);
                object(inner, prior.get(key), wanted, &planned[key], &path, wrong);
            }
        }
        // The schema has no others; a test holds it to that.
        Nesting::List | Nesting::Set => wrong.push(format!("{path}: not known to this check")),
    }
}
