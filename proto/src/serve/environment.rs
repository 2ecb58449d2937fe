//! What go-plugin says through environment variables, and the line that answers it.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::address::Address;

/// With this value in this variable Terraform shows that it means to start a plugin. No secret: it
/// tells a plugin from a command that a person runs.
const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

/// The version of go-plugin's own protocol.
const CORE_PROTOCOL: u32 = 1;

/// The version of Terraform's protocol. Terraform names the versions that it knows in
/// `PLUGIN_PROTOCOL_VERSIONS`; as there is nothing else that we could offer, we say this one in any
/// case, and Terraform says whether that will do.
const PROTOCOL: u32 = 6;

/// What Terraform said.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Environment {
    /// Terraform's certificate in PEM; without it there is no TLS.
    pub(super) client_certificate: Option<String>,
    /// The directory for the socket; the system's for temporary files if none is given.
    pub(super) socket_directory: Option<PathBuf>,
    /// The group that may connect, by name or number; nobody but the user if none is given.
    pub(super) socket_group: Option<String>,
    /// The first and last port to try where there are no Unix sockets.
    pub(super) ports: (u16, u16),
    /// Terraform asked whether connections may be multiplexed.
    pub(super) multiplex_asked: bool,
}

impl Environment {
    /// Reads the variables; `None` if it is not Terraform that started us.
    pub(super) fn read(variable: impl Fn(&str) -> Option<String>) -> Option<Environment> {
        let given = |name| variable(name).filter(|text| !text.is_empty());
        let port = |name| given(name).and_then(|text| text.parse().ok());
        (given(COOKIE.0).as_deref() == Some(COOKIE.1)).then(|| Environment {
            client_certificate: given("PLUGIN_CLIENT_CERT"),
            socket_directory: given("PLUGIN_UNIX_SOCKET_DIR").map(PathBuf::from),
            socket_group: given("PLUGIN_UNIX_SOCKET_GROUP"),
            ports: (
                port("PLUGIN_MIN_PORT").unwrap_or(10_000),
                port("PLUGIN_MAX_PORT").unwrap_or(25_000),
            ),
            multiplex_asked: given("PLUGIN_MULTIPLEX_GRPC").is_some(),
        })
    }

    /// The line that tells Terraform where we listen and by what certificate to know us.
    pub(super) fn handshake_line(&self, address: &Address, certificate: Option<&[u8]>) -> String {
        let certificate = STANDARD_NO_PAD.encode(certificate.unwrap_or_default());
        let multiplex = if self.multiplex_asked { "|false" } else { "" };
        let Address { network, text } = address;
        format!("{CORE_PROTOCOL}|{PROTOCOL}|{network}|{text}|grpc|{certificate}{multiplex}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Option<Environment> {
        Environment::read(|name| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn without_the_cookie_it_is_not_terraform() {
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[(COOKIE.0, "d602")]), None);
        assert!(read(&[COOKIE]).is_some());
    }

    #[test]
    fn variables_are_taken_over() {
        let environment = read(&[
            COOKIE,
            ("PLUGIN_PROTOCOL_VERSIONS", "6,5"),
            ("PLUGIN_CLIENT_CERT", "pem"),
            ("PLUGIN_UNIX_SOCKET_DIR", "/run/plugins"),
            ("PLUGIN_UNIX_SOCKET_GROUP", "terraform"),
            ("PLUGIN_MIN_PORT", "20000"),
        ]);
        let expected = Environment {
            client_certificate: Some("pem".to_owned()),
            socket_directory: Some(PathBuf::from("/run/plugins")),
            socket_group: Some("terraform".to_owned()),
            ports: (20_000, 25_000),
            multiplex_asked: false,
        };
        assert_eq!(environment, Some(expected));
    }

    #[test]
    fn the_line_names_address_and_certificate() {
        let address = Address {
            network: "unix",
            text: "/tmp/plugin".to_owned(),
        };
        let plain = read(&[COOKIE]).unwrap();
        assert_eq!(
            plain.handshake_line(&address, None),
            "1|6|unix|/tmp/plugin|grpc|\n"
        );
        let multiplex = read(&[COOKIE, ("PLUGIN_MULTIPLEX_GRPC", "true")]).unwrap();
        let line = multiplex.handshake_line(&address, Some(&[0xff, 0xee]));
        assert_eq!(line, "1|6|unix|/tmp/plugin|grpc|/+4|false\n");
    }
}
