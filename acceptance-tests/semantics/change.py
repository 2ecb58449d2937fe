"""A change of the configuration, there and back, with the AWS calls that it may make."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.path import read_path
from harness.shape import labels
from semantics import calls
from semantics.document import differing
from semantics.ground import Ground, Plot, Standing, whole

Path = dict[str, Any]
Calls = tuple[str, ...]


@dataclass(frozen=True)
class Change:
    name: str
    edit: Callable[[Ground], dict[str, Any]]
    """What is merged into the arguments of the path that stands."""
    calls: Calls
    back: str = ""
    """The name of the way back, where that is another kind of change."""
    back_calls: Calls | None = None
    plot: Plot = whole
    base: Callable[[Ground], dict[str, Any]] | None = None
    """Merged in and applied before the change."""
    shows: Callable[[Path], Any] = lambda path: True
    """What an independent client finds after the change."""
    warns: str = ""
    """Part of what the plan warns of."""
    returns: bool = True
    """Whether the way back leads to where it began; AWS may keep something."""

    def ways(self) -> dict[str, Calls]:
        """Each name that the document may use, with its calls."""
        there = {self.name: self.calls}
        return there | ({self.back: self.back_calls or ()} if self.back else {})


def make(change: Change, standing: Standing) -> set[str]:
    """Applies a change and takes it back; gives the paths of the arguments that it changed."""
    base = change.base(standing.ground) if change.base else {}
    edit = change.edit(standing.ground)
    if base:
        standing.write(base).apply()
    rest = standing.shape()
    _apply(change, change.calls, standing, [base, edit], change.warns)
    assert change.shows(read_path(standing.account)), f"{change.name}: not as wanted"
    back = change.calls if change.back_calls is None else change.back_calls
    _apply(change, back, standing, [base])
    if change.returns:
        assert standing.shape() == rest, f"{change.name}: another path after the way back"
    if base:
        standing.write().apply()
    return differing(standing.with_(base), standing.with_(base, edit), deep=True)


def _apply(
    change: Change,
    chains: Calls,
    standing: Standing,
    edits: list[dict[str, Any]],
    warns: str = "",
) -> None:
    before, shape_before = standing.control.objects(), standing.shape()
    standing.control.forget_calls()
    outcome = standing.write(*edits).apply()
    if warns:
        said = "\n".join(item.text for item in outcome.warnings)
        assert warns in said, f"{change.name}: no warning of '{warns}' in\n{said}"
    assert standing.terraform.attributes()["drift"] == {}
    log = [item for item in standing.control.calls() if item["write"] and not item["error"]]
    after = standing.control.objects()
    old, now = labels(before), labels(after)
    writes = [line for call in log for line in calls.told(call, old, now)]
    calls.check(writes, list(chains), {*old.values(), *now.values()})
    touched = {write.split(" ", 1)[1].removeprefix(calls.NEW) for write in writes}
    for label, found in standing.shape().items():
        # Of a record the calls name the record, not the zone that it is in.
        untouched = label not in touched and "records" not in found
        assert not untouched or shape_before.get(label) == found, f"{label} changed without a call"
