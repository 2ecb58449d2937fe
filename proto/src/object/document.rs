//! Descriptions: the doc comment, completed by what is declared beside it.

use crate::{Attribute, Value};

const DEFAULT: &str = "{default}";
const RANGE: &str = "{range}";

impl Attribute {
    /// Describes it by a doc comment, in which `{default}` and `{range}` stand for what is declared.
    /// A default that it does not mention is added.
    #[must_use]
    pub fn document(self, comment: &str) -> Attribute {
        let mut text = comment.to_owned();
        if let Some(range) = &self.range {
            let bounds = format!("{} to {}", range.start(), range.end());
            text = text.replace(RANGE, &bounds);
        }
        if let Some(default) = &self.default {
            if !text.contains(DEFAULT) {
                text.push_str(" Default: `{default}`.");
            }
            text = text.replace(DEFAULT, &written(default));
        }
        self.describe(text)
    }
}

/// A value as HCL writes it; a text without quotes, for it stands between backticks.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Set(elements) | Value::List(elements) => {
            let quoted = |element: &Value| match element {
                Value::String(text) => format!("{text:?}"),
                other => written(other),
            };
            let elements: Vec<String> = elements.iter().map(quoted).collect();
            format!("[{}]", elements.join(", "))
        }
        _ => String::new(),
    }
}
