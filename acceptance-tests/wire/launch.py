"""`make wire`: fetches the parts, then runs everything in namespaces that end with it.

Nothing needs root, and nothing is to be cleaned up: when the namespaces' first process ends,
however it ends, the kernel ends all others and forgets links, addresses and rules.
"""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

from parts import Missing, fetch

_PR_SET_PDEATHSIG = 1
_HERE = Path(__file__).resolve().parent

# What the first process of the namespaces does before Python: an empty /run, which `ip netns`
# needs, and with it a place for temporary files that ends with the run.
_INSIDE = """
set -eu
mount -t tmpfs tmpfs /run
mkdir /run/netns /run/tmp
export TMPDIR=/run/tmp
exec "$@"
"""


def main() -> int:
    work = Path(sys.argv[1])
    work.mkdir(parents=True, exist_ok=True)
    with (work / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"another run is using {work}: let it end first", file=sys.stderr)
            return 1
        try:
            fetch(work)
        except Missing as missing:
            print(missing, file=sys.stderr)
            return 1
        return _run(work)


def _run(work: Path) -> int:
    # Our own end, if it is not orderly, ends unshare, and that its child (--kill-child).
    _end_with_parent()
    environment = {
        **os.environ,
        "PYTHONPATH": f"{_HERE.parent}:{work / 'python'}",
        "PYTHONUNBUFFERED": "1",
        "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin",
    }
    process = subprocess.Popen(
        [
            *("unshare", "--user", "--map-root-user", "--net", "--mount", "--pid", "--fork"),
            *("--kill-child", "--mount-proc"),
            *("sh", "-c", _INSIDE, "sh", sys.executable, "-m", "wire", str(work)),
        ],
        env=environment,
        stdin=subprocess.DEVNULL,
        preexec_fn=_end_with_parent,
    )

    ended_by: list[int] = []

    def end(number: int, _: FrameType | None) -> None:
        # Only that: whoever waits below holds the lock that another wait would need.
        ended_by.append(number)
        process.kill()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    code = process.wait()
    if not ended_by:
        return code
    print(f"ended by {signal.Signals(ended_by[0]).name}: nothing is left running", file=sys.stderr)
    return 128 + ended_by[0]


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
