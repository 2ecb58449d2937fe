//! Reading, planning, importing and upgrading.

use super::*;

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
