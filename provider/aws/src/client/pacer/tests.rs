//! Held against a bucket as AWS has it, in virtual time: no clock, no task.

use std::collections::BTreeMap;

use super::*;
use crate::client::bucket::Bucket;

/// AWS's side: what others leave of a bucket.
struct Aws {
    size: f64,
    refill: f64,
    tokens: f64,
    counted: Instant,
}

impl Aws {
    fn new(bucket: &Bucket, others: f64, now: Instant) -> Aws {
        let Capacity { size, refill } = bucket.capacity();
        let size = (size * (1.0 - others)).max(1.0);
        Aws {
            size,
            refill: refill * (1.0 - others),
            tokens: size,
            counted: now,
        }
    }

    fn lets_through(&mut self, now: Instant) -> bool {
        let passed = now.duration_since(self.counted).as_secs_f64();
        self.tokens = (self.tokens + passed * self.refill).min(self.size);
        self.counted = now;
        let free = self.tokens >= 1.0;
        if free {
            self.tokens -= 1.0;
        }
        free
    }

    /// The least time that so many calls take.
    fn arithmetic(&self, calls: u32) -> f64 {
        ((f64::from(calls) - self.size) / self.refill).max(0.0)
    }
}

const TRAVEL: Duration = Duration::from_millis(40);

/// What happens when: a call asks for its turn, arrives at AWS, or is answered.
#[derive(Clone, Copy)]
enum Event {
    Ask,
    Arrive { given: Instant },
    Answer { given: Instant, done: bool },
}

/// `calls`, so many side by side. The seconds that they took, and how many were refused.
fn run(pacer: &mut Pacer, aws: &mut Aws, calls: u32, begun: Instant) -> (f64, u32) {
    let mut events: BTreeMap<(Instant, u64), Event> = BTreeMap::new();
    let mut number = 0;
    let mut add = |events: &mut BTreeMap<_, _>, at: Instant, event| {
        number += 1;
        events.insert((at, number), event);
    };
    let (mut started, mut done, mut refused) = (0, 0, 0);
    while started < calls.min(16) {
        started += 1;
        add(&mut events, begun, Event::Ask);
    }
    while let Some(((now, _), event)) = events.pop_first() {
        match event {
            Event::Ask => match pacer.ask(now) {
                Duration::ZERO => add(&mut events, now + TRAVEL, Event::Arrive { given: now }),
                wait => add(&mut events, now + wait, Event::Ask),
            },
            Event::Arrive { given } => {
                let done = aws.lets_through(now);
                add(&mut events, now + TRAVEL, Event::Answer { given, done });
            }
            Event::Answer { done: true, .. } => {
                pacer.let_through(now);
                done += 1;
                if done == calls {
                    return ((now - begun).as_secs_f64(), refused);
                }
                if started < calls {
                    started += 1;
                    add(&mut events, now, Event::Ask);
                }
            }
            Event::Answer { given, done: false } => {
                refused += 1;
                pacer.refused(given, now);
                let sent = pacer.turn(now);
                add(&mut events, sent + TRAVEL, Event::Arrive { given: now });
            }
        }
    }
    unreachable!("all calls are answered");
}

#[test]
fn whatever_others_leave_is_used_and_little_is_refused() {
    for bucket in [
        Bucket::ElbReads,
        Bucket::ElbRegistrations,
        Bucket::ElbModifications,
        Bucket::Route53,
        Bucket::Ec2("DescribeVpcs".to_owned()),
    ] {
        for others in [0.0, 0.4, 0.7, 0.9] {
            for calls in [60, 200, 600] {
                let begun = Instant::now();
                let mut aws = Aws::new(&bucket, others, begun);
                let mut pacer = Pacer::new(bucket.capacity());
                let (took, refused) = run(&mut pacer, &mut aws, calls, begun);
                let least = aws.arithmetic(calls);
                assert!(
                    took <= 1.5 * least + 5.0,
                    "{bucket:?}, {others} used: {calls} calls in {took:.0} s, not {least:.0}"
                );
                assert!(
                    f64::from(refused) <= 60.0 + 0.35 * f64::from(calls),
                    "{bucket:?}, {others} used: {refused} of {calls} refused"
                );
            }
        }
    }
}

/// Terraform starts a process to plan and another to apply: the second finds a bucket that the first
/// has emptied, in an account that nobody else uses.
#[test]
fn a_bucket_that_was_emptied_before_is_not_taken_for_a_crowded_one() {
    for bucket in [Bucket::ElbReads, Bucket::ElbModifications] {
        for calls in [30, 45, 100, 300] {
            let begun = Instant::now();
            let mut aws = Aws::new(&bucket, 0.0, begun);
            let refill = aws.refill;
            aws.tokens = 3.0;
            let mut pacer = Pacer::new(bucket.capacity());
            let (took, refused) = run(&mut pacer, &mut aws, calls, begun);
            let least = (f64::from(calls) - 3.0) / refill;
            assert!(
                took <= 1.4 * least + 0.5,
                "{bucket:?}: {calls} calls in {took:.1} s, not {least:.1}; {refused} refused"
            );
        }
    }
}

#[test]
fn nothing_is_paced_before_aws_refuses() {
    let now = Instant::now();
    let mut pacer = Pacer::new(Bucket::ElbReads.capacity());
    for _ in 0..1000 {
        assert_eq!(pacer.ask(now), Duration::ZERO);
        pacer.let_through(now);
    }
    assert_eq!(pacer.rate(), None);
}

#[test]
fn calls_that_are_refused_together_are_one_refusal() {
    let sent = Instant::now();
    let now = sent + TRAVEL;
    let mut pacer = Pacer::new(Bucket::ElbReads.capacity());
    for _ in 0..40 {
        pacer.let_through(sent);
    }
    for _ in 0..16 {
        pacer.refused(sent, now);
    }
    let first = pacer.rate().unwrap();
    assert!(first > 9.0 && first <= 10.0, "{first}");
    assert!(pacer.refused(now + TRAVEL, now + 2 * TRAVEL));
    assert!((pacer.rate().unwrap() - first * LESS).abs() < 1e-9);
}

#[test]
fn what_others_no_longer_use_is_found_again() {
    let begun = Instant::now();
    let bucket = Bucket::ElbReads;
    let mut pacer = Pacer::new(bucket.capacity());
    let mut aws = Aws::new(&bucket, 0.9, begun);
    let (took, _) = run(&mut pacer, &mut aws, 60, begun);
    let later = begun + Duration::from_secs_f64(took) + TRAVEL;
    let mut aws = Aws::new(&bucket, 0.0, later);
    let (took, _) = run(&mut pacer, &mut aws, 400, later);
    assert!(took < 1.5 * aws.arithmetic(400), "{took}");
}

#[test]
fn a_share_never_becomes_nothing() {
    let mut now = Instant::now();
    let mut pacer = Pacer::new(Bucket::Route53.capacity());
    for _ in 0..1000 {
        now += Duration::from_secs(1);
        pacer.refused(now, now);
    }
    assert!(pacer.ask(now) <= Duration::from_secs(61));
}
