"""The provider processes that a running terraform has started, and their sockets."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROVIDER = "terraform-provider-kafka"


@dataclass(frozen=True)
class Process:
    id: int

    def alive(self) -> bool:
        try:
            # A zombie has ended; only its parent has not asked yet.
            return _stat(self.id)[0] != "Z"
        except OSError:
            return False

    def sockets(self) -> set[Path]:
        """Paths of the unix sockets that the process listens on."""
        inodes = set()
        for descriptor in Path(f"/proc/{self.id}/fd").iterdir():
            try:
                target = os.readlink(descriptor)
            except OSError:
                continue
            if target.startswith("socket:["):
                inodes.add(target.removeprefix("socket:[").removesuffix("]"))
        lines = Path("/proc/net/unix").read_text().splitlines()[1:]
        fields = [line.split() for line in lines]
        return {Path(item[7]) for item in fields if len(item) > 7 and item[6] in inodes}


def providers_of(terraform: int) -> Iterator[Process]:
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            name = Path(os.readlink(folder / "exe")).name
            parent = int(_stat(int(folder.name))[1])
        except OSError:
            continue
        if parent == terraform and name.startswith(PROVIDER):
            yield Process(int(folder.name))


def _stat(process: int) -> list[str]:
    """State, parent and so on; the name before them is in parentheses and may hold anything."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
