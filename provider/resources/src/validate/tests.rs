//! The table in `acceptance-tests/bad_configurations.json`, which the tests with the real
//! Terraform go through as well.

use std::sync::LazyLock;

use serde_json::{Map, Value as Json};
use tfplugin::{Diagnostics, Schema, Severity, Value, check::check as check_schema, json};

use super::*;
use crate::{
    lifecycle::{left, validate::validate as check},
    privatelink::Privatelink,
    schema::schema,
};

const TABLE: &str = include_str!("../../../../acceptance-tests/bad_configurations.json");

static SCHEMA: LazyLock<Schema> = LazyLock::new(schema);

fn table() -> Json {
    serde_json::from_str(TABLE).unwrap()
}

/// The base configuration with the edits of one case.
fn edited(base: &Json, edits: &Map<String, Json>) -> Json {
    let mut config = base.clone();
    for (path, value) in edits {
        let names: Vec<&str> = path.split('.').collect();
        let (last, outer) = names.split_last().unwrap();
        let mut place = &mut config;
        for name in outer {
            place = place
                .as_object_mut()
                .unwrap()
                .entry(*name)
                .or_insert_with(|| Json::Object(Map::new()));
        }
        place
            .as_object_mut()
            .unwrap()
            .insert((*last).to_owned(), value.clone());
    }
    config
}

fn decoded(config: &Json) -> Value {
    json::decode(config.to_string().as_bytes(), &SCHEMA.implied_type()).unwrap()
}

/// What the user is told: what follows from the schema, and if that is in order the rest.
fn told(config: &Value) -> Vec<Diagnostic> {
    let by_schema = check_schema(config, &SCHEMA.block);
    match by_schema.has_errors() {
        true => by_schema.into_iter().collect(),
        false => check::<Privatelink>(config).into_iter().collect(),
    }
}

fn lines(found: &[Diagnostic]) -> Vec<String> {
    let line = |d: &Diagnostic| format!("{:?} {}: {}: {}", d.severity, d.path, d.summary, d.detail);
    found.iter().map(line).collect()
}

/// What the plan of a new path says.
fn planned(config: &Value) -> Vec<Diagnostic> {
    rules()
        .beginning(&Config::read(config).0)
        .into_iter()
        .collect()
}

#[test]
fn bad_configurations_are_told_where_and_what() {
    let table = table();
    assert!(table["bad"].as_array().unwrap().len() >= 70);
    said(&table, "bad", told);
}

#[test]
fn what_is_unwise_is_told_by_a_plan_where_and_what() {
    let table = table();
    said(&table, "planned", planned);
    for case in table["planned"].as_array().unwrap() {
        let config = decoded(&edited(&table["base"], case["set"].as_object().unwrap()));
        assert!(told(&config).is_empty(), "{}", case["name"]);
    }
}

/// Each case of a part of the table is told what it says, and nothing else.
fn said(table: &Json, part: &str, told: impl Fn(&Value) -> Vec<Diagnostic>) {
    let cases = table[part].as_array().unwrap();
    let mut wrong = Vec::new();
    for case in cases {
        let found = told(&decoded(&edited(
            &table["base"],
            case["set"].as_object().unwrap(),
        )));
        let severity = match case["severity"].as_str().unwrap() {
            "error" => Severity::Error,
            "warning" => Severity::Warning,
            other => panic!("{other}"),
        };
        let hit = found.iter().any(|diagnostic| {
            diagnostic.severity == severity
                && diagnostic.path.to_string() == case["path"].as_str().unwrap()
                && diagnostic.detail.contains(case["says"].as_str().unwrap())
        });
        if !hit || found.len() != 1 {
            wrong.push(format!("{}: {:#?}", case["name"], lines(&found)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn good_configurations_are_told_nothing() {
    let table = table();
    for case in table["good"].as_array().unwrap() {
        let found = told(&decoded(&edited(
            &table["base"],
            case["set"].as_object().unwrap(),
        )));
        assert!(found.is_empty(), "{}: {:#?}", case["name"], lines(&found));
        // What everybody may do has its own part of the table.
        let advised = planned(&decoded(&edited(
            &table["base"],
            case["set"].as_object().unwrap(),
        )));
        assert!(
            advised.is_empty(),
            "{}: {:#?}",
            case["name"],
            lines(&advised)
        );
    }
}

#[test]
fn what_is_unwise_is_told_when_it_comes_about_and_not_for_ever() {
    let table = table();
    let config = |edits: &Json| {
        let value = decoded(&edited(&table["base"], edits.as_object().unwrap()));
        Config::read(&value).0
    };
    let plain = config(&serde_json::json!({}));
    for case in table["planned"].as_array().unwrap() {
        let (unwise, name) = (config(&case["set"]), &case["name"]);
        let severities = |found: Diagnostics| -> Vec<Severity> {
            found.into_iter().map(|it| it.severity).collect()
        };
        let told = severities(rules().beginning(&unwise));
        assert_eq!(told.len(), 1, "{name}");
        assert_eq!(
            severities(rules().change(&plain, || plain.clone(), &unwise, false)),
            told,
            "{name}"
        );
        assert_eq!(
            severities(rules().change(&unwise, || unwise.clone(), &unwise, false)),
            [],
            "{name}"
        );
        assert_eq!(
            severities(rules().change(&unwise, || unwise.clone(), &plain, false)),
            [],
            "{name}"
        );
        // Nobody was told of what others built; it stays as it is.
        let others_did_it = severities(rules().change(&plain, || unwise.clone(), &unwise, false));
        assert_eq!(others_did_it, [Severity::Warning], "{name}");
        let adopted = severities(rules().change(&unwise, || unwise.clone(), &unwise, true));
        assert_eq!(adopted, [Severity::Warning], "{name}");
        assert_eq!(
            severities(rules().change(&plain, || plain.clone(), &unwise, true)),
            told,
            "{name}"
        );
    }
}

/// Every value inside, replaced one at a time: an unknown one may still turn out to be right.
fn with_one_unknown(value: &Value) -> Vec<Value> {
    let mut variants = vec![Value::Unknown];
    match value {
        Value::Object(members) | Value::Map(members) => {
            for (name, member) in members {
                for variant in with_one_unknown(member) {
                    let mut members = members.clone();
                    members.insert(name.clone(), variant);
                    variants.push(match value {
                        Value::Object(_) => Value::Object(members),
                        _ => Value::Map(members),
                    });
                }
            }
        }
        Value::Set(elements) => {
            for (index, element) in elements.iter().enumerate() {
                for variant in with_one_unknown(element) {
                    let mut elements = elements.clone();
                    elements[index] = variant;
                    variants.push(Value::Set(elements));
                }
            }
        }
        _ => {}
    }
    variants
}

/// At most some hundred of them, spread evenly, that the schema allows.
fn sample(variants: Vec<Value>) -> impl Iterator<Item = Value> {
    let step = 1 + variants.len() / 100;
    variants.into_iter().step_by(step).filter(is_configuration)
}

/// Null for what only the provider may give: those are never unknown in a configuration.
fn is_configuration(value: &Value) -> bool {
    !check_schema(value, &SCHEMA.block).has_errors() && left::check(value).is_none()
}

#[test]
fn no_unknown_value_makes_a_good_configuration_bad() {
    let table = table();
    let mut tried = 0;
    for case in table["good"].as_array().unwrap() {
        let config = decoded(&edited(&table["base"], case["set"].as_object().unwrap()));
        for variant in sample(with_one_unknown(&config)) {
            let found = told(&variant);
            assert!(found.is_empty(), "{}: {:#?}", case["name"], lines(&found));
            tried += 1;
        }
    }
    assert!(tried > 1000, "{tried}");
}

/// Rules judge values, never whether they are unknown: what is unknown silences or says nothing.
#[test]
fn an_unknown_value_adds_no_complaint() {
    let table = table();
    for case in table["bad"].as_array().unwrap() {
        let config = decoded(&edited(&table["base"], case["set"].as_object().unwrap()));
        let before = lines(&told(&config)).len();
        for variant in sample(with_one_unknown(&config)) {
            let found = told(&variant);
            assert!(
                found.len() <= before.max(1),
                "{}: {:#?}",
                case["name"],
                lines(&found)
            );
        }
    }
}

/// Shows that each rule is needed: without it, some case of the table goes unnoticed.
#[test]
fn every_rule_has_a_case() {
    let table = table();
    let parts = ["bad", "planned"].map(|part| table[part].as_array().unwrap());
    let configs: Vec<Config> = parts
        .into_iter()
        .flatten()
        .map(|case| decoded(&edited(&table["base"], case["set"].as_object().unwrap())))
        .filter(is_configuration)
        .map(|value| Config::read(&value).0)
        .collect();
    for (index, rule) in RULES.iter().chain(BEGINNINGS).chain(ADVICE).enumerate() {
        assert!(
            configs.iter().any(|config| !rule(config).is_empty()),
            "rule {index}"
        );
    }
    for (index, rule) in REGIONAL_RULES.iter().enumerate() {
        let speaks = |config| !rule(config, "us-east-1").is_empty();
        assert!(configs.iter().any(speaks), "regional rule {index}");
    }
}

#[test]
fn texts_are_sentences_for_people() {
    let table = table();
    let parts = ["bad", "planned"].map(|part| table[part].as_array().unwrap());
    for case in parts.into_iter().flatten() {
        let config = decoded(&edited(&table["base"], case["set"].as_object().unwrap()));
        for diagnostic in told(&config).into_iter().chain(planned(&config)) {
            let (summary, detail) = (&diagnostic.summary, &diagnostic.detail);
            assert!(!summary.ends_with('.'), "{summary}");
            assert!(summary.len() < 60, "{summary}");
            assert!(detail.ends_with(['.', ')']), "{detail}");
            assert!(!detail.contains("  "), "{detail}");
        }
    }
}
