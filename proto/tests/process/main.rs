//! The process of a provider as Terraform sees it: the example provider, started as go-plugin
//! starts it, called over its socket.

#![cfg(unix)]
// All of it is tests, what the tests share included.
#![allow(clippy::unwrap_used, clippy::panic)]

mod client;
mod plugin;

use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value as Json;
use tfplugin::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tonic::Code;
use tonic::transport::Channel;

use plugin::{COOKIE, Notes, Plugin, SOON, decode, note, signal_process};
use wire::health::HealthCheckRequest;
use wire::health::health_client::HealthClient;
use wire::plugin::grpc_stdio_client::GrpcStdioClient;
use wire::tfplugin6 as pb;
use wire::tfplugin6::provider_client::ProviderClient;

/// The messages and services as the crate compiles them, with clients.
mod wire {
    #![allow(dead_code, unreachable_pub, unused_qualifications)]
    #![allow(clippy::all, clippy::pedantic, clippy::restriction)]

    pub mod tfplugin6 {
        include!(concat!(env!("OUT_DIR"), "/tfplugin6.rs"));
    }

    pub mod plugin {
        include!(concat!(env!("OUT_DIR"), "/plugin.rs"));
    }

    pub mod health {
        include!(concat!(env!("OUT_DIR"), "/grpc.health.v1.rs"));
    }
}

async fn by_hand(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(plugin::binary());
    command.args(arguments).envs(variables.iter().copied());
    tokio::time::timeout(SOON, command.output())
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn run_by_hand_it_says_what_it_is() {
    for variables in [&[][..], &[(COOKIE.0, "something else")]] {
        let output = by_hand(&[], variables).await;
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.starts_with("This binary is a plugin."), "{text}");
    }
}

#[tokio::test]
async fn it_answers_questions_about_itself() {
    let version = by_hand(&["--version"], &[]).await;
    assert!(version.status.success());
    let expected = format!("terraform-provider-notes {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(String::from_utf8(version.stdout).unwrap(), expected);
    let help = by_hand(&["--help"], &[]).await;
    assert!(help.status.success());
    assert!(String::from_utf8(help.stdout).unwrap().contains("-debug"));
    let wrong = by_hand(&["--wrong"], &[]).await;
    assert_eq!(
        (wrong.status.code(), wrong.stdout.is_empty()),
        (Some(1), true)
    );
}

#[tokio::test]
async fn what_keeps_it_from_starting_is_said() {
    let output = by_hand(
        &[],
        &[COOKIE, ("PLUGIN_UNIX_SOCKET_DIR", "/no/such/directory")],
    )
    .await;
    assert_eq!(
        (output.status.code(), output.stdout.is_empty()),
        (Some(1), true)
    );
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("/no/such/directory: No such file"), "{text}");
}

#[tokio::test]
async fn terraform_is_served_and_shuts_down() {
    let plugin = Plugin::start().await;
    let mut notes = plugin.configured().await;
    let response = notes.create(&note(&[("text", "hello".into())])).await;
    assert_eq!(response.diagnostics, []);
    let expected = note(&[("text", "hello".into()), ("length", 5.into())]);
    assert_eq!(decode(response.new_state), expected);
    assert_eq!(response.private, b"v1");
    assert_eq!(
        std::fs::read_to_string(plugin.notes.0.join("a")).unwrap(),
        "hello"
    );
    let started = Instant::now();
    let (status, text) = plugin.shutdown().await;
    assert!(status.success());
    // Terraform kills what is not gone after 2 s.
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(text, "");
}

async fn schema(channel: Channel) -> Result<(), tonic::Status> {
    let request = pb::get_provider_schema::Request {};
    ProviderClient::new(channel)
        .get_provider_schema(request)
        .await
        .map(drop)
}

/// In TLS 1.3 a client learns with its first call that it was refused.
async fn refused(outcome: Result<Channel, tonic::transport::Error>) -> bool {
    match outcome {
        Ok(channel) => schema(channel).await.is_err(),
        Err(_) => true,
    }
}

#[tokio::test]
async fn nobody_but_terraform_is_let_in() {
    use client::{STRANGER, STRANGER_KEY, TERRAFORM, TERRAFORM_KEY};
    let plugin = Plugin::start().await;
    let tls = |client| client::tls(plugin.socket.clone(), plugin.certificate.clone(), client);
    assert!(
        refused(client::plain(plugin.socket.clone()).await).await,
        "no TLS"
    );
    assert!(refused(tls(None).await).await, "no certificate");
    assert!(
        refused(tls(Some((STRANGER, STRANGER_KEY))).await).await,
        "another certificate"
    );
    assert!(
        refused(tls(Some((TERRAFORM, STRANGER_KEY))).await).await,
        "not the key"
    );
    assert!(
        !refused(tls(Some((TERRAFORM, TERRAFORM_KEY))).await).await,
        "Terraform itself"
    );
}

#[tokio::test]
async fn without_a_certificate_of_terraforms_there_is_no_tls() {
    let plugin = Plugin::start_with(&[]).await;
    assert!(plugin.certificate.is_empty());
    schema(plugin.channel().await).await.unwrap();
    assert!(plugin.shutdown().await.0.success());
}

#[tokio::test]
async fn what_is_not_offered_is_unimplemented() {
    let plugin = Plugin::start().await;
    let mut grpc = tonic::client::Grpc::new(plugin.channel().await);
    grpc.ready().await.unwrap();
    let path = "/tfplugin6.Provider/MoveResourceState".parse().unwrap();
    let codec = tonic_prost::ProstCodec::<(), ()>::default();
    let status = grpc
        .unary(tonic::Request::new(()), path, codec)
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
}

#[tokio::test]
async fn the_services_of_go_plugin_are_there() {
    let plugin = Plugin::start().await;
    let channel = plugin.channel().await;
    let mut health = HealthClient::new(channel.clone());
    let mut check = async |service: &str| {
        let request = HealthCheckRequest {
            service: service.to_owned(),
        };
        health
            .check(request)
            .await
            .map(|response| response.into_inner().status)
    };
    assert_eq!(check("plugin").await.unwrap(), 1);
    assert_eq!(check("other").await.unwrap_err().code(), Code::NotFound);
    let mut output = GrpcStdioClient::new(channel)
        .stream_stdio(())
        .await
        .unwrap()
        .into_inner();
    let silence = tokio::time::timeout(Duration::from_millis(100), output.message()).await;
    assert!(silence.is_err(), "{silence:?}");
    // The open stream is no reason to stay.
    assert!(plugin.shutdown().await.0.success());
    assert!(output.message().await.unwrap().is_none());
}

#[tokio::test]
async fn a_panic_is_told_and_loses_nothing() {
    let plugin = Plugin::start().await;
    let mut notes = plugin.configured().await;
    let response = notes.create(&note(&[("fault", "panic".into())])).await;
    assert_eq!(response.diagnostics[0].summary, "The provider failed");
    assert_eq!(decode(response.new_state).get("length").as_i64(), Some(0));
    // The process goes on.
    assert_eq!(notes.create(&note(&[])).await.diagnostics, []);
    let (status, text) = plugin.shutdown().await;
    assert!(status.success());
    assert!(text.starts_with("panic: the ink is out\n"), "{text}");
}

#[tokio::test]
async fn an_interrupt_is_left_to_terraform_which_then_stops() {
    let plugin = Plugin::start().await;
    let notes = plugin.configured().await;
    let mut creating = notes.clone();
    let slow = note(&[("seconds", 600.into())]);
    let creating = tokio::spawn(async move { creating.create(&slow).await });
    while plugin.notes.entries() == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    plugin.signal("INT").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!creating.is_finished());
    let Notes { mut provider } = notes;
    provider
        .stop_provider(pb::stop_provider::Request {})
        .await
        .unwrap();
    let response = tokio::time::timeout(SOON, creating).await.unwrap().unwrap();
    assert_eq!(response.diagnostics[0].summary, "Interrupted");
    assert_eq!(decode(response.new_state).get("name").as_str(), Some("a"));
    assert!(plugin.shutdown().await.0.success());
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_ever() {
    let plugin = Plugin::start().await;
    let mut notes = plugin.configured().await;
    let slow = note(&[("seconds", 600.into())]);
    let creating = tokio::spawn(async move { notes.create(&slow).await });
    while plugin.notes.entries() == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(plugin.shutdown().await.0.success());
    // The handler was interrupted, and what it answered arrived.
    let response = tokio::time::timeout(SOON, creating).await.unwrap().unwrap();
    assert_eq!(response.diagnostics[0].summary, "Interrupted");
}

#[tokio::test]
async fn a_termination_ends_it_in_order() {
    let plugin = Plugin::start().await;
    schema(plugin.channel().await).await.unwrap();
    plugin.signal("TERM").await;
    assert!(plugin.ended().await.0.success());
}

#[tokio::test]
async fn when_terraform_is_killed_it_ends_too() {
    // A shell stands for Terraform, and says who its child is.
    let mut shell = Command::new("sh");
    let id = plugin::Scratch::new();
    let script = r#""$0" & echo $! > "$1/new" && mv "$1/new" "$1/id"; wait"#;
    shell.args(["-c", script]).arg(plugin::binary()).arg(&id.0);
    let mut plugin = Plugin::start_command(shell).await;
    while !id.0.join("id").exists() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let id = std::fs::read_to_string(id.0.join("id")).unwrap();
    let process = PathBuf::from("/proc").join(id.trim());
    let channel = plugin.channel().await;
    schema(channel.clone()).await.unwrap();
    plugin.child.kill().await.unwrap();
    // While there is a connection, somebody wants it.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    schema(channel.clone()).await.unwrap();
    drop(channel);
    let deadline = Instant::now() + SOON;
    while plugin.sockets.entries() > 0 || process.exists() {
        assert!(Instant::now() < deadline, "it is still there");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn large_states_pass() {
    let plugin = Plugin::start().await;
    let mut notes = plugin.configured().await;
    let text = "x".repeat(6 << 20);
    let response = notes.create(&note(&[("text", text.as_str().into())])).await;
    assert_eq!(
        decode(response.new_state).get("text").as_str(),
        Some(text.as_str())
    );
}

#[tokio::test]
async fn logs_are_lines_of_json_when_they_are_asked_for() {
    let certificate = ("PLUGIN_CLIENT_CERT", client::TERRAFORM);
    let plugin = Plugin::start_with(&[certificate, ("TF_LOG_PROVIDER", "INFO")]).await;
    let mut notes = plugin.configured().await;
    notes
        .create(&note(&[("text", "confidential".into())]))
        .await;
    let (_, text) = plugin.shutdown().await;
    let lines: Vec<Json> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let line = lines
        .iter()
        .find(|line| line["@message"] == "Wrote the note")
        .unwrap();
    assert_eq!(line["@level"], "info");
    assert_eq!(line["tf_rpc"], "ApplyResourceChange");
    assert_eq!(line["tf_resource_type"], "notes_note");
    let request = line["tf_req_id"].as_str().unwrap();
    assert_eq!(
        request.split('-').map(str::len).collect::<Vec<_>>(),
        [8, 4, 4, 4, 12]
    );
    assert!(!text.contains("confidential"), "{text}");
}

#[tokio::test]
async fn for_debugging_it_is_attached_to_and_configured_repeatedly() {
    let mut child = Command::new(plugin::binary())
        .arg("-debug")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let attach = loop {
        let line = tokio::time::timeout(SOON, lines.next_line())
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        if let Some(attach) = line.trim().strip_prefix("TF_REATTACH_PROVIDERS=") {
            break attach.trim_matches('\'').to_owned();
        }
    };
    let attach: Json = serde_json::from_str(&attach).unwrap();
    let attach = &attach["registry.terraform.io/example/notes"];
    assert_eq!(
        (&attach["Protocol"], &attach["ProtocolVersion"]),
        (&"grpc".into(), &6.into())
    );
    assert_eq!(
        (&attach["Pid"], &attach["Test"]),
        (&child.id().into(), &true.into())
    );
    let socket = PathBuf::from(attach["Addr"]["String"].as_str().unwrap());
    for text in ["first", "second"] {
        let directory = plugin::Scratch::new();
        let channel = client::plain(socket.clone()).await.unwrap();
        let mut notes = Notes {
            provider: ProviderClient::new(channel),
        };
        notes.configure(directory.0.to_str().unwrap()).await;
        let response = notes.create(&note(&[("text", text.into())])).await;
        assert_eq!(
            decode(response.new_state).get("length"),
            &Value::from(text.len())
        );
        assert_eq!(
            std::fs::read_to_string(directory.0.join("a")).unwrap(),
            text
        );
        // One run that is stopped does not stop the next.
        notes
            .provider
            .stop_provider(pb::stop_provider::Request {})
            .await
            .unwrap();
    }
    signal_process(child.id().unwrap(), "INT").await;
    let status = tokio::time::timeout(SOON, child.wait())
        .await
        .unwrap()
        .unwrap();
    assert!(status.success());
    assert!(!socket.parent().unwrap().exists());
}
