//! Serving Terraform runs that are told to attach: for a debugger, and for tests.

use std::io;

use serde_json::json;

use super::environment::Environment;
use super::listen::{self, Address};
use super::run::{self, Until};
use super::{Plugin, ServeError, say};
use crate::{Provider, log};

/// Serves until interrupted. Terraform neither checks who we are nor ends us, and there may be
/// several runs, each with its own configuration.
pub(super) fn serve<P: Provider>(provider: P, plugin: Plugin) -> Result<(), ServeError> {
    let listener = listen::listen(&Environment::default())?;
    let attach = attach(plugin.address, &listener.address());
    log::start(plugin.log_targets);
    say(
        io::stdout(),
        &format!(
            "Provider started. To attach Terraform CLI, set the TF_REATTACH_PROVIDERS environment \
             variable with the following:\n\n\tTF_REATTACH_PROVIDERS='{attach}'\n"
        ),
    );
    run::run(provider, listener, None, Until::Interrupted)
}

/// What Terraform needs in order to attach. `Test` keeps it from ending us afterwards.
fn attach(provider: &str, address: &Address) -> String {
    json!({
        provider: {
            "Protocol": "grpc",
            "ProtocolVersion": 6,
            "Pid": std::process::id(),
            "Test": true,
            "Addr": {"Network": address.network, "String": address.text},
        },
    })
    .to_string()
}
