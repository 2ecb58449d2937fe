//! Applies: whatever happens, what exists is not forgotten.

use super::*;

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
