//! What the provider's configuration means to a resource, and how a resource comes by AWS.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
};

use tfplugin::Diagnostic;

use engine::model::{Inquiry, Maybe, Survey, survey::Moment};
use engine::reconcile::{Bounds, Cloud};

/// What the provider's configuration means to a resource. All of it is needed to plan, and a plan
/// may be made while parts of the provider's configuration are unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The provider's region; `Known(None)` where nothing names one.
    pub region: Maybe<Option<String>>,
    pub default_tags: Maybe<BTreeMap<String, Maybe<String>>>,
    pub ignored_tags: Maybe<IgnoredTags>,
    /// Regions in which no new path is made.
    pub restricted_regions: Maybe<BTreeSet<String>>,
    /// Is a plan to be held against what AWS holds? Never while clients cannot be made.
    pub preflight: bool,
}

/// Tags that others manage: never read, set or removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IgnoredTags {
    pub keys: BTreeSet<String>,
    pub prefixes: BTreeSet<String>,
}

impl IgnoredTags {
    pub fn ignores(&self, key: &str) -> bool {
        self.keys.contains(key) || self.prefixes.iter().any(|prefix| key.starts_with(prefix))
    }
}

/// The provider's configuration, as one resource sees it.
pub trait Clouds: Send + Sync + 'static {
    type Cloud: Cloud + Send;

    /// What is configured; what could not be known before the first `configure` is unknown.
    fn settings(&self) -> Settings;

    /// AWS in a region, for one operation, whose bounds hold for every call. An error where the provider cannot reach it: the configuration has unknown
    /// values (which it names), or no credentials are found.
    fn cloud(
        &self,
        region: &str,
        bounds: &Bounds,
    ) -> impl Future<Output = Result<Self::Cloud, Diagnostic>> + Send;

    /// Looks at what a path stands on. Never writes. What was read since `since` need not be read
    /// again. An error where AWS cannot be reached at all.
    fn survey(
        &self,
        region: &str,
        inquiry: &Inquiry,
        since: Moment,
        bounds: &Bounds,
    ) -> impl Future<Output = Result<Survey, Diagnostic>> + Send;
}
