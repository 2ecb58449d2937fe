//! A provider of notes, each a file in a directory: the smallest one that has a provider
//! configuration, a resource, a data source and a function, and that can be watched while it is
//! slow, is interrupted, fails or crashes.

// One of its faults is to panic.
#![allow(clippy::panic)]

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{fs, io};

use tfplugin::{
    ApplyRequest, ApplyResponse, Attribute, Block, DataSource, Diagnostic, Diagnostics, Function,
    FunctionError, ImportResponse, Operation, Parameter, Path, PlanRequest, PlanResponse, Plugin,
    Provider, ReadDataSourceResponse, ReadRequest, ReadResponse, RequestContext, Resource, Schema,
    Signature, Type, Value, async_trait, serve,
};

fn main() -> ExitCode {
    let address = "registry.terraform.io/example/notes";
    serve(
        Notes::default(),
        Plugin {
            address,
            log_targets: &["notes"],
        },
    )
}

/// The directory, once it is configured.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<Option<PathBuf>>>);

impl Shelf {
    fn file(&self, name: &str) -> Result<PathBuf, Diagnostic> {
        let directory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let directory = directory.as_ref().ok_or_else(|| {
            Diagnostic::error("No directory", "The provider's directory is not known yet.")
        })?;
        Ok(directory.join(name))
    }
}

#[derive(Default)]
struct Notes {
    shelf: Shelf,
}

#[async_trait]
impl Provider for Notes {
    fn name(&self) -> &str {
        "notes"
    }

    fn version(&self) -> &str {
        env!("CARGO_PKG_VERSION")
    }

    fn schema(&self) -> Schema {
        let directory = Attribute::string("directory")
            .required()
            .describe("Where the notes are.");
        Schema::new(
            0,
            Block::new("Notes in a directory.").attributes([directory]),
        )
    }

    fn resources(&self) -> Vec<Arc<dyn Resource>> {
        vec![Arc::new(Note {
            shelf: self.shelf.clone(),
        })]
    }

    fn data_sources(&self) -> Vec<Arc<dyn DataSource>> {
        vec![Arc::new(Existing {
            shelf: self.shelf.clone(),
        })]
    }

    fn functions(&self) -> Vec<Arc<dyn Function>> {
        vec![Arc::new(Joined)]
    }

    async fn configure(&self, _ctx: RequestContext, config: Value, _: &str) -> Diagnostics {
        let directory = config.get("directory").as_str().map(PathBuf::from);
        *self.shelf.0.lock().unwrap_or_else(PoisonError::into_inner) = directory;
        Diagnostics::new()
    }
}

struct Note {
    shelf: Shelf,
}

#[async_trait]
impl Resource for Note {
    fn type_name(&self) -> &str {
        "notes_note"
    }

    fn schema(&self) -> Schema {
        let block = Block::new("A note.").attributes([
            Attribute::string("name")
                .required()
                .describe("File name. A change makes a new note."),
            Attribute::string("text")
                .optional()
                .describe("What the note says."),
            Attribute::number("seconds")
                .optional()
                .describe("How long writing takes."),
            Attribute::string("fault").optional().describe(
                "What goes wrong after the file is made: `error`, `panic`, or `forget`, which is \
                 an answer without a state.",
            ),
            Attribute::number("length")
                .computed()
                .describe("Bytes of the text."),
        ]);
        Schema::new(0, block)
    }

    async fn validate(&self, _ctx: RequestContext, config: Value) -> Diagnostics {
        match config.get("name").as_str() {
            Some(name) if name.contains('/') => {
                let detail = "A name is that of a file, without directories.";
                Diagnostic::error("Not a name", detail).at("name").into()
            }
            _ => Diagnostics::new(),
        }
    }

    async fn read(&self, _ctx: RequestContext, request: ReadRequest) -> ReadResponse {
        let name = request.state.get("name").as_str().unwrap_or_default();
        let read = self
            .shelf
            .file(name)
            .and_then(|file| match fs::read_to_string(file) {
                Ok(text) => Ok(Some(text)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(failed("reading", name, &error)),
            });
        match read {
            Ok(text) => {
                let state = text.map(|text| with_text(&request.state, &text));
                ReadResponse {
                    state,
                    private: request.private,
                    ..ReadResponse::default()
                }
            }
            Err(error) => ReadResponse {
                diagnostics: error.into(),
                ..ReadResponse::default()
            },
        }
    }

    async fn plan(&self, _ctx: RequestContext, request: PlanRequest) -> PlanResponse {
        let planned_state = request.config.map(|config| match config.get("text") {
            Value::Unknown => with(&config, "length", Value::Unknown),
            text => with(
                &config,
                "length",
                text.as_str().unwrap_or_default().len().into(),
            ),
        });
        PlanResponse {
            planned_state,
            requires_replace: vec![Path::of("name")],
            planned_private: request.prior_private,
            ..PlanResponse::default()
        }
    }

    async fn apply(&self, ctx: RequestContext, request: ApplyRequest) -> ApplyResponse {
        let outcome = match (request.operation(), &request.planned) {
            (Operation::Delete, _) | (_, None) => self.remove(&request.prior.unwrap_or_default()),
            (_, Some(planned)) => self.write(&ctx, planned).await,
        };
        match outcome {
            Ok(new_state) => ApplyResponse {
                new_state,
                private: b"v1".to_vec(),
                ..ApplyResponse::default()
            },
            Err((new_state, error)) => ApplyResponse {
                new_state,
                private: b"v1".to_vec(),
                diagnostics: error.into(),
            },
        }
    }

    async fn import(&self, _ctx: RequestContext, id: &str) -> ImportResponse {
        let names = ["name", "text", "seconds", "fault", "length"];
        let empty = Value::object(names.map(|name| (name, Value::Null)));
        let state = Some(with(&empty, "name", id.into()));
        ImportResponse {
            state,
            ..ImportResponse::default()
        }
    }
}

/// A state, or what is left and why.
type Outcome = Result<Option<Value>, (Option<Value>, Diagnostic)>;

impl Note {
    async fn write(&self, ctx: &RequestContext, planned: &Value) -> Outcome {
        let name = planned.get("name").as_str().unwrap_or_default();
        let text = planned.get("text").as_str().unwrap_or_default();
        let written = with_text(planned, text);
        let file = self.shelf.file(name).map_err(|error| (None, error))?;
        fs::write(file, text).map_err(|error| (None, failed("writing", name, &error)))?;
        tracing::info!(name, "Wrote the note");
        ctx.checkpoint.record(written.clone(), b"v1".to_vec());
        let pause = Duration::from_secs(planned.get("seconds").as_u64().unwrap_or_default());
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = ctx.cancel.cancelled() => {
                let error = Diagnostic::error("Interrupted", "The note is written, but still wet.");
                return Err((Some(written), error));
            }
        }
        match planned.get("fault").as_str() {
            Some("panic") => panic!("the ink is out"),
            Some("error") => Err((
                Some(written),
                Diagnostic::error("Smudged", "As asked for.").at("fault"),
            )),
            Some("forget") => Ok(None),
            _ => Ok(Some(written)),
        }
    }

    fn remove(&self, prior: &Value) -> Outcome {
        let name = prior.get("name").as_str().unwrap_or_default();
        let file = self.shelf.file(name).map_err(|error| (None, error))?;
        match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err((None, failed("removing", name, &error)))
            }
            _ => Ok(None),
        }
    }
}

struct Existing {
    shelf: Shelf,
}

#[async_trait]
impl DataSource for Existing {
    fn type_name(&self) -> &str {
        "notes_note"
    }

    fn schema(&self) -> Schema {
        let block = Block::new("A note that is there.").attributes([
            Attribute::string("name").required().describe("File name."),
            Attribute::string("text")
                .computed()
                .describe("What the note says."),
        ]);
        Schema::new(0, block)
    }

    async fn read(&self, _ctx: RequestContext, config: Value) -> ReadDataSourceResponse {
        let name = config.get("name").as_str().unwrap_or_default();
        let text = self.shelf.file(name).and_then(|file| {
            fs::read_to_string(file).map_err(|error| failed("reading", name, &error).at("name"))
        });
        match text {
            Ok(text) => ReadDataSourceResponse {
                state: Some(with(&config, "text", text.into())),
                ..ReadDataSourceResponse::default()
            },
            Err(error) => ReadDataSourceResponse {
                diagnostics: error.into(),
                ..Default::default()
            },
        }
    }
}

struct Joined;

impl Function for Joined {
    fn name(&self) -> &str {
        "joined"
    }

    fn signature(&self) -> Signature {
        Signature::returning(Type::String)
            .describe("Joins texts", "Joins texts, with a separator between them.")
            .parameter(Parameter::new(
                "separator",
                Type::String,
                "Between two texts.",
            ))
            .variadic(Parameter::new("texts", Type::String, "Texts."))
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let texts: Vec<&str> = arguments.iter().filter_map(Value::as_str).collect();
        match texts.split_first() {
            Some((_, [])) => Err(FunctionError::argument(0, "There is nothing to separate.")),
            Some((separator, texts)) => Ok(texts.join(separator).into()),
            None => Err(FunctionError::new("No arguments.")),
        }
    }
}

fn with_text(state: &Value, text: &str) -> Value {
    let unsaid = text.is_empty() && state.get("text").is_null();
    let state = if unsaid {
        state.clone()
    } else {
        with(state, "text", text.into())
    };
    with(&state, "length", text.len().into())
}

fn with(object: &Value, name: &str, value: Value) -> Value {
    let mut attributes = object.as_map().cloned().unwrap_or_default();
    attributes.insert(name.to_owned(), value);
    Value::Object(attributes)
}

fn failed(doing: &str, name: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error(format!("{doing} the note {name} failed"), error.to_string())
}

#[cfg(test)]
#[path = "notes/tests.rs"]
mod tests;
