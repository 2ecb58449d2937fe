"""The AWS adapters, held write by write against the sandbox by the provider's own contract tests."""

import os
import re
import shutil
import subprocess

import pytest

from harness.installation import ROOT


@pytest.mark.skipif(not shutil.which("cargo"), reason="cargo builds and runs these tests")
def test_adapters_against_the_sandbox(sandbox_url: str | None) -> None:
    if sandbox_url is None:
        pytest.skip("needs the sandbox: it breaks AWS calls on purpose")
    ran = subprocess.run(
        ["cargo", "test", "--workspace", "--locked", "--test", "contract", "--", "--ignored"],
        cwd=ROOT,
        env={**os.environ, "SANDBOX_URL": sandbox_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"{ran.stdout[-8000:]}\n{ran.stderr[-4000:]}"
    # Those that need no sandbox are filtered out, and run with the other tests.
    ended = re.search(r"ok\. (\d+) passed; 0 failed; 0 ignored", ran.stdout)
    assert ended and int(ended.group(1)) >= 10, ran.stdout[-2000:]
