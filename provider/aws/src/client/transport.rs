//! HTTP to AWS: rustls on ring, our user agent, nothing built before it is needed.

use std::{
    env, fs,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::{
    Connector,
    proxy::ProxyConfig,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
    },
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use rustls::pki_types::{CertificateDer, pem::PemObject};

use super::{Settings, clock::Clock, home, insecure::Insecure, proxies::Proxies};
use crate::unreached::Unreached;

/// One per provider configuration, shared by all its clients: connections are pooled in it.
///
/// A connector is made at the first request that needs it. Reading the system's root certificates
/// takes milliseconds, which a run that calls no https endpoint need not pay.
#[derive(Clone, Debug)]
pub(super) struct Transport(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    user_agent: String,
    /// PEM text of the certificates to trust instead of the system's.
    bundle: Option<Vec<u8>>,
    insecure: bool,
    http_proxy: ProxyConfig,
    https_proxy: ProxyConfig,
    /// The same, for messages.
    proxies: Proxies,
    clock: Clock,
    made: Mutex<Vec<(Kind, SharedHttpConnector)>>,
}

/// What tells connectors apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kind {
    tls: bool,
    connect_timeout: Option<Duration>,
    read_timeout: Option<Duration>,
}

impl Transport {
    /// Errors are sentences about the settings.
    pub(super) fn new(settings: &Settings, clock: Clock) -> Result<Transport, String> {
        if settings.insecure && settings.https_proxy.is_some() {
            return Err("insecure = true cannot be combined with https_proxy: \
                 name the certificates to trust in custom_ca_bundle instead"
                .to_owned());
        }
        let https_proxy = settings
            .https_proxy
            .as_ref()
            .or(settings.http_proxy.as_ref());
        Ok(Transport(Arc::new(Inner {
            user_agent: user_agent(env::var("TF_APPEND_USER_AGENT").ok().as_deref()),
            bundle: bundle(settings)?,
            insecure: settings.insecure,
            http_proxy: proxy(settings, settings.http_proxy.as_ref(), "http_proxy")?,
            https_proxy: proxy(settings, https_proxy, "https_proxy")?,
            proxies: Proxies::new(settings),
            clock,
            made: Mutex::new(Vec::new()),
        })))
    }

    fn connector(&self, kind: Kind, settings: &HttpConnectorSettings) -> SharedHttpConnector {
        // Nothing that holds the lock leaves the list half changed.
        let mut made = self.0.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, connector)) = made.iter().find(|(other, _)| *other == kind) {
            return connector.clone();
        }
        let connector = match self.0.insecure && kind.tls {
            true => SharedHttpConnector::new(Insecure::new()),
            false => SharedHttpConnector::new(self.0.connect(kind, settings)),
        };
        made.push((kind, connector.clone()));
        connector
    }
}

impl Inner {
    fn connect(&self, kind: Kind, settings: &HttpConnectorSettings) -> Connector {
        let trust = match &self.bundle {
            _ if !kind.tls => TrustStore::empty(),
            Some(pem) => TrustStore::empty().with_pem_certificate(pem.clone()),
            None => TrustStore::default(),
        };
        let proxy = match kind.tls {
            true => self.https_proxy.clone(),
            false => self.http_proxy.clone(),
        };
        let builder = Connector::builder()
            .connector_settings(settings.clone())
            .sleep_impl(TokioSleep::new())
            .proxy_config(proxy)
            .tls_provider(Provider::rustls(CryptoMode::Ring));
        match TlsContext::builder().with_trust_store(trust).build() {
            Ok(context) => builder.tls_context(context).build(),
            // A context of a trust store alone is always valid.
            Err(_) => builder.build(),
        }
    }
}

fn proxy(settings: &Settings, url: Option<&String>, argument: &str) -> Result<ProxyConfig, String> {
    match url {
        // An empty URL asks for no proxy, whatever the environment says.
        Some(url) if url.is_empty() => Ok(ProxyConfig::disabled()),
        Some(url) => ProxyConfig::all(url.as_str())
            .map(|config| match &settings.no_proxy {
                Some(hosts) => config.no_proxy(hosts),
                None => config,
            })
            .map_err(|error| format!("{argument}: {error}")),
        None => Ok(ProxyConfig::from_env()),
    }
}

fn bundle(settings: &Settings) -> Result<Option<Vec<u8>>, String> {
    let path = match &settings.custom_ca_bundle {
        Some(path) => home(path),
        None => match env::var("AWS_CA_BUNDLE") {
            Ok(path) if !path.is_empty() => home(&path),
            _ => return Ok(None),
        },
    };
    let pem = fs::read(&path).map_err(|error| format!("reading the CA bundle {path}: {error}"))?;
    check_bundle(&pem).map_err(|error| format!("the CA bundle {path} {error}"))?;
    Ok(Some(pem))
}

/// The SDK's client panics on what it cannot read.
fn check_bundle(pem: &[u8]) -> Result<(), String> {
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| format!("is no PEM text: {error}"))?;
        roots
            .add(certificate)
            .map_err(|error| format!("holds a bad certificate: {error}"))?;
    }
    match roots.is_empty() {
        true => Err("holds no certificate".to_owned()),
        false => Ok(()),
    }
}

/// `TF_APPEND_USER_AGENT` is what people add to the requests of all their providers.
fn user_agent(appended: Option<&str>) -> String {
    let ours = concat!("terraform-provider-kafka/", env!("CARGO_PKG_VERSION"));
    match appended.map(str::trim) {
        Some(text) if !text.is_empty() && text.chars().all(|c| (' '..='~').contains(&c)) => {
            format!("{ours} {text}")
        }
        _ => ours.to_owned(),
    }
}

impl HttpClient for Transport {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Call {
            transport: self.clone(),
            settings: settings.clone(),
        })
    }
}

/// What requests with one set of timeouts are sent with.
#[derive(Debug)]
struct Call {
    transport: Transport,
    settings: HttpConnectorSettings,
}

impl HttpConnector for Call {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        // Signatures leave this header out.
        let agent = match request.headers().get("user-agent") {
            Some(sdk) => format!("{} {sdk}", self.transport.0.user_agent),
            None => self.transport.0.user_agent.clone(),
        };
        if let Err(error) = request.headers_mut().try_insert("user-agent", agent) {
            return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into())));
        }
        let kind = Kind {
            tls: request.uri().starts_with("https:"),
            connect_timeout: self.settings.connect_timeout(),
            read_timeout: self.settings.read_timeout(),
        };
        let uri = request.uri().to_owned();
        let answer = self.transport.connector(kind, &self.settings).call(request);
        let transport = self.transport.clone();
        HttpConnectorFuture::new(async move {
            let Inner { proxies, clock, .. } = &*transport.0;
            match answer.await {
                Ok(answer) => {
                    hear(clock, &answer);
                    Ok(answer)
                }
                Err(error) => Err(unreached(&uri, proxies, error)),
            }
        })
    }
}

/// AWS's answers, which have a request id, tell the time; what others say is not trusted.
fn hear(clock: &Clock, answer: &HttpResponse) {
    let headers = answer.headers();
    if REQUEST_IDS.iter().any(|name| headers.contains_key(*name))
        && let Some(date) = headers.get("date")
    {
        clock.hear(date);
    }
}

const REQUEST_IDS: [&str; 2] = ["x-amzn-requestid", "x-amz-request-id"];

/// The same kind of error, which says whom it is about.
fn unreached(uri: &str, proxies: &Proxies, error: ConnectorError) -> ConnectorError {
    let (is_timeout, is_user, is_io) = (error.is_timeout(), error.is_user(), error.is_io());
    let kind = error.as_other();
    let told = Unreached::new(uri, proxies.of(uri), error.into_source()).into();
    match (is_timeout, is_user, is_io) {
        (true, _, _) => ConnectorError::timeout(told),
        (_, true, _) => ConnectorError::user(told),
        (_, _, true) => ConnectorError::io(told),
        _ => ConnectorError::other(told, kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_agent_takes_what_people_append() {
        let ours = concat!("terraform-provider-kafka/", env!("CARGO_PKG_VERSION"));
        assert_eq!(user_agent(None), ours);
        assert_eq!(user_agent(Some(" team/1 ")), format!("{ours} team/1"));
        assert_eq!(user_agent(Some("bad\r\nheader: 1")), ours);
    }

    #[test]
    fn a_bad_bundle_is_a_sentence_not_a_panic() {
        assert!(check_bundle(b"").unwrap_err().contains("no certificate"));
        let broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(
            check_bundle(broken)
                .unwrap_err()
                .contains("bad certificate")
        );
        let settings = Settings {
            custom_ca_bundle: Some("/nonexistent/bundle.pem".to_owned()),
            ..Settings::default()
        };
        assert!(
            Transport::new(&settings, Clock::default())
                .unwrap_err()
                .contains("bundle.pem")
        );
    }

    #[test]
    fn a_bad_proxy_is_a_sentence_that_names_the_argument() {
        let settings = Settings {
            https_proxy: Some("not a url".to_owned()),
            ..Settings::default()
        };
        assert!(
            Transport::new(&settings, Clock::default())
                .unwrap_err()
                .starts_with("https_proxy")
        );
    }
}
