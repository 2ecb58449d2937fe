use serde_json::json;
use std::time::Duration;

use tfplugin::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::schema::schema;

/// With keys, so that no test depends on who runs it.
fn arguments(more: serde_json::Value, unknown: &[&str]) -> Arguments {
    let mut config = json!({
        "access_key": "AKIA", "secret_key": "s", "region": "us-east-1",
        "skip_credentials_validation": true,
    });
    let given = config.as_object_mut().unwrap();
    given.extend(more.as_object().unwrap().clone());
    let bytes = config.to_string().into_bytes();
    let mut value = json::decode(&bytes, &schema().implied_type()).unwrap();
    let Value::Object(members) = &mut value else {
        panic!("a configuration is an object");
    };
    for name in unknown {
        members.insert((*name).to_owned(), Value::Unknown);
    }
    let (arguments, found) = Arguments::read(&value);
    assert!(found.is_empty(), "{found:?}");
    arguments
}

fn bounds() -> Bounds {
    Bounds::reading(
        Instant::now() + Duration::from_secs(60),
        CancellationToken::new(),
    )
}

async fn connected(arguments: Arguments) -> Connection {
    let connection = Connection::default();
    connection.replace(Configured::new(arguments).await.unwrap());
    connection
}

#[tokio::test]
async fn before_it_is_configured_nothing_is_known() {
    let connection = Connection::default();
    assert_eq!(connection.settings(), unconfigured());
    let error = connection.cloud("us-east-1", &bounds()).await.unwrap_err();
    assert!(error.summary.contains("not configured"), "{error:?}");
}

#[tokio::test]
async fn a_known_configuration_gives_clients_in_any_region() {
    let connection = connected(arguments(
        json!({"ignore_tags": [{"keys": ["cost"]}], "restricted_regions": ["eu-west-1"]}),
        &[],
    ))
    .await;
    let settings = connection.settings();
    assert_eq!(settings.region, Maybe::Known(Some("us-east-1".to_owned())));
    assert!(settings.ignored_tags.known().unwrap().ignores("cost"));
    let restricted = ["eu-west-1".to_owned()];
    assert_eq!(settings.restricted_regions, Maybe::Known(restricted.into()));
    assert!(connection.cloud("us-east-1", &bounds()).await.is_ok());
    assert!(connection.cloud("eu-west-1", &bounds()).await.is_ok());
    let error = connection.cloud("mars", &bounds()).await.unwrap_err();
    assert!(error.detail.contains("mars"), "{error:?}");
}

#[tokio::test]
async fn unknown_arguments_are_named_where_aws_is_needed() {
    let connection = connected(arguments(json!({}), &["secret_key", "profile"])).await;
    let region = Maybe::Known(Some("us-east-1".to_owned()));
    assert_eq!(connection.settings().region, region);
    let error = connection.cloud("us-east-1", &bounds()).await.unwrap_err();
    assert!(error.detail.contains("profile, secret_key"), "{error:?}");
}

#[tokio::test]
async fn an_unknown_profile_leaves_the_region_open() {
    let connection = connected(arguments(json!({"region": null}), &["profile"])).await;
    assert_eq!(connection.settings().region, Maybe::Unknown);
}

#[tokio::test]
async fn a_new_configuration_replaces_the_old_one_for_all_who_share_it() {
    let connection = connected(arguments(json!({}), &["token"])).await;
    let shared = connection.clone();
    assert!(shared.cloud("us-east-1", &bounds()).await.is_err());
    connection.replace(Configured::new(arguments(json!({}), &[])).await.unwrap());
    assert!(shared.cloud("us-east-1", &bounds()).await.is_ok());
}

#[tokio::test]
async fn a_bundle_that_is_not_there_is_an_error_at_once() {
    let arguments = arguments(json!({"custom_ca_bundle": "/nowhere.pem"}), &[]);
    let error = Configured::new(arguments).await.unwrap_err();
    assert!(error.to_string().contains("/nowhere.pem"), "{error}");
}
