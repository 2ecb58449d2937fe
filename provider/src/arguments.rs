//! The provider's configuration, typed.

mod endpoints;
mod given;
mod read;
mod roles;
mod root;
mod rules;
mod tags;

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Block, Diagnostics, Maybe, Object, Path, Value};

use aws::client::Settings;

/// The configuration. What planning needs may be unknown piece by piece; AWS clients need all of
/// theirs.
#[derive(Clone, Debug, PartialEq)]
pub struct Arguments {
    /// What AWS clients are made of. Complete only while `unknown` is empty.
    pub settings: Settings,
    /// `None`: as the environment or the profile says.
    pub region: Maybe<Option<String>>,
    pub default_tags: Maybe<BTreeMap<String, Maybe<String>>>,
    pub ignored_keys: Maybe<BTreeSet<String>>,
    pub ignored_prefixes: Maybe<BTreeSet<String>>,
    pub restricted_regions: Maybe<BTreeSet<String>>,
    pub preflight: Maybe<bool>,
    /// The unknown arguments that AWS clients depend on.
    pub unknown: Vec<Path>,
}

impl Arguments {
    /// The `provider` block, with the names, shapes and meanings of `hashicorp/aws`, so that a block
    /// written for that provider can be pasted, and two arguments of our own.
    pub fn block() -> Block {
        root::Root::block()
    }

    /// Reads a value of the schema's type, and says what is wrong with it. Reads no file and no
    /// environment variable.
    pub fn read(config: &Value) -> (Arguments, Diagnostics) {
        let config = &given::given(config);
        let (arguments, mut found) = read::read(config);
        found.extend(rules::check(config, &arguments));
        (arguments, found)
    }
}

#[cfg(test)]
mod tests;
