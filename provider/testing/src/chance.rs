//! How many random cases a property is tried on, and which.
//!
//! A plain run tries the same cases every time, so that a red run is somebody's change. Asked for a
//! number of cases, it draws a new seed, and a failure says how to have it again.

use std::fmt;

use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner},
};

/// The seed to try again.
const SEED: &str = "CASES_SEED";

pub struct Chance {
    runner: TestRunner,
    again: String,
}

/// Debug and Display are the same, for `unwrap` to be read.
pub struct Failure(String);

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn number<T: std::str::FromStr>(variable: &str) -> Option<T> {
    let text = std::env::var(variable).ok()?;
    let number = text.parse().ok();
    assert!(number.is_some(), "{variable}={text} is no number");
    number
}

impl Chance {
    /// `share` percent of as many cases as `variable` asks for; `usual` ones where it does not.
    pub fn new(variable: &str, usual: u32, share: u32) -> Chance {
        let asked: Option<u32> = number(variable);
        let seed = number(SEED).unwrap_or_else(|| match asked {
            Some(_) => rand_seed(),
            None => 0,
        });
        let cases = asked.map_or(usual, |asked| (asked * share / 100).max(1));
        let config = Config {
            cases,
            failure_persistence: None,
            max_shrink_iters: 500,
            ..Config::default()
        };
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&u64::to_le_bytes(seed));
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let asked = asked.map(|asked| format!("{variable}={asked} "));
        Chance {
            runner: TestRunner::new_with_rng(config, rng),
            again: format!("{}{SEED}={seed}", asked.unwrap_or_default()),
        }
    }

    pub fn run<S: Strategy>(
        mut self,
        cases: &S,
        property: impl Fn(S::Value) -> TestCaseResult,
    ) -> Result<(), Failure> {
        let tried = self.runner.run(cases, property);
        tried.map_err(|failure| {
            let again = &self.again;
            Failure(format!(
                "{failure}\nThe same cases again: {again} cargo test"
            ))
        })
    }
}

/// Another one in every process.
fn rand_seed() -> u64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    // Short enough to be typed.
    RandomState::new().build_hasher().finish() >> 40
}
