//! A provider as a process, and calls of it.

use std::fs;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tfplugin::{Type, Value, msgpack};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tonic::transport::Channel;

use crate::client;
use crate::wire::plugin::Empty;
use crate::wire::plugin::grpc_controller_client::GrpcControllerClient;
use crate::wire::tfplugin6 as pb;
use crate::wire::tfplugin6::provider_client::ProviderClient;

pub const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

/// Longer than anything here takes on a busy machine.
pub const SOON: Duration = Duration::from_secs(20);

/// The example provider, which `cargo test` builds beside the tests.
pub fn binary() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let binary = test
        .ancestors()
        .nth(2)
        .unwrap()
        .join("examples")
        .join("notes");
    assert!(
        binary.exists(),
        "build it: cargo build -p tfplugin --example notes"
    );
    binary
}

/// A directory that is there as long as this is.
pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn new() -> Scratch {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("tfplugin-{}-{count}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Scratch(path)
    }

    pub fn entries(&self) -> usize {
        fs::read_dir(&self.0).unwrap().count()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

/// A provider process with a directory for its socket and one for its notes.
pub struct Plugin {
    pub child: Child,
    pub sockets: Scratch,
    pub notes: Scratch,
    pub socket: PathBuf,
    pub certificate: Vec<u8>,
    _stdout: BufReader<ChildStdout>,
}

impl Plugin {
    /// As Terraform starts it.
    pub async fn start() -> Plugin {
        Plugin::start_with(&[("PLUGIN_CLIENT_CERT", client::TERRAFORM)]).await
    }

    pub async fn start_with(variables: &[(&str, &str)]) -> Plugin {
        let mut command = Command::new(binary());
        command.env_remove("TF_LOG").env_remove("TF_LOG_PROVIDER");
        command.envs(variables.iter().copied());
        Plugin::start_command(command).await
    }

    /// Starts what runs the binary, and reads its first line.
    pub async fn start_command(mut command: Command) -> Plugin {
        let (sockets, notes) = (Scratch::new(), Scratch::new());
        let mut child = command
            .env(COOKIE.0, COOKIE.1)
            .env("PLUGIN_PROTOCOL_VERSIONS", "6,5")
            .env("PLUGIN_UNIX_SOCKET_DIR", &sockets.0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        tokio::time::timeout(SOON, stdout.read_line(&mut line))
            .await
            .unwrap()
            .unwrap();
        let fields: Vec<&str> = line.trim_end().split('|').collect();
        let ["1", "6", "unix", socket, "grpc", certificate] = fields[..] else {
            panic!("{line}")
        };
        let socket = PathBuf::from(socket);
        let certificate = STANDARD_NO_PAD.decode(certificate).unwrap();
        Plugin {
            child,
            sockets,
            notes,
            socket,
            certificate,
            _stdout: stdout,
        }
    }

    pub async fn channel(&self) -> Channel {
        match self.certificate.is_empty() {
            true => client::plain(self.socket.clone()).await.unwrap(),
            false => {
                let terraform = Some((client::TERRAFORM, client::TERRAFORM_KEY));
                client::tls(self.socket.clone(), self.certificate.clone(), terraform)
                    .await
                    .unwrap()
            }
        }
    }

    /// A connection, the provider configured.
    pub async fn configured(&self) -> Notes {
        let mut notes = Notes {
            provider: large(ProviderClient::new(self.channel().await)),
        };
        notes.configure(self.notes.0.to_str().unwrap()).await;
        notes
    }

    pub async fn signal(&self, signal: &str) {
        signal_process(self.child.id().unwrap(), signal).await;
    }

    /// Ends it as Terraform does.
    pub async fn shutdown(self) -> (ExitStatus, String) {
        let mut controller = GrpcControllerClient::new(self.channel().await);
        controller.shutdown(Empty {}).await.unwrap();
        self.ended().await
    }

    /// Waits for its end: how it ended, and what it wrote on stderr.
    pub async fn ended(mut self) -> (ExitStatus, String) {
        let status = tokio::time::timeout(SOON, self.child.wait())
            .await
            .unwrap()
            .unwrap();
        let mut text = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut text)
            .await
            .unwrap();
        assert_eq!(self.sockets.entries(), 0, "the socket is left behind");
        (status, text)
    }
}

pub async fn signal_process(id: u32, signal: &str) {
    let status = Command::new("kill")
        .args(["-s", signal, &id.to_string()])
        .status()
        .await;
    assert!(status.unwrap().success());
}

fn large(client: ProviderClient<Channel>) -> ProviderClient<Channel> {
    client
        .max_decoding_message_size(usize::MAX)
        .max_encoding_message_size(usize::MAX)
}

/// Calls about notes.
#[derive(Clone)]
pub struct Notes {
    pub provider: ProviderClient<Channel>,
}

impl Notes {
    pub async fn configure(&mut self, directory: &str) {
        let ty = Type::object([("directory", Type::String)]);
        let config = Value::object([("directory", directory.into())]);
        let request = pb::configure_provider::Request {
            terraform_version: "1.11.4".to_owned(),
            config: Some(encode(&config, &ty)),
            client_capabilities: None,
        };
        let response = self
            .provider
            .configure_provider(request)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(response.diagnostics, []);
    }

    pub async fn plan(&mut self, config: &Value) -> pb::plan_resource_change::Response {
        let request = pb::plan_resource_change::Request {
            type_name: "notes_note".to_owned(),
            prior_state: Some(encode(&Value::Null, &ty())),
            proposed_new_state: Some(encode(config, &ty())),
            config: Some(encode(config, &ty())),
            ..Default::default()
        };
        self.provider
            .plan_resource_change(request)
            .await
            .unwrap()
            .into_inner()
    }

    /// Plans and creates.
    pub async fn create(&mut self, config: &Value) -> pb::apply_resource_change::Response {
        let planned = self.plan(config).await;
        assert_eq!(planned.diagnostics, []);
        let request = pb::apply_resource_change::Request {
            type_name: "notes_note".to_owned(),
            prior_state: Some(encode(&Value::Null, &ty())),
            planned_state: planned.planned_state,
            config: Some(encode(config, &ty())),
            ..Default::default()
        };
        self.provider
            .apply_resource_change(request)
            .await
            .unwrap()
            .into_inner()
    }
}

pub fn ty() -> Type {
    Type::object([
        ("name", Type::String),
        ("text", Type::String),
        ("seconds", Type::Number),
        ("fault", Type::String),
        ("length", Type::Number),
    ])
}

pub fn note(changes: &[(&str, Value)]) -> Value {
    let mut attributes = vec![("name", Value::from("a"))];
    let others = ["text", "seconds", "fault", "length"];
    attributes.extend(others.map(|name| (name, Value::Null)));
    attributes.extend(changes.iter().cloned());
    Value::object(attributes)
}

pub fn encode(value: &Value, ty: &Type) -> pb::DynamicValue {
    pb::DynamicValue {
        msgpack: msgpack::encode(value, ty).unwrap(),
        json: Vec::new(),
    }
}

pub fn decode(value: Option<pb::DynamicValue>) -> Value {
    msgpack::decode(&value.unwrap().msgpack, &ty()).unwrap()
}
