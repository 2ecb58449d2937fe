//! From Terraform's value to the typed arguments.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Diagnostics, Maybe, Object, Path, Value};

use super::{Arguments, root::Root, tags::IgnoreTags};

/// What no AWS client depends on.
const FOR_PLANNING: [&str; 4] = [
    "default_tags",
    "ignore_tags",
    "preflight",
    "restricted_regions",
];

pub(super) fn read(config: &Value) -> (Arguments, Diagnostics) {
    let (root, found) = Root::parse(config);
    let arguments = Arguments {
        region: root.region.clone(),
        default_tags: default_tags(&root),
        ignored_keys: ignored(&root, |block| &block.keys),
        ignored_prefixes: ignored(&root, |block| &block.key_prefixes),
        restricted_regions: settled(&root.restricted_regions),
        preflight: root.preflight.clone(),
        unknown: unknown(config),
        settings: root.settings(),
    };
    (arguments, found)
}

type Tags = BTreeMap<String, Maybe<String>>;

fn default_tags(root: &Root) -> Maybe<Tags> {
    match &root.default_tags {
        Maybe::Known(blocks) => match blocks.first() {
            Some(block) => block.tags.clone(),
            None => Maybe::Known(BTreeMap::new()),
        },
        Maybe::Unknown => Maybe::Unknown,
    }
}

type Texts = Maybe<BTreeSet<Maybe<String>>>;

fn ignored(root: &Root, of: fn(&IgnoreTags) -> &Texts) -> Maybe<BTreeSet<String>> {
    match &root.ignore_tags {
        Maybe::Known(blocks) => match blocks.first() {
            Some(block) => settled(of(block)),
            None => Maybe::Known(BTreeSet::new()),
        },
        Maybe::Unknown => Maybe::Unknown,
    }
}

/// A set of which every element is known, or else nothing.
fn settled(set: &Texts) -> Maybe<BTreeSet<String>> {
    let elements = set
        .known()
        .map(|set| set.iter().map(|e| e.known().cloned()).collect());
    match elements {
        Some(Some(elements)) => Maybe::Known(elements),
        Some(None) | None => Maybe::Unknown,
    }
}

fn unknown(config: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    for (name, value) in config.as_map().into_iter().flatten() {
        if !FOR_PLANNING.contains(&name.as_str()) {
            collect_unknown(value, Path::of(name), &mut found);
        }
    }
    found
}

fn collect_unknown(value: &Value, path: Path, found: &mut Vec<Path>) {
    match value {
        Value::Unknown => found.push(path),
        Value::Object(members) => {
            for (name, member) in members {
                collect_unknown(member, path.clone().attribute(name), found);
            }
        }
        Value::List(elements) => {
            for (index, element) in elements.iter().enumerate() {
                collect_unknown(element, path.clone().index(index), found);
            }
        }
        // An element of a set or map is not worth a place of its own.
        other if !other.is_wholly_known() => found.push(path),
        _ => {}
    }
}
