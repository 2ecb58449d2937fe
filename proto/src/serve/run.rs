//! Serving, from the first connection to an orderly end.

use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;
use tonic::transport::Server as Transport;

use super::ServeError;
use super::connection::{self, Open};
use super::listen::Listener;
use crate::Provider;
use crate::controller::Controller;
use crate::server::{Server, Work};
use crate::wire::health::health_server::HealthServer;
use crate::wire::plugin::grpc_broker_server::GrpcBrokerServer;
use crate::wire::plugin::grpc_controller_server::GrpcControllerServer;
use crate::wire::plugin::grpc_stdio_server::GrpcStdioServer;
use crate::wire::tfplugin6::provider_server::ProviderServer;

/// The largest message either way, as other providers have it. gRPC's own limit of 4 MiB is less
/// than a state may be.
const LARGEST: usize = 256 << 20;

/// How long running handlers and open connections are waited for at the end. Terraform kills a
/// provider that is not gone 2 s after it was told to end.
const PATIENCE: Duration = Duration::from_millis(1500);

/// How often to look whether Terraform is still there.
const LOOK: Duration = Duration::from_millis(500);

/// The process that started this one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Parent(u32);

impl Parent {
    #[cfg(unix)]
    pub(super) fn now() -> Parent {
        Parent(std::os::unix::process::parent_id())
    }

    /// Where a process cannot ask who its parent is, it is never found to be gone.
    #[cfg(not(unix))]
    pub(super) fn now() -> Parent {
        Parent(0)
    }
}

/// When to end, apart from being told to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Until {
    /// When this process is gone and has left no connection: Terraform was killed. An interrupt is
    /// no reason: it reaches all processes of the terminal, and Terraform then tells us to stop.
    Left(Parent),
    /// When a person interrupts us.
    Interrupted,
}

/// Serves until the end.
pub(super) fn run<P: Provider>(
    provider: P,
    listener: Listener,
    tls: Option<Arc<ServerConfig>>,
    until: Until,
) -> Result<(), ServeError> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(ServeError::Runtime)?;
    let outcome = runtime.block_on(serve(provider, &listener, tls, until));
    // Threads that block in the depths of a library are no reason to stay.
    runtime.shutdown_background();
    outcome
}

async fn serve<P: Provider>(
    provider: P,
    listener: &Listener,
    tls: Option<Arc<ServerConfig>>,
    until: Until,
) -> Result<(), ServeError> {
    let end = CancellationToken::new();
    let open = Open::default();
    let work = Work::default();
    signals::watch(&end, matches!(until, Until::Interrupted)).map_err(ServeError::Runtime)?;
    let connections = connection::accept(listener.acceptor()?, tls, &open);
    let controller = Controller { end: end.clone() };
    let provider = ProviderServer::new(Server::new(provider, work.clone()))
        .max_decoding_message_size(LARGEST)
        .max_encoding_message_size(LARGEST);
    let serving = Transport::builder()
        .add_service(provider)
        .add_service(GrpcControllerServer::new(controller.clone()))
        .add_service(GrpcBrokerServer::new(controller.clone()))
        .add_service(GrpcStdioServer::new(controller.clone()))
        .add_service(HealthServer::new(controller))
        .serve_with_incoming_shutdown(connections, end.clone().cancelled_owned());
    if let Until::Left(parent) = until {
        tokio::spawn(end_when_left(parent, open, end.clone()));
    }
    let patience_ends = async {
        end.cancelled().await;
        tokio::time::sleep(PATIENCE).await;
    };
    let served = async {
        tokio::select! {
            outcome = serving => outcome.map_err(ServeError::Serve),
            () = patience_ends => Ok(()),
        }
    };
    let handlers_end = async {
        end.cancelled().await;
        work.end(PATIENCE).await;
    };
    tokio::join!(served, handlers_end).0
}

/// A connection that is still open says that somebody still wants us, whoever our parent is.
async fn end_when_left(parent: Parent, open: Open, end: CancellationToken) {
    loop {
        tokio::time::sleep(LOOK).await;
        if Parent::now() != parent && open.none() {
            break;
        }
    }
    tracing::warn!("Terraform is gone; ending");
    end.cancel();
}

#[cfg(unix)]
mod signals {
    use std::io;

    use tokio::signal::unix::{SignalKind, signal};
    use tokio_util::sync::CancellationToken;

    /// Takes interrupts and, as the end of us, termination.
    pub(super) fn watch(end: &CancellationToken, interrupt_ends: bool) -> io::Result<()> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let end = end.clone();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => if interrupt_ends { end.cancel() },
                    _ = terminate.recv() => end.cancel(),
                }
            }
        });
        Ok(())
    }
}

#[cfg(not(unix))]
mod signals {
    use std::io;

    use tokio_util::sync::CancellationToken;

    /// Takes interrupts.
    pub(super) fn watch(end: &CancellationToken, interrupt_ends: bool) -> io::Result<()> {
        let end = end.clone();
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                if interrupt_ends {
                    end.cancel();
                }
            }
        });
        Ok(())
    }
}
