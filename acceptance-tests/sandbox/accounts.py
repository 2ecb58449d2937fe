"""What the sandbox holds: accounts, in them regions, in them objects by kind and id."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, TypeVar

from sandbox.control.call_log import CallLog
from sandbox.control.faults import Faults
from sandbox.control.throttle import Throttle
from sandbox.control.timing import Timing

Kind = TypeVar("Kind")

# Route 53 has no regions: its objects live under this name.
GLOBAL = "global"


class Region:
    def __init__(self, account: "Account", name: str):
        self.account = account
        self.name = name
        self._objects: dict[type, dict[str, Any]] = defaultdict(dict)

    def all(self, kind: type[Kind]) -> dict[str, Kind]:
        return self._objects[kind]


class Account:
    def __init__(self, account_id: str):
        self.id = account_id
        self.timing = Timing()
        self.throttle = Throttle()
        self.faults = Faults()
        self.calls = CallLog()
        self._regions: dict[str, Region] = {}

    def region(self, name: str) -> Region:
        return self._regions.setdefault(name, Region(self, name))

    def regions(self) -> list[Region]:
        return list(self._regions.values())

    def forget_objects(self) -> None:
        self._regions.clear()


class World:
    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}

    def account(self, account_id: str) -> Account:
        return self._accounts.setdefault(account_id, Account(account_id))

    def everywhere(self, kind: type[Kind]) -> Iterator[Kind]:
        """Objects of one kind in all accounts and regions: endpoint services cross accounts."""
        for account in list(self._accounts.values()):
            for region in account.regions():
                yield from list(region.all(kind).values())


WORLD = World()
