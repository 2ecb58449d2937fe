//! How long an operation may take, and what is still waited for once it is to end.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// What ends an operation: its time limit, or a person who interrupts it. Clones share the moment.
#[derive(Clone, Debug)]
pub struct Bounds {
    deadline: Instant,
    cancel: CancellationToken,
    /// When it was interrupted, noted by whoever saw it first.
    interrupted: Arc<OnceLock<Instant>>,
    writes: bool,
}

/// What is still waited for after the end.
struct Rest {
    /// Answers to writes that are under way: what was made, and is not known, has to be found again.
    answers: Duration,
    /// One last observation.
    closing: Duration,
}

/// Together with what Terraform needs, ten seconds.
const AFTER_DEADLINE: Rest = Rest {
    answers: Duration::from_secs(4),
    closing: Duration::from_secs(8),
};

/// People wait for half a minute before they press Ctrl-C a second time.
const AFTER_INTERRUPT: Rest = Rest {
    answers: Duration::from_secs(14),
    closing: Duration::from_secs(25),
};

/// What ends by itself with the bounds is given so long to do it.
pub(super) const COURTESY: Duration = Duration::from_millis(500);

impl Bounds {
    /// Of an operation that writes.
    pub fn new(deadline: Instant, cancel: CancellationToken) -> Bounds {
        Bounds {
            deadline,
            cancel,
            interrupted: Arc::default(),
            writes: true,
        }
    }

    /// Of one that only reads: once it is to end, no answer is worth waiting for.
    pub fn reading(deadline: Instant, cancel: CancellationToken) -> Bounds {
        Bounds {
            writes: false,
            ..Bounds::new(deadline, cancel)
        }
    }

    /// The same end for what is read before anything is written.
    pub fn only_reading(&self) -> Bounds {
        Bounds {
            writes: false,
            ..self.clone()
        }
    }

    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// When the operation was to end, once it is.
    pub fn ended(&self) -> Option<Instant> {
        let now = Instant::now();
        if self.cancel.is_cancelled() {
            let interrupted = *self.interrupted.get_or_init(|| now);
            return Some(interrupted.min(self.deadline));
        }
        (now >= self.deadline).then_some(self.deadline)
    }

    pub fn is_interrupted(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// Waits until the operation is to end.
    pub async fn end(&self) -> Instant {
        loop {
            if let Some(ended) = self.ended() {
                return ended;
            }
            tokio::select! {
                () = self.cancel.cancelled() => {}
                () = sleep_until(self.deadline) => {}
            }
        }
    }

    /// Waits until what is being read is not worth waiting for. Calls end by themselves before, and
    /// say which it was that had no answer.
    pub async fn reads_end(&self) {
        let ended = self.end().await;
        sleep_until(self.closes_by(ended) + COURTESY).await;
    }

    /// How long answers to writes are waited for.
    pub fn answers_by(&self, ended: Instant) -> Instant {
        ended + self.rest().answers
    }

    /// How long the last observation may take.
    pub fn closes_by(&self, ended: Instant) -> Instant {
        ended + self.rest().closing
    }

    fn rest(&self) -> Rest {
        match (self.writes, self.interrupted.get()) {
            (false, _) => Rest {
                answers: Duration::ZERO,
                closing: Duration::ZERO,
            },
            (true, Some(interrupted)) if *interrupted < self.deadline => AFTER_INTERRUPT,
            (true, _) => AFTER_DEADLINE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn the_deadline_ends_it() {
        let begun = Instant::now();
        let bounds = Bounds::new(begun + LIMIT, CancellationToken::new());
        assert_eq!(bounds.ended(), None);
        assert_eq!(bounds.end().await, begun + LIMIT);
        assert!(!bounds.is_interrupted());
        let closes = bounds.closes_by(begun + LIMIT);
        assert!(closes < begun + LIMIT + Duration::from_secs(10));
        assert!(bounds.answers_by(begun + LIMIT) < closes);
    }

    #[tokio::test(start_paused = true)]
    async fn a_person_ends_it_earlier_and_waits_longer() {
        let begun = Instant::now();
        let cancel = CancellationToken::new();
        let bounds = Bounds::new(begun + LIMIT, cancel.clone());
        tokio::time::sleep(Duration::from_secs(5)).await;
        cancel.cancel();
        let ended = bounds.end().await;
        assert_eq!(ended, begun + Duration::from_secs(5));
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(
            bounds.clone().ended(),
            Some(ended),
            "the same for everybody"
        );
        let closes = bounds.closes_by(ended);
        assert!(closes > ended + Duration::from_secs(20));
        assert!(closes < ended + Duration::from_secs(30));
    }

    #[tokio::test(start_paused = true)]
    async fn who_only_reads_waits_for_nothing() {
        let begun = Instant::now();
        let bounds = Bounds::reading(begun + LIMIT, CancellationToken::new());
        let ended = bounds.end().await;
        assert_eq!(bounds.closes_by(ended), ended);
    }
}
