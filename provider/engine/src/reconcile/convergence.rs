//! How far one run may go, and how it ended.

use std::collections::{BTreeMap, BTreeSet};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::model::{Key, Observed, object::target_group::Target};
use crate::reconcile::{Bounds, Cause, Claim, Closing, CloudError, Order, Plan, Planned, Step};

/// Elastic Load Balancing throttles registrations and modifications at a few calls a second with
/// a burst of some twenty: more at once would only be answered by throttling.
pub const IN_FLIGHT: usize = 8;

/// How far one run may go.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Once they end it, no step starts; what is under way is answered for a while yet.
    pub bounds: Bounds,
    pub in_flight: usize,
    /// Of a create: what it takes its name with.
    pub claim: Option<Claim>,
    /// Orders to ignore, by which tests show that each is needed.
    pub without: Vec<Order>,
}

/// How one run ended. It always carries what is known to exist.
#[derive(Clone, Debug)]
pub struct Convergence {
    /// The last observation, with what was done since folded in.
    pub observed: Observed,
    /// Steps that AWS did, in the order of its answers.
    pub done: Vec<Step>,
    /// Steps that AWS refused for good or did not keep.
    pub failures: Vec<(Step, CloudError)>,
    /// Steps that somebody's decision keeps from running; with none of those and no failure, all
    /// that wait for each other.
    pub blocked: Vec<Planned>,
    /// What AWS would not do yet when the run ended, and why.
    pub put_off: Vec<(Step, Cause)>,
    /// All that is left.
    pub left: Plan,
    /// Objects that are not wanted, do not carry our owner, and were left alone.
    pub forgotten: BTreeSet<Key>,
    /// Targets that the run registered and that `wait_for_healthy` still waits for, by their groups.
    pub ailing: BTreeMap<Key, BTreeSet<Target>>,
    /// The observation failed so often that the run gave up.
    pub unseen: Option<CloudError>,
    pub cancelled: bool,
    /// The deadline came first.
    pub timed_out: bool,
    /// Of a create: the end of its lease, which is still to be told.
    pub closing: Option<Closing>,
}

impl Limits {
    pub fn new(deadline: Instant, cancel: CancellationToken) -> Limits {
        Limits::within(Bounds::new(deadline, cancel))
    }

    pub fn within(bounds: Bounds) -> Limits {
        Limits {
            bounds,
            in_flight: IN_FLIGHT,
            claim: None,
            without: Vec::new(),
        }
    }
}

impl Convergence {
    /// Whether health is all that is missing.
    pub fn lacks_health_only(&self) -> bool {
        self.left.steps.is_empty()
            && self
                .left
                .awaited
                .iter()
                .all(|it| self.ailing.contains_key(it))
    }

    /// Whether AWS was seen to hold what is wanted.
    pub fn is_settled(&self) -> bool {
        self.left.is_settled() && self.unseen.is_none()
    }
}
