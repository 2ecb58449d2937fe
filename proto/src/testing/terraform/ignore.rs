//! `ignore_changes`: the state's values in the place of what is written, while planning.

use std::collections::BTreeMap;

use crate::{
    Attribute, Path, Schema, Value,
    path::Step,
    schema::{AttributeKind, Mode, Nesting},
};

/// What the configuration asks to ignore.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Ignored {
    #[default]
    Nothing,
    All,
    Paths(Vec<Path>),
}

impl Ignored {
    /// The configuration that is planned with. Of what does not exist nothing can be ignored.
    /// `processIgnoreChanges` in node_resource_abstract_instance.go.
    pub fn applied(&self, schema: &Schema, prior: &Value, config: &Value) -> Value {
        match self {
            _ if prior.is_null() => config.clone(),
            Ignored::Nothing => config.clone(),
            Ignored::All => without_computed(&schema.block.attributes, prior),
            Ignored::Paths(paths) => {
                let changed = paths
                    .iter()
                    .filter_map(|path| Change::of(path, prior, config));
                let changes: Vec<Change> = changed.collect();
                replaced(config, &Path::root(), &changes)
            }
        }
    }
}

/// All that the state says but what only the provider sets.
fn without_computed(attributes: &[Attribute], state: &Value) -> Value {
    let Value::Object(members) = state else {
        return state.clone();
    };
    Value::object(attributes.iter().map(|attribute| {
        let value = &members[&attribute.name];
        let value = match (&attribute.kind, value) {
            _ if attribute.mode == Mode::Computed => Value::Null,
            (AttributeKind::Nested(Nesting::Single, inner), _) => without_computed(inner, value),
            (AttributeKind::Nested(Nesting::Map, inner), Value::Map(elements)) => Value::map(
                elements
                    .iter()
                    .map(|(key, element)| (key, without_computed(inner, element))),
            ),
            _ => value.clone(),
        };
        (attribute.name.as_str(), value)
    }))
}

/// One value to keep. The key of a map at the end of a path is treated by itself: there may be
/// none of it on either side.
struct Change {
    path: Path,
    value: Value,
    key: Option<String>,
}

impl Change {
    fn of(path: &Path, prior: &Value, config: &Value) -> Option<Change> {
        let mut steps = path.steps();
        let mut key = None;
        if let [before @ .., Step::Key(last)] = steps {
            (steps, key) = (before, Some(last.clone()));
        }
        let path = steps.iter().fold(Path::root(), |path, step| match step {
            Step::Attribute(name) => path.attribute(name),
            Step::Key(key) => path.key(key),
            _ => path,
        });
        let (was, is) = (at(prior, steps)?, at(config, steps)?);
        (was != is).then(|| Change {
            path,
            value: was.clone(),
            key,
        })
    }
}

/// No value where the way leads through something that is not there.
fn at<'a>(value: &'a Value, steps: &[Step]) -> Option<&'a Value> {
    steps
        .iter()
        .try_fold(value, |value, step| match (value, step) {
            (Value::Object(members), Step::Attribute(name)) => members.get(name),
            (Value::Map(members), Step::Key(key)) => members.get(key),
            _ => None,
        })
}

fn replaced(config: &Value, path: &Path, changes: &[Change]) -> Value {
    let config = match config {
        Value::Object(members) => Value::object(members.iter().map(|(name, value)| {
            let path = path.clone().attribute(name);
            (name, replaced(value, &path, changes))
        })),
        Value::Map(members) => Value::map(members.iter().map(|(key, value)| {
            let path = path.clone().key(key);
            (key, replaced(value, &path, changes))
        })),
        other => other.clone(),
    };
    let here = changes.iter().filter(|change| change.path == *path);
    here.fold(config, |config, change| match &change.key {
        None => change.value.clone(),
        // Of a map that is not known, no key can be ignored.
        Some(_) if config.is_unknown() => config,
        Some(key) => with_key(config, key, &change.value),
    })
}

fn with_key(config: Value, key: &str, prior: &Value) -> Value {
    let was_null = config.is_null();
    let mut members: BTreeMap<String, Value> = config.as_map().cloned().unwrap_or_default();
    match prior.as_map().and_then(|prior| prior.get(key)) {
        Some(value) => members.insert(key.to_owned(), value.clone()),
        None => members.remove(key),
    };
    match members.is_empty() && was_null {
        true => Value::Null,
        false => Value::Map(members),
    }
}
