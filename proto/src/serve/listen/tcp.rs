//! Ports on the loopback interface.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use super::ListenError;
use crate::serve::{address::Address, environment::Environment};

/// A port.
#[derive(Debug)]
pub(in crate::serve) struct Listener {
    socket: TcpListener,
    address: SocketAddr,
}

impl Listener {
    pub(super) fn bind(environment: &Environment) -> Result<Listener, ListenError> {
        let (first, last) = environment.ports;
        let bound = (first..=last).find_map(|port| {
            let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()?;
            let address = socket.local_addr().ok()?;
            Some(Listener { socket, address })
        });
        bound.ok_or(ListenError::Port(first, last))
    }

    pub(in crate::serve) fn address(&self) -> Address {
        Address {
            network: "tcp",
            text: self.address.to_string(),
        }
    }

    /// Hands the socket to the runtime.
    pub(in crate::serve) fn acceptor(&self) -> Result<Acceptor, ListenError> {
        let accept = || {
            let socket = self.socket.try_clone()?;
            socket.set_nonblocking(true)?;
            tokio::net::TcpListener::from_std(socket)
        };
        accept().map(Acceptor).map_err(ListenError::Accept)
    }
}

/// The socket in the hands of the runtime.
pub(in crate::serve) struct Acceptor(tokio::net::TcpListener);

impl Acceptor {
    pub(in crate::serve) async fn accept(&self) -> io::Result<tokio::net::TcpStream> {
        let (stream, _) = self.0.accept().await?;
        // Without it each answer may wait 40 ms for the acknowledgement of the one before.
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_free_port_of_the_range_is_taken_without_delay() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port().min(65_000);
        let environment = Environment {
            ports: (port, port.saturating_add(200)),
            ..Environment::default()
        };
        let listener = Listener::bind(&environment).unwrap();
        assert_ne!(listener.address.port(), taken.local_addr().unwrap().port());
        let acceptor = listener.acceptor().unwrap();
        let client = tokio::net::TcpStream::connect(listener.address().text);
        let (accepted, _client) = tokio::join!(acceptor.accept(), client);
        assert!(accepted.unwrap().nodelay().unwrap());
    }

    #[test]
    fn a_range_without_a_free_port_is_named() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let environment = Environment {
            ports: (port, port),
            ..Environment::default()
        };
        let error = Listener::bind(&environment).unwrap_err();
        assert!(error.to_string().contains(&port.to_string()), "{error}");
    }
}
