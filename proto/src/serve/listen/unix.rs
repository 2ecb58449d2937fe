//! Unix sockets.

use std::fs::{self, DirBuilder, Permissions};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, chown};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use super::ListenError;
use crate::serve::{address::Address, environment::Environment};

/// Names tried before giving up; one is enough unless somebody occupies names on purpose.
const ATTEMPTS: u32 = 16;

/// The name of the socket. A socket's path has at most 107 bytes, on macOS 103, and the directory for
/// temporary files may take most of them: ours adds 12. (`sun_path`: unix(7); Go's providers add 17)
const SOCKET: &str = "s";

/// A socket in a directory of its own. The directory is born with the mode that keeps others out,
/// so there is no moment at which they could connect. Both are removed when this is dropped.
#[derive(Debug)]
pub(in crate::serve) struct Listener {
    socket: UnixListener,
    path: PathBuf,
    _directory: Directory,
}

#[derive(Debug)]
struct Directory(PathBuf);

impl Listener {
    pub(super) fn bind(environment: &Environment) -> Result<Listener, ListenError> {
        let parent = environment
            .socket_directory
            .clone()
            .unwrap_or_else(std::env::temp_dir);
        let group = environment
            .socket_group
            .as_deref()
            .map(group_number)
            .transpose()?;
        let directory =
            Directory::new(&parent).map_err(|error| ListenError::Directory(parent, error))?;
        let path = directory.0.join(SOCKET);
        let failed = |error| ListenError::Socket(path.clone(), error);
        let socket = UnixListener::bind(&path).map_err(failed)?;
        match group {
            None => fs::set_permissions(&path, Permissions::from_mode(0o700)).map_err(failed)?,
            Some(group) => {
                open_to(group, &path, 0o660).map_err(failed)?;
                open_to(group, &directory.0, 0o750).map_err(failed)?;
            }
        }
        Ok(Listener {
            socket,
            path,
            _directory: directory,
        })
    }

    pub(in crate::serve) fn address(&self) -> Address {
        Address {
            network: "unix",
            text: self.path.to_string_lossy().into_owned(),
        }
    }

    /// Hands the socket to the runtime.
    pub(in crate::serve) fn acceptor(&self) -> Result<Acceptor, ListenError> {
        let accept = || {
            let socket = self.socket.try_clone()?;
            socket.set_nonblocking(true)?;
            tokio::net::UnixListener::from_std(socket)
        };
        accept().map(Acceptor).map_err(ListenError::Accept)
    }
}

/// The socket in the hands of the runtime.
pub(in crate::serve) struct Acceptor(tokio::net::UnixListener);

impl Acceptor {
    pub(in crate::serve) async fn accept(&self) -> io::Result<tokio::net::UnixStream> {
        self.0.accept().await.map(|(stream, _)| stream)
    }
}

impl Directory {
    fn new(parent: &Path) -> io::Result<Directory> {
        let mut attempt = 0;
        loop {
            // The hasher of a new state is seeded at random.
            let random = RandomState::new().hash_one(attempt) as u32;
            let name = format!("p{random:08x}");
            let path = parent.join(name);
            match DirBuilder::new().mode(0o700).create(&path) {
                Err(error)
                    if error.kind() == io::ErrorKind::AlreadyExists && attempt < ATTEMPTS =>
                {
                    attempt += 1;
                }
                outcome => return outcome.map(|()| Directory(path)),
            }
        }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // Nothing is left to tell about what cannot be removed, and it is a directory of ours.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn open_to(group: u32, path: &Path, mode: u32) -> io::Result<()> {
    chown(path, None, Some(group))?;
    fs::set_permissions(path, Permissions::from_mode(mode))
}

/// The number of a group that is given by number, or by name in `/etc/group`.
fn group_number(group: &str) -> Result<u32, ListenError> {
    let named = || {
        let groups = fs::read_to_string("/etc/group").ok()?;
        groups.lines().find_map(|line| {
            let mut fields = line.split(':');
            (fields.next() == Some(group)).then(|| fields.nth(1)?.parse().ok())?
        })
    };
    group
        .parse()
        .ok()
        .or_else(named)
        .ok_or_else(|| ListenError::Group(group.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn only_the_user_reaches_the_socket_and_it_goes_with_its_owner() {
        let listener = Listener::bind(&Environment::default()).unwrap();
        let path = PathBuf::from(listener.address().text);
        let directory = path.parent().unwrap().to_owned();
        assert_eq!((mode(&path), mode(&directory)), (0o700, 0o700));
        drop(listener);
        assert!(!directory.exists());
    }

    #[test]
    fn directory_and_group_are_honoured() {
        let parent = Directory::new(&std::env::temp_dir()).unwrap();
        let group = fs::metadata(&parent.0).unwrap().gid();
        let environment = Environment {
            socket_directory: Some(parent.0.clone()),
            socket_group: Some(group.to_string()),
            ..Environment::default()
        };
        let listener = Listener::bind(&environment).unwrap();
        let path = PathBuf::from(listener.address().text);
        assert!(path.starts_with(&parent.0));
        assert_eq!(fs::metadata(&path).unwrap().gid(), group);
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o660, 0o750));
    }

    #[test]
    fn a_long_directory_for_temporary_files_leaves_room_for_the_socket() {
        let outer = Directory::new(&std::env::temp_dir()).unwrap();
        let taken = outer.0.as_os_str().len() + 1;
        let parent = outer.0.join("x".repeat(91 - taken));
        fs::create_dir(&parent).unwrap();
        let environment = Environment {
            socket_directory: Some(parent),
            ..Environment::default()
        };
        let listener = Listener::bind(&environment).unwrap();
        assert_eq!(listener.address().text.len(), 103);
    }

    #[test]
    fn groups_are_found_by_name() {
        assert_eq!(group_number("root").unwrap(), 0);
        assert!(matches!(
            group_number("no such group"),
            Err(ListenError::Group(_))
        ));
    }

    #[test]
    fn a_directory_that_is_not_there_is_named() {
        let environment = Environment {
            socket_directory: Some(PathBuf::from("/no/such/directory")),
            ..Environment::default()
        };
        let error = Listener::bind(&environment).unwrap_err();
        assert!(error.to_string().contains("/no/such/directory"), "{error}");
    }
}
