"""One server per test session, one account per test."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.tests.account import TestAccount, new_account

ACCEPTANCE_TESTS = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def url(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    # Workers of one run share the server that its controller started, if it did.
    shared = getattr(pytestconfig, "workerinput", {}).get("sandbox_url")
    if shared:
        yield shared
        return
    ready = tmp_path_factory.mktemp("sandbox") / "ready.json"
    process = subprocess.Popen(
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
    )
    try:
        deadline = time.monotonic() + 30
        while not ready.exists():
            assert process.poll() is None, "the sandbox ended before it was ready"
            assert time.monotonic() < deadline, "the sandbox was not ready in 30 seconds"
            time.sleep(0.02)
        yield json.loads(ready.read_text())["url"]
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def aws(url: str) -> TestAccount:
    """A fresh account in which everything happens quickly unless a test says otherwise."""
    account = TestAccount(url, new_account())
    account.configure(
        load_balancer=0.05,
        service=0.05,
        service_deletion=0.05,
        endpoint=0.05,
        endpoint_deletion=0.05,
        connection_release=0.05,
        target_registration=0.05,
        target_draining=0.05,
        interface_release=0.05,
        route53=0.05,
        private_dns_verification=0.05,
    )
    return account
