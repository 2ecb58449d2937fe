//! Who is making a resource at this moment, as a tag of its first object tells.
//!
//! Terraform records nothing of a create whose provider, or Terraform itself, was killed. The next
//! create finds what is left by this tag: as long as the lease runs, an apply is at work on it; once
//! it has run out, nobody is, and what exists is taken over and finished.

use std::{
    fmt,
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

use crate::model::{Object, tags};

/// So long a lease runs from its last renewal.
pub const TERM: Duration = Duration::from_secs(120);
/// AWS takes no call of a machine whose clock differs by more from its own.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>
const SKEW: Duration = Duration::from_secs(300);

/// The value of the tag [`tags::CREATE`]. Prints as `k3j9x2ab until 2026-01-31T13:40:05Z`,
/// `k3j9x2ab ended` or `k3j9x2ab abandoned`, and parses back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Drawn by every create: tells applies apart that work for the same owner.
    pub run: String,
    pub hold: Hold,
}

/// How a create stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hold {
    /// It is at work until then, by the clock of its machine, unless it renews the lease.
    Until(SystemTime),
    /// It has ended, and told Terraform what exists.
    Ended,
    /// It has ended with nobody to tell, or removes what it made.
    Abandoned,
}

impl Lease {
    /// From now on for a whole term. Tags hold whole seconds.
    pub fn begun(run: &str, now: SystemTime) -> Lease {
        let until = now.duration_since(UNIX_EPOCH).unwrap_or_default() + TERM;
        Lease {
            run: run.to_owned(),
            hold: Hold::Until(UNIX_EPOCH + Duration::from_secs(until.as_secs())),
        }
    }

    pub fn ended(run: &str) -> Lease {
        Lease {
            run: run.to_owned(),
            hold: Hold::Ended,
        }
    }

    pub fn abandoned(run: &str) -> Lease {
        Lease {
            run: run.to_owned(),
            hold: Hold::Abandoned,
        }
    }

    /// Of a create of which nobody recorded the end.
    pub fn is_open(&self) -> bool {
        self.hold != Hold::Ended
    }

    /// Is nobody at work on it, for certain? A lease that has run out by one clock may not have by
    /// another: then only time tells, in which it is not renewed.
    pub fn is_dead(&self, now: SystemTime) -> bool {
        match self.hold {
            Hold::Until(until) => until + SKEW < now,
            Hold::Ended | Hold::Abandoned => true,
        }
    }

    /// How long this machine's own lease still runs.
    pub fn left(&self, now: SystemTime) -> Duration {
        let Hold::Until(until) = self.hold else {
            return Duration::ZERO;
        };
        until.duration_since(now).unwrap_or_default().min(TERM)
    }

    /// Until when it is held, where it is.
    pub fn until(&self) -> Option<SystemTime> {
        match self.hold {
            Hold::Until(until) => Some(until),
            Hold::Ended | Hold::Abandoned => None,
        }
    }

    /// What the tags of an object say.
    pub fn of(object: &Object) -> Option<Lease> {
        let value = object.tags()?.get(tags::CREATE)?;
        value.known()?.parse().ok()
    }
}

impl fmt::Display for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let run = &self.run;
        match self.hold {
            Hold::Until(until) => {
                write!(
                    f,
                    "{run} until {}",
                    humantime::format_rfc3339_seconds(until)
                )
            }
            Hold::Ended => write!(f, "{run} ended"),
            Hold::Abandoned => write!(f, "{run} abandoned"),
        }
    }
}

/// It is not the value of such a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoLease;

impl FromStr for Lease {
    type Err = NoLease;

    fn from_str(text: &str) -> Result<Lease, NoLease> {
        let (run, rest) = text.split_once(' ').ok_or(NoLease)?;
        let hold = match (rest, rest.strip_prefix("until ")) {
            ("ended", _) => Hold::Ended,
            ("abandoned", _) => Hold::Abandoned,
            (_, Some(until)) => Hold::Until(humantime::parse_rfc3339(until).map_err(|_| NoLease)?),
            _ => return Err(NoLease),
        };
        Ok(Lease {
            run: run.to_owned(),
            hold,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_reads_as_it_prints() {
        let now = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let begun = Lease::begun("k3j9x2ab", now + Duration::from_millis(700));
        assert_eq!(begun.to_string(), "k3j9x2ab until 2027-01-15T08:02:00Z");
        let ended = Lease::ended("k3j9x2ab");
        assert_eq!(ended.to_string(), "k3j9x2ab ended");
        let abandoned = Lease::abandoned("k3j9x2ab");
        assert_eq!(abandoned.to_string(), "k3j9x2ab abandoned");
        for lease in [begun, ended, abandoned] {
            assert_eq!(lease.to_string().parse(), Ok(lease));
        }
        for text in [
            "",
            "k3j9x2ab",
            "k3j9x2ab until",
            "k3j9x2ab until noon",
            "a b",
        ] {
            assert_eq!(text.parse::<Lease>(), Err(NoLease), "{text}");
        }
    }

    #[test]
    fn clocks_differ_and_only_what_is_certain_counts() {
        let now = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let begun = Lease::begun("k3j9x2ab", now);
        assert_eq!(begun.left(now), TERM);
        assert_eq!(begun.left(now + TERM * 2), Duration::ZERO);
        assert!(!begun.is_dead(now + TERM * 2), "its clock may be behind");
        assert!(begun.is_dead(now + TERM * 4));
        assert!(Lease::abandoned("k3j9x2ab").is_dead(now));
        assert!(!Lease::ended("k3j9x2ab").is_open());
    }
}
