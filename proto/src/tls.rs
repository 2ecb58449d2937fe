//! Mutual TLS between Terraform and the provider.
//!
//! Each side makes a certificate for the one process. Terraform hands us its own in the environment
//! and learns ours from the handshake line. Only who holds the key of exactly Terraform's
//! certificate is let in.
//!
//! Two facts about that certificate rule out the verifier that rustls brings: it is marked as a
//! certificate authority, which rustls refuses for a client, and its key is on the curve P-521,
//! which ring cannot verify.

use std::sync::Arc;

use p521::ecdsa::signature::Verifier;
use p521::ecdsa::{Signature, VerifyingKey};
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, KeyPair};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, PrivateKeyDer,
    SignatureVerificationAlgorithm, UnixTime, alg_id,
};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, ServerConfig,
    SignatureScheme,
};

/// Why there can be no TLS.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    #[error("the client's certificate is not a certificate in PEM")]
    ClientCertificate(#[source] rustls::pki_types::pem::Error),
    #[error("making a certificate failed")]
    Certificate(#[from] rcgen::Error),
    #[error("setting up TLS failed")]
    Setup(#[from] Error),
}

/// Our side of TLS.
pub(crate) struct Identity {
    /// For the acceptor.
    pub(crate) config: Arc<ServerConfig>,
    /// Our certificate in DER, for the handshake line.
    pub(crate) certificate: Vec<u8>,
}

impl Identity {
    /// Makes a key and a certificate, and lets in only the holder of the client's certificate.
    pub(crate) fn for_client(client_certificate: &str) -> Result<Identity, TlsError> {
        let expected = CertificateDer::from_pem_slice(client_certificate.as_bytes())
            .map_err(TlsError::ClientCertificate)?;
        let key = KeyPair::generate()?;
        // The client looks for this name, whatever it connects to.
        let mut params = CertificateParams::new(vec!["localhost".to_owned()])?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.self_signed(&key)?.der().clone();
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let provider = Arc::new(ring::default_provider());
        let verifier = Arc::new(ExactClient::new(expected, &provider));
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![certificate.clone()], key)?;
        // gRPC clients insist on it.
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Identity {
            config: Arc::new(config),
            certificate: certificate.to_vec(),
        })
    }
}

/// Lets in the holder of one certificate.
#[derive(Debug)]
struct ExactClient {
    expected: CertificateDer<'static>,
    ring: WebPkiSupportedAlgorithms,
}

impl ExactClient {
    fn new(expected: CertificateDer<'static>, provider: &CryptoProvider) -> ExactClient {
        ExactClient {
            expected,
            ring: provider.signature_verification_algorithms,
        }
    }

    fn algorithms(&self, scheme: SignatureScheme) -> &WebPkiSupportedAlgorithms {
        match scheme {
            SignatureScheme::ECDSA_NISTP521_SHA512 => &P521_ALGORITHMS,
            _ => &self.ring,
        }
    }
}

impl ClientCertVerifier for ExactClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    /// The certificate came to us over a way that nobody else could write to, so nothing more is to
    /// be asked of it than that it is the same.
    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        match *end_entity == self.expected {
            true => Ok(ClientCertVerified::assertion()),
            false => Err(CertificateError::ApplicationVerificationFailure.into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, self.algorithms(dss.scheme))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, self.algorithms(dss.scheme))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = self.ring.supported_schemes();
        schemes.push(SignatureScheme::ECDSA_NISTP521_SHA512);
        schemes
    }
}

/// ECDSA on P-521 with SHA-512: what Terraform's key signs with.
#[derive(Debug)]
struct EcdsaP521;

static P521_ALGORITHMS: WebPkiSupportedAlgorithms = WebPkiSupportedAlgorithms {
    all: &[&EcdsaP521],
    mapping: &[(SignatureScheme::ECDSA_NISTP521_SHA512, &[&EcdsaP521])],
};

impl SignatureVerificationAlgorithm for EcdsaP521 {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let key = VerifyingKey::from_sec1_bytes(public_key).map_err(|_| InvalidSignature)?;
        let signature = Signature::from_der(signature).map_err(|_| InvalidSignature)?;
        key.verify(message, &signature)
            .map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P521
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_SHA512
    }
}
