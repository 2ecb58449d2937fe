//! What holds of every case.

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use provider::resource::validate;

use crate::cases::{Case, Step, cases};

/// How many cases a property is tried on: its part, in percent, of `ORACLE_CASES`.
fn tried(percent: u32) -> Config {
    let all = std::env::var("ORACLE_CASES")
        .ok()
        .and_then(|text| text.parse().ok());
    let all: u32 = all.unwrap_or(1200);
    Config {
        cases: (all * percent / 100).max(1),
        failure_persistence: None,
        ..Config::default()
    }
}

fn check(percent: u32, cases: impl Strategy<Value = Case>, property: impl Fn(&Case)) {
    let run = |case: Case| {
        property(&case);
        Ok(())
    };
    if let Err(failure) = TestRunner::new(tried(percent)).run(&cases, run) {
        panic!("{failure}");
    }
}

#[test]
fn every_configuration_is_valid_and_so_it_is_while_parts_are_unknown() {
    let valid = |step: &Step| {
        for config in [&step.config, &step.foreseen] {
            let found = validate::check(config);
            assert!(!found.has_errors(), "{found:?}");
        }
    };
    check(50, cases(6), |case| {
        valid(&case.first);
        valid(&case.next);
    });
}
