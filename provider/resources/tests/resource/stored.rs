//! What an older version of the provider stored.

use engine::model::Observed;
use resources::{
    Clouds, KafkaPrivatelink, Privatelink,
    lifecycle::{Configured, Instance, upgrade::upgrade},
};
use tfplugin::{PlanRequest, RequestContext, Resource, Value};

use crate::{account::Account, commands::in_virtual_time as run};

type Kept = resources::lifecycle::Kept<Privatelink>;

/// State and private data of an apply with an endpoint and four brokers, from before the private
/// data was packed. The state is what Terraform gets back for it when it is read again.
fn applied() -> (Value, Vec<u8>) {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/applied_v0.json"
    );
    let file: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let state = upgrade::<Privatelink>(0, file["attributes"].to_string().as_bytes()).unwrap();
    (state, file["private"].as_str().unwrap().as_bytes().to_vec())
}

/// `read`, without what the older version did not know of and the first read finds.
fn as_it_was(mut read: Value, state: &Value) -> Value {
    let Value::Object(members) = &mut read else {
        return read;
    };
    let name = "load_balancer_zone_id";
    assert!(state.get(name).is_null() && !members[name].is_null());
    members.insert(name.to_owned(), Value::Null);
    if let Some(Value::Object(endpoint)) = members.get_mut("endpoint") {
        assert!(!endpoint["managed_zone_id"].is_null());
        endpoint.insert("managed_zone_id".to_owned(), Value::Null);
    }
    read
}

#[test]
fn what_an_older_version_applied_reads_and_plans_as_it_is() {
    run(async {
        let (state, bytes) = applied();
        let account = Account::new();
        let private = Kept::of(&bytes, &state).expect("its private data is of the state");
        let Configured { value: config, .. } = private.last_applied.clone().unwrap();

        let settings = account.settings();
        let instance = Instance::new(
            private.clone(),
            Some(&state),
            "us-east-1".to_owned(),
            &settings,
        );
        assert_eq!(
            as_it_was(instance.state(&private.observed), &state),
            state,
            "read, with AWS as it was"
        );

        for bytes in [bytes, private.encode()] {
            let request = PlanRequest {
                prior_state: Some(state.clone()),
                config: Some(config.clone()),
                proposed: None,
                prior_private: bytes,
            };
            let resource = KafkaPrivatelink::new(account.clone());
            let answer = resource.plan(RequestContext::default(), request).await;
            assert!(answer.diagnostics.is_empty());
            assert_eq!(answer.planned_state.as_ref(), Some(&state));
            let planned = Kept::decode(&answer.planned_private).unwrap();
            assert_eq!(planned.observed, private.observed);
            assert_eq!(planned.asked, Some(config.clone()));
        }
    });
}

/// Terraform stores them, in base64, with every state.
#[test]
fn private_data_is_small() {
    let (_, bytes) = applied();
    let private = Kept::decode(&bytes).unwrap();
    assert_ne!(private.observed, Observed::default());
    let (was, is) = (bytes.len(), private.encode().len());
    assert!(is * 5 < was, "{is} bytes, {was} before they were packed");
}
