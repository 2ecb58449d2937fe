"""docs/plain-words.txt: words that are not to be in what people read.

Held here are pages and examples, and in Rust the messages and the descriptions of the schema.
"""

import re
from pathlib import Path

import pytest

from harness.installation import ROOT
from harness.rust_text import people_read, sources

WORDS = ROOT / "docs" / "plain-words.txt"
WRITTEN = ("*.md", "docs/**/*.md", "docs/**/*.txt", "examples/**/*.*", ".github/**/*.*")
COPIED = ("THIRD_PARTY_NOTICES.md", "docs/plain-words.txt")


def replacements(text: str) -> dict[str, str]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    pairs = [line.split(" = ") for line in lines]
    assert all(len(pair) == 2 for pair in pairs), [it for it in pairs if len(it) != 2]
    return {words.lower(): instead for words, instead in pairs}


REPLACEMENTS = replacements(WORDS.read_text())


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


PAGES = sorted(
    page
    for pattern in WRITTEN
    for page in ROOT.glob(pattern)
    if page.is_file() and not name(page).startswith(COPIED)
)


def found(text: str) -> list[str]:
    """Each line with such words, and what to write there. A sentence may go on in the next line."""
    any_of = "|".join(re.escape(words) for words in sorted(REPLACEMENTS, key=len, reverse=True))
    pattern = rf"\b(?:{any_of})\b".replace(r"\ ", r"\s+")
    return [
        f"{text.count(chr(10), 0, it.start()) + 1}: {' '.join(it[0].split())!r}: write "
        f"{REPLACEMENTS[' '.join(it[0].lower().split())]!r}"
        for it in re.finditer(pattern, text, re.IGNORECASE)
    ]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_pages_are_in_plain_words(page: Path) -> None:
    assert found(page.read_text()) == []


@pytest.mark.parametrize("source", sources(), ids=name)
def test_messages_and_descriptions_are_in_plain_words(source: Path) -> None:
    assert found(people_read(source.read_text())) == []


def test_words_are_found() -> None:
    """A check that cannot fail would keep nothing true."""
    text = "No credentials could\nbe had.\nThe path is made Anew. Renewal is no match."
    assert found(text) == [
        "1: 'could be had': write 'was found'",
        "3: 'Anew': write 'again'",
    ]
    assert [name(page) for page in PAGES if page.name == "README.md"][:1]


RUST = r'''
//! Made anew, says the module.
#[derive(Clone, Object)] // Anew is a comment here.
pub struct Config<'a> {
    /// Where the credentials go
    /// by, 'anew'.
    pub name: &'a str,
    // anew
}
/* anew
   "anew" */
const QUOTES: [char; 3] = ['"', '\'', '\\'];
fn text(anew: &str) -> String {
    format!("a \" quote, none could \
             be had\nanew // no comment {}", anew /* anew */) + r#"a "raw" mend"#
}
const APART: [&str; 2] = ["could be", "had"];

#[cfg(test)]
mod tests {
    const TEXT: &str = "anew";
}
'''


def test_words_are_found_in_rust() -> None:
    text = ["14: 'could be had'", "15: 'anew'", "15: 'mend'"]
    docs = ["5: 'go by'", "6: 'anew'"]
    assert [it.partition(": write")[0] for it in found(people_read(RUST))] == docs + text
    no_schema = people_read(RUST.replace("Object", "Debug"))
    assert [it.partition(": write")[0] for it in found(no_schema)] == text
    names = [name(source) for source in sources()]
    assert "provider/resources/src/config.rs" in names
    assert not [it for it in names if "tests" in it or "fake" in it]
