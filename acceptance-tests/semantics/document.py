"""The tables of docs/semantics.md."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from semantics import calls

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "semantics.md"
STORIES = ROOT / "provider" / "engine" / "tests" / "stories"


@dataclass(frozen=True)
class Line:
    """One row of a table: the text of each cell by its column's heading."""

    number: int
    cells: dict[str, str]

    def __str__(self) -> str:
        return f"docs/semantics.md:{self.number}: {next(iter(self.cells.values()))}"

    def code(self, column: str) -> list[str]:
        return re.findall(r"`([^`]+)`", self.cells[column])

    @property
    def change(self) -> str:
        """As the tables for people call it."""
        return f"{self.cells['argument']}: {self.cells['change']}"

    @property
    def attributes(self) -> list[str]:
        return self.code("argument" if "argument" in self.cells else "attribute")

    @property
    def tests(self) -> list[str]:
        return self.code("tests")

    def cases(self, kind: str) -> list[str]:
        """Names of the tests of one kind: `change:add-broker` -> `add-broker`."""
        return [
            name.removeprefix(f"{kind}:") for name in self.tests if name.startswith(f"{kind}:")
        ]

    @property
    def calls(self) -> list[Any]:
        """The chains of the AWS calls, by the names of the actions."""
        chains = [re.findall(r"`([^`]+)`", part) for part in self.cells["AWS calls"].split(";")]
        return calls.actions([" > ".join(chain) for chain in chains if chain])


def lines(first_column: str, text: str | None = None) -> list[Line]:
    """All rows of the tables whose first column has that heading."""
    found: list[Line] = []
    heading: list[str] = []
    text = DOCUMENT.read_text() if text is None else text
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("|"):
            heading = []
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not heading:
            heading = cells
        elif heading[0] == first_column and not set(line) <= set("|-: "):
            assert len(cells) == len(heading), f"line {number} has {len(cells)} cells"
            found.append(Line(number, dict(zip(heading, cells, strict=True))))
    return found


def paths(block: dict[str, Any], prefix: str = "") -> dict[str, dict[str, Any]]:
    """The attributes of a schema by path, `brokers[*].target`, as they need a line.

    An object that is always there is only its members; one that may be absent, or a map, is more.
    """
    found: dict[str, dict[str, Any]] = {}
    for name, attribute in block["attributes"].items():
        path = f"{prefix}{name}"
        nested = attribute.get("nested_type")
        if nested is None:
            found[path] = attribute
            continue
        is_map = nested["nesting_mode"] == "map"
        if is_map or (attribute.get("optional") and not attribute.get("computed")):
            found[path] = attribute
        found |= paths(nested, f"{path}[*]." if is_map else f"{path}.")
    return found


def differing(before: Any, after: Any, path: str = "", *, deep: bool = False) -> set[str]:
    """Paths at which two values of a configuration or state differ, keys of `brokers` and all.

    An object on one side only is one path, and with `deep` also all that is in it.
    """
    is_object = [isinstance(side, dict) for side in (before, after)]
    here = {path} if before != after and not all(is_object) else set()
    if not all(is_object) and not (deep and any(is_object)):
        return here
    sides = before or {}, after or {}
    keys = sides[0].keys() | sides[1].keys()
    found = (
        differing(*(side.get(key) for side in sides), _member(path, key), deep=deep) for key in keys
    )
    return here.union(*found)


def _member(path: str, key: str) -> str:
    if not path:
        return key
    is_word = key.isidentifier() and path.split("[")[0] not in _MAPS
    inside = path.startswith("brokers[")
    return f"{path}.{key}" if is_word or inside else f'{path}["{key}"]'


_MAPS = (
    "brokers",
    "tags",
    "tags_all",
    "drift",
    "advertised_listeners",
    "target_group_arns",
    "listener_arns",
)
