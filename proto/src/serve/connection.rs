//! Connections: accepted, through TLS, counted.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::stream::{self, Stream};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tonic::transport::server::Connected;

use super::listen::Acceptor;

/// Terraform greets within milliseconds. Who does not within this time is not Terraform.
const GREETING: Duration = Duration::from_secs(30);

/// Pause after a failure to accept, such as too many open files.
const PAUSE: Duration = Duration::from_millis(100);

/// Counts the connections that are open: each holds a reference.
#[derive(Debug, Clone, Default)]
pub(super) struct Open(Arc<()>);

impl Open {
    /// Is there none?
    pub(super) fn none(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }
}

/// Accepts connections for as long as the stream is polled. Each greets in a task of its own: one
/// that hangs keeps nobody else waiting.
pub(super) fn accept(
    acceptor: Acceptor,
    tls: Option<Arc<ServerConfig>>,
    open: &Open,
) -> impl Stream<Item = io::Result<Connection>> + use<> {
    let (accepted, connections) = mpsc::channel(16);
    let tls = tls.map(TlsAcceptor::from);
    let open = Arc::downgrade(&open.0);
    tokio::spawn(async move {
        while !accepted.is_closed() {
            let Ok(stream) = acceptor.accept().await else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            let Some(open) = open.upgrade() else { return };
            let (accepted, tls) = (accepted.clone(), tls.clone());
            tokio::spawn(async move {
                let stream: Box<dyn Duplex> = match tls {
                    None => Box::new(stream),
                    Some(tls) => match tokio::time::timeout(GREETING, tls.accept(stream)).await {
                        Ok(Ok(stream)) => Box::new(stream),
                        Ok(Err(error)) => {
                            let error = error.to_string();
                            return tracing::warn!(error, "Refused a connection");
                        }
                        Err(_) => return tracing::warn!("A connection did not greet"),
                    },
                };
                // At the end of the process nobody takes connections any more.
                let _ = accepted
                    .send(Connection {
                        stream,
                        _open: open,
                    })
                    .await;
            });
        }
    });
    stream::unfold(connections, |mut connections| async {
        connections
            .recv()
            .await
            .map(|connection| (Ok(connection), connections))
    })
}

trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// A connection from Terraform.
pub(super) struct Connection {
    stream: Box<dyn Duplex>,
    _open: Arc<()>,
}

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
