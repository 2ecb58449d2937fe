"""What a run is made of: programs that must be there, and parts that are fetched once.

As a program it prints the packages of the programs that are missing.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

_HERE = Path(__file__).resolve().parent
# Program -> the package that has it on Debian and Ubuntu.
PROGRAMS = {
    "nft": "nftables",
    "dnsmasq": "dnsmasq-base",
    "ip": "iproute2",
    "unshare": "util-linux",
    "sysctl": "procps",
    "java": "openjdk-17-jdk-headless",
    "javac": "openjdk-17-jdk-headless",
    "mvn": "maven",
}


class Missing(Exception):
    """The message names everything that is missing and the command that installs it."""


def missing_packages() -> list[str]:
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    absent = [name for name in PROGRAMS if shutil.which(name, path=path) is None]
    return sorted({PROGRAMS[name] for name in absent})


def fetch(work: Path) -> None:
    """Checks the programs; downloads and compiles what `work` does not have yet."""
    if sys.platform != "linux":
        raise Missing("make wire needs Linux: network namespaces and nftables. Run it in a VM.")
    packages = missing_packages()
    if packages:
        raise Missing(
            f"missing for make wire; install with:\n  sudo apt-get install {' '.join(packages)}"
        )
    _namespaces()
    _once(work / "jars", _HERE / "client" / "pom.xml", _jars)
    _once(work / "python", _HERE / "requirements.txt", _python)
    _classes(work)


def _namespaces() -> None:
    tried = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--net", "--mount", "--pid", "--fork", "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    if tried.returncode != 0:
        raise Missing(
            f"this user may not make namespaces ({tried.stderr.strip()}); allow it with:\n"
            "  sudo sysctl -w kernel.unprivileged_userns_clone=1          # older Debian\n"
            "  sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0  # Ubuntu\n"
            "or run as root, outside of a container that forbids it"
        )


def _once(made: Path, pin: Path, make: Callable[[Path], list[str]]) -> None:
    """Makes the folder anew where the file with its pins is another than when it was made."""
    stamp = made / ".made-from"
    if stamp.exists() and stamp.read_text() == pin.read_text():
        return
    shutil.rmtree(made, ignore_errors=True)
    print(f"Fetching {made.name} (once)", flush=True)
    subprocess.run(make(made), check=True)
    stamp.write_text(pin.read_text())


def _jars(made: Path) -> list[str]:
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={made}"]
    return ["mvn", "--quiet", "--batch-mode", "--file", str(_HERE / "client" / "pom.xml"), *goal]


def _python(made: Path) -> list[str]:
    # Apart from the virtual environment, which every other test shares.
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return [*pip, "--target", str(made), "--requirement", str(_HERE / "requirements.txt")]


def _classes(work: Path) -> None:
    sources = sorted((_HERE / "client").glob("*.java"))
    made = work / "classes"
    newest = max(item.stat().st_mtime for item in sources)
    if (made / "Main.class").exists() and (made / "Main.class").stat().st_mtime > newest:
        return
    shutil.rmtree(made, ignore_errors=True)
    command = ["javac", "-d", str(made), "-cp", f"{work / 'jars'}/*", *map(str, sources)]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    print(*missing_packages())
