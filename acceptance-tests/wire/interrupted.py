"""Ends runs at three moments in three ways, and looks for what they left: nothing, each time.

`python acceptance-tests/wire/interrupted.py WORK`, with what `make wire` sets in the environment.
"""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_LAUNCH = Path(__file__).resolve().parent / "launch.py"
# What a run prints at that moment; how it is ended, and whether as a terminal does it.
_MOMENTS = (
    ("Starting the sandbox", signal.SIGKILL, False),
    ("1 the seven steps", signal.SIGINT, True),
    ("links no way round", signal.SIGTERM, False),
)
_PATIENCE = 180.0


def main() -> int:
    work = Path(sys.argv[1])
    left = [item for moment in _MOMENTS for item in _end_at(work, *moment)]
    return 1 if left else 0


def _end_at(work: Path, moment: str, how: signal.Signals, to_all: bool) -> list[str]:
    mark = secrets.token_hex(8)
    before = _outside()
    process = subprocess.Popen(
        [sys.executable, "-u", str(_LAUNCH), str(work)],
        env={**os.environ, "WIRE_MARK": mark},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    for line in process.stdout:
        if moment in line:
            break
    else:
        return [f"the run ended before {moment!r}"]
    # In the middle of it, not between two steps.
    time.sleep(2)
    running = len(_marked(mark))
    if to_all:
        os.killpg(process.pid, how)
    else:
        os.kill(process.pid, how)
    process.stdout.close()
    process.wait(_PATIENCE)
    deadline = time.monotonic() + 10
    while _marked(mark) and time.monotonic() < deadline:
        time.sleep(0.1)
    left = [f"process {item}" for item in _marked(mark)]
    left += [f"{item}" for item in sorted(_outside() - before)]
    told = left or "nothing"
    print(f"{how.name} at {moment!r}: {running} processes ended, left: {told}", flush=True)
    return left


def _marked(mark: str) -> list[str]:
    """Processes of the run, by a variable in their environment."""
    found = []
    for file in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"WIRE_MARK={mark}".encode() in file.read_bytes():
                found.append(f"{file.parent.name} {os.readlink(file.parent / 'exe')}")
        except OSError:
            continue
    return found


def _outside() -> set[str]:
    """Mounts, and files where programs like to leave them; the work folder is the run's own."""
    places = [Path(tempfile.gettempdir()), Path("/run"), Path("/run/netns"), Path.cwd()]
    files = {str(item) for place in places if place.is_dir() for item in place.iterdir()}
    mounts = Path("/proc/self/mountinfo").read_text().splitlines()
    return files | {f"mount {line.split()[4]}" for line in mounts}


if __name__ == "__main__":
    sys.exit(main())
