//! The process of a provider, from its start to its end.

mod address;
mod connection;
mod debug;
mod environment;
mod listen;
mod panic;
mod run;

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::tls::{Identity, TlsError};
use crate::{Provider, log};
use environment::Environment;
use listen::ListenError;
use run::Parent;

/// What is to be known about a provider besides what it does.
#[derive(Debug, Clone, Copy)]
pub struct Plugin {
    /// The provider's source address, host included.
    pub address: &'static str,
    /// The crates whose logs Terraform is to have.
    pub log_targets: &'static [&'static str],
}

/// What a person sees who starts a plugin by hand.
const NOT_BY_HAND: &str = "\
This binary is a plugin. These are not meant to be executed directly.
Please execute the program that consumes these plugins, which will
load any plugins automatically
";

/// Why the process could not do its work.
#[derive(Debug, thiserror::Error)]
enum ServeError {
    #[error("setting up the connection to Terraform failed")]
    Listen(#[from] ListenError),
    #[error("setting up mutual TLS with Terraform failed")]
    Tls(#[from] TlsError),
    #[error("writing to stdout failed")]
    Stdout(#[source] io::Error),
    #[error("starting the runtime failed")]
    Runtime(#[source] io::Error),
    #[error("serving Terraform failed")]
    Serve(#[source] tonic::transport::Error),
}

/// Serves the provider to the Terraform that started this process, until it says that it is done.
///
/// This is all that `main` has to do. With `--version`, `--help` or `-debug` as the only argument
/// it does that instead; run by hand without any, it says what the binary is.
pub fn serve<P: Provider>(provider: P, plugin: Plugin) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let binary = format!("terraform-provider-{}", provider.name());
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let is_debug = debug::is_asked_for(&arguments);
    if is_debug.is_some() {
        arguments.clear();
    }
    let outcome = match arguments[..] {
        [] if is_debug == Some(true) => debug::serve(provider, plugin),
        [] => match Environment::read(|name| std::env::var(name).ok()) {
            Some(environment) => serve_terraform(provider, plugin, &environment),
            None => {
                say(io::stderr(), NOT_BY_HAND);
                return ExitCode::FAILURE;
            }
        },
        ["-version" | "--version" | "-V"] => {
            say(io::stdout(), &format!("{binary} {}\n", provider.version()));
            Ok(())
        }
        ["-help" | "--help" | "-h"] => {
            say(
                io::stdout(),
                &help(&binary, provider.version(), plugin.address),
            );
            Ok(())
        }
        _ => {
            say(
                io::stderr(),
                &help(&binary, provider.version(), plugin.address),
            );
            return ExitCode::FAILURE;
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(
                io::stderr(),
                &format!("[ERROR] {binary}: {}\n", chain(&error)),
            );
            ExitCode::FAILURE
        }
    }
}

/// The line on stdout comes before all that can wait: Terraform waits for it, for each of the
/// several processes that it starts per command.
fn serve_terraform<P: Provider>(
    provider: P,
    plugin: Plugin,
    environment: &Environment,
) -> Result<(), ServeError> {
    let parent = Parent::now();
    panic::print_as_terraform_expects();
    let listener = listen::listen(environment)?;
    let client = environment.client_certificate.as_deref();
    let identity = client.map(Identity::for_client).transpose()?;
    let certificate = identity
        .as_ref()
        .map(|identity| identity.certificate.as_slice());
    let line = environment.handshake_line(&listener.address(), certificate);
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(line.as_bytes())
        .map_err(ServeError::Stdout)?;
    stdout.flush().map_err(ServeError::Stdout)?;
    drop(stdout);
    log::start(plugin.log_targets);
    run::run(
        provider,
        listener,
        identity.map(|identity| identity.config),
        run::Until::Left(parent),
    )
}

fn help(binary: &str, version: &str, address: &str) -> String {
    format!(
        "{binary} {version}: the Terraform provider {address}.

Terraform starts it by itself, for configurations that require the provider.

  -debug     serve until interrupted, for Terraform runs that are told to attach
  --version  print the version
  --help     print this
"
    )
}

/// An error and its causes.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// Who closed our output does not want to hear it.
fn say(mut out: impl Write, text: &str) {
    let _ = out.write_all(text.as_bytes());
}
