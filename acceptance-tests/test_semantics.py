"""docs/semantics.md: every attribute has a line, and every line is shown to be true."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from harness.installation import REQUIRED_PROVIDERS
from harness.terraform import Workspace
from semantics import change
from semantics.calls import actions
from semantics.change import Change
from semantics.changes import CHANGES
from semantics.document import STORIES, Line, lines, paths
from semantics.drifts import ROUNDS
from semantics.ground import Standings

WAYS = {name: chains for made in CHANGES for name, chains in made.ways().items()}
DRIFTS = {item.name: item for chosen in ROUNDS for item in chosen.drifts}
# The same changes: for people, and with their calls and tests.
PEOPLE, ARGUMENTS = lines("change"), lines("argument")
SHOWN = lines("attribute")
DRIFT, FOUND = lines("what was changed"), lines("what was found")
STATES = lines("AWS's state")
KINDS = {
    "change": WAYS.keys(),
    "drift": DRIFTS.keys(),
    "story": {story.stem for story in STORIES.glob("*.txt")},
}


@pytest.mark.parametrize("made", CHANGES, ids=lambda item: item.name)
def test_change(standings: Standings, made: Change) -> None:
    standing = standings.take(made.plot)
    changed = change.make(made, standing)
    if made.returns:
        standings.give_back(made.plot, standing)
    for line in ARGUMENTS:
        if set(made.ways()) & set(line.cases("change")):
            assert any(is_of(path, name) for path in changed for name in line.attributes), (
                f"{line}\n  names {made.name}, which changes {sorted(changed)}"
            )


def is_of(path: str, attribute: str) -> bool:
    """Whether a place in a configuration, `brokers["2"].port`, is one of an attribute."""
    pattern = re.escape(attribute).replace(r"\[\*\]", r'\["[^"]*"\]')
    keyed = r'\["[^"]*"\]' if "." not in attribute and "[" not in attribute else ""
    return re.fullmatch(rf"{pattern}({keyed})?", path) is not None


def test_every_attribute_has_a_line(terraform: Workspace) -> None:
    terraform.write(REQUIRED_PROVIDERS)
    shown = json.loads(terraform.run("providers", "schema", "-json").expect(0).stdout)
    [provider] = shown["provider_schemas"].values()
    wanted = paths(provider["resource_schemas"]["kafka_privatelink"]["block"])
    arguments = {path for path, it in wanted.items() if it.get("required") or it.get("optional")}
    # A configuration may have it so that it can be ignored, and nobody writes it.
    arguments.remove("drift")
    compare(arguments, ARGUMENTS)
    compare(wanted.keys() - arguments, SHOWN)


def compare(attributes: set[str], named: list[Line]) -> None:
    found = {attribute for line in named for attribute in line.attributes}
    assert not attributes - found, f"no line: {sorted(attributes - found)}"
    assert not found - attributes, f"not in the schema: {sorted(found - attributes)}"


def test_people_are_told_every_change_and_no_other() -> None:
    compare_changes(PEOPLE, ARGUMENTS)


def compare_changes(people: list[Line], arguments: list[Line]) -> None:
    told, tested = [line.cells["change"] for line in people], [it.change for it in arguments]
    differing = set(told) ^ set(tested)
    assert not differing, f"in one table only: {sorted(differing)}"
    assert told == tested, "the two tables are not in the same order"
    assert len(told) == len(set(told)), "a change has two lines"


def test_every_line_names_tests_that_exist() -> None:
    for line in [*ARGUMENTS, *SHOWN, *DRIFT, *FOUND, *STATES]:
        names_tests(line)


def names_tests(line: Line) -> None:
    unknown = [name for name in line.tests if not exists(name)]
    assert not unknown, f"{line}\n  names {unknown}"
    real = [name for name in line.tests if not name.startswith("story:")]
    assert real, f"{line}\n  is shown by no test with the real terraform"


def exists(name: str) -> bool:
    kind, _, case = name.partition(":")
    if kind in KINDS:
        return case in KINDS[kind]
    file, _, function = name.partition("::")
    path = Path(__file__).with_name(file)
    tree = ast.parse(path.read_text()) if path.is_file() else ast.Module([], [])
    return any(isinstance(it, ast.FunctionDef) and it.name == function for it in tree.body)


def test_every_line_lists_the_calls_of_its_changes() -> None:
    for line in ARGUMENTS:
        for name in line.cases("change"):
            assert line.calls == actions(list(WAYS[name])), f"{line}\n  and {name}"


def test_every_line_names_the_places_of_its_drift() -> None:
    for line in DRIFT:
        [name] = line.cases("drift")
        assert line.code("where the plan shows it") == list(DRIFTS[name].places), str(line)


def test_every_story_is_named() -> None:
    told = {name for line in [*ARGUMENTS, *STATES] for name in line.cases("story")}
    # Not changes of an argument, and those of several.
    assert KINDS["story"] - told <= {
        "adopt",
        "create",
        "destroy",
        "nothing-to-do",
        "subnets",
    }


def test_every_change_and_every_drift_has_a_line() -> None:
    told: dict[str, set[str]] = {
        "change": {name for line in ARGUMENTS for name in line.cases("change")},
        "drift": {name for line in DRIFT for name in line.cases("drift")},
    }
    assert told == {"change": set(WAYS), "drift": set(DRIFTS)}


SCHEMA: dict[str, Any] = {
    "attributes": {
        "name": {"required": True},
        "brokers": {
            "required": True,
            "nested_type": {"nesting_mode": "map", "attributes": {"port": {"optional": True}}},
        },
        "listener": {
            "optional": True,
            "computed": True,
            "nested_type": {"nesting_mode": "single", "attributes": {"protocol": {}}},
        },
    }
}
PAGE = """
| change | how |
|---|---|
| `name`: another | retags |
| `brokers[*].port`: moves | the new listener first |

| argument | change | AWS calls | tests |
|---|---|---|---|
| `name` | another | `AddTags`; `CreateTags` → `DeleteTags` | `change:name` `story:rename` |
| `brokers[*].port` | moves | none | `story:nowhere` |
"""


def test_the_checks_find_what_is_missing() -> None:
    """A check that cannot fail would keep nothing true."""
    name, port = lines("argument", PAGE)
    people = lines("change", PAGE)
    compare_changes(people, [name, port])
    with pytest.raises(AssertionError, match="in one table only: .*port.: moves"):
        compare_changes(people, [name])
    with pytest.raises(AssertionError, match="not in the same order"):
        compare_changes(people, [port, name])
    assert set(paths(SCHEMA)) == {"name", "brokers", "brokers[*].port", "listener.protocol"}
    with pytest.raises(AssertionError, match="no line: .*listener.protocol"):
        compare(set(paths(SCHEMA)), [name, port])
    with pytest.raises(AssertionError, match="not in the schema: .*port"):
        compare({"name"}, [name, port])
    assert name.calls == [("AddTags",), ("CreateTags", "DeleteTags")] and port.calls == []
    names_tests(name)
    with pytest.raises(AssertionError, match="story:nowhere"):
        names_tests(port)
    assert not exists("test_semantics.py::test_nowhere") and not exists("test_nowhere.py::test")
    assert is_of('brokers["2"].port', "brokers[*].port") and is_of('tags["team"]', "tags")
    assert not is_of('brokers["2"].target_port', "brokers[*].port")
