//! The loop: run what waits for nothing, fold the answers in, plan again, look at what is awaited.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures::{
    future::{BoxFuture, FutureExt},
    stream::{FuturesUnordered, StreamExt},
};
use tokio::time::{Instant, sleep_until};

use super::{
    attempts::{Attempts, REPEATS, Turn},
    convergence::{Convergence, Limits},
    fold::fold,
    health,
    plan::{Plan, Planned, forgotten, plan_without},
    rejection::{NEW_ENDPOINTS, Rejections, given_up},
    view::SERVICE,
};
use crate::{
    model::{Desired, Key, Life, Maybe, Observed, Scope, Slot},
    reconcile::{Answer, Cloud, CloudError, Step, Write},
};

/// AWS needs at least this long for anything that comes by itself.
const LOOK_FIRST: Duration = Duration::from_millis(200);
/// Long waits are looked at this often, so that their end is not missed by more.
const LOOK_LONGEST: Duration = Duration::from_secs(10);
/// Between looks passes this part of the time waited so far, which the whole wait is longer by.
const LOOK_SHARE: u32 = 16;
/// AWS's reads are tried so often in a row; the client itself retries each.
const LOOK_FAILURES: u32 = 4;

enum Event {
    Answered(Step, Answer),
    /// Some keys were looked at.
    Looked(BTreeSet<Key>, Result<Observed, CloudError>),
    /// Everything was, beginning then.
    Observed(Instant, Result<Observed, CloudError>),
}

/// What became of one turn of the loop.
enum Next {
    /// Something runs, or will: sleep until then at the latest.
    Sleep(Option<Instant>),
    Observe,
    End,
}

struct Run<'a, C> {
    cloud: &'a C,
    scope: &'a Scope,
    desired: &'a Desired,
    limits: &'a Limits,
    known: Arc<Observed>,
    /// Nothing was done since everything was looked at.
    is_whole: bool,
    attempts: Attempts,
    rejections: Rejections,
    done: Vec<Step>,
    /// Keys with a write under way.
    busy: BTreeSet<Key>,
    /// Keys written to since the running look began: it may not have seen that.
    touched: BTreeSet<Key>,
    is_looking: bool,
    is_observing: bool,
    awaited: BTreeSet<Key>,
    awaited_since: Instant,
    looked: Instant,
    /// Observations that failed in a row, and the last reason.
    unseen: (u32, Option<CloudError>),
    running: FuturesUnordered<BoxFuture<'a, Event>>,
}

/// Makes AWS hold what is desired, beginning with what was just observed. `progress` is told the
/// best known state whenever it changes.
pub async fn converge<C: Cloud>(
    cloud: &C,
    scope: &Scope,
    desired: &Desired,
    observed: Observed,
    limits: &Limits,
    progress: &(dyn Fn(&Observed) + Send + Sync),
) -> Convergence {
    let mut run = Run {
        cloud,
        scope,
        desired,
        limits,
        known: Arc::new(observed),
        is_whole: true,
        attempts: Attempts::default(),
        rejections: Rejections::default(),
        done: Vec::new(),
        busy: BTreeSet::new(),
        touched: BTreeSet::new(),
        is_looking: false,
        is_observing: false,
        awaited: BTreeSet::new(),
        awaited_since: Instant::now(),
        looked: Instant::now(),
        unseen: (0, None),
        running: FuturesUnordered::new(),
    };
    loop {
        let mut plan = plan_without(desired, &run.known, &limits.without);
        run.await_health(&mut plan);
        let is_stopped = run.is_stopped();
        let wake = match run.advance(&plan, is_stopped) {
            Next::Sleep(wake) => wake,
            Next::Observe => {
                run.observe();
                None
            }
            Next::End => return run.end(plan),
        };
        // Every arm is safe to drop: a dropped timer or token loses nothing, and the events stay
        // in `running`.
        tokio::select! {
            Some(event) = run.running.next(), if !run.running.is_empty() => {
                run.take(event);
                progress(&run.known);
            }
            () = sleep_until(wake.unwrap_or(limits.deadline)), if wake.is_some() => {}
            () = sleep_until(limits.deadline), if !is_stopped => {}
            () = limits.cancel.cancelled(), if !is_stopped => {}
        }
    }
}

impl<'a, C: Cloud> Run<'a, C> {
    fn is_stopped(&self) -> bool {
        self.limits.cancel.is_cancelled()
            || Instant::now() >= self.limits.deadline
            || self.unseen.0 >= LOOK_FAILURES
    }

    /// When nothing is left to do, what the run has registered is to become healthy.
    fn await_health(&self, plan: &mut Plan) {
        if plan.steps.is_empty() {
            let ailing = health::ailing(self.desired, &self.known, &self.done);
            plan.awaited.extend(health::awaited(&ailing));
        }
    }

    /// Starts what may start, and says what comes next.
    fn advance(&mut self, plan: &Plan, is_stopped: bool) -> Next {
        if self.is_observing {
            return Next::Sleep(None);
        }
        let (wake, unsure) = if is_stopped {
            (None, false)
        } else {
            self.start(plan)
        };
        if !is_stopped {
            self.look(&plan.awaited);
        }
        if !self.running.is_empty() {
            return Next::Sleep(earliest(wake, self.next_look(&plan.awaited)));
        }
        if is_stopped {
            return if self.is_whole || self.unseen.0 >= LOOK_FAILURES {
                Next::End
            } else {
                Next::Observe
            };
        }
        match (unsure, wake, self.next_look(&plan.awaited)) {
            (true, _, _) => Next::Observe,
            (false, None, None) if self.is_whole => Next::End,
            (false, None, None) => Next::Observe,
            (false, wake, look) => Next::Sleep(earliest(wake, look)),
        }
    }

    /// Starts every step that may; says when the next one may, and whether one must be looked at
    /// first.
    fn start(&mut self, plan: &Plan) -> (Option<Instant>, bool) {
        let mut wake = None;
        let mut unsure = false;
        for step in plan.ready() {
            if self.busy.contains(&step.key) {
                continue;
            }
            match self.attempts.turn(step) {
                Turn::Now if self.busy.len() < self.limits.in_flight => {
                    self.busy.insert(step.key);
                    self.touched.insert(step.key);
                    let (cloud, scope) = (self.cloud, self.scope);
                    let (step, known) = (step.clone(), Arc::clone(&self.known));
                    let call = async move {
                        let answer = cloud.execute(scope, &step, &known).await;
                        Event::Answered(step, answer)
                    };
                    self.running.push(call.boxed());
                }
                Turn::Now | Turn::Never => {}
                Turn::Later(then) => wake = earliest(wake, Some(then)),
                Turn::LookFirst => unsure = true,
            }
        }
        (wake, unsure)
    }

    /// Looks at what is awaited when it is time, one look at a time.
    fn look(&mut self, awaited: &BTreeSet<Key>) {
        if self.awaited != *awaited {
            self.awaited.clone_from(awaited);
            self.awaited_since = Instant::now();
            self.looked = self.awaited_since;
        }
        let is_due = self
            .next_look(awaited)
            .is_some_and(|then| then <= Instant::now());
        if !is_due || self.is_looking {
            return;
        }
        self.is_looking = true;
        self.touched.clone_from(&self.busy);
        let (cloud, scope) = (self.cloud, self.scope);
        let (keys, mut known) = (awaited.clone(), self.known.as_ref().clone());
        let call = async move {
            let seen = cloud.look(scope, &keys, &mut known).await;
            Event::Looked(keys, seen.map(|()| known))
        };
        self.running.push(call.boxed());
    }

    fn next_look(&self, awaited: &BTreeSet<Key>) -> Option<Instant> {
        if awaited.is_empty() || self.is_looking {
            return None;
        }
        let waited = self.looked.duration_since(self.awaited_since);
        Some(self.looked + (waited / LOOK_SHARE).clamp(LOOK_FIRST, LOOK_LONGEST))
    }

    /// Looks at everything; nothing else runs meanwhile, so that nothing is missed.
    fn observe(&mut self) {
        self.is_observing = true;
        let cloud = self.cloud;
        let scope = self.scope_now();
        let failures = self.unseen.0;
        let call = async move {
            if failures > 0 {
                tokio::time::sleep(LOOK_FIRST * 4u32.pow(failures)).await;
            }
            let begun = Instant::now();
            Event::Observed(begun, cloud.observe(&scope).await)
        };
        self.running.push(call.boxed());
    }

    /// What this run made is found by its ids as well.
    fn scope_now(&self) -> Scope {
        let mut scope = self.scope.clone();
        let made = self.known.objects.iter().filter(|(_, seen)| seen.owned);
        scope
            .known
            .objects
            .extend(made.map(|(key, seen)| (*key, seen.clone())));
        scope
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Answered(step, answer) => self.answered(step, answer),
            Event::Looked(keys, seen) => {
                self.is_looking = false;
                self.looked = Instant::now();
                match seen {
                    Ok(seen) => {
                        self.unseen = (0, None);
                        self.merge(&keys, &seen);
                    }
                    Err(error) => self.unseen = (self.unseen.0 + 1, Some(error)),
                }
            }
            Event::Observed(begun, seen) => {
                self.is_observing = false;
                match seen {
                    Ok(mut seen) => {
                        self.unseen = (0, None);
                        self.rejections.judge(&mut seen);
                        self.known = Arc::new(seen);
                        self.is_whole = true;
                        self.attempts.looked(begun);
                    }
                    Err(error) => self.unseen = (self.unseen.0 + 1, Some(error)),
                }
            }
        }
    }

    fn answered(&mut self, step: Step, answer: Answer) {
        self.busy.remove(&step.key);
        self.is_whole = false;
        let most = match step.write {
            // Of what is wanted, only a failed endpoint is deleted, for a new one to take its place.
            Write::Delete if self.desired.objects.contains_key(&step.key) => NEW_ENDPOINTS,
            _ => REPEATS,
        };
        match self.rejections.heard(&self.known, &step, answer) {
            Answer::Done(id) => {
                let id = id.map_or(Maybe::Unknown, Maybe::Known);
                fold(Arc::make_mut(&mut self.known), &step, id);
                self.attempts.tried(&step, None, most);
                self.done.push(step);
            }
            Answer::LookAgain(cause) => self.attempts.tried(&step, Some(cause), most),
            Answer::NotYet(cause) => self.attempts.put_off(&step, cause),
            Answer::Failed(error) => self.attempts.failed(&step, error),
        }
    }

    /// Takes over what was looked at and not written to meanwhile.
    fn merge(&mut self, keys: &BTreeSet<Key>, seen: &Observed) {
        self.is_whole = false;
        let known = Arc::make_mut(&mut self.known);
        for key in keys.difference(&self.touched) {
            match seen.objects.get(key) {
                Some(object) => {
                    known.objects.insert(*key, object.clone());
                }
                None => {
                    known.objects.remove(key);
                }
            }
        }
        self.rejections.judge(known);
        let connected = |key: &Key| matches!(key.slot, Slot::Service | Slot::Endpoint);
        if keys.iter().any(connected) && !self.touched.contains(&SERVICE) {
            known.connections.clone_from(&seen.connections);
        }
    }

    /// Why a step that could run does not.
    fn failure(&self, step: &Step) -> Option<(Step, CloudError)> {
        let error = self.attempts.failure(step)?;
        let wanted = self.desired.objects.get(&step.key);
        let seen = self.known.get(step.key).map(|seen| &seen.life);
        Some(match (wanted, seen) {
            (Some(wanted), Some(Life::Failed(reason))) if self.attempts.is_exhausted(step) => {
                let step = Step {
                    key: step.key,
                    write: Write::Create(Box::new(wanted.clone())),
                };
                let error = given_up(&step, reason);
                (step, error)
            }
            _ => (step.clone(), error.clone()),
        })
    }

    fn end(self, plan: Plan) -> Convergence {
        let is_failed = |step: &Step| self.attempts.failure(step).is_some();
        let failures: Vec<_> = plan.ready().filter_map(|step| self.failure(step)).collect();
        let put_off = plan
            .ready()
            .filter(|step| !is_failed(step))
            .filter_map(|step| Some((step.clone(), self.attempts.cause(step)?.clone())))
            .collect();
        let cancelled = self.limits.cancel.is_cancelled();
        let timed_out = !cancelled && Instant::now() >= self.limits.deadline && !plan.is_settled();
        let conflicts = |planned: &&Planned| planned.conflicts().next().is_some();
        let mut blocked: Vec<Planned> = plan.steps.iter().filter(conflicts).cloned().collect();
        if blocked.is_empty() && failures.is_empty() && !cancelled && !timed_out {
            blocked.clone_from(&plan.steps);
        }
        Convergence {
            forgotten: forgotten(self.desired, &self.known),
            ailing: health::ailing(self.desired, &self.known, &self.done),
            observed: Arc::unwrap_or_clone(self.known),
            done: self.done,
            failures,
            blocked,
            put_off,
            left: plan,
            unseen: if self.unseen.0 >= LOOK_FAILURES {
                self.unseen.1
            } else {
                None
            },
            cancelled,
            timed_out,
        }
    }
}

fn earliest(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
