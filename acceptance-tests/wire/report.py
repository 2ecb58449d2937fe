"""What a run prints: lines as things happen, and the table at the end."""

import time
from dataclasses import dataclass, field

from wire.load import Report

_BEGAN = time.monotonic()
_COLUMNS = ("scenario", "seconds", "sent", "failed", "lost", "disordered", "twice", "worst ms")


def heading(text: str) -> None:
    print(f"\n==> [{time.monotonic() - _BEGAN:5.1f} s] {text}", flush=True)


def told(text: str) -> None:
    print(f"    {text}", flush=True)


@dataclass
class Row:
    scenario: str
    seconds: float
    reports: list[Report]
    # "port -> broker (connections)", for what was led where.
    connections: list[str] = field(default_factory=list)

    @property
    def sent(self) -> int:
        return sum(item.sent for item in self.reports)

    @property
    def failed(self) -> int:
        return sum(item.failed + item.pending for item in self.reports)

    @property
    def lost(self) -> int:
        return sum(item.lost for item in self.reports)

    @property
    def disordered(self) -> int:
        return sum(item.disordered for item in self.reports)

    @property
    def worst_ms(self) -> int:
        return max((item.worst_ms for item in self.reports), default=0)

    def tell(self) -> None:
        for item in self.reports:
            said = f"; {item.errors[-1]}" if item.errors else ""
            told(
                f"{item.stream}: {item.sent} sent, {item.failed} failed, {item.pending} pending, "
                f"{item.lost} lost, {item.disordered} disordered, {item.reread} read twice, "
                f"{item.rewritten} written twice, "
                f"worst {item.worst_ms} ms{said}"
            )
        for line in self.connections:
            told(line)


def table(rows: list[Row]) -> str:
    lines = [
        (
            row.scenario,
            f"{row.seconds:.1f}",
            str(row.sent),
            str(row.failed),
            str(row.lost),
            str(row.disordered),
            str(sum(item.reread + item.rewritten for item in row.reports)),
            str(row.worst_ms),
        )
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(_COLUMNS, *lines, strict=True)]

    def written(line: tuple[str, ...]) -> str:
        name, *figures = line
        columns = [text.rjust(width) for text, width in zip(figures, widths[1:], strict=True)]
        return "  ".join([name.ljust(widths[0]), *columns])

    return "\n".join([written(_COLUMNS), *map(written, lines)])
