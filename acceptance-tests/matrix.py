"""`make matrix`: the tests marked `matrix` with every CLI, and a table of which pass with which.

CLIS names the programs, separated by spaces or commas; otherwise they are terraform and tofu on PATH
and what `make clis` has built. Arguments go to pytest: `matrix.py -k bare`.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as xml
from dataclasses import dataclass, field
from pathlib import Path

from harness.installation import ROOT, Cli

WORK = ROOT / ".work" / "matrix"
BUILT = ROOT / ".work" / "clis"
TESTS = ROOT / "acceptance-tests"
PASSED, FAILED = "pass", "FAIL"


@dataclass
class Column:
    """One CLI, and how each test ended with it: passed, failed, or why it was not run."""

    program: str
    cli: Cli
    results: dict[str, str] = field(default_factory=dict)
    complete: bool = False


def main() -> int:
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    columns = found()
    if not columns:
        print(
            "No CLI: put terraform or tofu on PATH, name some in CLIS, or build some with"
            " `make clis` (which needs Go).",
            file=sys.stderr,
        )
        return 2
    if not shutil.which("go"):
        print("Go is missing: HashiCorp's test framework, which is written in it, is not run.")
    WORK.mkdir(parents=True, exist_ok=True)
    for column in columns:
        run(column, sys.argv[1:])
    print(table(columns))
    bad = [c for c in columns if not c.complete or FAILED in c.results.values()]
    return 1 if bad else 0


def found() -> list[Column]:
    named = [name for name in re.split(r"[\s,]+", os.environ.get("CLIS", "")) if name]
    for name in named:
        if not shutil.which(name):
            raise SystemExit(f"CLIS names {name}: there is no such program")
    programs = named or ["terraform", "tofu", *sorted(map(str, BUILT.glob("*")))]
    columns: dict[Cli, Column] = {}
    for name in programs:
        program = shutil.which(name)
        if program:
            program = os.path.abspath(program)
            cli = Cli.of(program, {"PATH": os.environ["PATH"], "CHECKPOINT_DISABLE": "1"})
            columns.setdefault(cli, Column(program, cli))
    return sorted(columns.values(), key=lambda column: (column.cli.product, column.cli.version))


def run(column: Column, options: list[str]) -> None:
    name = str(column.cli).replace(" ", "-")
    report, log = WORK / f"{name}.xml", WORK / f"{name}.log"
    report.unlink(missing_ok=True)
    print(f"{column.cli}: {column.program}", end="", flush=True)
    began = time.monotonic()
    with log.open("w") as out:
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", str(TESTS), "-m", "matrix", "-q", "-n", "2",
             "--dist", "loadgroup", f"--junit-xml={report}", *options],
            env={**os.environ, "TERRAFORM": column.program, "MATRIX": "1"},
            stdout=out, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    if report.exists():
        column.results = results(report)
    # 0 all passed, 1 some failed; everything else is not a run of the tests.
    column.complete = ran.returncode in (0, 1) and bool(column.results)
    print(f"   {time.monotonic() - began:.0f} s, {summary(column)}")
    if ran.returncode != 0:
        print(f"  {log}:")
        lines = [it for it in log.read_text().splitlines() if it.startswith(("FAILED", "ERROR"))]
        print("\n".join(f"  {line}" for line in lines) or "  the tests did not run")


def summary(column: Column) -> str:
    results = list(column.results.values())
    passed, failed = results.count(PASSED), results.count(FAILED)
    return f"{passed} passed, {failed} failed, {len(results) - passed - failed} not supported"


def results(report: Path) -> dict[str, str]:
    """By `file::test`, all cases of a test together; what is not run is told with its reason."""
    cases: dict[str, list[str]] = {}
    for case in xml.parse(report).getroot().iter("testcase"):
        module = (case.get("classname") or "").rpartition(".")[2].removeprefix("test_")
        test = (case.get("name") or "").partition("[")[0].removeprefix("test_")
        cases.setdefault(f"{module}::{test}", []).append(end_of(case))
    return {name: worst(ends) for name, ends in cases.items()}


def end_of(case: xml.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return FAILED
    skipped = case.find("skipped")
    return PASSED if skipped is None else skipped.get("message") or "skipped"


def worst(ends: list[str]) -> str:
    """A test that was not run in one of its cases has not passed."""
    if FAILED in ends:
        return FAILED
    return next((end for end in ends if end != PASSED), PASSED)


def table(columns: list[Column]) -> str:
    """As Markdown. Whatever is not run has a number, and its reason below."""
    reasons: list[str] = []

    def cell(result: str | None) -> str:
        if result in (PASSED, FAILED):
            return result
        reason = result or "not run"
        if reason not in reasons:
            reasons.append(reason)
        return f"- ({reasons.index(reason) + 1})"

    names = sorted({name for column in columns for name in column.results})
    rows = [
        ["test", *(str(column.cli) for column in columns)],
        ["---"] * (len(columns) + 1),
        *([name, *(cell(column.results.get(name)) for column in columns)] for name in names),
    ]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    notes = [f"({number}) not supported: {why}" for number, why in enumerate(reasons, 1)]
    return "\n".join(["", *lines, "", *notes])


if __name__ == "__main__":
    sys.exit(main())
