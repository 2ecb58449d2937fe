"""docs/semantics.md: every attribute has a line, and every line is shown to be true."""

import pytest

from semantics import change
from semantics.change import Change
from semantics.changes import CHANGES
from semantics.ground import Standings


@pytest.mark.parametrize("made", CHANGES, ids=lambda item: item.name)
def test_change(standings: Standings, made: Change) -> None:
    standing = standings.take(made.plot)
    change.make(made, standing)
    if made.returns:
        standings.give_back(made.plot, standing)
