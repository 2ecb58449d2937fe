"""The one clock of the sandbox: states are computed from it when they are read, nothing ticks."""

import datetime
import time


def now() -> float:
    """Seconds since the epoch."""
    return time.time()


def timestamp(seconds: float) -> datetime.datetime:
    """The naive UTC datetime that moto's serialisers expect."""
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).replace(tzinfo=None)
