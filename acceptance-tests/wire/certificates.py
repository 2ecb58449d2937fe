"""One authority, a certificate for the brokers and one for clients, as PEM files."""

import datetime
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


@dataclass(frozen=True)
class Certificates:
    """`broker` and `client` hold key and certificate in one file, `authority` what to trust."""

    authority: Path
    broker: Path
    client: Path
    client_key: Path
    client_certificate: Path


def issue(folder: Path, hostname: str) -> Certificates:
    """TLS ends at the brokers, so theirs carries the hostname that clients dial."""
    key = ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("wire authority", key, "wire authority", key, None)
    made = Certificates(
        folder / "authority.pem",
        folder / "broker.pem",
        folder / "client.pem",
        folder / "client.key",
        folder / "client.crt",
    )
    made.authority.write_bytes(_pem(authority))
    for name, hosts in (("broker", [hostname]), ("client", None)):
        own = ec.generate_private_key(ec.SECP256R1())
        own_pem = own.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        signed = _pem(_certificate(name, own, "wire authority", key, hosts or []))
        (folder / f"{name}.pem").write_bytes(own_pem + signed)
        (folder / f"{name}.key").write_bytes(own_pem)
        (folder / f"{name}.crt").write_bytes(signed)
    return made


def _certificate(
    subject: str,
    subject_key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    hosts: list[str] | None,
) -> x509.Certificate:
    """`hosts` is None for the authority itself."""
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(subject_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=hosts is None, path_length=None), critical=True)
    )
    if hosts is not None:
        usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    if hosts:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
