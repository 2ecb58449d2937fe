//! A resource of three attributes with a store in memory, and everything that can be wrong with it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use crate::{
    ApplyRequest, ApplyResponse, Attribute, Block, Diagnostic, Diagnostics, ImportResponse,
    Operation, Path, PlanRequest, PlanResponse, ReadRequest, ReadResponse, RequestContext,
    Resource, Schema, Value, async_trait, json,
};

/// What the resource does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    None,
    PlansOtherThanConfigured,
    PlansLessAtApply,
    NamesNoPath,
    PlansTheDestroyed,
    MakesOtherThanPlanned,
    MakesNothing,
    MakesUnknown,
    MakesHalf,
    DeletesNothing,
    ReadsUnknown,
    UpgradesInvent,
    /// No defect: errors, with and without a state.
    FailsWithState,
    FailsToNull,
    CreateFailsToNull,
}

/// Shelves by id, and how many were ever made.
#[derive(Clone, Default)]
pub struct Store(Arc<Mutex<(BTreeMap<String, Value>, u32)>>);

impl Store {
    pub fn ids(&self) -> Vec<String> {
        self.0.lock().unwrap().0.keys().cloned().collect()
    }

    pub fn remove(&self, id: &str) {
        self.0.lock().unwrap().0.remove(id);
    }

    pub fn put(&self, id: &str, name: &str, size: i32) {
        let shelf = [
            ("id", id.into()),
            ("name", name.into()),
            ("size", size.into()),
        ];
        self.0
            .lock()
            .unwrap()
            .0
            .insert(id.to_owned(), Value::object::<&str>(shelf));
    }

    pub fn resize(&self, id: &str, size: i32) {
        let found = self.get(id).expect("a shelf of that id");
        self.put(id, found.get("name").as_str().unwrap(), size);
    }

    fn get(&self, id: &str) -> Option<Value> {
        self.0.lock().unwrap().0.get(id).cloned()
    }

    fn next_id(&self) -> String {
        let mut store = self.0.lock().unwrap();
        store.1 += 1;
        format!("shelf-{}", store.1)
    }

    fn write(&self, shelf: &Value) {
        let id = shelf.get("id").as_str().unwrap().to_owned();
        self.0.lock().unwrap().0.insert(id, shelf.clone());
    }
}

pub struct Shelf {
    pub store: Store,
    pub defect: Defect,
}

impl Shelf {
    fn has(&self, defect: Defect) -> bool {
        self.defect == defect
    }
}

fn shelf(id: &Value, name: &Value, size: &Value) -> Value {
    Value::object([
        ("id", id.clone()),
        ("name", name.clone()),
        ("size", size.clone()),
    ])
}

fn failure() -> Diagnostics {
    Diagnostic::error("The shelf fell down", "Pick it up.").into()
}

#[async_trait]
impl Resource for Shelf {
    fn type_name(&self) -> &str {
        "test_shelf"
    }

    fn schema(&self) -> Schema {
        let attributes = [
            Attribute::string("name").required(),
            Attribute::number("size").optional_computed(),
            Attribute::string("id").computed(),
        ];
        Schema::new(0, Block::new("").attributes(attributes))
    }

    async fn upgrade_state(
        &self,
        _ctx: RequestContext,
        _version: i64,
        raw: &[u8],
    ) -> Result<Value, Diagnostics> {
        let state = json::decode_state(raw, &self.schema().implied_type()).unwrap();
        Ok(match self.has(Defect::UpgradesInvent) {
            true => shelf(state.get("id"), state.get("name"), &99.into()),
            false => state,
        })
    }

    async fn read(&self, _ctx: RequestContext, request: ReadRequest) -> ReadResponse {
        let found = self.store.get(request.state.get("id").as_str().unwrap());
        let state = found.map(|found| match self.has(Defect::ReadsUnknown) {
            true => shelf(found.get("id"), &Value::Unknown, found.get("size")),
            false => found,
        });
        ReadResponse {
            state,
            private: request.private,
            ..ReadResponse::default()
        }
    }

    async fn plan(&self, _ctx: RequestContext, request: PlanRequest) -> PlanResponse {
        let Some(config) = request.config else {
            return PlanResponse {
                planned_state: request
                    .prior_state
                    .filter(|_| self.has(Defect::PlansTheDestroyed)),
                planned_private: request.prior_private,
                ..PlanResponse::default()
            };
        };
        let prior = request.prior_state.unwrap_or(Value::Null);
        let size = match config.get("size") {
            Value::Null => Value::from(1),
            _ if self.has(Defect::PlansOtherThanConfigured) => Value::from(99),
            size => size.clone(),
        };
        let id = match prior.get("id") {
            // Nothing is planned differently the second time but this: the store is not empty.
            Value::Null if self.has(Defect::PlansLessAtApply) => match self.store.next_id() {
                first if first == "shelf-1" => first.into(),
                _ => Value::Unknown,
            },
            Value::Null => Value::Unknown,
            _ if config.get("name") != prior.get("name") => Value::Unknown,
            id => id.clone(),
        };
        let path = match self.has(Defect::NamesNoPath) {
            true => Path::of("nonsense"),
            false => Path::of("name"),
        };
        PlanResponse {
            planned_state: Some(shelf(&id, config.get("name"), &size)),
            requires_replace: vec![path],
            planned_private: request.prior_private,
            diagnostics: Diagnostics::new(),
        }
    }

    async fn apply(&self, _ctx: RequestContext, request: ApplyRequest) -> ApplyResponse {
        let operation = request.operation();
        let fails_empty = self.has(Defect::FailsToNull)
            || self.has(Defect::CreateFailsToNull) && operation == Operation::Create;
        if fails_empty {
            return ApplyResponse {
                diagnostics: failure(),
                ..ApplyResponse::default()
            };
        }
        let fails = self.has(Defect::FailsWithState);
        let diagnostics = if fails { failure() } else { Diagnostics::new() };
        let prior = request.prior.unwrap_or(Value::Null);
        let Some(planned) = request.planned else {
            let left = fails || self.has(Defect::DeletesNothing);
            if !left {
                self.store.remove(prior.get("id").as_str().unwrap());
            }
            return ApplyResponse {
                new_state: Some(prior).filter(|_| left),
                private: b"failed".to_vec(),
                diagnostics,
            };
        };
        let id = match planned.get("id") {
            Value::Unknown => Value::from(self.store.next_id()),
            id => id.clone(),
        };
        let made = shelf(&id, planned.get("name"), planned.get("size"));
        self.store.write(&made);
        let new_state = match self.defect {
            Defect::MakesNothing => None,
            Defect::MakesUnknown => Some(shelf(&Value::Unknown, made.get("name"), &1.into())),
            Defect::MakesOtherThanPlanned => Some(shelf(&id, made.get("name"), &99.into())),
            Defect::MakesHalf => Some(Value::object([("id", id.clone())])),
            _ => Some(made),
        };
        let private = match fails {
            true => b"failed".to_vec(),
            false => id.as_str().unwrap_or_default().as_bytes().to_vec(),
        };
        ApplyResponse {
            new_state,
            private,
            diagnostics,
        }
    }

    async fn import(&self, _ctx: RequestContext, id: &str) -> ImportResponse {
        ImportResponse {
            state: Some(shelf(&id.into(), &Value::Null, &Value::Null)),
            ..ImportResponse::default()
        }
    }
}
