//! Terraform's side of a connection.

use std::path::PathBuf;
use std::sync::Arc;

use hyper_util::rt::TokioIo;
use p521::ecdsa::signature::Signer as _;
use p521::pkcs8::DecodePrivateKey;
use rustls::client::ResolvesClientCert;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::sign::{CertifiedKey, Signer, SigningKey};
use rustls::{ClientConfig, Error, RootCertStore, SignatureAlgorithm, SignatureScheme};
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint};

pub const TERRAFORM: &str = include_str!("certificates/terraform.pem");
pub const TERRAFORM_KEY: &str = include_str!("certificates/terraform.key");
pub const STRANGER: &str = include_str!("certificates/stranger.pem");
pub const STRANGER_KEY: &str = include_str!("certificates/stranger.key");

/// A connection without TLS.
pub async fn plain(socket: PathBuf) -> Result<Channel, tonic::transport::Error> {
    let connect = tower::service_fn(move |_| {
        let socket = socket.clone();
        async move { UnixStream::connect(socket).await.map(TokioIo::new) }
    });
    endpoint().connect_with_connector(connect).await
}

/// A connection with TLS to the holder of `server`, showing a certificate, if one is given, with
/// what is claimed to be its key.
pub async fn tls(
    socket: PathBuf,
    server: Vec<u8>,
    client: Option<(&str, &str)>,
) -> Result<Channel, tonic::transport::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(server.into()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let mut config = match client {
        None => config.with_no_client_auth(),
        Some((certificate, key)) => {
            config.with_client_cert_resolver(Arc::new(Holder::of(certificate, key)))
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    let connector = TlsConnector::from(Arc::new(config));
    let connect = tower::service_fn(move |_| {
        let (socket, connector) = (socket.clone(), connector.clone());
        async move {
            let stream = UnixStream::connect(socket).await?;
            let name = ServerName::try_from("localhost").unwrap();
            connector.connect(name, stream).await.map(TokioIo::new)
        }
    });
    endpoint().connect_with_connector(connect).await
}

fn endpoint() -> Endpoint {
    // Where to is the connector's business.
    Endpoint::from_static("http://localhost")
}

/// Shows one certificate, whatever it is asked for.
#[derive(Debug)]
struct Holder(Arc<CertifiedKey>);

impl Holder {
    fn of(certificate: &str, key: &str) -> Holder {
        let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
        let key = p521::SecretKey::from_pkcs8_pem(key).unwrap();
        let key = p521::ecdsa::SigningKey::from_slice(&key.to_bytes()).unwrap();
        Holder(Arc::new(CertifiedKey::new(
            vec![certificate],
            Arc::new(Key(key)),
        )))
    }
}

impl ResolvesClientCert for Holder {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// A key on P-521, which ring cannot sign with.
#[derive(Clone)]
struct Key(p521::ecdsa::SigningKey);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl SigningKey for Key {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered
            .contains(&self.scheme())
            .then(|| Box::new(self.clone()) as Box<dyn Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signature: p521::ecdsa::Signature = self.0.sign(message);
        Ok(signature.to_der().as_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}
