"""The run itself, inside the namespaces that launch.py made: `python -m wire WORK`."""

import os
import shutil
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from harness.path import inventory
from wire.report import heading, table, told
from wire.runner import Runner
from wire.scenarios import brokers, destroy, faults, ipv6, links, ports, seven_steps
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
    for number, name, act in (
        ("1", "the seven steps", lambda name: _seven_steps(runner, name)),
        ("links", "no way round, and every link by itself", lambda name: _links(stage, name)),
        ("2", "a broker is killed and comes back", _lossless(runner, brokers.killed_and_back)),
        ("3", "a fourth broker", _lossless(runner, brokers.added)),
        ("4", "broker 3 on a new machine", _lossless(runner, brokers.new_machine)),
        ("5", "a drained broker is removed", _lossless(runner, brokers.removed)),
        ("6", "a port is moved in two applies", _lossless(runner, ports.moved)),
        ("7", "two brokers swap machines", _lossless(runner, ports.swapped)),
        ("ipv6", "an endpoint of both families", _with_trouble(runner, ipv6.both_families)),
        ("8", "listeners deleted and misled", _with_trouble(runner, faults.listeners)),
        ("9", "the endpoint is rejected", _with_trouble(runner, faults.rejected_and_repaired)),
        ("9", "and accepted again", _lossless(runner, lambda _: time.sleep(3))),
        ("10", "destroy is refused", _lossless(runner, destroy.refused)),
        ("10", "destroy rejects connections", lambda name: _destroy(stage, name, before)),
    ):
        if number in _chosen():
            act(f"{number} {name}")


def _chosen() -> set[str]:
    """ONLY="6,7" runs these alone, for whoever works on them; 5 needs 3."""
    everything = {*map(str, range(1, 11)), "links", "ipv6"}
    return set(os.environ["ONLY"].split(",")) if os.environ.get("ONLY") else everything


def _lossless(runner: Runner, act: Callable[[Stage], None]) -> Callable[[str], object]:
    return lambda name: runner.without_loss(name, act)


def _with_trouble(runner: Runner, act: Callable[[Stage], None]) -> Callable[[str], object]:
    return lambda name: runner.under_load(name, act)


def _seven_steps(runner: Runner, name: str) -> None:
    seven_steps.delivered(runner.without_loss(name, seven_steps.run).reports)


def _links(stage: Stage, name: str) -> None:
    heading(name)
    links.no_other_way(stage)
    links.run_all(stage)


def _destroy(stage: Stage, name: str, before: set[tuple[str, str]]) -> None:
    heading(name)
    stage.load.go()
    destroy.carried_out(stage, before)
    stage.eventually(
        lambda: all(item.pending for item in stage.load.progress()), "clients are cut off"
    )
    told("every client is cut off with it")


if __name__ == "__main__":
    sys.exit(main())
