"""How the server starts and ends."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

ACCEPTANCE_TESTS = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ACCEPTANCE_TESTS)}


def _ready(path: Path) -> dict:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline, "not ready in 30 seconds"
        time.sleep(0.02)
    return json.loads(path.read_text())


def _gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    # A zombie that nobody in this container reaps is gone as well.
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_says_where_it_is_and_ends_on_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    ready = tmp_path / "ready.json"
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--ready-file", str(ready)],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        text=True,
    )
    found = _ready(ready)
    assert found["pid"] == process.pid
    assert requests.get(f"{found['url']}/sandbox/health").json() == {"ok": True}
    process.send_signal(number)
    output, _ = process.communicate(timeout=10)
    assert process.returncode == 0
    exported = dict(line.removeprefix("export ").split("=", 1) for line in output.splitlines())
    assert exported == {
        "AWS_ENDPOINT_URL": found["url"],
        "AWS_ACCESS_KEY_ID": "123456789012",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_REGION": "us-east-1",
    }


def test_ends_with_its_parent(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    start = (
        "import subprocess, sys, time;"
        "subprocess.Popen([sys.executable, '-m', 'sandbox', '--exit-with-parent',"
        f" '--ready-file', {str(ready)!r}]);"
        "time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", start], env=ENVIRONMENT, stdout=subprocess.DEVNULL
    )
    pid = _ready(ready)["pid"]
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while not _gone(pid):
        assert time.monotonic() < deadline, "outlived its parent"
        time.sleep(0.05)
