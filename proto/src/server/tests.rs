//! The provider service over a provider that answers what a test tells it to.

mod apply;
mod state;

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
