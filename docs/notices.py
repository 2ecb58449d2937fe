"""Writes THIRD_PARTY_NOTICES.md: the crates that are linked into the provider, and their licences.

    notices.py [--check]

With --check nothing is written: it fails where the page is not what Cargo.lock says. Nothing is
built: `cargo tree` says what a build for Linux links, and the texts are those of the crates'
sources. Cargo fetches those that a build on another system did not.

Listed is what is distributed with a binary: normal dependencies. What only builds or tests it,
procedural macros among them, is in no binary. A crate that offers Apache-2.0 among others is taken
under that licence, whose text is given once, with the notice that the crate demands to be kept. Of
every other crate the text of its own licence is given, because MIT, BSD and ISC ask for the
copyright line. Equal texts are given once.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "THIRD_PARTY_NOTICES.md"
CARGO = os.environ.get("CARGO", "cargo")
PACKAGE, TARGET = "terraform-provider-kafka", "x86_64-unknown-linux-gnu"
APACHE = "Apache-2.0"
HEAD = f"""# Third-party notices

`{PACKAGE}` is licensed under the [Mozilla Public License 2.0](LICENSE).
Its binary contains the Rust standard library (MIT OR Apache-2.0) and the crates below, each under
the licence in its line. A crate that offers {APACHE} among other licences is used under {APACHE}.

This page is written from `Cargo.lock`, for Linux: `make notices` writes it again.
"""
WITHOUT = "Published without a text: the table has the licence, and the link leads to the owners."


@dataclass(frozen=True, order=True)
class Crate:
    name: str
    version: str
    licence: str
    source: str
    folder: Path

    @property
    def is_apache(self) -> bool:
        """All of it may be used under Apache-2.0."""
        return " AND " not in self.licence and APACHE in self.licence.split(" OR ")

    def files(self, pattern: str) -> list[Path]:
        return sorted(
            it for it in self.folder.iterdir() if it.is_file() and re.match(pattern, it.name, re.I)
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    text = page(linked())
    if not arguments.check:
        PAGE.write_text(text)
        print(PAGE.name)
    elif not PAGE.exists() or PAGE.read_text() != text:
        print(f"{PAGE.name} is not what Cargo.lock says: run `make notices`", file=sys.stderr)
        return 1
    return 0


def cargo(*arguments: str) -> str:
    command = [CARGO, *arguments, "--locked"]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def linked() -> list[Crate]:
    """The crates of others in the binary."""
    cargo("fetch", "--quiet", "--target", TARGET)
    edges = ("--edges", "normal,no-proc-macro", "--target", TARGET)
    tree = cargo("tree", "--package", PACKAGE, *edges, "--prefix", "none", "--format", "{p}")
    wanted = {tuple(line.split()[:2]) for line in tree.splitlines() if line}
    known = cargo("metadata", "--format-version", "1", "--filter-platform", TARGET)
    return sorted(
        Crate(
            it["name"],
            it["version"],
            re.sub(r"\s*/\s*", " OR ", it["license"] or f"see {it['license_file']}"),
            it["repository"] or "",
            Path(it["manifest_path"]).parent,
        )
        for it in json.loads(known)["packages"]
        if it["source"] and (it["name"], f"v{it['version']}") in wanted
    )


def page(crates: list[Crate]) -> str:
    rows = [f"| [{it.name}]({it.source}) | {it.version} | {it.licence} |" for it in crates]
    table = "\n".join(["| crate | version | licence |", "|---|---|---|", *rows])
    owners: dict[str, list[Crate]] = {}
    for crate in crates:
        for file in crate.files("notice" if crate.is_apache else "(licen[cs]e|copying|notice)"):
            owners.setdefault(clean(file.read_text()), []).append(crate)
        if not crate.is_apache and not crate.files("licen[cs]e|copying"):
            owners.setdefault("", []).append(crate)
    parts = [HEAD, table, "## Apache License 2.0", block(apache(crates))]
    parts.append("## Other licences and notices")
    for text, of in owners.items():
        names = ", ".join(sorted({f"{it.name} {it.version}" for it in of}))
        parts += [f"### {names}", block(text) if text else WITHOUT]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def apache(crates: list[Crate]) -> str:
    """AWS's crates carry the text as it was published."""
    crate = next(it for it in crates if it.name == "aws-config")
    return clean(crate.files("licen[cs]e")[0].read_text())


def clean(text: str) -> str:
    lines = [line.rstrip() for line in text.replace("\r", "").splitlines()]
    return "\n".join(lines).strip("\n")


def block(text: str) -> str:
    return f"```text\n{text}\n```"


if __name__ == "__main__":
    sys.exit(main())
