//! The provider's configuration, typed.

mod given;
mod read;
mod rules;

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Diagnostics, Path, Value};

use aws::client::Settings;
use engine::model::Maybe;

/// Regions that the reference service for Kafka over PrivateLink does not offer.
pub const RESTRICTED_REGIONS: [&str; 2] = ["us-west-1", "af-south-1"];

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
