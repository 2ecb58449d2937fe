//! One path in one account, applied again and again in virtual time.

use std::{future::Future, time::Duration};

use engine::fake::Fake;
use engine::model::{Desired, Observed, Scope, object::DnsMode};
use engine::reconcile::{Cloud, Convergence, Limits, Order, converge};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, OWNER};

/// Virtual: far more than any path takes.
pub const TIME_LIMIT: Duration = Duration::from_secs(3 * 3600);

#[derive(Default)]
pub struct Rig {
    pub fake: Fake,
    /// What the state keeps.
    pub state: Observed,
    pub without: Vec<Order>,
    pub time_limit: Option<Duration>,
    pub cancel: CancellationToken,
}

/// Runs in virtual time: sleeping costs nothing.
pub fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(future)
}

impl Rig {
    pub fn scope(&self, config: Option<&Config>) -> Scope {
        Scope {
            side: config.and_then(Config::side),
            owner: OWNER.to_owned(),
            known: self.state.clone(),
            subnets: config.map(|it| it.subnets.clone()).unwrap_or_default(),
            hostname: config.map(|it| it.hostname.clone()),
            zone_id: config.and_then(|it| it.endpoint.as_ref()?.zone_id.clone()),
            dns: config
                .and_then(|it| it.endpoint.as_ref())
                .map_or(DnsMode::Alias, |it| it.dns),
            ..Scope::default()
        }
    }

    pub async fn apply(&mut self, config: &Config) -> Convergence {
        self.converge(&self.scope(Some(config)), &config.desired())
            .await
    }

    pub async fn destroy(&mut self) -> Convergence {
        self.converge(&self.scope(None), &Desired::nothing()).await
    }

    pub async fn converge(&mut self, scope: &Scope, desired: &Desired) -> Convergence {
        let time_limit = self.time_limit.unwrap_or(TIME_LIMIT);
        let mut limits = Limits::new(Instant::now() + time_limit, self.cancel.clone());
        limits.without.clone_from(&self.without);
        let observed = self.fake.observe(scope).await.unwrap();
        let end = converge(&self.fake, scope, desired, observed, &limits, &|_| {}).await;
        self.state = end.observed.clone();
        speaks_plainly(&end);
        end
    }

    /// As AWS holds it now.
    pub fn see(&self, config: Option<&Config>) -> Observed {
        self.fake.see(&self.scope(config))
    }
}

/// What people may read of how a run ended.
fn speaks_plainly(end: &Convergence) {
    for (step, error) in end.failures.iter().chain(&end.put_off) {
        testing::plainly::check(&step.in_words());
        testing::plainly::check(&error.to_string());
    }
    for planned in end.left.steps.iter().chain(&end.blocked) {
        testing::plainly::check(&planned.step.in_words());
        for wait in &planned.waits {
            testing::plainly::check(&wait.to_string());
        }
    }
    for step in &end.done {
        testing::plainly::check(&step.in_words());
    }
}

/// What is left and why, for a failing test to print.
pub fn explain(end: &Convergence) -> String {
    let mut text = String::new();
    for (step, error) in &end.failures {
        text.push_str(&format!("failed: {step}: {error}\n"));
    }
    for (step, error) in &end.put_off {
        text.push_str(&format!("put off: {step}: {error}\n"));
    }
    for planned in &end.left.steps {
        let waits: Vec<String> = planned.waits.iter().map(ToString::to_string).collect();
        text.push_str(&format!(
            "left: {} until [{}]\n",
            planned.step,
            waits.join("; ")
        ));
    }
    let awaited: Vec<String> = end.left.awaited.iter().map(ToString::to_string).collect();
    text.push_str(&format!(
        "awaited: {awaited:?}, timed out: {}\n",
        end.timed_out
    ));
    text
}

#[track_caller]
pub fn assert_settled(end: &Convergence) {
    assert!(end.is_settled(), "{}", explain(end));
}
