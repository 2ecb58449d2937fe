"""The consumer's resolver: dnsmasq, which knows what the hosted zones say and no other name."""

import os
import signal
import subprocess
import time
from pathlib import Path

from wire.network import CONSUMER, run


class Resolver:
    def __init__(self, folder: Path):
        self._hosts = folder / "hosts"
        self._hosts.write_text("")
        self._known: dict[str, list[str]] = {}
        self._process = subprocess.Popen(
            [
                "ip", "netns", "exec", CONSUMER, "dnsmasq",
                # Debug mode keeps the user: a user namespace has no other group to change to.
                "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--no-poll",
                # Any other name does not exist, in any domain.
                "--local=/#/", f"--addn-hosts={self._hosts}",
                "--local-ttl=0", "--listen-address=127.0.0.1", "--bind-interfaces",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(folder / "resolver.log").open("w"),
        )  # fmt: skip
        _be_asked(folder)

    def answer(self, names: dict[str, list[str]]) -> None:
        """Makes exactly these names exist."""
        if names == self._known:
            return
        self._known = names
        lines = [f"{address} {name}" for name, found in names.items() for address in found]
        self._hosts.write_text("".join(f"{line}\n" for line in lines))
        self._process.send_signal(signal.SIGHUP)


def _be_asked(folder: Path) -> None:
    """Programs of this mount namespace ask 127.0.0.1, where only the consumer has a resolver."""
    wanted = folder / "resolv.conf"
    # One attempt of a second: a resolver that does not answer is a fault, not a reason to wait.
    wanted.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:2\n")
    read = Path(os.path.realpath("/etc/resolv.conf"))
    if not read.exists():
        # A link into /run, which is empty here.
        read.parent.mkdir(parents=True, exist_ok=True)
        read.touch()
    run("mount", "--bind", str(wanted), str(read))
    time.sleep(0.1)
