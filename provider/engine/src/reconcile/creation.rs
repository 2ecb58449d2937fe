//! What a create adds to a run: a lease on the name, held by the first object that it makes.
//!
//! Before anything else is made, and again before consumers could see anything, the run looks whether
//! somebody else is making a resource of that name. AWS offers no lock: each of two who begin at the
//! same moment makes its first object and looks then, so that at least one of them sees the other.
//! Of two who see each other the one with the smaller owner id goes on, once the other is gone.

use std::{
    collections::BTreeSet,
    time::{Duration, SystemTime},
};

use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::model::{
    Desired, Key, Lease, Maybe, Observed, Scope, Side, Slot,
    lease::TERM,
    leases,
    observed::Stranger,
    tags::{self, Tags},
};
use crate::reconcile::{Answer, Cloud, CloudError, ErrorKind, Step, Write, fold};

/// A lease that has less left is renewed: a small write a minute.
const RENEWED_AT: Duration = Duration::from_secs(60);
/// What two who take over the same objects write at the same moment is seen by both after this.
const SETTLED: Duration = Duration::from_secs(5);
/// Somebody who is to make way is looked for this often.
const POLL: Duration = Duration::from_secs(2);

/// What a create hands to the engine.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The object that is made first and carries the lease.
    pub anchor: Key,
    /// Drawn by this create.
    pub run: String,
    /// The run whose objects are taken over, since it was ended half way.
    pub from: Option<String>,
    /// Nobody waits for the answer any more: what exists will not be recorded.
    pub abandoned: CancellationToken,
}

impl Claim {
    /// Does the lease say that another apply has what this one works on? Who was believed to have
    /// been ended may have finished after all.
    fn is_lost_to(&self, held: &Lease) -> bool {
        let is_from = held.is_open() && Some(&held.run) == self.from.as_ref();
        held.run != self.run && !is_from
    }
}

/// Why a create must not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Somebody else is making a resource of that name, or has made it.
    Rival(Stranger),
    /// Another apply has taken over what this one made, since its lease had run out, or what both
    /// were about to take over.
    TakenOver { anchor: Key, run: String },
}

/// How far the claim has come.
pub(super) struct Creation {
    claim: Claim,
    owner: String,
    identity: Slot,
    clock: Clock,
    /// The lease as it is to be.
    wanted: Lease,
    /// How often it was seen that nobody else makes a resource of that name.
    checks: u32,
    next_check: Instant,
    /// When AWS was last asked for the lease, and answered.
    looked: SystemTime,
    check_begun: SystemTime,
    pub(super) is_checking: bool,
    /// Somebody who is to make way, and since when.
    waits_for: Option<(Stranger, Instant)>,
    /// These credentials may tag in creates alone: the lease is what it was made with.
    is_fixed: bool,
    pub(super) lost: Option<Lost>,
}

/// Time for people and other machines. It goes on while the machine sleeps, which the runtime's own
/// does not, and it never goes back.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    begun: Instant,
    at: SystemTime,
}

impl Clock {
    pub fn new() -> Clock {
        Clock {
            begun: Instant::now(),
            at: SystemTime::now(),
        }
    }

    pub fn now(&self) -> SystemTime {
        (self.at + self.begun.elapsed()).max(SystemTime::now())
    }
}

impl Default for Clock {
    fn default() -> Clock {
        Clock::new()
    }
}

/// How often it must be certain that nobody else is at work before a step.
fn checks_before(step: &Step, anchor: Key) -> u32 {
    let creates = matches!(step.write, Write::Create(_) | Write::Overwrite(_));
    match step.key.slot {
        _ if step.key == anchor => 0,
        // Consumers may use these as soon as they are there.
        Slot::Service | Slot::Alias(_) if creates => 2,
        _ => 1,
    }
}

impl Creation {
    pub(super) fn new(claim: Claim, owner: &str, side: Option<Side>) -> Creation {
        let clock = Clock::new();
        let pause = match claim.from {
            Some(_) => SETTLED,
            None => Duration::ZERO,
        };
        Creation {
            wanted: Lease::begun(&claim.run, clock.now()),
            looked: clock.now(),
            check_begun: clock.now(),
            next_check: Instant::now() + pause,
            claim,
            owner: owner.to_owned(),
            identity: identity(side),
            clock,
            checks: 0,
            is_checking: false,
            waits_for: None,
            is_fixed: false,
            lost: None,
        }
    }

    pub(super) fn anchor(&self) -> Key {
        self.claim.anchor
    }

    /// The lease as AWS holds it, if it is this run's.
    fn own(&self, known: &Observed) -> Option<Lease> {
        let lease = Lease::of(&known.get(self.claim.anchor)?.object)?;
        (lease.run == self.claim.run && lease.is_open()).then_some(lease)
    }

    /// Asks for the lease as it is to be by now, and notices who has taken it.
    pub(super) fn renew(&mut self, desired: &mut Desired, known: &Observed) {
        let anchor = self.claim.anchor;
        let now = self.clock.now();
        let held = known.get(anchor).and_then(|seen| Lease::of(&seen.object));
        if let Some(held) = held.filter(|held| self.claim.is_lost_to(held)) {
            self.lost = Some(Lost::TakenOver {
                anchor,
                run: held.run,
            });
        }
        if self.is_fixed
            && let Some(own) = self.own(known)
        {
            self.wanted = own;
        } else if let Some(own) = self.own(known).filter(|own| own.left(now) > RENEWED_AT) {
            self.wanted = own;
        } else if self.wanted.left(now) <= RENEWED_AT {
            self.wanted = Lease::begun(&self.claim.run, now);
        }
        for key in self.marked(desired, known) {
            if let Some(tags) = desired.objects.get_mut(&key).and_then(|it| it.tags_mut()) {
                tags.insert(tags::CREATE.to_owned(), self.wanted.to_string().into());
            }
        }
    }

    /// The objects that carry the lease: the first of this configuration, and the first of the one
    /// whose create was ended half way.
    fn marked(&self, desired: &Desired, known: &Observed) -> BTreeSet<Key> {
        let mut keys: BTreeSet<Key> = leases::open(known).map(|(key, _)| key).collect();
        keys.insert(self.claim.anchor);
        keys.retain(|key| desired.objects.contains_key(key));
        keys
    }

    /// The process slept, or could not renew the lease in time: somebody may have taken over.
    fn has_lapsed(&self, known: &Observed) -> bool {
        self.own(known).is_some_and(|own| {
            let until = own.until().unwrap_or(self.looked);
            until <= self.clock.now() && self.looked < until
        })
    }

    fn is_held(&self, known: &Observed) -> bool {
        let own = self.own(known);
        own.is_some_and(|own| self.is_fixed || !own.left(self.clock.now()).is_zero())
    }

    /// AWS refused this step for good. A lease that cannot be renewed is better than no resource;
    /// what others began may be taken over with one that can.
    pub(super) fn refused(&mut self, step: &Step, known: &Observed) {
        let is_lease =
            matches!(&step.write, Write::Tag { set, .. } if set.contains_key(tags::CREATE));
        self.is_fixed |= is_lease && self.own(known).is_some();
    }

    /// May this step be done by now?
    pub(super) fn admits(&self, step: &Step, known: &Observed) -> bool {
        if self.lost.is_some() || self.has_lapsed(known) {
            return false;
        }
        if self.is_held(known) {
            return self.checks >= checks_before(step, self.claim.anchor);
        }
        let takes = matches!(step.write, Write::Create(_) | Write::Tag { .. });
        step.key == self.claim.anchor && takes
    }

    /// When to look for others, if a step waits for that.
    pub(super) fn check_at<'s>(
        &self,
        mut ready: impl Iterator<Item = &'s Step>,
        known: &Observed,
    ) -> Option<Instant> {
        if self.lost.is_some() || self.is_checking {
            return None;
        }
        let waits = |step: &Step| checks_before(step, self.claim.anchor) > self.checks;
        let is_due = self.has_lapsed(known) || (self.is_held(known) && ready.any(waits));
        is_due.then_some(self.next_check)
    }

    pub(super) fn begin_check(&mut self) {
        self.is_checking = true;
        self.check_begun = self.clock.now();
    }

    pub(super) fn failed_check(&mut self) {
        self.is_checking = false;
        self.next_check = Instant::now() + POLL;
    }

    /// Others of that name, as they were just seen.
    pub(super) fn checked(&mut self, others: &[Stranger], known: &Observed) {
        // After a sleep it says nothing of the moment of the next step.
        let counts = u32::from(!self.has_lapsed(known));
        self.is_checking = false;
        self.looked = self.check_begun;
        let now = Instant::now();
        let clock = self.clock.now();
        let rival = rival(others, self.identity, clock);
        // Whose lease has run out is removing what it made: that of an earlier apply would have been
        // taken over.
        let rival = rival.filter(|it| it.is_at_work(clock) || !it.is_unfinished());
        let Some(rival) = rival else {
            self.waits_for = None;
            self.checks += counts;
            self.next_check = now;
            return;
        };
        let waited = self.waits_for.as_ref();
        let waited = waited.filter(|(before, _)| before.owner == rival.owner);
        let goes_on =
            waited.is_some_and(|(before, since)| rival.renews(before) || since.elapsed() > TERM);
        if !rival.is_unfinished() || rival.owner < self.owner || goes_on {
            self.lost = Some(Lost::Rival(rival.clone()));
            return;
        }
        tracing::info!(
            id = rival.id,
            owner = rival.owner,
            "Waiting for another apply to make way"
        );
        self.next_check = now + POLL;
        if waited.is_none() {
            self.waits_for = Some((rival.clone(), now));
        }
    }

    /// When something is to be done without an answer of AWS's.
    pub(super) fn wakes_at(&self) -> Instant {
        let left = self.wanted.left(self.clock.now());
        let renewal = left.saturating_sub(RENEWED_AT).max(POLL);
        Instant::now() + renewal
    }

    /// What is still to be said when the run is over.
    pub(super) fn closing(self, desired: &Desired, known: &Observed) -> Closing {
        Closing {
            keys: self.marked(desired, known),
            claim: self.claim,
            lost: self.lost,
        }
    }
}

/// The end of a create's lease. It is told when all else is over, whatever ended that.
#[derive(Clone, Debug)]
pub struct Closing {
    claim: Claim,
    keys: BTreeSet<Key>,
    /// Why the create did not go on, if it had to leave its name to somebody else.
    pub lost: Option<Lost>,
}

impl Closing {
    /// Ends the lease, unless somebody has taken over by now: then that is `lost`. `by`: there is no
    /// more time then. What is not told runs out by itself.
    pub async fn end(
        &mut self,
        cloud: &impl Cloud,
        scope: &Scope,
        observed: &mut Observed,
        by: Instant,
    ) -> Result<(), CloudError> {
        let anchor = self.claim.anchor;
        let Some(id) = observed.id(anchor).map(str::to_owned) else {
            return Ok(());
        };
        if self.lost.is_none() {
            let read = timeout_at(by, cloud.tags(anchor, &id)).await;
            let tags = read.unwrap_or_else(|_| Err(no_time()))?;
            let held = tags.and_then(|tags| tags.get(tags::CREATE)?.parse::<Lease>().ok());
            if let Some(held) = held.filter(|held| self.claim.is_lost_to(held)) {
                self.lost = Some(Lost::TakenOver {
                    anchor,
                    run: held.run,
                });
            }
        }
        let is_left = self.claim.abandoned.is_cancelled();
        let lease = match &self.lost {
            Some(Lost::TakenOver { .. }) => return Ok(()),
            Some(Lost::Rival(_)) => Lease::abandoned(&self.claim.run),
            None if is_left => Lease::abandoned(&self.claim.run),
            None => Lease::ended(&self.claim.run),
        };
        let set = Tags::from([(tags::CREATE.to_owned(), lease.to_string().into())]);
        for key in &self.keys {
            if observed.id(*key).is_none() {
                continue;
            }
            let step = Step {
                key: *key,
                write: Write::Tag {
                    set: set.clone(),
                    remove: BTreeSet::new(),
                },
            };
            insist(cloud, scope, &step, observed, by).await?;
            fold(observed, &step, Maybe::Unknown);
        }
        Ok(())
    }
}

/// Does one step, again where AWS would do it later.
async fn insist(
    cloud: &impl Cloud,
    scope: &Scope,
    step: &Step,
    observed: &Observed,
    by: Instant,
) -> Result<(), CloudError> {
    let mut pause = Duration::from_millis(200);
    loop {
        let answer = timeout_at(by, cloud.execute(scope, step, observed)).await;
        match answer {
            Ok(Answer::Done(_)) => return Ok(()),
            Ok(Answer::NotYet(_) | Answer::LookAgain(_)) if Instant::now() + pause < by => {
                sleep(pause).await;
                pause *= 2;
            }
            Ok(Answer::NotYet(error) | Answer::LookAgain(error) | Answer::Failed(error)) => {
                return Err(error);
            }
            Err(_) => return Err(no_time()),
        }
    }
}

fn no_time() -> CloudError {
    CloudError {
        operation: "The end of the create".to_owned(),
        kind: ErrorKind::Unavailable,
        code: String::new(),
        message: "AWS had not answered when the time was up".to_owned(),
        request_id: None,
    }
}

/// The object that makes a resource complete: consumers name it.
fn identity(side: Option<Side>) -> Slot {
    match side {
        Some(Side::Consumer) => Slot::Endpoint,
        Some(Side::Service) | None => Slot::Service,
    }
}

/// The one who is in the way of a create, if anybody is: a complete resource, else one that is being
/// made, else what is left of a create that was ended half way. Parts of which none of these is true
/// may be about to be deleted.
pub fn rival(others: &[Stranger], identity: Slot, now: SystemTime) -> Option<&Stranger> {
    let complete = |it: &&Stranger| it.slot == identity && !is_unfinished(&it.owner, others);
    let unfinished = || others.iter().filter(|it| is_unfinished(&it.owner, others));
    let made = others.iter().find(complete);
    let at_work = || unfinished().find(|it| it.is_at_work(now));
    let left = || unfinished().find(|it| it.lease.as_ref().is_some_and(Lease::is_open));
    made.or_else(at_work).or_else(left)
}

/// Is a create of this owner under way, or was it ended half way?
fn is_unfinished(owner: &str, others: &[Stranger]) -> bool {
    let own = others.iter().filter(|it| it.owner == owner);
    let leases: Vec<&Lease> = own.filter_map(|it| it.lease.as_ref()).collect();
    !leases.is_empty() && leases.iter().all(|lease| lease.is_open())
}
