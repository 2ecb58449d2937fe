//! What is told when a rule was broken.

use std::fmt::{self, Write};

use crate::{Diagnostics, Value};

use crate::testing::rules::Violation;

/// What is known at one call: the values that went in and came out.
#[derive(Clone, Debug, Default)]
pub struct CallReport {
    call: &'static str,
    values: Vec<(&'static str, Value)>,
    said: Diagnostics,
}

impl CallReport {
    pub fn of(call: &'static str) -> CallReport {
        CallReport {
            call,
            ..CallReport::default()
        }
    }

    pub fn value(mut self, name: &'static str, value: &Value) -> CallReport {
        self.values.push((name, value.clone()));
        self
    }

    pub fn said(mut self, diagnostics: &Diagnostics) -> CallReport {
        self.said.extend(diagnostics.clone());
        self
    }

    /// Ends the test unless the rule was kept.
    pub fn hold(&self, rule: &str, violations: Vec<Violation>) {
        if !violations.is_empty() {
            let listed: Vec<String> = violations.iter().map(Violation::to_string).collect();
            broken(&format!("{rule}\n  {}", listed.join("\n  ")), self);
        }
    }
}

/// Ends the test.
pub fn broken(rule: &str, report: &CallReport) -> ! {
    panic!("in {}, a rule was broken: {rule}\n{report}", report.call);
}

impl fmt::Display for CallReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for said in self.said.iter() {
            writeln!(
                f,
                "{:?}: {}: {} ({})",
                said.severity, said.summary, said.detail, said.path
            )?;
        }
        for (name, value) in &self.values {
            writeln!(f, "{name}: {}", tree(value))?;
        }
        Ok(())
    }
}

/// A value as one would write it in HCL. Nulls in objects are left out.
pub fn tree(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, 1).expect("a String takes everything");
    text
}

fn write(out: &mut String, value: &Value, depth: usize) -> fmt::Result {
    let indent = "  ".repeat(depth);
    match value {
        Value::Null => out.write_str("null"),
        Value::Unknown => out.write_str("(unknown)"),
        Value::Bool(truth) => write!(out, "{truth}"),
        Value::Number(number) => write!(out, "{number}"),
        Value::String(text) => write!(out, "{text:?}"),
        Value::Object(members) | Value::Map(members) => {
            out.write_str("{\n")?;
            let all = matches!(value, Value::Map(_));
            for (name, member) in members
                .iter()
                .filter(|(_, member)| all || !member.is_null())
            {
                write!(out, "{indent}{name} = ")?;
                write(out, member, depth + 1)?;
                out.write_str("\n")?;
            }
            write!(out, "{}}}", "  ".repeat(depth - 1))
        }
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => {
            out.write_str("[")?;
            for (index, element) in elements.iter().enumerate() {
                out.write_str(if index == 0 { "" } else { ", " })?;
                write(out, element, depth + 1)?;
            }
            out.write_str("]")
        }
        Value::Dynamic(typed) => write(out, &typed.1, depth),
    }
}
