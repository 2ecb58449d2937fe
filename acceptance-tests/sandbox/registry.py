"""Which function answers which AWS action."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sandbox.accounts import Account, Region

Kind = TypeVar("Kind")


@dataclass
class Call:
    """One AWS request, parsed: `params` has the names and types of botocore's input shape."""

    account: Account
    region_name: str
    params: dict[str, Any]

    @property
    def region(self) -> Region:
        return self.account.region(self.region_name)

    def all(self, kind: type[Kind]) -> dict[str, Kind]:
        return self.region.all(kind)

    def get(self, name: str, default: Any = None) -> Any:
        return self.params.get(name, default)

    def __getitem__(self, name: str) -> Any:
        return self.params[name]


Handler = Callable[[Call], dict[str, Any] | None]
_handlers: dict[tuple[str, str], Handler] = {}
_guards: dict[tuple[str, str], Callable[[Call], None]] = {}


def action(service: str, name: str) -> Callable[[Handler], Handler]:
    """Registers the function that answers `name` of the botocore service `service`."""

    def register(handler: Handler) -> Handler:
        assert (service, name) not in _handlers, f"{service}.{name} is answered twice"
        _handlers[(service, name)] = handler
        return handler

    return register


def guard(service: str, name: str) -> Callable[[Callable[[Call], None]], Callable[[Call], None]]:
    """Registers what must hold before moto answers an action."""

    def register(check: Callable[[Call], None]) -> Callable[[Call], None]:
        _guards[(service, name)] = check
        return check

    return register


def guard_of(service: str, name: str) -> Callable[[Call], None] | None:
    return _guards.get((service, name))


def handler_of(service: str, name: str) -> Handler | None:
    return _handlers.get((service, name))
