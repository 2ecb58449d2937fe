//! The time that requests are signed with: this machine's, corrected by AWS's.
//!
//! AWS refuses what was signed more than five minutes ago or ahead, and the SDK does not correct
//! its clock: a machine that wakes up from sleep could do nothing until it finds a time server.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use aws_smithy_async::time::TimeSource;
use aws_smithy_types::{DateTime, date_time::Format};

/// An answer is this late at most; below it there is nothing to correct.
const TOLERATED_SECONDS: i64 = 120;

/// Clones share what they heard.
#[derive(Clone, Debug, Default)]
pub(super) struct Clock {
    /// How far AWS is ahead of this machine, in seconds.
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// Takes notice of the `Date` of an answer of AWS.
    pub(super) fn hear(&self, date: &str) {
        if let Ok(date) = DateTime::from_str(date, Format::HttpDate) {
            let here = DateTime::from(SystemTime::now());
            self.set(date.secs() - here.secs());
        }
    }

    fn set(&self, ahead: i64) {
        let ahead = match ahead.abs() > TOLERATED_SECONDS {
            true => ahead,
            false => 0,
        };
        let before = self.ahead.load(Ordering::Relaxed);
        if (ahead - before).abs() > TOLERATED_SECONDS {
            self.ahead.store(ahead, Ordering::Relaxed);
            tracing::warn!(
                "this machine's clock is {}: requests are signed with AWS's time",
                self.describe()
            );
        }
    }

    /// How far AWS is ahead, in seconds; 0 where the clocks agree.
    pub(super) fn ahead(&self) -> i64 {
        self.ahead.load(Ordering::Relaxed)
    }

    /// `12 minutes behind AWS's`.
    pub(super) fn describe(&self) -> String {
        let ahead = self.ahead();
        let span = match ahead.unsigned_abs() {
            seconds @ 0..7200 => format!("{} minutes", seconds / 60),
            seconds @ 7200..172_800 => format!("{} hours", seconds / 3600),
            seconds => format!("{} days", seconds / 86400),
        };
        match ahead {
            0 => "as AWS's".to_owned(),
            1.. => format!("{span} behind AWS's"),
            _ => format!("{span} ahead of AWS's"),
        }
    }
}

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        let here = SystemTime::now();
        let ahead = self.ahead();
        let by = Duration::from_secs(ahead.unsigned_abs());
        let there = match ahead >= 0 {
            true => here.checked_add(by),
            false => here.checked_sub(by),
        };
        there.unwrap_or(here)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(shift: i64) -> String {
        let now = DateTime::from(SystemTime::now()).secs();
        let then = DateTime::from_secs(now + shift);
        then.fmt(Format::HttpDate).unwrap()
    }

    #[test]
    fn a_clock_that_is_off_follows_awss() {
        let clock = Clock::default();
        clock.hear(&date(90));
        assert_eq!(clock.ahead(), 0);
        clock.hear(&date(900));
        assert!((899..=901).contains(&clock.ahead()), "{clock:?}");
        assert_eq!(clock.describe(), "15 minutes behind AWS's");
        let ahead = clock.now().duration_since(SystemTime::now()).unwrap();
        assert!(ahead > Duration::from_secs(890), "{ahead:?}");
        clock.hear(&date(-3 * 86400));
        assert_eq!(clock.describe(), "3 days ahead of AWS's");
        assert!(clock.now() < SystemTime::now());
        clock.hear("yesterday");
        assert_eq!(clock.describe(), "3 days ahead of AWS's");
        // Somebody set it right meanwhile.
        clock.hear(&date(0));
        assert_eq!(clock.ahead(), 0);
    }
}
