//! `timeouts`.

use std::time::Duration;

use tfplugin::{Maybe, Object};

use crate::syntax::duration;

/// How long an operation may take that has no timeout of its own.
pub const TIMEOUT: Duration = Duration::from_secs(30 * 60);
const WRITTEN: &str = "30m";

/// `timeouts`, with the default where there is none.
#[derive(Clone, Debug, PartialEq, Eq, Object)]
pub struct Timeouts {
    /// How long creating the path may take in all, as a duration such as `45m` or `1h30m`.
    #[attr(optional, default = WRITTEN, rule = duration::check)]
    pub create: Maybe<Duration>,
    /// How long reading the path may take in all, as a duration such as `45m` or `1h30m`.
    #[attr(optional, default = WRITTEN, rule = duration::check)]
    pub read: Maybe<Duration>,
    /// How long changing the path may take in all, as a duration such as `45m` or `1h30m`.
    #[attr(optional, default = WRITTEN, rule = duration::check)]
    pub update: Maybe<Duration>,
    /// How long deleting the path may take in all, as a duration such as `45m` or `1h30m`.
    #[attr(optional, default = WRITTEN, rule = duration::check)]
    pub delete: Maybe<Duration>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_one() {
        assert_eq!(duration::check(WRITTEN), Ok(TIMEOUT));
    }
}
