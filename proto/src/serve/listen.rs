//! Where Terraform connects to: a Unix socket that only the user can reach, or, where there are
//! none, a port on the loopback interface.

#[cfg(any(not(unix), test))]
mod tcp;
#[cfg(unix)]
mod unix;

use std::io;
use std::path::PathBuf;

use super::environment::Environment;

/// Why nobody could connect.
#[derive(Debug, thiserror::Error)]
pub(super) enum ListenError {
    #[cfg_attr(not(unix), allow(dead_code))]
    #[error("cannot make a directory for the socket in {}", .0.display())]
    Directory(PathBuf, #[source] io::Error),
    #[cfg_attr(not(unix), allow(dead_code))]
    #[error("cannot make the socket {}", .0.display())]
    Socket(PathBuf, #[source] io::Error),
    #[cfg_attr(not(unix), allow(dead_code))]
    #[error(
        "there is no group {0:?} to open the socket to; give its number if it is not a local group"
    )]
    Group(String),
    #[cfg_attr(unix, allow(dead_code))]
    #[error("no port from {0} to {1} is free on 127.0.0.1")]
    Port(u16, u16),
    #[error("cannot accept connections")]
    Accept(#[source] io::Error),
}

#[cfg(unix)]
pub(super) use unix::{Acceptor, Listener};

#[cfg(not(unix))]
pub(super) use tcp::{Acceptor, Listener};

/// Begins to listen. Connections wait until they are accepted.
pub(super) fn listen(environment: &Environment) -> Result<Listener, ListenError> {
    Listener::bind(environment)
}
