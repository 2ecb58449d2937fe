//! Random cases: configurations that are valid, edits from one to the next, and what of either is
//! unknown while it is planned.

mod arguments;
mod wish;

use std::fmt;

use proptest::{prelude::*, sample::Index};
use resources::schema::schema;
use tfplugin::{
    Path, Value,
    testing::{Ignored, configuration, tree},
};

use wish::Wish;

/// A configuration, as it is planned and as it turns out.
#[derive(Clone, PartialEq)]
pub struct Step {
    /// Wholly known: what an apply sees.
    pub config: Value,
    /// The same with some parts unknown: what a plan sees.
    pub foreseen: Value,
}

/// Two configurations in a row, most of the second as in the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    pub first: Step,
    pub next: Step,
}

/// A case, and what its second configuration is when it is evaluated once more: `uuid()` and the like
/// may stand anywhere.
pub fn impure(unknown: usize) -> impl Strategy<Value = (Case, Value)> {
    let edits = || prop::collection::vec(any::<Index>(), 1..6);
    let holes = || prop::collection::vec(any::<Index>(), 0..=unknown);
    (
        (wish::wishes(), wish::wishes()),
        (edits(), edits()),
        (holes(), holes()),
    )
        .prop_map(
            |((first, other), (edits, anew), (first_holes, next_holes))| {
                let next = first.edited(&other, &edits);
                let case = Case {
                    first: Step::new(&first, &first_holes),
                    next: Step::new(&next, &next_holes),
                };
                (case, next.edited(&other, &anew).config())
            },
        )
}

/// What `ignore_changes` says: arguments of either configuration at any depth, or all.
pub fn ignored(case: &Case, picks: &[Index]) -> Ignored {
    let steps = [&case.first, &case.next];
    let mut places: Vec<Path> = steps.iter().flat_map(|it| places(&it.config)).collect();
    places.retain(|place| {
        let steps = place.steps();
        !steps
            .iter()
            .any(|step| matches!(step, tfplugin::path::Step::Index(_)))
    });
    places.push(Path::of("drift"));
    places
        .extend(["alias", "listener/6001", "target-group/1"].map(|key| Path::of("drift").key(key)));
    match picks.first() {
        Some(pick) if pick.index(8) == 0 => Ignored::All,
        _ => Ignored::Paths(
            picks
                .iter()
                .map(|pick| places[pick.index(places.len())].clone())
                .collect(),
        ),
    }
}

/// Everywhere that an expression may stand. Nobody writes `drift`.
fn places(config: &Value) -> Vec<Path> {
    let mut places = configuration::places(&schema(), config);
    places.retain(|place| *place != Path::of("drift"));
    places
}

/// The configuration with the places that `holes` pick unknown: arguments that are left out among
/// them, for an expression may turn out to be null.
fn with_unknowns(config: &Value, holes: &[Index]) -> Value {
    let places = places(config);
    holes.iter().fold(config.clone(), |config, hole| {
        configuration::with_unknown(config, hole.get(&places))
    })
}

/// Cases with up to `unknown` unknown parts in each plan.
pub fn cases(unknown: usize) -> impl Strategy<Value = Case> {
    let holes = || prop::collection::vec(any::<Index>(), 0..=unknown);
    let edits = prop::collection::vec(any::<Index>(), 1..6);
    (wish::wishes(), wish::wishes(), edits, holes(), holes()).prop_map(
        |(first, other, edits, first_holes, next_holes)| Case {
            first: Step::new(&first, &first_holes),
            next: Step::new(&first.edited(&other, &edits), &next_holes),
        },
    )
}

/// Two configurations that have nothing to do with each other. AWS refuses some of these changes.
pub fn unrelated(unknown: usize) -> impl Strategy<Value = Case> {
    let holes = || prop::collection::vec(any::<Index>(), 0..=unknown);
    (wish::wishes(), wish::wishes(), holes(), holes()).prop_map(
        |(first, next, first_holes, next_holes)| Case {
            first: Step::new(&first, &first_holes),
            next: Step::new(&next, &next_holes),
        },
    )
}

impl Step {
    /// Nothing of it is unknown.
    pub fn known(config: &Value) -> Step {
        Step {
            config: config.clone(),
            foreseen: config.clone(),
        }
    }

    /// The simplest configuration but for these arguments, with these places unknown.
    pub fn with<const N: usize, const M: usize>(
        given: [(&str, Value); N],
        unknown: [Path; M],
    ) -> Step {
        let config = Wish::with(given).config();
        Step {
            foreseen: unknown
                .iter()
                .fold(config.clone(), configuration::with_unknown),
            config,
        }
    }

    fn new(wish: &Wish, holes: &[Index]) -> Step {
        let config = wish.config();
        Step {
            foreseen: with_unknowns(&config, holes),
            config,
        }
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "configured: {}", tree(&self.config))?;
        if self.foreseen != self.config {
            write!(f, "\nwhile planned: {}", tree(&self.foreseen))?;
        }
        Ok(())
    }
}
