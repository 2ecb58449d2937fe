//! Rules between the arguments of a configuration, and when each is told.

use tfplugin::{Diagnostic, Diagnostics, Severity};

use super::common::Common;
use engine::model::Maybe;

/// A rule says what is wrong with a configuration, or nothing.
pub type Rule<A> = fn(&A) -> Vec<Diagnostic>;

/// A rule that needs the region, which is the provider's unless the configuration names one.
pub type RegionalRule<A> = fn(&A, &str) -> Vec<Diagnostic>;

/// All rules of a resource. No rule calls AWS, and none refuses what an unknown value may still make
/// right.
pub struct Rules<A: 'static> {
    /// Every configuration has to keep these.
    pub always: &'static [Rule<A>],
    /// What nobody should begin with. A path that others built may be so, and is taken over as it
    /// is: only a plan knows whether it is one.
    pub beginnings: &'static [Rule<A>],
    /// What is possible and most likely not meant: warnings. They are told by the plan that brings
    /// it about, and by no plan after that: what is said for ever is not read any more.
    pub advice: &'static [Rule<A>],
    pub regional: &'static [RegionalRule<A>],
}

impl<A: Common> Rules<A> {
    /// The rules between arguments that every configuration has to keep.
    pub(super) fn broken(&self, arguments: &A) -> Diagnostics {
        let mut found: Diagnostics = self
            .always
            .iter()
            .flat_map(|rule| rule(arguments))
            .collect();
        if let Maybe::Known(Some(region)) = arguments.region() {
            found.extend(self.in_region(arguments, region));
        }
        found
    }

    /// What is to be told of a path that is to be made.
    pub fn beginning(&self, arguments: &A) -> Diagnostics {
        let rules = self.beginnings.iter().chain(self.advice);
        rules.flat_map(|rule| rule(arguments)).collect()
    }

    /// What is to be told of a path that changes: what was not so when it was last applied. What
    /// others have made so already, as the `state` has it, is a warning: it is ignored, or taken over
    /// from them. `is_taken_over`: others built the path, `before` is what was found of it, and nobody
    /// was told of that yet.
    pub fn change(
        &self,
        before: &A,
        state: impl FnOnce() -> A,
        after: &A,
        is_taken_over: bool,
    ) -> Diagnostics {
        let new = |rule: &Rule<A>| -> Vec<Diagnostic> {
            let mut found = rule(after);
            if !is_taken_over && !found.is_empty() {
                let known = rule(before);
                found.retain(|it| !known.contains(it));
            }
            found
        };
        let rules = self.beginnings.iter().chain(self.advice);
        let new = rules.map(|rule| (rule, new(rule)));
        let new: Vec<_> = new.filter(|(_, found)| !found.is_empty()).collect();
        if new.is_empty() {
            return Diagnostics::new();
        }
        let state = state();
        let told = new.into_iter().flat_map(|(rule, found)| {
            let there = rule(&state);
            found.into_iter().map(move |it| match there.contains(&it) {
                true => Diagnostic {
                    severity: Severity::Warning,
                    ..it
                },
                false => it,
            })
        });
        told.collect()
    }

    /// The rules that need the region. [`super::validate::validate`] has applied them already where the configuration
    /// names its region; where it takes the provider's, a plan has to.
    pub fn in_region(&self, arguments: &A, region: &str) -> Diagnostics {
        let rules = self.regional.iter();
        rules.flat_map(|rule| rule(arguments, region)).collect()
    }
}
