"""The run itself, inside the namespaces that launch.py made: `python -m wire WORK`."""

import shutil
import sys
import time
import traceback
from pathlib import Path

from harness.path import inventory
from wire.report import heading, table, told
from wire.runner import Runner
from wire.scenarios import brokers, destroy, faults, links, ports, seven_steps
from wire.stage import Stage


def main() -> int:
    work = Path(sys.argv[1])
    folder = work / "run"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    heading("Starting the sandbox, the namespaces, three brokers and both clients")
    stage = Stage(work, folder)
    before = inventory(stage.account)
    stage.begin()
    runner = Runner(stage)
    try:
        run(stage, runner, before)
    except Exception:  # noqa: BLE001 - told, with what was found until then
        traceback.print_exc()
        runner.faults.append("ended early, see above")
    heading("What clients noticed")
    print(table(runner.rows))
    for fault in runner.faults:
        print(f"WRONG: {fault}")
    return 1 if runner.faults else 0


def run(stage: Stage, runner: Runner, before: set[tuple[str, str]]) -> None:
    first = runner.without_loss("1 the seven steps", seven_steps.run)
    seven_steps.delivered(first.reports)

    heading("No way round, and every link of the chain by itself")
    links.no_other_way(stage)
    links.run_all(stage)

    runner.without_loss("2 a broker is killed and comes back", brokers.killed_and_back)
    runner.without_loss("3 a fourth broker", brokers.added)
    runner.without_loss("4 broker 3 on a new machine", brokers.new_machine)
    runner.without_loss("5 a drained broker is removed", brokers.removed)
    runner.without_loss("6 a port is moved in two applies", ports.moved)
    runner.without_loss("7 two brokers swap machines", ports.swapped)
    runner.under_load("8 listeners deleted and misled", faults.listeners)
    runner.under_load("9 the endpoint is rejected", faults.rejected_and_repaired)
    runner.without_loss("9 and accepted again", lambda _: time.sleep(3))
    runner.without_loss("10 destroy is refused", destroy.refused)
    heading("10 destroy rejects the connections")
    stage.load.go()
    destroy.carried_out(stage, before)
    told("clients were cut off with it")


if __name__ == "__main__":
    sys.exit(main())
