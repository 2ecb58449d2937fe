"""The one sandbox of a run, as a child process."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ACCEPTANCE_TESTS = Path(__file__).resolve().parents[1]
PATIENCE = 60.0


class SandboxServer:
    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="sandbox-")
        folder = Path(self._folder.name)
        ready = folder / "ready.json"
        with (folder / "sandbox.log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "sandbox",
                    "--port",
                    "0",
                    "--ready-file",
                    str(ready),
                    "--exit-with-parent",
                ],
                cwd=ACCEPTANCE_TESTS,
                env={**os.environ, "PYTHONPATH": str(ACCEPTANCE_TESTS)},
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        deadline = time.monotonic() + PATIENCE
        while not ready.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = (folder / "sandbox.log").read_text(errors="replace")
                self.stop()
                raise AssertionError(f"the sandbox did not start:\n{said}")
            time.sleep(0.02)
        self.url: str = json.loads(ready.read_text())["url"]

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._folder.cleanup()
