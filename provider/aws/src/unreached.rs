//! Who was called without getting an answer, for people.

use std::{error::Error, fmt};

type BoxError = Box<dyn Error + Send + Sync + 'static>;

/// A request that got no answer.
#[derive(Debug)]
pub struct Unreached {
    /// `ec2.eu-west-1.amazonaws.com`, with the port where it is an unusual one.
    host: String,
    proxy: Option<Proxy>,
    source: BoxError,
}

/// A proxy that requests go through, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    url: String,
    /// The argument or the environment variable.
    by: &'static str,
}

impl Unreached {
    pub fn new(uri: &str, proxy: Option<Proxy>, source: BoxError) -> Unreached {
        Unreached {
            host: host(uri).to_owned(),
            proxy,
            source,
        }
    }

    /// The innermost one; of what took too long, the one that says what it was.
    fn cause(&self) -> &(dyn Error + 'static) {
        let mut cause: &(dyn Error + 'static) = self.source.as_ref();
        while let Some(source) = cause.source() {
            if cause.to_string().contains("timeout occurred") {
                break;
            }
            cause = source;
        }
        cause
    }

    /// Somebody took the connection, and never answered.
    pub fn is_silent(&self) -> bool {
        self.cause().to_string().contains("read timeout")
    }

    /// A certificate that is not trusted.
    fn is_distrust(&self) -> bool {
        self.cause().to_string().contains("certificate")
    }
}

impl fmt::Display for Unreached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cause = self.cause().to_string();
        // "Connection refused (os error 111)"
        let cause = cause.split(" (os error").next().unwrap_or_default();
        write!(f, "{} cannot be reached", self.host)?;
        if let Some(proxy) = &self.proxy {
            write!(f, " through the proxy {} ({})", proxy.url, proxy.by)?;
        }
        write!(f, ": {cause}")?;
        if self.is_distrust() {
            f.write_str(
                ". Where a proxy opens TLS, name the certificate of its authority in \
                 custom_ca_bundle or AWS_CA_BUNDLE",
            )?;
        }
        Ok(())
    }
}

impl Error for Unreached {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.source.as_ref())
    }
}

impl Proxy {
    pub fn new(url: &str, by: &'static str) -> Proxy {
        // What stands before the host may be a password.
        let url = match url.rsplit_once('@') {
            Some((before, host)) => match before.split_once("://") {
                Some((scheme, _)) => format!("{scheme}://{host}"),
                None => host.to_owned(),
            },
            None => url.to_owned(),
        };
        Proxy { url, by }
    }
}

/// The host in a URI, with its port if it names one.
pub fn host(uri: &str) -> &str {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn host_and_proxy_are_named_and_passwords_are_not() {
        let refused = || io::Error::from_raw_os_error(111).into();
        let proxy = Proxy::new("http://me:hunter2@proxy.corp:3128", "https_proxy");
        let uri = "https://ec2.eu-west-1.amazonaws.com/?Action=X";
        assert_eq!(
            Unreached::new(uri, Some(proxy), refused()).to_string(),
            "ec2.eu-west-1.amazonaws.com cannot be reached through the proxy \
             http://proxy.corp:3128 (https_proxy): Connection refused"
        );
        assert_eq!(
            Unreached::new("https://sts.internal:8443/", None, refused()).to_string(),
            "sts.internal:8443 cannot be reached: Connection refused"
        );
    }

    #[test]
    fn a_certificate_nobody_trusts_leads_to_the_bundle() {
        let distrust: BoxError = "invalid peer certificate: UnknownIssuer".into();
        let text = Unreached::new("https://h/", None, distrust).to_string();
        assert!(text.contains("custom_ca_bundle"), "{text}");
    }
}
