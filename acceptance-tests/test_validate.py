"""Every rule of `terraform validate`, by a configuration that breaks it and some that keep it.

The table is shared with the provider's unit tests; here Terraform itself carries the messages.
"""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from harness.aws import Control
from harness.configuration import HEADER, configuration, resource, service_side
from harness.installation import Installation
from harness.network import Network
from harness.terraform import Diagnostic, Outcome, Workspace

TABLE = json.loads((Path(__file__).parent / "bad_configurations.json").read_text())
BAD, PLANNED, GOOD = TABLE["bad"], TABLE["planned"], TABLE["good"]


def edited(edits: dict[str, Any]) -> dict[str, Any]:
    """The table's base with the value at each dotted path replaced."""
    arguments = copy.deepcopy(TABLE["base"])
    for path, value in edits.items():
        *outer, last = path.split(".")
        place = arguments
        for step in outer:
            place = place.setdefault(step, {})
        place[last] = value
    return arguments


def file_of(kind: str, number: int) -> str:
    return f"{kind}_{number}.tf"


@pytest.fixture(scope="module")
def validated(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """One `terraform validate` of the whole table, a file for each configuration. There are no
    credentials and no region: it could not call AWS if it wanted to."""
    workspace = Workspace(tmp_path_factory.mktemp("validate"), installation, {})
    workspace.write(HEADER)
    for kind, cases in (("bad", BAD), ("planned", PLANNED), ("good", GOOD)):
        for number, case in enumerate(cases):
            text = resource(edited(case["set"]), f"{kind}_{number}")
            workspace.write(text, file=file_of(kind, number))
    return workspace.validate()


def told(validated: Outcome, file: str) -> list[Diagnostic]:
    return [item for item in validated.diagnostics if item.file == file]


@pytest.mark.parametrize("number", range(len(BAD)), ids=lambda n: BAD[n]["name"].replace(" ", "-"))
def test_is_refused(validated: Outcome, number: int) -> None:
    case, found = BAD[number], told(validated, file_of("bad", number))
    matching = [
        item
        for item in found
        if item.severity == case["severity"]
        and item.detail.startswith(case["path"])
        and case["says"] in item.detail
    ]
    assert matching, f"expected {case}\nfound {found}"
    assert len(found) == case.get("count", 1), found
    # Terraform shows the argument itself where it is written, else the block that lacks it.
    argument = re.split(r"[.\[]", case["path"])[0]
    shown = matching[0].source
    assert argument in shown or f'"bad_{number}"' in shown, shown


@pytest.mark.parametrize(
    "number", range(len(PLANNED)), ids=lambda n: PLANNED[n]["name"].replace(" ", "-")
)
def test_is_left_to_the_plan(validated: Outcome, number: int) -> None:
    """Validate does not know what was before, and would say it for ever."""
    assert told(validated, file_of("planned", number)) == []


@pytest.mark.parametrize(
    "number", range(len(GOOD)), ids=lambda n: GOOD[n]["name"].replace(" ", "-")
)
def test_is_accepted(validated: Outcome, number: int) -> None:
    assert told(validated, file_of("good", number)) == []


def test_the_table_covers_what_it_must(validated: Outcome) -> None:
    assert sum(case["severity"] == "error" for case in BAD) >= 60
    files = {file_of("bad", number) for number in range(len(BAD))}
    assert {item.file for item in validated.diagnostics} == files
    assert validated.code == 1


def test_nothing_refused_calls_aws(
    control: Control, network: Network, terraform: Workspace
) -> None:
    """With credentials and a region too: neither validate nor a refused apply asks or writes."""
    terraform.write(configuration(service_side(network, count=2, bootstrap_port=6001)))
    terraform.validate().expect(1)
    assert control.calls() == []
    terraform.apply_fails()
    assert control.writes() == []


@pytest.mark.matrix
def test_all_mistakes_at_once(control: Control, network: Network, terraform: Workspace) -> None:
    """Somebody with three mistakes is told of three, not of one at a time."""
    wrong = service_side(network, name="Orders", hostname="kafka", bootstrap_port=0)
    found = terraform.write(configuration(wrong)).validate()
    starts = sorted(re.split(r"\W", item.detail)[0] for item in found.errors)
    assert starts == ["bootstrap_port", "hostname", "name"], found.report()


def test_thousands_of_mistakes_are_told_by_the_first(terraform: Workspace, network: Network) -> None:
    """Terraform shows the whole argument with each message."""
    principals = [f"arn:aws:iam::{number}:root" for number in range(5000)]
    body = service_side(network, endpoint_service={"allowed_principals": principals})
    found = terraform.write(configuration(body)).validate().errors
    assert len(found) == 21
    assert found[-1].summary == "4980 more errors"
    assert all(item.detail.startswith("endpoint_service") for item in found)
