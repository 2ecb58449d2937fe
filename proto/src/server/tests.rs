//! The provider service over a provider that answers what a test tells it to.

use std::sync::Mutex;
use std::time::Duration;

use super::*;
use crate::{
    ApplyRequest, ApplyResponse, Attribute, Block, Diagnostic, ImportResponse, Path, PlanRequest,
    PlanResponse, ReadRequest, ReadResponse, Resource, Schema, Type, Value, async_trait, msgpack,
};

type Apply = dyn Fn(&RequestContext, ApplyRequest) -> ApplyResponse + Send + Sync;

/// Each call answers what is set here.
#[derive(Default)]
struct Thing {
    read: Mutex<ReadResponse>,
    plan: Mutex<PlanResponse>,
    apply: Option<Box<Apply>>,
    import: Mutex<ImportResponse>,
}

#[async_trait]
impl Resource for Thing {
    fn type_name(&self) -> &str {
        "test_thing"
    }

    fn schema(&self) -> Schema {
        let block = Block::new("A thing.").attributes([
            Attribute::string("name").required(),
            Attribute::number("size").optional_computed(),
        ]);
        Schema::new(2, block)
    }

    async fn read(&self, _: RequestContext, _: ReadRequest) -> ReadResponse {
        self.read.lock().unwrap().clone()
    }

    async fn plan(&self, _: RequestContext, _: PlanRequest) -> PlanResponse {
        self.plan.lock().unwrap().clone()
    }

    async fn apply(&self, ctx: RequestContext, request: ApplyRequest) -> ApplyResponse {
        match &self.apply {
            Some(apply) => apply(&ctx, request),
            None => {
                ctx.cancel.cancelled().await;
                let error = Diagnostic::error("Interrupted", "");
                ApplyResponse {
                    new_state: request.planned,
                    private: b"p".to_vec(),
                    diagnostics: error.into(),
                }
            }
        }
    }

    async fn import(&self, _: RequestContext, _: &str) -> ImportResponse {
        self.import.lock().unwrap().clone()
    }
}

#[derive(Clone)]
struct Things(Arc<Thing>);

#[async_trait]
impl Provider for Things {
    fn name(&self) -> &str {
        "test"
    }

    fn version(&self) -> &str {
        "1.0.0"
    }

    fn schema(&self) -> Schema {
        Schema::new(
            0,
            Block::new("").attributes([Attribute::string("region").required()]),
        )
    }

    fn resources(&self) -> Vec<Arc<dyn Resource>> {
        vec![self.0.clone()]
    }

    async fn configure(&self, _: RequestContext, _: Value, version: &str) -> Diagnostics {
        panic!("configured by {version}")
    }
}

fn server(thing: Thing) -> Server<Things> {
    Server::new(Things(Arc::new(thing)), Work::default())
}

fn ty() -> Type {
    Thing::default().schema().implied_type()
}

fn thing(size: impl Into<Value>) -> Value {
    Value::object([("name", "a".into()), ("size", size.into())])
}

fn sent(value: &Value) -> Option<pb::DynamicValue> {
    let msgpack = msgpack::encode(value, &ty()).unwrap();
    Some(pb::DynamicValue {
        msgpack,
        json: Vec::new(),
    })
}

fn received(value: Option<pb::DynamicValue>) -> Value {
    msgpack::decode(&value.unwrap().msgpack, &ty()).unwrap()
}

fn summaries(diagnostics: &[pb::Diagnostic]) -> Vec<&str> {
    diagnostics
        .iter()
        .map(|diagnostic| diagnostic.summary.as_str())
        .collect()
}

async fn read(answer: ReadResponse) -> pb::read_resource::Response {
    let server = server(Thing {
        read: Mutex::new(answer),
        ..Thing::default()
    });
    let request = pb::read_resource::Request {
        type_name: "test_thing".to_owned(),
        current_state: sent(&thing(1)),
        private: b"old".to_vec(),
        ..Default::default()
    };
    server
        .read_resource(Request::new(request))
        .await
        .unwrap()
        .into_inner()
}

async fn apply(
    prior: Value,
    planned: Value,
    handler: impl Fn(&RequestContext, ApplyRequest) -> ApplyResponse + Send + Sync + 'static,
) -> pb::apply_resource_change::Response {
    let server = server(Thing {
        apply: Some(Box::new(handler)),
        ..Thing::default()
    });
    server
        .apply_resource_change(Request::new(change(&prior, &planned)))
        .await
        .unwrap()
        .into_inner()
}

fn change(prior: &Value, planned: &Value) -> pb::apply_resource_change::Request {
    pb::apply_resource_change::Request {
        type_name: "test_thing".to_owned(),
        prior_state: sent(prior),
        planned_state: sent(planned),
        config: sent(planned),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_read_hands_over_state_and_private_data() {
    let answer = ReadResponse {
        state: Some(thing(2)),
        private: b"new".to_vec(),
        ..Default::default()
    };
    let response = read(answer).await;
    assert_eq!(received(response.new_state), thing(2));
    assert_eq!(response.private, b"new");
    let gone = read(ReadResponse::default()).await;
    assert_eq!(
        (received(gone.new_state), gone.diagnostics.len()),
        (Value::Null, 0)
    );
}

#[tokio::test]
async fn a_read_that_fails_keeps_what_there_was() {
    let error = Diagnostic::error("Unreachable", "").into();
    let failed = ReadResponse {
        diagnostics: error,
        ..Default::default()
    };
    let unfit = ReadResponse {
        state: Some(thing("large")),
        ..Default::default()
    };
    for (answer, summary) in [
        (failed, "Unreachable"),
        (unfit, "The provider's answer does not fit its schema"),
    ] {
        let response = read(answer).await;
        assert_eq!(received(response.new_state), thing(1));
        assert_eq!(response.private, b"old");
        assert_eq!(summaries(&response.diagnostics), [summary]);
    }
}

#[tokio::test]
async fn a_plan_is_what_was_asked_for() {
    async fn plan(planned: Option<Value>, proposed: Value) -> pb::plan_resource_change::Response {
        let requires_replace = vec![Path::of("name")];
        let planned_private = b"p".to_vec();
        let answer = PlanResponse {
            planned_state: planned,
            requires_replace,
            planned_private,
            ..PlanResponse::default()
        };
        let server = server(Thing {
            plan: Mutex::new(answer),
            ..Thing::default()
        });
        let request = pb::plan_resource_change::Request {
            type_name: "test_thing".to_owned(),
            prior_state: sent(&thing(1)),
            proposed_new_state: sent(&proposed),
            config: sent(&proposed),
            ..Default::default()
        };
        server
            .plan_resource_change(Request::new(request))
            .await
            .unwrap()
            .into_inner()
    }
    let response = plan(Some(thing(Value::Unknown)), thing(Value::Null)).await;
    assert_eq!(received(response.planned_state), thing(Value::Unknown));
    assert_eq!(
        (
            response.requires_replace.len(),
            response.planned_private.as_slice()
        ),
        (1, &b"p"[..])
    );
    let response = plan(None, Value::Null).await;
    assert_eq!(
        (received(response.planned_state), response.diagnostics.len()),
        (Value::Null, 0)
    );
    for (planned, proposed) in [(None, thing(1)), (Some(thing(1)), Value::Null)] {
        let response = plan(planned, proposed).await;
        assert_eq!(
            summaries(&response.diagnostics),
            ["The provider's answer is not possible"]
        );
    }
}

#[tokio::test]
async fn a_panic_answers_the_last_checkpoint() {
    let response = apply(Value::Null, thing(Value::Unknown), |ctx, _| {
        ctx.checkpoint.record(thing(1), b"first".to_vec());
        ctx.checkpoint.record(thing(2), b"second".to_vec());
        panic!("out of ink")
    })
    .await;
    assert_eq!(received(response.new_state), thing(2));
    assert_eq!(response.private, b"second");
    assert_eq!(summaries(&response.diagnostics), ["The provider failed"]);
    assert!(
        response.diagnostics[0]
            .detail
            .contains("ApplyResourceChange: out of ink")
    );
}

#[tokio::test]
async fn without_a_checkpoint_a_panic_leaves_the_state_to_terraform() {
    let response = apply(thing(1), thing(2), |_, _| panic!("out of ink")).await;
    assert_eq!(received(response.new_state), Value::Null);
    assert_eq!(summaries(&response.diagnostics), ["The provider failed"]);
}

#[tokio::test]
async fn no_state_without_an_error_is_an_error_but_for_a_delete() {
    let forgotten = apply(Value::Null, thing(1), |ctx, _| {
        ctx.checkpoint.record(thing(1), b"p".to_vec());
        ApplyResponse::default()
    })
    .await;
    assert_eq!(received(forgotten.new_state), thing(1));
    assert_eq!(
        summaries(&forgotten.diagnostics),
        ["The provider's answer is not possible"]
    );
    let deleted = apply(thing(1), Value::Null, |ctx, _| {
        ctx.checkpoint.record(thing(1), b"p".to_vec());
        ApplyResponse::default()
    })
    .await;
    assert_eq!(
        (received(deleted.new_state), deleted.diagnostics.len()),
        (Value::Null, 0)
    );
}

#[tokio::test]
async fn a_state_that_does_not_fit_is_saved_as_far_as_it_does() {
    let response = apply(Value::Null, thing(1), |_, _| {
        let state = Value::object([("name", "a".into()), ("length", 3.into())]);
        ApplyResponse {
            new_state: Some(state),
            private: b"p".to_vec(),
            ..Default::default()
        }
    })
    .await;
    assert_eq!(received(response.new_state), thing(Value::Null));
    assert_eq!(response.private, b"p");
    assert_eq!(
        summaries(&response.diagnostics),
        ["The provider's answer does not fit its schema"]
    );
    assert!(
        response.diagnostics[0].detail.contains("length"),
        "{:?}",
        response.diagnostics
    );
}

#[tokio::test]
async fn stopping_interrupts_what_runs_and_nothing_after_it() {
    let server = Arc::new(server(Thing::default()));
    for _ in 0..2 {
        let running = {
            let server = server.clone();
            tokio::spawn(async move {
                let request = Request::new(change(&Value::Null, &thing(1)));
                server
                    .apply_resource_change(request)
                    .await
                    .unwrap()
                    .into_inner()
            })
        };
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!running.is_finished());
        server
            .stop_provider(Request::new(pb::stop_provider::Request {}))
            .await
            .unwrap();
        let response = running.await.unwrap();
        assert_eq!(received(response.new_state), thing(1));
        assert_eq!(summaries(&response.diagnostics), ["Interrupted"]);
    }
}

#[tokio::test]
async fn a_call_whose_client_goes_away_is_interrupted_not_dropped() {
    let finished = Arc::new(Mutex::new(false));
    let work = Work::default();
    let call = {
        let finished = finished.clone();
        work.run("Test", "", RequestContext::default(), |ctx| async move {
            ctx.cancel.cancelled().await;
            tokio::task::yield_now().await;
            *finished.lock().unwrap() = true;
        })
    };
    assert!(
        tokio::time::timeout(Duration::from_millis(20), call)
            .await
            .is_err()
    );
    work.end(Duration::from_secs(5)).await;
    assert!(*finished.lock().unwrap());
}

#[tokio::test]
async fn states_are_upgraded_or_refused_with_the_reason() {
    async fn upgrade(version: i64, json: &str) -> pb::upgrade_resource_state::Response {
        let request = pb::upgrade_resource_state::Request {
            type_name: "test_thing".to_owned(),
            version,
            raw_state: Some(pb::RawState {
                json: json.into(),
                ..Default::default()
            }),
        };
        let server = server(Thing::default());
        server
            .upgrade_resource_state(Request::new(request))
            .await
            .unwrap()
            .into_inner()
    }
    let response = upgrade(2, r#"{"name": "a", "size": 1, "gone": true}"#).await;
    assert_eq!(received(response.upgraded_state), thing(1));
    let newer = upgrade(3, r#"{"name": "a"}"#).await;
    assert!(
        newer.diagnostics[0].detail.contains("newer version"),
        "{:?}",
        newer.diagnostics
    );
    let broken = upgrade(2, r#"{"name": ["a"]}"#).await;
    assert_eq!(
        summaries(&broken.diagnostics),
        ["The stored state cannot be read"]
    );
    assert_eq!(
        summaries(&upgrade(2, "").await.diagnostics),
        ["The stored state cannot be read"]
    );
}

#[tokio::test]
async fn what_is_asked_of_unknown_types_or_in_unknown_forms_is_an_error() {
    let server = server(Thing::default());
    let request = |type_name: &str, msgpack: &[u8]| {
        Request::new(pb::validate_resource_config::Request {
            type_name: type_name.to_owned(),
            config: Some(pb::DynamicValue {
                msgpack: msgpack.to_vec(),
                json: Vec::new(),
            }),
            client_capabilities: None,
        })
    };
    for (type_name, bytes, summary) in [
        ("test_other", &b"\xc0"[..], "Unknown resource type"),
        ("test_thing", b"\xc0", "Cannot read the configuration"),
        ("test_thing", b"\x01", "Cannot read the configuration"),
        ("test_thing", b"", "Cannot read the configuration"),
        (
            "test_thing",
            b"\x82\xa4name\xc0\xa4size\xc0",
            "Missing value",
        ),
    ] {
        let response = server
            .validate_resource_config(request(type_name, bytes))
            .await
            .unwrap();
        assert_eq!(
            summaries(&response.into_inner().diagnostics),
            [summary],
            "{bytes:?}"
        );
    }
}

#[tokio::test]
async fn imports_are_of_the_type_asked_for_or_errors() {
    async fn import(answer: ImportResponse) -> pb::import_resource_state::Response {
        let server = server(Thing {
            import: Mutex::new(answer),
            ..Thing::default()
        });
        let request = pb::import_resource_state::Request {
            type_name: "test_thing".to_owned(),
            id: "a".to_owned(),
            ..Default::default()
        };
        server
            .import_resource_state(Request::new(request))
            .await
            .unwrap()
            .into_inner()
    }
    let answer = ImportResponse {
        state: Some(thing(1)),
        private: b"p".to_vec(),
        ..Default::default()
    };
    let [imported] = import(answer).await.imported_resources.try_into().unwrap();
    assert_eq!(
        (imported.type_name.as_str(), imported.private.as_slice()),
        ("test_thing", &b"p"[..])
    );
    assert_eq!(received(imported.state), thing(1));
    let nothing = import(ImportResponse::default()).await;
    assert_eq!(
        summaries(&nothing.diagnostics),
        ["The provider's answer is not possible"]
    );
}

#[tokio::test]
async fn a_panic_outside_apply_is_a_diagnostic_too() {
    let server = server(Thing::default());
    let ty = Type::object([("region", Type::String)]);
    let config = Value::object([("region", "here".into())]);
    let msgpack = msgpack::encode(&config, &ty).unwrap();
    let request = pb::configure_provider::Request {
        terraform_version: "1.11.4".to_owned(),
        config: Some(pb::DynamicValue {
            msgpack,
            json: Vec::new(),
        }),
        client_capabilities: None,
    };
    let response = server
        .configure_provider(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    assert!(
        response.diagnostics[0]
            .detail
            .contains("configured by 1.11.4")
    );
}

#[tokio::test]
async fn schemas_and_capabilities_are_told() {
    let server = server(Thing::default());
    let request = Request::new(pb::get_provider_schema::Request {});
    let response = server
        .get_provider_schema(request)
        .await
        .unwrap()
        .into_inner();
    let capabilities = response.server_capabilities.unwrap();
    assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional);
    let thing = &response.resource_schemas["test_thing"];
    assert_eq!(thing.version, 2);
    let [name, size] = &thing.block.as_ref().unwrap().attributes[..] else {
        panic!("{thing:?}")
    };
    assert!(name.required && !name.optional && !name.computed);
    assert!(size.optional && size.computed && !size.required);
    assert_eq!(
        (name.r#type.as_slice(), &size.nested_type),
        (&b"\"string\""[..], &None)
    );
}
