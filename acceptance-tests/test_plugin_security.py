"""Only the Terraform that started the provider can talk to it; and what it says to a person."""

import datetime
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from harness.aws import Control, eventually
from harness.configuration import configuration, service_side
from harness.installation import Installation
from harness.network import Network
from harness.processes import providers_of
from harness.terraform import Workspace

# RFC 9113, 3.4: what an HTTP/2 client sends first, with an empty SETTINGS frame.
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])


@pytest.fixture
def listening(control: Control, network: Network, terraform: Workspace) -> Iterator[Path]:
    """The socket of the provider that is busy with an apply, which must end well."""
    control.provisioning(load_balancer=4)
    with tempfile.TemporaryDirectory(prefix="kp", dir="/tmp") as folder:
        terraform.environment["TMPDIR"] = folder
        terraform.write(configuration(service_side(network)))
        running = terraform.start_apply()
        eventually(lambda: bool(control.calls("CreateLoadBalancer")), "the apply is under way")
        [provider] = list(providers_of(running.pid))
        [path] = provider.sockets()
        assert path.stat().st_mode & 0o077 == 0, "others may connect"
        yield path
        assert provider.alive(), "the provider gave up because of a stranger"
        terraform.finish(running).expect(0)
        assert not path.exists()


def refusal(path: Path, context: ssl.SSLContext) -> str:
    try:
        answer = ask(path, context)
    except (ssl.SSLError, ConnectionError) as error:
        return str(error)
    pytest.fail(f"a stranger was served: {answer!r}")


def ask(path: Path, context: ssl.SSLContext) -> bytes:
    """What a stranger gets for an HTTP/2 preface. In TLS 1.3 a refusal follows the greeting."""
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    with socket.socket(socket.AF_UNIX) as plain:
        plain.settimeout(5)
        plain.connect(str(path))
        with context.wrap_socket(plain, server_hostname="localhost") as secured:
            secured.sendall(PREFACE)
            return secured.recv(1024)


def test_strangers_are_refused(listening: Path, tmp_path: Path) -> None:
    """One apply for all three, because each needs a live provider."""
    without = ssl.create_default_context()
    assert refusal(listening, without)

    other = ssl.create_default_context()
    other.load_cert_chain(self_signed(tmp_path / "other.pem"))
    assert refusal(listening, other)

    with socket.socket(socket.AF_UNIX) as plain:
        plain.settimeout(5)
        plain.connect(str(listening))
        plain.sendall(PREFACE)
        try:
            answer = plain.recv(1024)
        except ConnectionError:
            answer = b""
    # Nothing, or a TLS alert (RFC 8446, 5.1: content type 21), but no HTTP/2 settings.
    assert answer == b"" or answer[0] == 21, f"served in the clear: {answer!r}"


def self_signed(file: Path) -> Path:
    """Of the same shape as the one that Terraform makes, and yet not that one."""
    key = ec.generate_private_key(ec.SECP521R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    usages = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA512())
    )
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


def by_hand(installation: Installation, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [installation.binary, *arguments],
        capture_output=True,
        text=True,
        env={},
        timeout=10,
        check=False,
    )


def test_run_by_hand(installation: Installation) -> None:
    ran = by_hand(installation)
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert "This binary is a plugin" in ran.stderr


def test_version_and_help(installation: Installation) -> None:
    version = by_hand(installation, "--version")
    assert version.returncode == 0
    assert version.stdout.split()[0] == "terraform-provider-kafka"
    asked = by_hand(installation, "--help")
    assert asked.returncode == 0
    assert "-debug" in asked.stdout and "--version" in asked.stdout
