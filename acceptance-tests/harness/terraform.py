"""A folder with a configuration, and the real `terraform` run in it."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.installation import Installation, clean_environment

EMPTY, CHANGES = 0, 2


@dataclass
class Diagnostic:
    severity: str
    summary: str
    detail: str
    address: str = ""
    source: str = ""
    """The configuration that Terraform shows beside the message, with its context."""
    file: str = ""

    @property
    def text(self) -> str:
        return f"{self.summary}\n{self.detail}"

    @classmethod
    def of(cls, document: dict[str, Any]) -> "Diagnostic":
        snippet = document.get("snippet") or {}
        source = f"{snippet.get('context') or ''}: {(snippet.get('code') or '').strip()}"
        return cls(
            document["severity"],
            document["summary"],
            document.get("detail", ""),
            document.get("address", ""),
            source,
            (document.get("range") or {}).get("filename", ""),
        )


@dataclass
class Outcome:
    """One finished run of terraform."""

    command: list[str]
    folder: Path
    code: int
    stdout: str
    stderr: str
    seconds: float
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def errors(self) -> list[Diagnostic]:
        return [item for item in self.diagnostics if item.severity == "error"]

    @property
    def warnings(self) -> list[Diagnostic]:
        return [item for item in self.diagnostics if item.severity == "warning"]

    @property
    def text(self) -> str:
        """Everything said to the user, unwrapped."""
        return "\n".join([*(item.text for item in self.diagnostics), self.stdout, self.stderr])

    def expect(self, *codes: int) -> "Outcome":
        if self.code not in codes:
            wanted = " or ".join(map(str, codes))
            raise AssertionError(f"exit code {self.code}, expected {wanted}\n{self.report()}")
        return self

    def report(self) -> str:
        said = [f"{d.severity}: {d.summary}\n{d.detail}\n  {d.source}" for d in self.diagnostics]
        body = "\n\n".join(said) if said else self.stdout[-6000:]
        configuration = "\n".join(
            f"--- {file.name}\n{file.read_text()}" for file in sorted(self.folder.glob("*.tf"))
        )
        return (
            f"$ {' '.join(self.command)}   ({self.seconds:.1f} s, in {self.folder})\n"
            f"{body}\n{self.stderr[-6000:]}\n{configuration}"
        )


@dataclass
class Plan:
    """A finished plan: what `terraform show -json` tells of it."""

    document: dict[str, Any]
    outcome: Outcome

    def change(self, address: str) -> dict[str, Any]:
        for item in self.document.get("resource_changes", []):
            if item["address"] == address:
                return item["change"]
        raise AssertionError(f"{address} is not in the plan")

    def actions(self, address: str) -> list[str]:
        return self.change(address)["actions"]


class Workspace:
    def __init__(
        self,
        folder: Path,
        installation: Installation,
        environment: dict[str, str],
        patience: float = 120,
    ):
        """`environment` is added to a clean one; `patience` in seconds bounds each run."""
        self.folder, self.installation, self.patience = folder, installation, patience
        folder.mkdir(parents=True, exist_ok=True)
        installation.prepare(folder)
        self.environment = {**clean_environment(installation, folder), **environment}

    def write(self, *parts: str, file: str = "main.tf") -> "Workspace":
        (self.folder / file).write_text("\n".join(parts))
        return self

    # Running.

    def start(self, *arguments: str, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
        """In a process group of its own, so that a test can signal it as a terminal would."""
        return subprocess.Popen(
            [self.installation.terraform, *arguments],
            cwd=self.folder,
            env={**self.environment, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def finish(self, process: subprocess.Popen[str], patience: float | None = None) -> Outcome:
        began = time.monotonic()
        try:
            stdout, stderr = process.communicate(timeout=patience or self.patience)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            stdout, stderr = process.communicate()
            stderr += f"\nkilled by the test after {patience or self.patience} s"
        command = list(process.args) if isinstance(process.args, list) else [str(process.args)]
        return Outcome(
            command,
            self.folder,
            process.returncode,
            stdout,
            stderr,
            time.monotonic() - began,
            list(_diagnostics(stdout)),
        )

    def run(self, *arguments: str, env: dict[str, str] | None = None) -> Outcome:
        return self.finish(self.start(*arguments, env=env))

    # The commands, each asserting the exit code that its name promises.

    def apply(self, *options: str, env: dict[str, str] | None = None) -> Outcome:
        return self.try_apply(*options, env=env).expect(0)

    def try_apply(self, *options: str, env: dict[str, str] | None = None) -> Outcome:
        return self.run(*_APPLY, *options, env=env)

    def apply_fails(self, *options: str) -> Outcome:
        return self.try_apply(*options).expect(1)

    def start_apply(self, *options: str) -> subprocess.Popen[str]:
        return self.start(*_APPLY, *options)

    def destroy(self, *options: str) -> Outcome:
        return self.run("destroy", "-auto-approve", "-input=false", "-json", *options).expect(0)

    def plan(self, *options: str) -> Plan:
        made = self.try_plan("-out=plan.bin", *options).expect(EMPTY, CHANGES)
        shown = self.run("show", "-json", "plan.bin").expect(0)
        return Plan(json.loads(shown.stdout), made)

    def try_plan(self, *options: str, env: dict[str, str] | None = None) -> Outcome:
        return self.run("plan", "-input=false", "-json", "-detailed-exitcode", *options, env=env)

    def plan_is_empty(self, *options: str) -> Outcome:
        made = self.run("plan", "-input=false", "-no-color", "-detailed-exitcode", *options)
        return made.expect(EMPTY)

    def plan_has_changes(self, *options: str) -> Outcome:
        return self.try_plan(*options).expect(CHANGES)

    def plan_fails(self, *options: str) -> Outcome:
        return self.try_plan(*options).expect(1)

    def refresh_only(self) -> Outcome:
        return self.apply("-refresh-only")

    def validate(self) -> Outcome:
        """The exit code is left to the caller; diagnostics are filled."""
        ran = self.run("validate", "-json")
        ran.diagnostics = [
            Diagnostic.of(item) for item in json.loads(ran.stdout).get("diagnostics", [])
        ]
        return ran

    # What Terraform remembers.

    def state(self) -> dict[str, Any]:
        file = self.folder / "terraform.tfstate"
        # A terraform that was killed leaves an empty file, which it reads as no state.
        text = file.read_text() if file.exists() else ""
        return json.loads(text) if text else {"resources": [], "outputs": {}}

    def instance(self, address: str = "kafka_privatelink.orders") -> dict[str, Any]:
        """One resource instance of the root module in the state: attributes, status, private."""
        for resource in self.state()["resources"]:
            for instance in resource["instances"]:
                key = instance.get("index_key")
                suffix = "" if key is None else f"[{json.dumps(key)}]"
                if f"{resource['type']}.{resource['name']}{suffix}" == address:
                    return instance
        raise AssertionError(f"{address} is not in the state")

    def attributes(self, address: str = "kafka_privatelink.orders") -> dict[str, Any]:
        return self.instance(address)["attributes"]

    def output(self, name: str) -> Any:
        return self.state()["outputs"][name]["value"]


_APPLY = ("apply", "-auto-approve", "-input=false", "-json")


def says(diagnostics: list[Diagnostic], path: str, said: str) -> bool:
    """Is there a message about the argument at `path` with these words?"""
    return any(item.detail.startswith(path) and said in item.detail for item in diagnostics)


def _diagnostics(stdout: str) -> Iterable[Diagnostic]:
    """Those of the machine-readable output: one JSON document a line."""
    for line in stdout.splitlines():
        if not line.startswith("{"):
            continue
        with contextlib.suppress(ValueError):
            document = json.loads(line)
            if isinstance(document, dict) and document.get("type") == "diagnostic":
                yield Diagnostic.of(document["diagnostic"])
