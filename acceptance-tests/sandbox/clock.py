"""The one clock of the sandbox: states are computed from it when they are read, nothing ticks."""

import datetime
import time


def now() -> float:
    """Seconds since the epoch."""
    return time.time()


def after(seconds: float) -> float:
    """When something that starts now and takes so long is over.

    Taken when it starts: settings changed later apply to what starts later.
    """
    return now() + seconds


def passed(moment: float | None) -> bool:
    """Whether that moment has come; never, if there is none."""
    return moment is not None and now() >= moment


def timestamp(seconds: float) -> datetime.datetime:
    """The naive UTC datetime that moto's serialisers expect."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).replace(tzinfo=None)
