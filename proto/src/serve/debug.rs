//! Serving Terraform runs that are told to attach: for a debugger, and for tests.

use std::io;

use serde_json::{Value as Json, json};

use super::address::Address;
use super::environment::Environment;
use super::listen;
use super::run::{self, Until};
use super::{Plugin, ServeError, say};
use crate::{Provider, log};

/// The hosts that are meant where a configuration names none.
const TERRAFORM: &str = "registry.terraform.io/";
const OPENTOFU: &str = "registry.opentofu.org/";

/// Serves until interrupted. Terraform neither checks who we are nor ends us, and there may be
/// several runs, each with its own configuration.
pub(super) fn serve<P: Provider>(provider: P, plugin: Plugin) -> Result<(), ServeError> {
    let listener = listen::listen(&Environment::default())?;
    let attach = attach(plugin.address, &listener.address());
    log::start(plugin.log_targets);
    say(
        io::stdout(),
        &format!(
            "Provider started. To attach Terraform CLI or OpenTofu, set the TF_REATTACH_PROVIDERS environment \
             variable with the following:\n\n\tTF_REATTACH_PROVIDERS='{attach}'\n"
        ),
    );
    run::run(provider, listener, None, Until::Interrupted)
}

/// Whether the arguments are `-debug` alone, and what it says: written as Go's providers take it,
/// `-debug=false` included. (`strconv.ParseBool`)
pub(super) fn is_asked_for(arguments: &[&str]) -> Option<bool> {
    let [argument] = arguments else { return None };
    let flag = argument.strip_prefix("--").or(argument.strip_prefix('-'))?;
    match flag.split_once('=') {
        None => (flag == "debug").then_some(true),
        Some(("debug", "1" | "t" | "T" | "true" | "TRUE" | "True")) => Some(true),
        Some(("debug", "0" | "f" | "F" | "false" | "FALSE" | "False")) => Some(false),
        Some(_) => None,
    }
}

/// What Terraform needs in order to attach. `Test` keeps it from ending us afterwards. A provider is
/// known by the host that it is downloaded from, and one that is not required does no harm.
fn attach(provider: &str, address: &Address) -> String {
    let how = json!({
        "Protocol": "grpc",
        "ProtocolVersion": 6,
        "Pid": std::process::id(),
        "Test": true,
        "Addr": {"Network": address.network, "String": address.text},
    });
    let of_opentofu = provider
        .strip_prefix(TERRAFORM)
        .map(|name| format!("{OPENTOFU}{name}"));
    let names = [Some(provider.to_owned()), of_opentofu];
    let attached = names.into_iter().flatten().map(|name| (name, how.clone()));
    Json::Object(attached.collect()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_is_written_as_go_takes_it() {
        for argument in ["-debug", "--debug", "-debug=true", "--debug=1", "-debug=T"] {
            assert_eq!(is_asked_for(&[argument]), Some(true), "{argument}");
        }
        for argument in ["-debug=false", "--debug=0", "-debug=F"] {
            assert_eq!(is_asked_for(&[argument]), Some(false), "{argument}");
        }
        for arguments in [
            &[][..],
            &["debug"],
            &["---debug"],
            &["-debug="],
            &["-debug=yes"],
            &["-debugger"],
            &["-debug", "-debug"],
        ] {
            assert_eq!(is_asked_for(arguments), None, "{arguments:?}");
        }
    }

    #[test]
    fn terraform_and_opentofu_look_for_a_provider_under_their_own_hosts() {
        let address = Address {
            network: "unix",
            text: "/tmp/p/s".to_owned(),
        };
        let names = |provider| {
            let attach: Json = serde_json::from_str(&attach(provider, &address)).unwrap();
            let attach = attach.as_object().unwrap().clone();
            assert!(
                attach
                    .values()
                    .all(|how| how["Addr"]["String"] == "/tmp/p/s")
            );
            attach.keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!(
            names("registry.terraform.io/privatelink/kafka"),
            [
                "registry.opentofu.org/privatelink/kafka",
                "registry.terraform.io/privatelink/kafka"
            ]
        );
        assert_eq!(names("example.com/a/b"), ["example.com/a/b"]);
    }
}
