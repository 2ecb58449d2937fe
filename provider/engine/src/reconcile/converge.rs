//! The loop: run what waits for nothing, fold the answers in, plan again, look at what is awaited.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use futures::{
    future::{BoxFuture, FutureExt},
    stream::{FuturesUnordered, StreamExt},
};
use tokio::time::{Instant, sleep_until};

use super::{
    attempts::{Attempts, REPEATS, Turn},
    bounds::COURTESY,
    convergence::{Convergence, Limits},
    creation::Creation,
    fold::fold,
    health,
    plan::{Plan, Planned, forgotten, plan_without},
    rejection::{NEW_ENDPOINTS, Rejections, given_up},
    view::SERVICE,
};
use crate::model::{
    Desired, Key, Life, Maybe, Observed, Scope, Slot, observed::Stranger, ownership::RawTags,
    tags::CREATE,
};
use crate::reconcile::{Answer, Cloud, CloudError, ErrorKind, Step, Write};

/// AWS needs at least this long for anything that comes by itself.
const LOOK_FIRST: Duration = Duration::from_millis(200);
/// Long waits are looked at this often, so that their end is not missed by more.
const LOOK_LONGEST: Duration = Duration::from_secs(10);
/// Between looks passes this part of the time waited so far, which the whole wait is longer by.
const LOOK_SHARE: u32 = 16;
/// So often the log says what is waited for.
const TELL: Duration = Duration::from_secs(10);

enum Event {
    Answered(Step, Answer),
    /// Some keys were looked at.
    Looked(BTreeSet<Key>, Result<Observed, CloudError>),
    /// The tags of the object that carries the lease of a create, and others of that name.
    Checked(Result<(Option<RawTags>, Vec<Stranger>), CloudError>),
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
    /// What is desired, with the lease of a create.
    desired: Desired,
    limits: &'a Limits,
    creation: Option<Creation>,
    known: Arc<Observed>,
    /// Nothing was done since everything was looked at.
    is_whole: bool,
    attempts: Attempts,
    rejections: Rejections,
    done: Vec<Step>,
    /// Regional names of the endpoints that were deleted.
    departed: BTreeSet<String>,
    /// Records that were deleted: what stands there now is ours no longer by its place.
    unrecorded: BTreeSet<Key>,
    /// Writes under way, and since when.
    busy: BTreeMap<Key, (Step, Instant)>,
    /// Keys written to since the running look began: it may not have seen that.
    touched: BTreeSet<Key>,
    is_looking: bool,
    is_observing: bool,
    awaited: BTreeSet<Key>,
    awaited_since: Instant,
    looked: Instant,
    /// Looks that failed in a row, and the last reason.
    unseen: (u32, Option<CloudError>),
    told: Instant,
    running: FuturesUnordered<BoxFuture<'a, Event>>,
    /// The one look or observation that is under way.
    reading: FuturesUnordered<BoxFuture<'a, Event>>,
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
        desired: desired.clone(),
        limits,
        creation: limits
            .claim
            .clone()
            .map(|claim| Creation::new(claim, &scope.owner, scope.side)),
        known: Arc::new(observed),
        is_whole: true,
        attempts: Attempts::default(),
        rejections: Rejections::default(),
        done: Vec::new(),
        departed: BTreeSet::new(),
        unrecorded: BTreeSet::new(),
        busy: BTreeMap::new(),
        touched: BTreeSet::new(),
        is_looking: false,
        is_observing: false,
        awaited: BTreeSet::new(),
        awaited_since: Instant::now(),
        looked: Instant::now(),
        unseen: (0, None),
        told: Instant::now(),
        running: FuturesUnordered::new(),
        reading: FuturesUnordered::new(),
    };
    loop {
        if let Some(creation) = &mut run.creation {
            creation.renew(&mut run.desired, &run.known);
        }
        let mut plan = plan_without(&run.desired, &run.known, &limits.without);
        run.await_health(&mut plan);
        let has_ended = limits.bounds.ended().is_some();
        let wake = match run.advance(&plan) {
            Next::Sleep(wake) => wake,
            Next::Observe => {
                run.observe();
                None
            }
            Next::End => return run.end(plan),
        };
        let wake = earliest(wake, run.creation.as_ref().map(Creation::wakes_at));
        run.tell(&plan);
        // Every arm is safe to drop: a dropped timer loses nothing, and the events stay in
        // `running` and `reading`.
        tokio::select! {
            Some(event) = run.running.next(), if !run.running.is_empty() => {
                run.take(event);
                progress(&run.known);
            }
            Some(event) = run.reading.next(), if !run.reading.is_empty() => {
                run.take(event);
                progress(&run.known);
            }
            () = sleep_until(wake.unwrap_or(run.told + TELL).min(run.told + TELL)) => {}
            _ = limits.bounds.end(), if !has_ended => {}
        }
    }
}

impl<'a, C: Cloud> Run<'a, C> {
    /// When nothing is left to do, what the run has registered is to become healthy.
    fn await_health(&self, plan: &mut Plan) {
        if plan.steps.is_empty() {
            let ailing = health::ailing(&self.desired, &self.known, &self.done);
            plan.awaited.extend(health::awaited(&ailing));
        }
    }

    /// Starts what may start, and says what comes next.
    fn advance(&mut self, plan: &Plan) -> Next {
        if let Some(ended) = self.limits.bounds.ended() {
            return self.close(ended);
        }
        if self.is_observing {
            return Next::Sleep(None);
        }
        if self.is_blind() {
            return match self.running.is_empty() {
                true => Next::End,
                false => Next::Sleep(None),
            };
        }
        if self.creation.as_ref().is_some_and(|it| it.lost.is_some()) {
            return match self.running.is_empty() {
                true => Next::End,
                false => Next::Sleep(None),
            };
        }
        let next_check = self.check(plan);
        let (wake, unsure) = self.start(plan);
        self.look(&plan.awaited);
        let next_look = self.next_look(&plan.awaited);
        if !self.running.is_empty() || self.is_looking || self.is_checking() {
            return Next::Sleep(earliest(earliest(wake, next_look), next_check));
        }
        let wake = earliest(wake, next_check);
        match (unsure, wake, next_look) {
            (true, _, _) => Next::Observe,
            (false, None, None) if self.is_whole => Next::End,
            (false, None, None) => Next::Observe,
            (false, wake, look) => Next::Sleep(earliest(wake, look)),
        }
    }

    /// Nothing new is begun. What AWS is doing is answered for a while yet, and then everything is
    /// looked at once more, so that the state says what exists.
    fn close(&mut self, ended: Instant) -> Next {
        let bounds = &self.limits.bounds;
        let now = Instant::now();
        let answers = bounds.answers_by(ended) + COURTESY;
        let closes = bounds.closes_by(ended) + COURTESY;
        if self.is_looking || self.is_checking() {
            self.reading.clear();
            self.is_looking = false;
            if let Some(creation) = &mut self.creation {
                creation.is_checking = false;
            }
        }
        if !self.running.is_empty() && now < answers {
            return Next::Sleep(Some(answers));
        }
        self.cut_off();
        if self.is_observing {
            if now < closes {
                return Next::Sleep(Some(closes));
            }
            self.reading.clear();
            self.is_observing = false;
        }
        match self.is_whole || self.unseen.0 > 0 || now >= closes {
            true => Next::End,
            false => Next::Observe,
        }
    }

    /// Writes that were never answered: they may or may not have been done.
    fn cut_off(&mut self) {
        self.running.clear();
        for (step, begun) in std::mem::take(&mut self.busy).into_values() {
            let seconds = begun.elapsed().as_secs();
            let cause = CloudError {
                operation: step.in_words(),
                kind: ErrorKind::Unavailable,
                code: String::new(),
                message: format!("AWS had not answered after {seconds} s"),
                request_id: None,
            };
            tracing::info!(%step, seconds, "Not answered");
            self.is_whole = false;
            self.attempts.put_off(&step, cause);
        }
    }

    /// AWS refuses to be read, and will not think better of it.
    fn is_blind(&self) -> bool {
        let error = self.unseen.1.as_ref();
        error.is_some_and(|error| matches!(error.kind, ErrorKind::Denied | ErrorKind::Invalid))
    }

    /// Says in the log what is waited for, and why.
    fn tell(&mut self, plan: &Plan) {
        if self.told.elapsed() < TELL {
            return;
        }
        self.told = Instant::now();
        let under_way = self.busy.values().map(|(step, begun)| {
            let seconds = begun.elapsed().as_secs();
            format!("{step} ({seconds} s)")
        });
        let waits = plan.steps.iter().flat_map(|planned| &planned.waits);
        let waits: BTreeSet<String> = waits.map(ToString::to_string).collect();
        let put_off = plan.ready().filter_map(|step| {
            let cause = self.attempts.cause(step)?;
            Some(format!("{step}: {cause}"))
        });
        let reading = match (self.is_observing, self.is_looking) {
            (true, _) => "everything",
            (false, true) => "what is awaited",
            (false, false) => "",
        };
        let awaited = plan.awaited.iter().map(ToString::to_string);
        tracing::info!(
            under_way = few(under_way),
            awaited = few(awaited),
            until = few(waits.into_iter()),
            put_off = few(put_off),
            reading,
            "Waiting"
        );
    }

    /// Starts every step that may; says when the next one may, and whether one must be looked at
    /// first.
    fn start(&mut self, plan: &Plan) -> (Option<Instant>, bool) {
        let mut wake = None;
        let mut unsure = false;
        for step in plan.ready() {
            if self.busy.contains_key(&step.key) || !self.is_admitted(step) {
                continue;
            }
            match self.attempts.turn(step) {
                Turn::Now if self.busy.len() < self.limits.in_flight => {
                    tracing::info!(%step, "Begun");
                    self.busy.insert(step.key, (step.clone(), Instant::now()));
                    self.touched.insert(step.key);
                    let (cloud, scope) = (self.cloud, self.scope_of(step));
                    let (step, known) = (step.clone(), Arc::clone(&self.known));
                    let call = async move {
                        let answer = cloud.execute(&scope, &step, &known).await;
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

    fn is_admitted(&self, step: &Step) -> bool {
        let creation = self.creation.as_ref();
        creation.is_none_or(|it| it.admits(step, &self.known))
    }

    fn is_checking(&self) -> bool {
        self.creation.as_ref().is_some_and(|it| it.is_checking)
    }

    /// Looks whether somebody else makes what is being created, when a step waits for that; says when
    /// the next look is due.
    fn check(&mut self, plan: &Plan) -> Option<Instant> {
        let creation = self.creation.as_mut()?;
        let due = creation.check_at(plan.ready(), &self.known)?;
        if self.is_looking {
            // Its answer wakes the loop.
            return None;
        }
        if due > Instant::now() {
            return Some(due);
        }
        creation.begin_check();
        let anchor = creation.anchor();
        let id = self.known.id(anchor).unwrap_or_default().to_owned();
        let (cloud, scope) = (self.cloud, self.scope);
        self.touched = self.busy.keys().copied().collect();
        let call = async move {
            let seen = match cloud.tags(anchor, &id).await {
                Ok(tags) => cloud.strangers(scope).await.map(|others| (tags, others)),
                Err(error) => Err(error),
            };
            Event::Checked(seen)
        };
        self.reading.push(call.boxed());
        None
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
        if !is_due || self.is_looking || self.is_checking() {
            return;
        }
        self.is_looking = true;
        self.touched = self.busy.keys().copied().collect();
        let (cloud, scope) = (self.cloud, self.scope);
        let (keys, mut known) = (awaited.clone(), self.known.as_ref().clone());
        let call = async move {
            let seen = cloud.look(scope, &keys, &mut known).await;
            Event::Looked(keys, seen.map(|()| known))
        };
        self.reading.push(call.boxed());
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
                let pause = LOOK_FIRST * 4u32.pow(failures.min(4));
                tokio::time::sleep(pause.min(LOOK_LONGEST)).await;
            }
            let begun = Instant::now();
            Event::Observed(begun, cloud.observe(&scope).await)
        };
        self.reading.push(call.boxed());
    }

    /// A record is deleted only where it leads to what the path has or had.
    fn scope_of(&self, step: &Step) -> Cow<'a, Scope> {
        match (step.key.slot, &step.write) {
            (Slot::Alias(_), Write::Delete) => Cow::Owned(Scope {
                departed: self.departed.clone(),
                ..self.scope.clone()
            }),
            _ => Cow::Borrowed(self.scope),
        }
    }

    /// What this run made is found by its ids as well.
    fn scope_now(&self) -> Scope {
        let mut scope = self.scope.clone();
        scope.departed.clone_from(&self.departed);
        let known = &mut scope.known.objects;
        known.retain(|key, _| !self.unrecorded.contains(key));
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
                    Err(error) => self.unseen(error),
                }
            }
            Event::Checked(seen) => self.checked(seen),
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
                    Err(error) => self.unseen(error),
                }
            }
        }
    }

    /// Takes over what the lease says, and who else is there.
    fn checked(&mut self, seen: Result<(Option<RawTags>, Vec<Stranger>), CloudError>) {
        let Some(creation) = &mut self.creation else {
            return;
        };
        let anchor = creation.anchor();
        match seen {
            // What the lease says was being written meanwhile.
            Ok(_) if self.touched.contains(&anchor) => creation.failed_check(),
            Ok((tags, others)) => {
                self.unseen = (0, None);
                creation.checked(&others, &self.known);
                let lease = tags.and_then(|mut tags| tags.remove(CREATE));
                let anchor = Arc::make_mut(&mut self.known).objects.get_mut(&anchor);
                let known = anchor.and_then(|seen| seen.object.tags_mut());
                if let (Some(known), Some(lease)) = (known, lease) {
                    known.insert(CREATE.to_owned(), lease.into());
                }
            }
            Err(error) => {
                creation.failed_check();
                self.unseen(error);
            }
        }
    }

    fn unseen(&mut self, error: CloudError) {
        tracing::info!(%error, "AWS could not be read");
        self.unseen = (self.unseen.0 + 1, Some(error));
    }

    fn answered(&mut self, step: Step, answer: Answer) {
        let begun = self.busy.remove(&step.key).map(|(_, begun)| begun);
        let milliseconds = begun.map_or(0, |begun| begun.elapsed().as_millis() as u64);
        match &answer {
            Answer::Done(id) => {
                let id = id.as_deref().unwrap_or_default();
                tracing::info!(%step, id, milliseconds, "Done");
            }
            Answer::NotYet(cause) => tracing::info!(%step, milliseconds, %cause, "Delayed"),
            Answer::LookAgain(cause) => tracing::info!(%step, milliseconds, %cause, "Unsure"),
            Answer::Failed(error) => tracing::info!(%step, milliseconds, %error, "Failed"),
        }
        self.is_whole = false;
        let most = match step.write {
            // Of what is wanted, only a failed endpoint is deleted, for a new one to take its place.
            Write::Delete if self.desired.objects.contains_key(&step.key) => NEW_ENDPOINTS,
            _ => REPEATS,
        };
        match self.rejections.heard(&self.known, &step, answer) {
            Answer::Done(id) => {
                let id = id.map_or(Maybe::Unknown, Maybe::Known);
                if let (Slot::Endpoint, Write::Delete) = (step.key.slot, &step.write)
                    && let Some(seen) = self.known.get(step.key)
                {
                    self.departed.extend(seen.outputs.dns_name.known().cloned());
                    let addresses = seen.outputs.addresses.known().into_iter().flatten();
                    self.departed.extend(addresses.map(ToString::to_string));
                }
                if let (Slot::Alias(_), Write::Delete) = (step.key.slot, &step.write) {
                    self.unrecorded.insert(step.key);
                }
                fold(Arc::make_mut(&mut self.known), &step, id);
                self.attempts.tried(&step, None, most);
                self.done.push(step);
            }
            Answer::LookAgain(cause) => self.attempts.tried(&step, Some(cause), most),
            Answer::NotYet(cause) => self.attempts.put_off(&step, cause),
            Answer::Failed(error) => {
                if let Some(creation) = &mut self.creation {
                    creation.refused(&step, &self.known);
                }
                self.attempts.failed(&step, error);
            }
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
        let cancelled = self.limits.bounds.is_interrupted();
        let has_ended = self.limits.bounds.ended().is_some();
        let timed_out = !cancelled && has_ended && !plan.is_settled();
        let unseen = match self.unseen.1 {
            None if has_ended && plan.is_settled() && !self.is_whole => Some(unfinished()),
            error => error,
        };
        let conflicts = |planned: &&Planned| planned.conflicts().next().is_some();
        let mut blocked: Vec<Planned> = plan.steps.iter().filter(conflicts).cloned().collect();
        if blocked.is_empty() && failures.is_empty() && !cancelled && !timed_out {
            blocked.clone_from(&plan.steps);
        }
        let creation = self.creation;
        let closing = creation.map(|creation| creation.closing(&self.desired, &self.known));
        Convergence {
            forgotten: forgotten(&self.desired, &self.known),
            ailing: health::ailing(&self.desired, &self.known, &self.done),
            observed: Arc::unwrap_or_clone(self.known),
            done: self.done,
            failures,
            blocked,
            put_off,
            left: plan,
            unseen,
            cancelled,
            timed_out,
            closing,
        }
    }
}

/// All steps are done, and there was no time to see that they are kept.
fn unfinished() -> CloudError {
    CloudError {
        operation: "The last look at everything".to_owned(),
        kind: ErrorKind::Unavailable,
        code: String::new(),
        message: "it was not over when the time was up".to_owned(),
        request_id: None,
    }
}

/// The first few, and how many more there are.
fn few(items: impl Iterator<Item = String>) -> String {
    const FEW: usize = 8;
    let mut items: Vec<String> = items.collect();
    let more = items.len().saturating_sub(FEW);
    items.truncate(FEW);
    if more > 0 {
        items.push(format!("and {more} more"));
    }
    items.join("; ")
}

fn earliest(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
