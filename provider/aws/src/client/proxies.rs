//! Through whom requests go, as far as messages tell of it.

use std::env;

use super::Settings;
use crate::unreached::{Proxy, host};

/// The proxies of the configuration or of the environment.
#[derive(Clone, Debug, Default)]
pub(super) struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
    exceptions: Vec<String>,
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

    /// The proxy that requests to this URI go through.
    pub(super) fn of(&self, uri: &str) -> Option<Proxy> {
        let host = host(uri);
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
        let is_exception = |it: &String| {
            host.strip_suffix(it.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        if self.exceptions.iter().any(is_exception) {
            return None;
        }
        match uri.starts_with("https:") {
            true => self.https.clone(),
            false => self.http.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_are_hosts_and_all_below_a_domain() {
        let proxies = Proxies::new(&Settings {
            https_proxy: Some("http://proxy.corp:3128".to_owned()),
            no_proxy: Some("localhost, .internal".to_owned()),
            ..Settings::default()
        });
        let proxy = Some(Proxy::new("http://proxy.corp:3128", "https_proxy"));
        assert_eq!(
            proxies.of("https://ec2.eu-west-1.amazonaws.com/?Action=X"),
            proxy
        );
        assert_eq!(proxies.of("https://sts.internal:8443/"), None);
        assert_eq!(proxies.of("https://localhost/"), None);
        assert_eq!(proxies.of("https://notinternal/"), proxy);
    }
}
