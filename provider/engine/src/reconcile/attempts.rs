//! What became of each step in this run: what was tried, when to try again, and what failed.

use std::time::Duration;

use tokio::time::Instant;

use crate::model::object::{Change, service};
use crate::reconcile::{Cause, CloudError, ErrorKind, Step, Write};

/// A step that AWS accepts and does not keep is done at most so often: without a bound such a
/// step would be written for ever, and AWS's reads have caught up long before the last. What may
/// still come is asked for as long as there is time, with pauses that keep the writes few.
pub(super) const REPEATS: u32 = 6;

/// AWS's reads mostly show a write within this time; each further pause is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What AWS would do later is asked again soon, then less often.
const FIRST_RETRY: Duration = Duration::from_millis(500);
const LONGEST_RETRY: Duration = Duration::from_secs(15);

/// After so many put-offs, and after every twice as many, everything is looked at again.
const DOUBTS: u32 = 4;

#[derive(Default)]
pub(super) struct Attempts {
    attempts: Vec<Attempt>,
}

struct Attempt {
    step: Step,
    /// How often AWS did it, or may have done it.
    times: u32,
    put_off: u32,
    cause: Option<Cause>,
    failed: Option<CloudError>,
    /// As often as it may be.
    is_exhausted: bool,
    not_before: Instant,
    /// Nothing was done since it was seen that the step is to be done.
    checked: bool,
}

/// Whether a step that waits for nothing may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Now,
    /// Not before then.
    Later(Instant),
    /// It was done, or may have been: AWS must be looked at first.
    LookFirst,
    /// It failed for good.
    Never,
}

impl Attempts {
    fn of(&mut self, step: &Step) -> &mut Attempt {
        let at = self.attempts.iter().position(|it| it.step == *step);
        let at = at.unwrap_or_else(|| {
            self.attempts.push(Attempt {
                step: step.clone(),
                times: 0,
                put_off: 0,
                cause: None,
                failed: None,
                is_exhausted: false,
                not_before: Instant::now(),
                checked: true,
            });
            self.attempts.len() - 1
        });
        &mut self.attempts[at]
    }

    /// AWS did it, or may have done it, for which `cause` is why that is not known. After `most`
    /// times it is not done again.
    pub(super) fn tried(&mut self, step: &Step, cause: Option<Cause>, most: u32) {
        let attempt = self.of(step);
        attempt.times += 1;
        attempt.put_off = 0;
        attempt.not_before = Instant::now() + growing(FIRST_PAUSE, attempt.times, LONGEST_PAUSE);
        attempt.checked = false;
        if attempt.times == most && !may_still_come(step, cause.as_ref()) {
            attempt.is_exhausted = true;
            attempt.failed = Some(cause.clone().unwrap_or_else(|| not_kept(step)));
        }
        attempt.cause = cause;
    }

    pub(super) fn put_off(&mut self, step: &Step, cause: Cause) {
        let attempt = self.of(step);
        attempt.put_off += 1;
        // What AWS keeps putting off may rest on a wrong picture: done already, or waiting for
        // something that is not as it was believed to be.
        if attempt.put_off >= DOUBTS && attempt.put_off.is_power_of_two() {
            attempt.checked = false;
        }
        attempt.not_before = Instant::now() + growing(FIRST_RETRY, attempt.put_off, LONGEST_RETRY);
        attempt.cause = Some(cause);
    }

    pub(super) fn failed(&mut self, step: &Step, error: CloudError) {
        self.of(step).failed = Some(error);
    }

    pub(super) fn turn(&self, step: &Step) -> Turn {
        let Some(attempt) = self.attempts.iter().find(|it| it.step == *step) else {
            return Turn::Now;
        };
        if attempt.failed.is_some() && (attempt.checked || !attempt.is_exhausted) {
            Turn::Never
        } else if Instant::now() < attempt.not_before {
            Turn::Later(attempt.not_before)
        } else if attempt.checked {
            Turn::Now
        } else {
            Turn::LookFirst
        }
    }

    /// Everything was looked at; what was done well before that and is still to be done was not
    /// kept.
    pub(super) fn looked(&mut self, begun: Instant) {
        for attempt in &mut self.attempts {
            attempt.checked |= attempt.not_before <= begun;
        }
    }

    pub(super) fn failure(&self, step: &Step) -> Option<&CloudError> {
        self.attempts
            .iter()
            .find(|it| it.step == *step)?
            .failed
            .as_ref()
    }

    /// It was done as often as it may be.
    pub(super) fn is_exhausted(&self, step: &Step) -> bool {
        self.attempts
            .iter()
            .any(|it| it.step == *step && it.is_exhausted)
    }

    pub(super) fn cause(&self, step: &Step) -> Option<&Cause> {
        self.attempts
            .iter()
            .find(|it| it.step == *step)?
            .cause
            .as_ref()
    }
}

/// What AWS is known to lag with, or may recover from, is asked again for as long as there is time.
fn may_still_come(step: &Step, cause: Option<&Cause>) -> bool {
    match cause {
        // What a record leads to may be unknown to Route 53 for minutes, what was just made to any
        // service; and whoever fails today may work tomorrow.
        Some(cause) => matches!(cause.kind, ErrorKind::NotFound | ErrorKind::Unavailable),
        // "It can take a few minutes" until a new zone of a load balancer is its service's.
        // <https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html>
        None => matches!(
            step.write,
            Write::Change(Change::Service(service::Change::LearnZones))
        ),
    }
}

/// `first`, then twice as much each time.
fn growing(first: Duration, times: u32, longest: Duration) -> Duration {
    first
        .saturating_mul(1 << (times.saturating_sub(1)).min(16))
        .min(longest)
}

fn not_kept(step: &Step) -> CloudError {
    CloudError {
        operation: step.in_words(),
        kind: ErrorKind::Invalid,
        code: String::new(),
        message: format!(
            "AWS accepted this {REPEATS} times and did not keep it. Something else may be \
             undoing it: another Terraform configuration, a controller or a policy"
        ),
        request_id: None,
    }
}
