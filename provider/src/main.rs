//! The plugin binary that Terraform starts.

use std::process::ExitCode;

use provider::{ADDRESS, Kafka};
use tfplugin::{Plugin, serve};

fn main() -> ExitCode {
    serve(
        Kafka::default(),
        Plugin {
            address: ADDRESS,
            log_targets: &["provider", "resources", "engine", "aws", "tfplugin"],
        },
    )
}
