//! What the process has read already, shared by its resources.
//!
//! An apply creates things while it runs, so an answer of before may be out of date. Time is
//! counted in surveys: who found something wrong asks again for answers since its own survey began.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use super::gap;
use engine::model::survey::{
    HostedZone, Instance, Moment, Namesake, OfferedService, PrivateZone, Reading, Record,
    SecurityGroup, Subnet, Unread, Vpc,
};
use engine::reconcile::CloudError;

type Ids = BTreeSet<String>;
type ById<T> = BTreeMap<String, T>;

/// Answers of one region and one provider configuration. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Recall(Arc<Answers>);

#[derive(Debug, Default)]
pub(super) struct Answers {
    surveys: AtomicU64,
    pub(super) subnets: Memo<Ids, ById<Subnet>>,
    pub(super) subnets_of: Memo<Ids, Vec<Subnet>>,
    pub(super) vpcs: Memo<Ids, ById<Vpc>>,
    pub(super) instances: Memo<Ids, ById<Instance>>,
    pub(super) security_groups: Memo<Ids, ById<SecurityGroup>>,
    pub(super) dns_attributes: Memo<(String, String), Option<bool>>,
    pub(super) private_zones: Memo<String, Vec<PrivateZone>>,
    pub(super) hosted_zones: Memo<String, Option<HostedZone>>,
    pub(super) records: Memo<(String, String), Vec<Record>>,
    pub(super) offered: Memo<(String, Option<String>), Option<OfferedService>>,
    pub(super) namesakes: Memo<(bool, String), Vec<Namesake>>,
    pub(super) account: Memo<(), String>,
}

impl Recall {
    /// Begins a survey that takes answers since `since`.
    pub(super) fn asking(&self, since: Moment) -> Asking {
        let before = self.0.surveys.fetch_add(1, Ordering::SeqCst);
        Asking {
            begun: Moment(before + 1),
            since,
            is_recalled: AtomicBool::new(false),
            answers: Arc::clone(&self.0),
        }
    }
}

/// One survey, asking.
#[derive(Debug)]
pub(super) struct Asking {
    begun: Moment,
    since: Moment,
    is_recalled: AtomicBool,
    pub(super) answers: Arc<Answers>,
}

impl Asking {
    pub(super) fn begun(&self) -> Moment {
        self.begun
    }

    pub(super) fn is_recalled(&self) -> bool {
        self.is_recalled.load(Ordering::SeqCst)
    }

    /// The answer of before, or else what `read` says. Failures are not kept.
    pub(super) async fn ask<Q: Ord, A: Clone>(
        &self,
        action: &'static str,
        memo: &Memo<Q, A>,
        question: Q,
        read: impl Future<Output = Result<A, CloudError>>,
    ) -> Reading<A> {
        let place = memo.place(question);
        // Whoever asks the same at the same time waits here for the one call.
        let mut kept = place.lock().await;
        if let Some((read_in, answer)) = &*kept
            && *read_in >= self.since
        {
            if *read_in < self.begun {
                self.is_recalled.store(true, Ordering::SeqCst);
            }
            return Reading::Known(answer.clone());
        }
        match read.await {
            Ok(answer) => {
                *kept = Some((self.begun, answer.clone()));
                Reading::Known(answer)
            }
            Err(error) => Reading::Failed(Unread {
                action,
                gap: gap(&error),
                reason: error.to_string(),
            }),
        }
    }
}

/// Answers to one kind of question, each with the survey that it was read in.
#[derive(Debug)]
pub(super) struct Memo<Q, A>(Mutex<BTreeMap<Q, Place<A>>>);

type Place<A> = Arc<tokio::sync::Mutex<Option<(Moment, A)>>>;

impl<Q, A> Default for Memo<Q, A> {
    fn default() -> Memo<Q, A> {
        Memo(Mutex::default())
    }
}

impl<Q: Ord, A> Memo<Q, A> {
    fn place(&self, question: Q) -> Place<A> {
        // An insertion either happened or not, whoever panicked.
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        places.entry(question).or_default().clone()
    }
}

#[cfg(test)]
mod tests {
    use futures::join;

    use super::*;
    use engine::model::survey::Gap;
    use engine::reconcile::ErrorKind;

    const ACTION: &str = "ec2:DescribeVpcs";

    /// Asks for one number; the answer is how many calls there were.
    async fn ask(asking: &Asking, memo: &Memo<u8, u32>, calls: &AtomicU64) -> Reading<u32> {
        let read = async {
            tokio::task::yield_now().await;
            Ok(u32::try_from(calls.fetch_add(1, Ordering::SeqCst)).unwrap() + 1)
        };
        asking.ask(ACTION, memo, 7, read).await
    }

    #[tokio::test]
    async fn a_question_is_asked_once_and_again_only_for_a_newer_answer() {
        let (recall, memo, calls) = (Recall::default(), Memo::default(), AtomicU64::new(0));
        let first = recall.asking(Moment::default());
        assert_eq!(ask(&first, &memo, &calls).await, Reading::Known(1));
        assert_eq!(ask(&first, &memo, &calls).await, Reading::Known(1));
        assert!(!first.is_recalled());

        let second = recall.asking(Moment::default());
        assert_eq!(ask(&second, &memo, &calls).await, Reading::Known(1));
        assert!(second.is_recalled());

        let third = recall.asking(second.begun());
        assert_eq!(ask(&third, &memo, &calls).await, Reading::Known(2));
        assert!(!third.is_recalled());
        let fourth = recall.asking(second.begun());
        assert_eq!(ask(&fourth, &memo, &calls).await, Reading::Known(2));
    }

    #[tokio::test]
    async fn who_asks_the_same_at_once_shares_one_call() {
        let (recall, memo, calls) = (Recall::default(), Memo::default(), AtomicU64::new(0));
        let (first, second) = (
            recall.asking(Moment::default()),
            recall.asking(Moment::default()),
        );
        let answers = join!(ask(&first, &memo, &calls), ask(&second, &memo, &calls));
        assert_eq!(answers, (Reading::Known(1), Reading::Known(1)));
    }

    #[tokio::test]
    async fn a_failure_is_told_and_not_kept() {
        let (recall, memo, calls) = (Recall::default(), Memo::default(), AtomicU64::new(0));
        let asking = recall.asking(Moment::default());
        for (code, kind, gap) in [
            ("UnauthorizedOperation", ErrorKind::Denied, Gap::Denied),
            ("AccessDenied", ErrorKind::Denied, Gap::Denied),
            ("ExpiredToken", ErrorKind::Credentials, Gap::Credentials),
            ("", ErrorKind::Unavailable, Gap::Unreached),
            ("InternalError", ErrorKind::Unavailable, Gap::Other),
            ("RequestLimitExceeded", ErrorKind::Throttled, Gap::Other),
        ] {
            let error = CloudError {
                operation: "DescribeVpcs".to_owned(),
                kind,
                code: code.to_owned(),
                message: "no".to_owned(),
                request_id: None,
            };
            let failed = asking.ask(ACTION, &memo, 7, async { Err(error) }).await;
            let unread = failed.failure().unwrap();
            assert_eq!((unread.action, unread.gap), (ACTION, gap));
            assert!(unread.reason.contains(code), "{unread:?}");
        }
        assert_eq!(ask(&asking, &memo, &calls).await, Reading::Known(1));
    }
}
