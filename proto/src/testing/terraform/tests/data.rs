//! Data sources that behave, and that do not.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{
    Attribute, Block, DataSource, Diagnostic, Diagnostics, ReadDataSourceResponse, RequestContext,
    Schema, Value, async_trait, testing::read_data,
};

use super::run;

/// Answers whatever it is given.
struct Label(Option<Value>, Diagnostics);

#[async_trait]
impl DataSource for Label {
    fn type_name(&self) -> &str {
        "example_label"
    }

    fn schema(&self) -> Schema {
        Schema::new(
            0,
            Block::new("").attributes([
                Attribute::string("name").required(),
                Attribute::string("text").computed(),
            ]),
        )
    }

    async fn validate(&self, _: RequestContext, config: Value) -> Diagnostics {
        match config.get("name").as_str() {
            Some("") => Diagnostic::error("No name", "").at("name").into(),
            _ => Diagnostics::new(),
        }
    }

    async fn read(&self, _: RequestContext, _: Value) -> ReadDataSourceResponse {
        ReadDataSourceResponse {
            state: self.0.clone(),
            diagnostics: self.1.clone(),
        }
    }
}

fn object(name: impl Into<Value>, text: impl Into<Value>) -> Value {
    Value::object([("name", name.into()), ("text", text.into())])
}

fn read(answer: Option<Value>, said: Diagnostics, name: &str) -> Result<Value, Diagnostics> {
    let label = Label(answer, said);
    let config = object(name, Value::Null);
    run(async { read_data(&label, &config).await.map(|(data, _)| data) })
}

#[test]
fn data_are_what_was_answered() {
    let data = object("a", "red");
    let warning: Diagnostics = Diagnostic::warning("Old", "").into();
    let label = Label(Some(data.clone()), warning);
    let (read, said) = run(read_data(&label, &object("a", Value::Null))).unwrap();
    assert_eq!(read, data);
    assert_eq!(said.iter().count(), 1);
}

#[test]
fn errors_are_handed_on() {
    let error: Diagnostics = Diagnostic::error("Gone", "").at("name").into();
    assert!(read(None, error, "a").is_err());
    let invalid = read(Some(object("", "red")), Diagnostics::new(), "");
    assert_eq!(
        invalid.unwrap_err().iter().next().unwrap().summary,
        "No name"
    );
    let computed = Label(None, Diagnostics::new());
    assert!(run(read_data(&computed, &object("a", "mine"))).is_err());
}

#[test]
fn every_defect_is_noticed() {
    let misplaced: Diagnostics = Diagnostic::error("Gone", "").at("nowhere").into();
    for (what, answer, said) in [
        ("nothing", None, Diagnostics::new()),
        (
            "unknown",
            Some(object("a", Value::Unknown)),
            Diagnostics::new(),
        ),
        ("another name", Some(object("b", "red")), Diagnostics::new()),
        (
            "no schema",
            Some(object("a", vec_of("red"))),
            Diagnostics::new(),
        ),
        ("a place that is none", None, misplaced),
    ] {
        let read = catch_unwind(AssertUnwindSafe(|| read(answer, said, "a")));
        assert!(read.is_err(), "{what}");
    }
}

fn vec_of(text: &str) -> Value {
    Value::list([text])
}
