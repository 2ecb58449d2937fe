//! What the random cases reach.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use proptest::{prelude::*, sample::Index};
use resources::schema::schema;
use testing::chance::Chance;
use tfplugin::{
    Attribute, Path, Type, Value,
    path::Step as PathStep,
    schema::{AttributeKind, Mode, Nesting},
    testing::configuration,
};

use crate::{
    bench::Bench,
    cases::{Case, cases, unrelated},
    commands::{in_virtual_time, messages},
};

/// What was seen of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    Set,
    Null,
    Unknown,
    Changed,
}

type Counts = BTreeMap<(String, Seen), u32>;

/// The arguments at every depth, with `*` for the keys of maps.
fn arguments(attributes: &[Attribute], within: &str, found: &mut Vec<(String, Mode)>) {
    for attribute in attributes.iter().filter(|it| it.mode != Mode::Computed) {
        let name = format!("{within}{}", attribute.name);
        let inner = match &attribute.kind {
            AttributeKind::Nested(Nesting::Single, _) => format!("{name}."),
            _ => format!("{name}.*."),
        };
        found.push((name, attribute.mode));
        arguments(attribute.attributes(), &inner, found);
    }
}

/// The places of arguments by the name of the argument, with what is there.
fn by_argument(config: &Value) -> BTreeMap<String, BTreeMap<Path, Value>> {
    let mut found: BTreeMap<String, BTreeMap<Path, Value>> = BTreeMap::new();
    for place in configuration::places(&schema(), config) {
        let steps = place.steps();
        if let Some(PathStep::Attribute(_)) = steps.last() {
            let value = configuration::at(config, &place).clone();
            let of = found.entry(named(&place, "*")).or_default();
            of.insert(place, value);
        }
    }
    found
}

/// `brokers.*.port`, or with its key.
fn named(place: &Path, key: &str) -> String {
    let steps = place.steps().iter().map(|step| match step {
        PathStep::Attribute(name) => name.as_str(),
        PathStep::Key(own) if key.is_empty() => own,
        _ => key,
    });
    steps.collect::<Vec<_>>().join(".")
}

fn count(case: &Case, counts: &mut Counts) {
    let mut see = |name: &String, seen| *counts.entry((name.clone(), seen)).or_default() += 1;
    for step in [&case.first, &case.next] {
        for (name, values) in by_argument(&step.config) {
            for value in values.values() {
                let seen = if value.is_null() {
                    Seen::Null
                } else {
                    Seen::Set
                };
                see(&name, seen);
            }
        }
        for (name, values) in by_argument(&step.foreseen) {
            if values.values().any(Value::is_unknown) {
                see(&name, Seen::Unknown);
            }
        }
    }
    let next = by_argument(&case.next.config);
    for (name, before) in by_argument(&case.first.config) {
        if next.get(&name).is_some_and(|next| *next != before) {
            see(&name, Seen::Changed);
        }
    }
}

#[test]
fn every_argument_is_seen_set_and_null_and_unknown_and_changed() {
    let counts = RefCell::new(Counts::new());
    let both = prop_oneof![cases(5), unrelated(5)];
    let tried = Chance::new("COVERAGE_CASES", 600, 100).run(&both, |case| {
        count(&case, &mut counts.borrow_mut());
        Ok(())
    });
    tried.unwrap();
    let counts = counts.into_inner();
    let mut all = Vec::new();
    arguments(&schema().block.attributes, "", &mut all);
    let mut missed = BTreeSet::new();
    // Nobody writes `drift`.
    for (name, mode) in all.into_iter().filter(|(name, _)| name != "drift") {
        for seen in [Seen::Set, Seen::Null, Seen::Unknown, Seen::Changed] {
            let is_never = seen == Seen::Null && mode == Mode::Required;
            let times = counts.get(&(name.clone(), seen)).copied().unwrap_or(0);
            if times == 0 && !is_never {
                missed.insert((name.clone(), seen));
            }
        }
    }
    assert!(missed.is_empty(), "never seen: {missed:#?}");
}

/// What is refused at that place, whatever is written elsewhere.
fn refused(place: &Path, attribute: &Attribute) -> Vec<Value> {
    let mut all = Vec::new();
    if attribute.mode == Mode::Required {
        all.push(Value::Null);
    }
    let beside = attribute.range.as_ref().map(|range| {
        let [least, most] = [range.start(), range.end()].map(|end| i64::try_from(*end).unwrap());
        [least - 1, most + 1]
    });
    match (&attribute.kind, beside) {
        // AWS has more of them than anybody knows.
        _ if named(place, "") == "listener.ssl_policy" => {}
        (AttributeKind::Plain(Type::Number), Some(beside)) => all.extend(beside.map(Value::from)),
        (AttributeKind::Plain(Type::Set(_)), Some(beside)) => {
            all.extend(beside.map(|number| Value::set([number])));
        }
        (AttributeKind::Plain(Type::String), _) => {
            all.push("no such thing!".into());
            all.extend(attribute.words.first().map(|_| "".into()));
        }
        (AttributeKind::Plain(Type::Set(_)), _) => {
            all.extend([Value::set(["no such thing!"]), Value::set([Value::Null])]);
        }
        (AttributeKind::Plain(Type::Map(_)), _) => all.push(Value::map([("aws:x", "y")])),
        _ => {}
    }
    all
}

/// The attribute at that place.
fn attribute_at(place: &Path) -> Attribute {
    let schema = schema();
    let mut attributes = schema.block.attributes.as_slice();
    let mut found = None;
    for step in place.steps() {
        if let PathStep::Attribute(name) = step {
            let attribute = attributes.iter().find(|it| it.name == *name).unwrap();
            attributes = attribute.attributes();
            found = Some(attribute.clone());
        }
    }
    found.unwrap()
}

#[test]
fn an_invalid_value_is_refused_where_it_stands() {
    let seen = RefCell::new(BTreeSet::new());
    let tried = Chance::new("COVERAGE_CASES", 600, 100).run(
        &(cases(0), any::<Index>(), any::<Index>()),
        |(case, place, value)| {
            let config = &case.first.config;
            let mut places = configuration::places(&schema(), config);
            places.retain(|it| matches!(it.steps().last(), Some(PathStep::Attribute(_))));
            let all = places.iter().filter(|it| **it != Path::of("drift"));
            let all: Vec<(&Path, Vec<Value>)> = all
                .map(|it| (it, refused(it, &attribute_at(it))))
                .filter(|(_, values)| !values.is_empty())
                .collect();
            let (place, values) = place.get(&all);
            let wrong = configuration::with_value(config.clone(), place, value.get(values).clone());
            let said = in_virtual_time(Bench::new().terraform.validate(&wrong));
            let said = said.expect_err(&place.to_string());
            let is_there = said
                .iter()
                .any(|it| it.path.steps().starts_with(place.steps()));
            prop_assert!(is_there, "{place}: {}", messages(&said));
            seen.borrow_mut().insert(named(place, "*"));
            Ok(())
        },
    );
    tried.unwrap();
    let seen = seen.into_inner();
    assert!(seen.len() > 30, "only at {seen:?}");
}
