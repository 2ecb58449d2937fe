//! One lane for each of AWS's buckets, shared by all resources of a process.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    sync::Semaphore,
    time::{Instant, sleep},
};

use super::{bucket::Bucket, pacer::Pacer};

/// Calls of a lane in flight. Load balancing refills 10 describes a second at the least, and answers
/// in about 100 ms.
const IN_FLIGHT: usize = 16;

/// The lanes of one provider configuration: of one account, as far as anybody can tell without
/// asking. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Lanes(Arc<Mutex<ByRegion>>);

/// Of what is global the region is empty.
type ByRegion = BTreeMap<(String, Bucket), Arc<Lane>>;

#[derive(Debug)]
pub(super) struct Lane {
    pub(super) places: Semaphore,
    /// Held by whoever asks for the next turn, so that a change of pace counts for all who wait.
    first: tokio::sync::Mutex<()>,
    pacer: Mutex<Pacer>,
}

/// Services that have answered at all.
#[derive(Clone, Debug, Default)]
pub(super) struct Reached(Arc<Mutex<BTreeSet<&'static str>>>);

impl Lanes {
    pub(super) fn lane(&self, region: &str, bucket: Bucket) -> Arc<Lane> {
        let region = match bucket.is_global() {
            true => String::new(),
            false => region.to_owned(),
        };
        // An insertion either happened or not, whoever panicked.
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let capacity = bucket.capacity();
        let lane = lanes.entry((region, bucket)).or_insert_with(|| {
            Arc::new(Lane {
                places: Semaphore::new(IN_FLIGHT),
                first: tokio::sync::Mutex::new(()),
                pacer: Mutex::new(Pacer::new(capacity)),
            })
        });
        Arc::clone(lane)
    }
}

impl Lane {
    fn pacer(&self) -> MutexGuard<'_, Pacer> {
        // Numbers, each of which is sound by itself.
        self.pacer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a turn. Returns when it was given.
    pub(super) async fn turn(&self) -> Instant {
        // The usual case: no call was refused yet.
        if self.pacer().rate().is_none() {
            return Instant::now();
        }
        let _first = self.first.lock().await;
        loop {
            let now = Instant::now();
            let wait = self.pacer().ask(now);
            if wait.is_zero() {
                return now;
            }
            sleep(wait).await;
        }
    }

    pub(super) fn let_through(&self) {
        self.pacer().let_through(Instant::now());
    }

    /// When a call that AWS refused, whose turn was given at `given`, may go again. With it the rate
    /// that is kept from now on, where that is new.
    pub(super) fn refused(&self, given: Instant) -> (Instant, Option<f64>) {
        let now = Instant::now();
        let mut pacer = self.pacer();
        let is_news = pacer.refused(given, now);
        let turn = pacer.turn(now);
        (turn, pacer.rate().filter(|_| is_news))
    }
}

impl Reached {
    pub(super) fn answered(&self, service: &'static str) {
        let mut reached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reached.insert(service);
    }

    pub(super) fn has(&self, service: &str) -> bool {
        let reached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reached.contains(service)
    }
}
