"""Every change that docs/semantics.md names as `change:...`."""

from semantics.change import Change
from semantics.changes import brokers, consumer_side, service_side, settings

CHANGES: list[Change] = [
    *brokers.CHANGES,
    *settings.CHANGES,
    *service_side.CHANGES,
    *consumer_side.CHANGES,
]
