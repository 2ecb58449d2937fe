//! When a call may go: as AWS lets calls through, learnt from what it refuses.
//!
//! Nobody knows how much of a bucket is left for us: the limits are of the account, and other
//! software draws from them. Until AWS refuses a call there is no pace at all. From then on the
//! bucket is believed to be the documented one times a share: less of it each time AWS refuses,
//! slowly more while it does not. AWS counts what it refuses against nobody, and a bucket keeps what
//! is not drawn: a pace that is a little too low costs nothing until the bucket is full.

use std::time::Duration;

use tokio::time::Instant;

use super::bucket::Capacity;

/// What is left of the share after a refusal.
const LESS: f64 = 0.7;
/// How little of a bucket is believed to be left when its first refusal comes early: it may have
/// been emptied before, by the process that made the plan. Too much costs refusals, which nobody
/// counts; too little costs time.
const FIRST_SHARE: f64 = 0.5;
/// How much the share grows in a second of calls that are let through: twice as much in eight.
const MORE: f64 = 0.09;
/// The same until a second refusal has shown that there is not more to be had.
const MORE_AT_FIRST: f64 = 0.3;
/// One call a minute is the least.
const LEAST_RATE: f64 = 1.0 / 60.0;
/// A bucket that gives so many times what is documented is none that matters.
const FREE: f64 = 16.0;

#[derive(Debug)]
pub(super) struct Pacer {
    capacity: Capacity,
    learnt: Option<Learnt>,
    /// What was drawn and is not refilled yet, were the bucket ours alone.
    drawn: f64,
    drawn_at: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
struct Learnt {
    share: f64,
    /// What the bucket is believed to hold; less than nothing where turns were given away.
    tokens: f64,
    /// Until when `tokens` is counted.
    counted: Instant,
    /// When the share was last made smaller.
    lessened: Instant,
    /// When it was last made greater.
    grown: Instant,
    /// How fast it grows.
    more: f64,
}

impl Pacer {
    pub(super) fn new(capacity: Capacity) -> Pacer {
        Pacer {
            capacity,
            learnt: None,
            drawn: 0.0,
            drawn_at: None,
        }
    }

    /// The first moment at which a call may go that nobody else was given.
    pub(super) fn turn(&mut self, now: Instant) -> Instant {
        let capacity = self.capacity;
        let Some(learnt) = &mut self.learnt else {
            return now;
        };
        learnt.count(capacity, now);
        learnt.tokens -= 1.0;
        now + learnt.until(capacity, 0.0)
    }

    /// How long to wait before one may ask again for a turn; zero: it is taken.
    pub(super) fn ask(&mut self, now: Instant) -> Duration {
        let capacity = self.capacity;
        let Some(learnt) = &mut self.learnt else {
            return Duration::ZERO;
        };
        learnt.count(capacity, now);
        let wait = learnt.until(capacity, 1.0);
        if wait.is_zero() {
            learnt.tokens -= 1.0;
        }
        wait
    }

    pub(super) fn let_through(&mut self, now: Instant) {
        let capacity = self.capacity;
        self.drawn = self.drawn(now) + 1.0;
        self.drawn_at = Some(now);
        if let Some(learnt) = &mut self.learnt {
            learnt.count(capacity, now);
            // Time in which nothing was asked for teaches nothing.
            let busy = now.duration_since(learnt.grown).as_secs_f64().min(1.0);
            learnt.share *= (learnt.more * busy).exp();
            learnt.grown = now;
            if learnt.share > FREE {
                self.learnt = None;
            }
        }
    }

    /// AWS refused a call whose turn was given at `given`. Says whether that was news.
    pub(super) fn refused(&mut self, given: Instant, now: Instant) -> bool {
        let capacity = self.capacity;
        let drawn = self.drawn(now);
        let Some(learnt) = &mut self.learnt else {
            self.learnt = Some(Learnt {
                share: (drawn / capacity.size).clamp(FIRST_SHARE, 1.0),
                tokens: 0.0,
                counted: now,
                lessened: now,
                grown: now,
                more: MORE_AT_FIRST,
            });
            return true;
        };
        learnt.count(capacity, now);
        // The bucket holds less than one, whatever we thought. Turns that were given away stay so.
        learnt.tokens = learnt.tokens.min(0.5);
        learnt.grown = now;
        // Turns that were given before the last refusal were given at a pace that is known to be
        // too high.
        if given <= learnt.lessened {
            return false;
        }
        learnt.lessened = now;
        learnt.more = MORE;
        learnt.share = (learnt.share * LESS).max(LEAST_RATE / capacity.refill);
        true
    }

    fn drawn(&self, now: Instant) -> f64 {
        let since = self
            .drawn_at
            .map_or(Duration::ZERO, |at| now.duration_since(at));
        (self.drawn - since.as_secs_f64() * self.capacity.refill).max(0.0)
    }

    /// Calls a second, once AWS has refused one.
    pub(super) fn rate(&self) -> Option<f64> {
        self.learnt
            .map(|learnt| learnt.share * self.capacity.refill)
    }
}

impl Learnt {
    fn count(&mut self, capacity: Capacity, now: Instant) {
        let passed = now.saturating_duration_since(self.counted).as_secs_f64();
        let gained = passed * capacity.refill * self.share;
        let most = (capacity.size * self.share).max(1.0);
        self.tokens = (self.tokens + gained).min(most);
        self.counted = self.counted.max(now);
    }

    /// How long until the bucket holds `wanted`.
    fn until(&self, capacity: Capacity, wanted: f64) -> Duration {
        let missing = wanted - self.tokens;
        // The rounding of a duration must not leave an endless rest.
        if missing < 1e-6 {
            return Duration::ZERO;
        }
        Duration::from_secs_f64(missing / (capacity.refill * self.share))
    }
}

#[cfg(test)]
mod tests;
