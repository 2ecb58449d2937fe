"""The run itself, inside the namespaces that launch.py made."""

import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from wire.report import Row, heading, table
from wire.scenarios import seven_steps
from wire.stage import Stage


def main() -> int:
    work = Path(sys.argv[1])
    folder = work / "run"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    heading("Starting the sandbox, the namespaces, three brokers and both clients")
    stage = Stage(work, folder)
    stage.begin()
    rows: list[Row] = []

    def under_load(name: str, act: Callable[[Stage], None]) -> None:
        heading(name)
        began = time.monotonic()
        stage.load.go()
        act(stage)
        time.sleep(1)
        reports = stage.load.settle(60)
        row = Row(name, time.monotonic() - began, reports)
        rows.append(row)
        row.tell()

    under_load("1. the seven steps", seven_steps.run)
    seven_steps.delivered(rows[-1].reports)
    print(table(rows))
    print(stage.strangers())
    return 0


if __name__ == "__main__":
    sys.exit(main())
