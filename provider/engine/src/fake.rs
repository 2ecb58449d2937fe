//! An AWS in memory, for tests: it enforces AWS's rules by itself, takes time to provision, and
//! fails on demand. It stands beside the real adapter and shares with it what decides ownership
//! (`model::ownership`), and with the engine nothing but the vocabulary of its steps: what it
//! observes is computed from its own store.

mod connections;
mod console;
mod ec2;
mod elbv2;
mod faults;
mod observe;
mod refused;
mod route53;
mod world;

use std::{
    borrow::Cow,
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, sleep};

pub use console::Drift;
pub use faults::{Effect, Fault, Reads};
use world::retag;
pub use world::{EndpointState, Pace, World, Zone};

use crate::model::{
    Key, Object, Observed, Scope, Slot, object::Change, observed::Stranger, ownership::RawTags,
};
use crate::reconcile::{Answer, Cloud, CloudError, ErrorKind, Step, Write};

/// One account in one region. Clones share it.
#[derive(Clone, Default)]
pub struct Fake {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    world: World,
    faults: Vec<Fault>,
    reads: Reads,
    refused: BTreeSet<&'static str>,
    /// How long reads lag behind writes, and what there was to read.
    lag: Option<Duration>,
    past: Vec<(Instant, World)>,
    journal: Journal,
    in_flight: usize,
}

/// What happened, for tests to read.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    /// Every write that took effect, and what AWS held right after it.
    pub writes: Vec<(Step, Observed)>,
    /// Every refusal that was AWS's own, not a fault's.
    pub refusals: Vec<(Step, CloudError)>,
    /// Whole observations, and looks.
    pub observations: usize,
    pub looks: usize,
    /// The most writes that were ever under way at once.
    pub most_in_flight: usize,
}

impl Fake {
    pub fn new() -> Fake {
        Fake::default()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // A test that failed while it held the lock has already said why.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What AWS holds now.
    pub fn world(&self) -> World {
        let mut inner = self.inner();
        inner.world.pass(Instant::now());
        inner.world.clone()
    }

    /// Changes what AWS holds, behind the engine's back.
    pub fn edit<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let mut inner = self.inner();
        inner.world.pass(Instant::now());
        change(&mut inner.world)
    }

    /// From now on the fault applies.
    pub fn inject(&self, fault: Fault) {
        self.inner().faults.push(fault);
    }

    /// What becomes of reads from now on.
    pub fn reads(&self, reads: Reads) {
        self.inner().reads = reads;
    }

    /// IAM refuses these reads from now on, by AWS's names of them.
    pub fn refuse(&self, calls: &[&'static str]) {
        self.inner().refused.extend(calls);
    }

    /// Ends all faults.
    pub fn heal(&self) {
        let mut inner = self.inner();
        inner.faults.clear();
        inner.refused.clear();
        inner.reads = Reads::Answered;
    }

    /// Reads show what there was `lag` ago.
    pub fn lag(&self, lag: Duration) {
        self.inner().lag = Some(lag);
    }

    /// What happened so far; the journal begins anew.
    pub fn take_journal(&self) -> Journal {
        std::mem::take(&mut self.inner().journal)
    }

    /// A whole observation, without delay or lag.
    pub fn see(&self, scope: &Scope) -> Observed {
        let mut inner = self.inner();
        let now = Instant::now();
        inner.world.pass(now);
        observe::observe(&inner.world, scope, now)
    }

    /// One write, without delay.
    pub fn write(&self, scope: &Scope, step: &Step, observed: &Observed) -> Answer {
        self.inner().write(scope, step, observed).0
    }

    async fn travel(&self) {
        let delay = {
            let mut inner = self.inner();
            inner.world.delay()
        };
        if !delay.is_zero() {
            sleep(delay).await;
        }
    }
}

impl Inner {
    /// The answer, and whether it ever arrives.
    fn write(&mut self, scope: &Scope, step: &Step, observed: &Observed) -> (Answer, bool) {
        let effect = faults::effect(&mut self.faults, step);
        let arrives = !effect.is_some_and(Effect::is_silent);
        (self.answer(effect, scope, step, observed), arrives)
    }

    fn answer(
        &mut self,
        effect: Option<Effect>,
        scope: &Scope,
        step: &Step,
        observed: &Observed,
    ) -> Answer {
        let now = Instant::now();
        self.world.pass(now);
        if let Some(answer) = effect.and_then(|effect| effect.instead(step)) {
            return answer;
        }
        if self.lag.is_some() {
            self.past.push((now, self.world.clone()));
        }
        match carry_out(&mut self.world, scope, step, observed, now) {
            Ok(id) => {
                let held = observe::observe(&self.world, scope, now);
                self.journal.writes.push((step.clone(), held));
                effect.map_or(Answer::Done(id), |effect| effect.afterwards(step))
            }
            Err(error) => {
                self.journal.refusals.push((step.clone(), error.clone()));
                answer(step, error)
            }
        }
    }

    /// What a read shows.
    fn shown(&mut self, now: Instant) -> Cow<'_, World> {
        self.world.pass(now);
        // Each entry is what there was until its moment.
        let lag = self.lag.unwrap_or_default();
        match self.past.iter().find(|(until, _)| *until + lag > now) {
            Some((_, world)) => {
                let mut shown = world.clone();
                shown.pass(now);
                Cow::Owned(shown)
            }
            None => Cow::Borrowed(&self.world),
        }
    }
}

/// What each refusal means, as the adapter of the real AWS has it.
fn answer(step: &Step, error: CloudError) -> Answer {
    match error.kind {
        ErrorKind::NotFound if step.write == Write::Delete => Answer::Done(None),
        // Of a given service: it may have been made a moment ago.
        ErrorKind::Invalid if error.code == "InvalidServiceName" => Answer::LookAgain(error),
        ErrorKind::NotFound | ErrorKind::Exists | ErrorKind::Unavailable => {
            Answer::LookAgain(error)
        }
        ErrorKind::InUse | ErrorKind::NotYet | ErrorKind::Throttled => Answer::NotYet(error),
        ErrorKind::Denied | ErrorKind::Credentials | ErrorKind::Invalid => Answer::Failed(error),
    }
}

/// The id of what was created.
type Made = Result<String, CloudError>;
type Done = Result<(), CloudError>;

fn carry_out(
    world: &mut World,
    scope: &Scope,
    step: &Step,
    observed: &Observed,
    now: Instant,
) -> Result<Option<String>, CloudError> {
    let call = Call {
        scope,
        step,
        observed,
        now,
    };
    match &step.write {
        Write::Create(object) => create(world, &call, object).map(Some),
        Write::Overwrite(alias) => route53::overwrite_record(world, &call, alias).map(Some),
        Write::Delete => delete(world, &call, &call.own_id()?).map(|()| None),
        Write::Tag { set, remove } => {
            let id = call.own_id()?;
            let tags = world.tags_mut(step.key.slot, &id);
            retag(tags.ok_or_else(|| call.missing(&id))?, set, remove);
            Ok(None)
        }
        Write::Change(it) => change(world, &call, &call.own_id()?, it).map(|()| None),
    }
}

fn create(world: &mut World, call: &Call<'_>, object: &Object) -> Made {
    match object {
        Object::LoadBalancer(wanted) => elbv2::create_balancer(world, call, wanted),
        Object::TargetGroup(wanted) => elbv2::create_target_group(world, call, wanted),
        Object::Listener(wanted) => elbv2::create_listener(world, call, wanted),
        Object::SecurityGroup(wanted) => ec2::create_security_group(world, call, wanted),
        Object::Service(wanted) => ec2::create_service(world, call, wanted),
        Object::Endpoint(wanted) => ec2::create_endpoint(world, call, wanted),
        Object::Zone(wanted) => route53::create_zone(world, call, wanted),
        Object::Alias(wanted) => route53::create_record(world, call, wanted),
    }
}

fn delete(world: &mut World, call: &Call<'_>, id: &str) -> Done {
    match call.step.key.slot {
        Slot::LoadBalancer => elbv2::delete_balancer(world, call, id),
        Slot::TargetGroup(_) => elbv2::delete_target_group(world, call, id),
        Slot::Listener(_) => elbv2::delete_listener(world, call, id),
        Slot::SecurityGroup(_) => ec2::delete_security_group(world, call, id),
        Slot::Service => ec2::delete_service(world, call, id),
        Slot::Endpoint => ec2::delete_endpoint(world, call, id),
        Slot::Zone => route53::delete_zone(world, call, id),
        Slot::Alias(_) => route53::delete_record(world, call, id),
    }
}

fn change(world: &mut World, call: &Call<'_>, id: &str, change: &Change) -> Done {
    match change {
        Change::LoadBalancer(change) => elbv2::change_balancer(world, call, id, change),
        Change::TargetGroup(change) => elbv2::change_target_group(world, call, id, change),
        Change::Listener(change) => elbv2::change_listener(world, call, id, change),
        Change::SecurityGroup(change) => ec2::change_security_group(world, call, id, change),
        Change::Service(change) => ec2::change_service(world, call, id, change),
        Change::Endpoint(change) => ec2::change_endpoint(world, call, id, change),
        Change::Alias(change) => route53::change_record(world, call, id, change),
    }
}

/// One write on its way.
struct Call<'a> {
    scope: &'a Scope,
    step: &'a Step,
    observed: &'a Observed,
    now: Instant,
}

impl Call<'_> {
    /// The id that the caller knows an object by.
    fn id(&self, key: Key) -> Result<String, CloudError> {
        let id = self.observed.id(key).map(str::to_owned);
        id.ok_or_else(|| self.refuse(ErrorKind::NotFound, "NotFound", format!("no id of {key}")))
    }

    fn own_id(&self) -> Result<String, CloudError> {
        self.id(self.step.key)
    }

    fn refuse(&self, kind: ErrorKind, code: &str, message: impl Into<String>) -> CloudError {
        CloudError {
            operation: self.step.in_words(),
            kind,
            code: code.to_owned(),
            message: message.into(),
            request_id: Some("fake".to_owned()),
        }
    }

    fn missing(&self, id: &str) -> CloudError {
        self.refuse(
            ErrorKind::NotFound,
            "NotFound",
            format!("{id} does not exist"),
        )
    }

    fn invalid(&self, code: &str, message: impl Into<String>) -> CloudError {
        self.refuse(ErrorKind::Invalid, code, message)
    }

    /// An object that is to point at nothing.
    fn incomplete(&self) -> CloudError {
        self.invalid("ValidationError", "it points at nothing")
    }
}

impl Cloud for Fake {
    async fn strangers(&self, scope: &Scope) -> Result<Vec<Stranger>, CloudError> {
        self.travel().await;
        let reads = self.inner().reads;
        reads.spoil().await?;
        let scope = Scope {
            known: Observed::default(),
            ..scope.clone()
        };
        let now = Instant::now();
        let mut inner = self.inner();
        Ok(observe::observe(&inner.shown(now), &scope, now).strangers)
    }

    async fn observe(&self, scope: &Scope) -> Result<Observed, CloudError> {
        self.travel().await;
        let reads = self.inner().reads;
        reads.spoil().await?;
        let mut inner = self.inner();
        let now = Instant::now();
        inner.journal.observations += 1;
        let refused = inner.refused.clone();
        let observed = observe::observe(&inner.shown(now), scope, now);
        refused::without(observed, &refused, scope)
    }

    async fn tags(&self, key: Key, id: &str) -> Result<Option<RawTags>, CloudError> {
        self.travel().await;
        let reads = self.inner().reads;
        reads.spoil().await?;
        let now = Instant::now();
        let mut inner = self.inner();
        let mut shown = inner.shown(now).into_owned();
        Ok(shown.tags_mut(key.slot, id).cloned())
    }

    async fn look(
        &self,
        scope: &Scope,
        keys: &BTreeSet<Key>,
        known: &mut Observed,
    ) -> Result<(), CloudError> {
        self.travel().await;
        let reads = self.inner().reads;
        reads.spoil().await?;
        let now = Instant::now();
        let seen = {
            let mut inner = self.inner();
            inner.journal.looks += 1;
            observe::look(&inner.shown(now), scope, known, now)
        };
        for key in keys {
            match seen.objects.get(key) {
                Some(object) => known.objects.insert(*key, object.clone()),
                None => known.objects.remove(key),
            };
        }
        if keys.contains(&Key::only(Slot::Service)) {
            known.connections = seen.connections;
        }
        Ok(())
    }

    async fn execute(&self, scope: &Scope, step: &Step, observed: &Observed) -> Answer {
        {
            let mut inner = self.inner();
            inner.in_flight += 1;
            inner.journal.most_in_flight = inner.journal.most_in_flight.max(inner.in_flight);
        }
        self.travel().await;
        let (answer, arrives) = self.inner().write(scope, step, observed);
        if !arrives {
            std::future::pending::<()>().await;
        }
        self.travel().await;
        self.inner().in_flight -= 1;
        answer
    }
}
