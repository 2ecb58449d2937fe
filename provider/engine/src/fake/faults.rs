//! Failures on demand.

use std::fmt;

use crate::reconcile::{Answer, CloudError, ErrorKind, Step};

/// Spoils some writes.
pub struct Fault {
    pub effect: Effect,
    /// Which writes it concerns.
    pub on: Box<dyn Fn(&Step) -> bool + Send>,
    /// How many of these pass before it strikes.
    pub skip: u32,
    /// How many it spoils.
    pub times: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Refused for good: nothing is done.
    Refuse,
    /// AWS's own failure: nothing is done, and nobody can tell.
    Break,
    /// Done, but the answer never arrives.
    LoseAnswer,
    /// Answered as done, and not done.
    Forget,
    /// Not now.
    PutOff,
    /// Something that it refers to is not found.
    Miss,
    /// Not done, and never answered.
    Hang,
    /// Done, and never answered.
    Silence,
}

/// What becomes of reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reads {
    #[default]
    Answered,
    /// AWS fails to answer.
    Failing,
    Denied,
    /// There is no answer, not even a failure.
    Hanging,
}

impl Fault {
    /// Strikes the first `times` writes that `on` picks.
    pub fn new(effect: Effect, times: u32, on: impl Fn(&Step) -> bool + Send + 'static) -> Fault {
        Fault {
            effect,
            on: Box::new(on),
            skip: 0,
            times,
        }
    }

    /// Strikes one write, the one after `skip` others.
    pub fn after(skip: u32, effect: Effect) -> Fault {
        Fault {
            effect,
            on: Box::new(|_| true),
            skip,
            times: 1,
        }
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {} after {}", self.effect, self.times, self.skip)
    }
}

/// What spoils this write.
pub(super) fn effect(faults: &mut [Fault], step: &Step) -> Option<Effect> {
    let mut struck = None;
    for fault in faults {
        if fault.times == 0 || !(fault.on)(step) {
            continue;
        }
        if fault.skip > 0 {
            fault.skip -= 1;
        } else if struck.is_none() {
            fault.times -= 1;
            struck = Some(fault.effect);
        }
    }
    struck
}

impl Effect {
    /// Is there no answer?
    pub(super) fn is_silent(self) -> bool {
        matches!(self, Effect::Hang | Effect::Silence)
    }

    /// The answer where nothing is done.
    pub(super) fn instead(self, step: &Step) -> Option<Answer> {
        match self {
            Effect::Refuse => Some(Answer::Failed(error(
                step,
                ErrorKind::Denied,
                "AccessDenied",
            ))),
            Effect::Break => Some(Answer::LookAgain(error(
                step,
                ErrorKind::Unavailable,
                "InternalFailure",
            ))),
            Effect::PutOff => Some(Answer::NotYet(error(
                step,
                ErrorKind::NotYet,
                "IncorrectState",
            ))),
            Effect::Miss => Some(Answer::LookAgain(error(
                step,
                ErrorKind::NotFound,
                "InvalidChangeBatch",
            ))),
            // The caller waits for ever.
            Effect::Hang => Some(Answer::LookAgain(error(step, ErrorKind::Unavailable, ""))),
            // An id that nothing has.
            Effect::Forget => Some(Answer::Done(Some("forgotten".to_owned()))),
            Effect::LoseAnswer | Effect::Silence => None,
        }
    }

    /// The answer where it was done after all.
    pub(super) fn afterwards(self, step: &Step) -> Answer {
        Answer::LookAgain(error(step, ErrorKind::Unavailable, ""))
    }
}

impl Reads {
    /// What a read ends with, if not with what there is.
    pub(super) async fn spoil(self) -> Result<(), CloudError> {
        let failed = |kind, code: &str| CloudError {
            operation: "DescribeTargetGroups".to_owned(),
            kind,
            code: code.to_owned(),
            message: "injected".to_owned(),
            request_id: None,
        };
        match self {
            Reads::Answered => Ok(()),
            Reads::Failing => Err(failed(ErrorKind::Unavailable, "InternalFailure")),
            Reads::Denied => Err(failed(ErrorKind::Denied, "AccessDenied")),
            Reads::Hanging => std::future::pending().await,
        }
    }
}

fn error(step: &Step, kind: ErrorKind, code: &str) -> CloudError {
    CloudError {
        operation: step.in_words(),
        kind,
        code: code.to_owned(),
        message: "injected".to_owned(),
        request_id: None,
    }
}
