//! Who was called without getting an answer, for people.

use std::{env, error::Error, fmt};

use super::Settings;

type BoxError = Box<dyn Error + Send + Sync + 'static>;

/// A request that got no answer.
#[derive(Debug)]
pub(crate) struct Unreached {
    /// `ec2.eu-west-1.amazonaws.com`, with the port where it is an unusual one.
    host: String,
    proxy: Option<Proxy>,
    source: BoxError,
}

/// A proxy that requests go through, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Proxy {
    url: String,
    by: &'static str,
}

/// The proxies of the configuration or of the environment, as far as messages need them.
#[derive(Clone, Debug, Default)]
pub(super) struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
    exceptions: Vec<String>,
}

impl Unreached {
    pub(super) fn new(uri: &str, proxies: &Proxies, source: BoxError) -> Unreached {
        let host = host(uri);
        Unreached {
            proxy: proxies.of(uri.starts_with("https:"), &host),
            host,
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
    pub(super) fn is_silent(&self) -> bool {
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

impl Proxies {
    pub(super) fn new(settings: &Settings) -> Proxies {
        let variable = |names: [&'static str; 2]| {
            let set = names.into_iter().find_map(|name| {
                let url = env::var(name).ok().filter(|url| !url.is_empty())?;
                Some(Proxy::new(&url, name))
            });
            set.or_else(|| {
                let url = env::var("ALL_PROXY").ok().filter(|url| !url.is_empty())?;
                Some(Proxy::new(&url, "ALL_PROXY"))
            })
        };
        let argument = |url: &Option<String>, name| url.as_ref().map(|url| Proxy::new(url, name));
        let http = argument(&settings.http_proxy, "http_proxy");
        let https = argument(&settings.https_proxy, "https_proxy").or_else(|| http.clone());
        let exceptions = settings.no_proxy.clone();
        let exceptions = exceptions.or_else(|| env::var("NO_PROXY").ok());
        let exceptions = exceptions.or_else(|| env::var("no_proxy").ok());
        Proxies {
            http: http.or_else(|| variable(["HTTP_PROXY", "http_proxy"])),
            https: https.or_else(|| variable(["HTTPS_PROXY", "https_proxy"])),
            exceptions: exceptions
                .unwrap_or_default()
                .split(',')
                .map(|host| host.trim().trim_start_matches(['*', '.']).to_owned())
                .filter(|host| !host.is_empty())
                .collect(),
        }
    }

    fn of(&self, tls: bool, host: &str) -> Option<Proxy> {
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
        let is_exception = |it: &String| {
            host.strip_suffix(it.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        if self.exceptions.iter().any(is_exception) {
            return None;
        }
        match tls {
            true => self.https.clone(),
            false => self.http.clone(),
        }
    }
}

impl Proxy {
    fn new(url: &str, by: &'static str) -> Proxy {
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

fn host(uri: &str) -> String {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    authority.to_owned()
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn refused() -> BoxError {
        io::Error::from_raw_os_error(111).into()
    }

    fn proxied() -> Proxies {
        Proxies::new(&Settings {
            https_proxy: Some("http://me:hunter2@proxy.corp:3128".to_owned()),
            no_proxy: Some("localhost, .internal".to_owned()),
            ..Settings::default()
        })
    }

    #[test]
    fn host_and_proxy_are_named_and_passwords_are_not() {
        let uri = "https://ec2.eu-west-1.amazonaws.com/?Action=X";
        let text = Unreached::new(uri, &proxied(), refused()).to_string();
        assert_eq!(
            text,
            "ec2.eu-west-1.amazonaws.com cannot be reached through the proxy \
             http://proxy.corp:3128 (https_proxy): Connection refused"
        );
        let uri = "https://sts.internal:8443/";
        let text = Unreached::new(uri, &proxied(), refused()).to_string();
        assert_eq!(
            text,
            "sts.internal:8443 cannot be reached: Connection refused"
        );
    }

    #[test]
    fn a_certificate_nobody_trusts_leads_to_the_bundle() {
        let distrust: BoxError = "invalid peer certificate: UnknownIssuer".into();
        let text = Unreached::new("https://h/", &Proxies::default(), distrust).to_string();
        assert!(text.contains("custom_ca_bundle"), "{text}");
    }
}
