"""docs/plain-words.txt: words that are not to be in what people read.

Held here are the pages and examples that are written by hand. Not held yet are the descriptions of
the schema and the messages, which are string literals in Rust, and so neither the registry's pages
that are generated from them.
"""

import re
from pathlib import Path

import pytest

from harness.installation import ROOT

WORDS = ROOT / "docs" / "plain-words.txt"
WRITTEN = ("*.md", "docs/**/*.md", "docs/**/*.txt", "examples/**/*.*", ".github/**/*.*")
GENERATED = ("docs/index.md", "docs/resources/", "docs/functions/")
COPIED = ("THIRD_PARTY_NOTICES.md", "docs/plain-words.txt")


def replacements(text: str) -> dict[str, str]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    pairs = [line.split(" = ") for line in lines]
    assert all(len(pair) == 2 for pair in pairs), [it for it in pairs if len(it) != 2]
    return {words.lower(): instead for words, instead in pairs}


REPLACEMENTS = replacements(WORDS.read_text())


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


PAGES = sorted(
    page
    for pattern in WRITTEN
    for page in ROOT.glob(pattern)
    if page.is_file() and not name(page).startswith((*GENERATED, *COPIED))
)


def found(text: str) -> list[str]:
    """Each line with such words, and what to write there. A sentence may go on in the next line."""
    any_of = "|".join(re.escape(words) for words in sorted(REPLACEMENTS, key=len, reverse=True))
    pattern = rf"\b(?:{any_of})\b".replace(r"\ ", r"\s+")
    return [
        f"{text.count(chr(10), 0, it.start()) + 1}: {it[0]!r}: write "
        f"{REPLACEMENTS[' '.join(it[0].lower().split())]!r}"
        for it in re.finditer(pattern, text, re.IGNORECASE)
    ]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_people_read_plain_words(page: Path) -> None:
    assert found(page.read_text()) == []


def test_words_are_found() -> None:
    """A check that cannot fail would keep nothing true."""
    text = "No credentials could\nbe had.\nThe path is made Anew. Renewal is no match."
    assert found(text) == [
        "1: 'could\\nbe had': write 'was found'",
        "3: 'Anew': write 'again'",
    ]
    assert [name(page) for page in PAGES if page.name == "README.md"][:1]
