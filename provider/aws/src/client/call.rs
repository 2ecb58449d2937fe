//! One call on its way: how often it was sent, what came back, and whether it goes once more.
//!
//! The SDK asks a classifier after each attempt and sends again when it says so: this one knows the
//! lane of the call, what may still be waited for, and nothing of the SDK's own retry tokens, which
//! one client's calls share and which a busy account uses up within seconds.

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept,
            context::{BeforeTransmitInterceptorContextRef, InterceptorContext},
        },
        retries::classifiers::{ClassifyRetry, RetryAction, RetryClassifierPriority},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::{config_bag::ConfigBag, retry::ErrorKind as SdkKind};
use tokio::time::{Instant, sleep_until};

use super::{
    answered::{self, Refusal, Sort},
    bucket::is_read,
    lanes::{Lane, Reached},
};
use engine::reconcile::{Bounds, CloudError, ErrorKind};

/// A write that failed on the way is sent so often again before everything is looked at: it may
/// have been done.
const WRITE_REPEATS: u32 = 2;

/// A service that has never answered is not there: a wrong region, no network, no way through.
const UNREACHED_REPEATS: u32 = 2;

const FIRST_PAUSE: Duration = Duration::from_millis(300);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

tokio::task_local! {
    /// The call that the SDK is at work on in this task.
    static CALL: Arc<Call>;
}

#[derive(Debug)]
pub(super) struct Call {
    operation: String,
    writes: bool,
    bounds: Bounds,
    lane: Arc<Lane>,
    /// How often it may be repeated after failures.
    repeats: Option<u32>,
    begun: Instant,
    progress: Mutex<Progress>,
}

#[derive(Debug)]
struct Progress {
    /// Sent, and not answered yet.
    in_flight: bool,
    /// What follows the present attempt: the SDK asks more than once.
    decided: Option<RetryAction>,
    /// When its present turn was given.
    given: Instant,
    /// When it was sent last.
    sent: Instant,
    attempts: u32,
    /// In a row, throttling apart.
    failures: u32,
    subject: Option<String>,
    last: Option<Refusal>,
}

impl Call {
    pub(super) fn new(
        operation: &str,
        bounds: &Bounds,
        lane: Arc<Lane>,
        repeats: Option<u32>,
    ) -> Arc<Call> {
        let now = Instant::now();
        Arc::new(Call {
            operation: operation.to_owned(),
            writes: !is_read(operation),
            bounds: bounds.clone(),
            lane,
            repeats,
            begun: now,
            progress: Mutex::new(Progress {
                in_flight: false,
                decided: None,
                given: now,
                sent: now,
                attempts: 0,
                failures: 0,
                subject: None,
                last: None,
            }),
        })
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        // Each field is sound by itself.
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does the work, and tells the SDK's hooks about this call meanwhile.
    pub(super) async fn run<T>(
        self: &Arc<Call>,
        work: impl Future<Output = Result<T, CloudError>>,
    ) -> Result<T, CloudError> {
        let work = async {
            // Nobody closes the semaphore.
            let _place = self.lane.places.acquire().await;
            let given = self.lane.turn().await;
            self.progress().given = given;
            let waited = given.saturating_duration_since(self.begun).as_millis() as u64;
            if waited > 50 {
                let operation = self.operation.as_str();
                tracing::debug!(operation, waited_ms = waited, "Waited for its turn");
            }
            work.await
        };
        tokio::select! {
            answer = CALL.scope(Arc::clone(self), work) => answer.map_err(|error| self.told(error)),
            () = self.is_given_up() => Err(self.given_up()),
        }
    }

    /// Waits until no answer to this call is worth waiting for.
    async fn is_given_up(&self) {
        let ended = self.bounds.end().await;
        if !self.writes {
            return sleep_until(self.bounds.closes_by(ended)).await;
        }
        // What was not sent yet is not done any more.
        if self.progress().in_flight {
            sleep_until(self.bounds.answers_by(ended)).await;
        }
    }

    fn beginning(&self) {
        self.progress().decided = None;
    }

    fn sending(&self, subject: Option<String>) {
        let mut progress = self.progress();
        progress.in_flight = true;
        progress.attempts += 1;
        progress.sent = Instant::now();
        progress.subject = subject;
        let (operation, attempt) = (self.operation.as_str(), progress.attempts);
        let object = progress.subject.as_deref().unwrap_or_default();
        tracing::trace!(operation, object, attempt, "Asking AWS");
    }

    /// What is to be done after an attempt.
    fn heard(
        &self,
        refusal: Option<Refusal>,
        request_id: Option<String>,
        reached: bool,
    ) -> RetryAction {
        let mut progress = self.progress();
        if let Some(decided) = &progress.decided {
            return decided.clone();
        }
        progress.in_flight = false;
        let decided = match refusal {
            Some(refusal) => self.refused(&mut progress, refusal, request_id.as_deref(), reached),
            None => {
                self.lane.let_through();
                progress.failures = 0;
                self.log(&progress, request_id.as_deref(), None, None);
                RetryAction::NoActionIndicated
            }
        };
        progress.decided = Some(decided.clone());
        decided
    }

    fn refused(
        &self,
        progress: &mut Progress,
        refusal: Refusal,
        request_id: Option<&str>,
        reached: bool,
    ) -> RetryAction {
        let now = Instant::now();
        let again = self.again(progress, &refusal, now, reached);
        self.log(progress, request_id, Some(&refusal), again);
        let sort = refusal.sort;
        progress.last = Some(refusal);
        match (again, sort) {
            (Some(then), Sort::Throttled) => RetryAction::retryable_error_with_explicit_delay(
                SdkKind::ThrottlingError,
                then - now,
            ),
            (Some(then), _) => RetryAction::retryable_error_with_explicit_delay(
                SdkKind::TransientError,
                then - now,
            ),
            // Whoever corrects the clock decides.
            (None, Sort::Clock) => RetryAction::NoActionIndicated,
            (None, _) => RetryAction::RetryForbidden,
        }
    }

    /// When the call is sent again, if it is.
    fn again(
        &self,
        progress: &mut Progress,
        refusal: &Refusal,
        now: Instant,
        reached: bool,
    ) -> Option<Instant> {
        let then = match refusal.sort {
            Sort::Throttled => {
                let (turn, rate) = self.lane.refused(progress.given);
                progress.given = now;
                if let Some(rate) = rate {
                    let operation = self.operation.as_str();
                    let rate = format!("{rate:.2}");
                    tracing::debug!(operation, rate, "AWS throttles: calls a second from now on");
                }
                turn
            }
            Sort::Failed | Sort::Silent | Sort::Unreachable => {
                progress.failures += 1;
                let unreached = refusal.sort == Sort::Unreachable && !reached;
                let limits = [
                    self.repeats,
                    self.writes.then_some(WRITE_REPEATS),
                    unreached.then_some(UNREACHED_REPEATS),
                ];
                if limits
                    .into_iter()
                    .flatten()
                    .any(|most| progress.failures > most)
                {
                    return None;
                }
                now + pause(progress.failures, fraction())
            }
            Sort::Clock | Sort::Final => return None,
        };
        self.may_be_sent(then).then_some(then)
    }

    fn may_be_sent(&self, then: Instant) -> bool {
        match self.bounds.ended() {
            None => then < self.bounds.deadline(),
            Some(ended) => !self.writes && then < self.bounds.closes_by(ended),
        }
    }

    fn log(
        &self,
        progress: &Progress,
        request_id: Option<&str>,
        refusal: Option<&Refusal>,
        again: Option<Instant>,
    ) {
        let operation = self.operation.as_str();
        let object = progress.subject.as_deref().unwrap_or_default();
        let attempt = progress.attempts;
        let milliseconds = progress.sent.elapsed().as_millis() as u64;
        let request_id = request_id.unwrap_or_default();
        let Some(refusal) = refusal else {
            tracing::debug!(
                operation,
                object,
                request_id,
                attempt,
                milliseconds,
                "AWS answered"
            );
            return;
        };
        let code = refusal.code.as_str();
        let message = what(refusal);
        match again {
            Some(then) => {
                let again_in_ms = then.saturating_duration_since(Instant::now()).as_millis() as u64;
                tracing::debug!(
                    operation,
                    object,
                    request_id,
                    attempt,
                    milliseconds,
                    code,
                    again_in_ms,
                    "AWS refused, asking again: {message}"
                );
            }
            None => tracing::debug!(
                operation,
                object,
                request_id,
                attempt,
                milliseconds,
                code,
                "AWS refused: {message}"
            ),
        }
    }

    /// The error of the last attempt, with what is known of the others.
    fn told(&self, mut error: CloudError) -> CloudError {
        let progress = self.progress();
        if let Some(last) = progress
            .last
            .as_ref()
            .filter(|last| last.sort == Sort::Silent)
        {
            error.message = what(last);
        }
        if progress.attempts > 1 && progress.last.is_some() {
            let message = error.message.trim_end_matches('.');
            error.message = format!("{message}{}", self.asked(&progress));
        }
        error
    }

    /// The time is up, and the call is not over.
    fn given_up(&self) -> CloudError {
        let progress = self.progress();
        let (kind, code, message, request_id) = match &progress.last {
            Some(last) => (
                kind(last.sort),
                last.code.clone(),
                format!("{}{}", what(last), self.asked(&progress)),
                last.request_id.clone(),
            ),
            None if progress.in_flight => {
                let seconds = progress.sent.elapsed().as_secs();
                let about = about(&progress);
                let message = format!("AWS had not answered after {seconds} s{about}");
                (ErrorKind::Unavailable, String::new(), message, None)
            }
            None => {
                let end = match self.bounds.is_interrupted() {
                    true => "the interruption",
                    false => "the time was up",
                };
                let message = format!(
                    "it was not sent before {end}, for it was not its turn yet: AWS lets only so \
                     many calls of this kind through"
                );
                (ErrorKind::Throttled, String::new(), message, None)
            }
        };
        let operation = self.operation.as_str();
        tracing::debug!(operation, code, "Given up: {message}");
        CloudError {
            operation: self.operation.clone(),
            kind,
            code,
            message,
            request_id,
        }
    }

    fn asked(&self, progress: &Progress) -> String {
        let seconds = self.begun.elapsed().as_secs();
        let times = match progress.attempts {
            1 => "once".to_owned(),
            times => format!("{times} times"),
        };
        format!("{}. Asked {times} in {seconds} s", about(progress))
    }
}

fn about(progress: &Progress) -> String {
    let subject = progress.subject.as_ref();
    subject.map_or_else(String::new, |subject| format!(" (about {subject})"))
}

fn what(refusal: &Refusal) -> String {
    match refusal.sort {
        Sort::Silent if refusal.message.is_empty() => "AWS did not answer in time".to_owned(),
        _ => refusal.message.trim_end_matches('.').to_owned(),
    }
}

fn kind(sort: Sort) -> ErrorKind {
    match sort {
        Sort::Throttled => ErrorKind::Throttled,
        _ => ErrorKind::Unavailable,
    }
}

/// Twice as long each time, less a part that tells callers apart.
fn pause(failures: u32, fraction: f64) -> Duration {
    let longest = FIRST_PAUSE
        .saturating_mul(1 << failures.saturating_sub(1).min(16))
        .min(LONGEST_PAUSE);
    longest.mul_f64(1.0 - fraction / 2.0)
}

/// Between nothing and one: nobody's secret depends on it.
fn fraction() -> f64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.map_or(0.0, |since| {
        f64::from(since.subsec_micros() % 1000) / 1000.0
    })
}

/// What the SDK's clients are given: it hears of each attempt, and says what follows.
#[derive(Clone, Debug)]
pub(super) struct Hooks {
    /// `None` of calls that go through no gate.
    pub(super) service: Option<&'static str>,
    pub(super) reached: Reached,
}

impl Intercept for Hooks {
    fn name(&self) -> &'static str {
        "terraform-provider-kafka"
    }

    fn read_before_attempt(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.service.is_some() {
            let _ = CALL.try_with(|call| call.beginning());
        }
        Ok(())
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.service.is_some() {
            let subject = answered::subject(context.request());
            let _ = CALL.try_with(|call| call.sending(subject));
        }
        Ok(())
    }
}

impl ClassifyRetry for Hooks {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let refusal = answered::read(context);
        let Some(service) = self.service else {
            return RetryAction::NoActionIndicated;
        };
        let has_answered = context.response().is_some();
        if has_answered {
            self.reached.answered(service);
        }
        let request_id = context.response().and_then(answered::request_id);
        let reached = self.reached.has(service);
        CALL.try_with(|call| call.heard(refusal, request_id, reached))
            .unwrap_or(RetryAction::NoActionIndicated)
    }

    fn name(&self) -> &'static str {
        "terraform-provider-kafka"
    }

    /// The last word.
    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}
