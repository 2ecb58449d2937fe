//! What a plan may say, given the configuration and the present state.

use std::collections::BTreeMap;

use crate::{
    Attribute, Path, Schema, Value,
    schema::{AttributeKind, Mode, Nesting},
};

use super::{Violation, is_computed};

/// A planned value is the configured one, or the present one where that means the same; where
/// nothing is configured, the provider's own if it may have one. `AssertPlanValid` in
/// plan_valid.go.
pub fn assert_plan_valid(
    schema: &Schema,
    prior: &Value,
    config: &Value,
    planned: &Value,
) -> Vec<Violation> {
    let mut found = Vec::new();
    let root = Path::root();
    if existence(config, planned, &root, &mut found) && !planned.is_null() {
        object(
            &schema.block.attributes,
            &Values {
                prior,
                config,
                planned,
            },
            &root,
            &mut found,
        );
    }
    found
}

/// One place in the present state, the configuration and the plan.
struct Values<'a> {
    prior: &'a Value,
    config: &'a Value,
    planned: &'a Value,
}

impl<'a> Values<'a> {
    fn get(&self, name: &str) -> Values<'a> {
        Values {
            prior: self.prior.get(name),
            config: self.config.get(name),
            planned: self.planned.get(name),
        }
    }
}

/// Are configuration and plan of one mind whether there is anything?
fn existence(config: &Value, planned: &Value, path: &Path, found: &mut Vec<Violation>) -> bool {
    let text = match (config.is_null(), planned.is_null()) {
        (true, false) => "is planned, but not configured",
        (false, true) => "is configured, but planned to be absent",
        _ => return true,
    };
    found.push(Violation::new(path, text));
    false
}

fn object(attributes: &[Attribute], values: &Values<'_>, path: &Path, found: &mut Vec<Violation>) {
    for inner in attributes {
        let path = path.clone().attribute(&inner.name);
        attribute(inner, &values.get(&inner.name), &path, found);
    }
}

fn attribute(attribute: &Attribute, values: &Values<'_>, path: &Path, found: &mut Vec<Violation>) {
    let Values {
        prior,
        config,
        planned,
    } = values;
    let as_configured = planned == config;
    let as_present = planned == prior && !prior.is_null() && !config.is_null();
    let left_to_the_provider = is_computed(attribute) && config.is_null();
    if as_configured || as_present || left_to_the_provider || attribute.mode == Mode::Computed {
        return;
    }
    match &attribute.kind {
        _ if config.is_null() => {
            let text = format!(
                "planned as {planned:?}, but nothing is configured and the provider may not choose"
            );
            found.push(Violation::new(path, text));
        }
        AttributeKind::Nested(nesting, attributes) => {
            nested(*nesting, attributes, values, path, found);
        }
        AttributeKind::Plain(_) => {
            let text =
                format!("planned as {planned:?}, configured as {config:?}, at present {prior:?}");
            found.push(Violation::new(path, text));
        }
    }
}

/// Nothing of the shape of a configured value is the provider's to choose, only the values in it.
fn nested(
    nesting: Nesting,
    attributes: &[Attribute],
    values: &Values<'_>,
    path: &Path,
    found: &mut Vec<Violation>,
) {
    let Values {
        prior,
        config,
        planned,
    } = values;
    if !existence(config, planned, path, found) {
        return;
    }
    if planned.is_unknown() {
        found.push(Violation::new(
            path,
            "is configured, but planned as unknown",
        ));
        return;
    }
    match nesting {
        Nesting::Single => object(attributes, values, path, found),
        Nesting::Map => {
            let none = BTreeMap::new();
            let (Some(_), Some(plans)) = (config.as_map(), planned.as_map()) else {
                found.push(Violation::new(
                    path,
                    "is planned while nobody knows its keys",
                ));
                return;
            };
            let configs = config.as_map().unwrap_or(&none);
            if !configs.keys().eq(plans.keys()) {
                let keys = |map: &BTreeMap<String, Value>| map.keys().cloned().collect::<Vec<_>>();
                let text = format!(
                    "has the keys {:?} in the plan, {:?} in the configuration",
                    keys(plans),
                    keys(configs)
                );
                found.push(Violation::new(path, text));
                return;
            }
            for key in plans.keys() {
                object(attributes, &values.get(key), &path.clone().key(key), found);
            }
        }
        // `covers` refuses schemas with sets of objects.
        Nesting::Set => {}
        Nesting::List => {
            let (Some(configs), Some(plans)) = (config.as_slice(), planned.as_slice()) else {
                found.push(Violation::new(
                    path,
                    "is planned while nobody knows its length",
                ));
                return;
            };
            if configs.len() != plans.len() {
                let text = format!(
                    "has {} elements in the plan, {} in the configuration",
                    plans.len(),
                    configs.len()
                );
                found.push(Violation::new(path, text));
                return;
            }
            let priors = prior.as_slice().unwrap_or_default();
            for (index, (config, planned)) in configs.iter().zip(plans).enumerate() {
                let prior = priors.get(index).unwrap_or(&Value::Null);
                let values = Values {
                    prior,
                    config,
                    planned,
                };
                object(attributes, &values, &path.clone().index(index), found);
            }
        }
    }
}
