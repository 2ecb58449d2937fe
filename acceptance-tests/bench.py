"""`make bench`: each budget beside its measured figure, and the ratio of the two.

Machines are shared and noisy: figures are medians, and nothing here fails for being slow.
"""

import base64
import datetime
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from harness.aws import Account, Control
from harness.configuration import HEADER, configuration, orders, resource, service_side
from harness.installation import ROOT, Installation, install
from harness.network import sandbox_network
from harness.sandbox_server import SandboxServer
from harness.terraform import Workspace

COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
MIB = 1024 * 1024
STARTS = 30
# Seconds that AWS typically takes; the longest chain is their sum.
AWS_LIKE = {"load_balancer": 120.0, "service": 10.0, "endpoint": 60.0}
INSTANT = dict.fromkeys(
    ("load_balancer", "service", "endpoint", "endpoint_deletion", "target_registration",
     "target_draining", "route53", "interface_release", "load_balancer_deletion"), 0.0
)


def main() -> int:
    print(f"{'what':58} {'measured':>12} {'budget':>12} {'ratio':>7}")
    with tempfile.TemporaryDirectory(prefix="kafka-privatelink-bench-") as name:
        folder = Path(name)
        installation = install(folder)
        weigh(installation.binary)
        start_up(installation.binary)
        sandbox = SandboxServer()
        try:
            bench = Bench(folder, installation, sandbox.url)
            for brokers in (3, 9, 49):
                bench.calls(brokers)
            bench.hundred_resources()
            bench.aws_like_apply()
        finally:
            sandbox.stop()
    fixed_sleeps()
    return 0


def row(what: str, measured: float, budget: float, unit: str) -> None:
    ratio = f"{measured / budget:.2f}" if budget else "-"
    print(f"{what:58} {measured:>8.1f} {unit:3} {budget:>8.1f} {unit:3} {ratio:>7}", flush=True)


def weigh(binary: Path) -> None:
    row("provider binary", binary.stat().st_size / MIB, 14, "MiB")


def start_up(binary: Path) -> None:
    """Spawn to handshake line as Terraform does it, and the memory held then."""
    environment = {
        "PATH": os.environ["PATH"],
        "TF_PLUGIN_MAGIC_COOKIE": COOKIE,
        "PLUGIN_MIN_PORT": "10000",
        "PLUGIN_MAX_PORT": "25000",
        "PLUGIN_PROTOCOL_VERSIONS": "5,6",
        "PLUGIN_CLIENT_CERT": client_certificate(),
    }
    took, resident = [], []
    for _ in range(STARTS + 3):
        began = time.perf_counter()
        with subprocess.Popen(
            [binary], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            took.append((time.perf_counter() - began) * 1000)
            resident.append(memory(process.pid, "VmRSS"))
            process.kill()
        assert line.startswith(b"1|6|unix|"), line
    row("spawn to handshake line, mutual TLS, median", statistics.median(took[3:]), 2.5, "ms")
    row("resident memory after the handshake", statistics.median(resident[3:]), 10, "MiB")
    floor = []
    for _ in range(STARTS):
        began = time.perf_counter()
        subprocess.run(["/bin/true"], check=True)
        floor.append((time.perf_counter() - began) * 1000)
    row("  of it: spawning /bin/true from here", statistics.median(floor), 0, "ms")


def client_certificate() -> str:
    """Self-signed, on P-521, as Terraform makes one for every provider process."""
    key = ec.generate_private_key(ec.SECP521R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(base64.b16decode("7F" * 8)))
        .not_valid_before(now - datetime.timedelta(minutes=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA512())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


class Bench:
    def __init__(self, folder: Path, installation: Installation, url: str):
        self.folder, self.installation, self.url = folder, installation, url

    def workspace(self, name: str, account: Account) -> Workspace:
        return Workspace(self.folder / name, self.installation, account.environment(), 600)

    def calls(self, brokers: int) -> None:
        account = Account(self.url)
        control = Control(account)
        control.provisioning(**INSTANT)
        network = sandbox_network(account)
        terraform = self.workspace(f"calls-{brokers}", account)
        written = configuration(orders(network, count=brokers))
        refresh = 3 * (brokers + 1) + brokers // 10 + 16

        terraform.write(written)
        control.forget_calls()
        terraform.plan_has_changes()
        row(f"{brokers:2} brokers: AWS reads of the plan (preflight)", len(control.calls()), 12, "")

        # Preflight reads at every plan of a change, and so once more as an apply begins: without
        # it, what is counted is the apply's own.
        terraform.write(written.replace(HEADER, HEADER.replace("{}", "{ preflight = false }")))
        control.forget_calls()
        applied = Watched(self.installation.binary, terraform.apply)
        calls = control.calls()
        writes = sum(1 for call in calls if call["write"])
        row(f"{brokers:2} brokers: AWS writes of the create", writes, 4 * (brokers + 1) + 14, "")
        row(f"{brokers:2} brokers: AWS reads of the create", len(calls) - writes, 2 * refresh, "")
        if brokers == 3:
            row(" 3 brokers: peak memory of a provider in the apply", applied.peak, 20, "MiB")

        control.forget_calls()
        terraform.refresh_only()
        row(f"{brokers:2} brokers: AWS calls of a refresh", len(control.calls()), refresh, "")
        terraform.destroy()

    def hundred_resources(self) -> None:
        account = Account(self.url)
        Control(account).provisioning(**INSTANT)
        network = sandbox_network(account)
        terraform = self.workspace("hundred", account)
        paths = [
            resource({**service_side(network, count=3), "name": f"orders-{n}"}, label=f"orders_{n}")
            for n in range(100)
        ]
        # An account has 50 load balancers in a region, as AWS's default quota has it.
        for count, what, exist in ((100, "to be made", False), (50, "that exist", True)):
            terraform.write(HEADER, *paths[:count])
            if exist:
                terraform.apply()
            plan = terraform.plan_is_empty if exist else terraform.plan_has_changes
            planned = Watched(self.installation.binary, plan)
            about = f"plan of {count} resources {what}"
            row(f"{about}: peak memory of a provider", planned.peak, 40, "MiB")
            print(f"{about + ': wall time':58} {planned.seconds:>8.1f} s")

    def aws_like_apply(self) -> None:
        account = Account(self.url)
        Control(account).provisioning(**AWS_LIKE)
        network = sandbox_network(account)
        terraform = self.workspace("aws-like", account)
        terraform.write(configuration(orders(network, count=3)))
        longest = sum(AWS_LIKE.values())
        applied = Watched(self.installation.binary, terraform.apply)
        row(f"apply with AWS-like waits (longest chain {longest:.0f} s)", applied.seconds,
            1.15 * longest, "s")


class Watched:
    """Runs something and samples the peak memory of every provider process meanwhile."""

    def __init__(self, binary: Path, run: Callable[[], object]):
        self.peak, self._name, self._over = 0.0, binary.stat().st_ino, threading.Event()
        watcher = threading.Thread(target=self._watch)
        watcher.start()
        began = time.monotonic()
        try:
            run()
        finally:
            self.seconds = time.monotonic() - began
            self._over.set()
            watcher.join()

    def _watch(self) -> None:
        while not self._over.wait(0.005):
            for entry in Path("/proc").iterdir():
                if entry.name.isdigit() and self._is_provider(entry):
                    self.peak = max(self.peak, memory(int(entry.name), "VmHWM"))

    def _is_provider(self, entry: Path) -> bool:
        # The mirror holds the binary as a hard link.
        try:
            return (entry / "exe").stat().st_ino == self._name
        except OSError:
            return False


def memory(pid: int, field: str) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(rf"{field}:\s+(\d+) kB", status)
    return int(found.group(1)) / 1024 if found else 0.0


def fixed_sleeps() -> None:
    """The engine's pause between looks, which grows and ends with what it waits for, is in
    converge.rs; calls wait for their turn in lanes.rs, and for their end in call.rs and bounds.rs.
    Any other sleep on the way of an apply would be a fixed one."""
    sources = [*ROOT.glob("provider/src/**/*.rs"), *ROOT.glob("provider/*/src/**/*.rs")]
    assert len(sources) > 200, "the sources have moved"
    found = [
        str(file.relative_to(ROOT))
        for file in sources
        if not file.relative_to(ROOT / "provider").as_posix().startswith("engine/src/fake")
        and file.name not in ("converge.rs", "lanes.rs", "call.rs", "bounds.rs", "tests.rs")
        and re.search(r"\bsleep(_until)?\(", file.read_text())
    ]
    row("files with a sleep outside the engine's look pause", len(found), 0, "")
    for file in found:
        print(f"  {file}")


if __name__ == "__main__":
    sys.exit(main())
