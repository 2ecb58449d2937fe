"""What users read out of a Rust file: string literals, and the doc comments that are descriptions.

Everything else is blotted out, so that a position in the text is the position in the file.
"""

import re
from pathlib import Path

from harness.installation import ROOT

SOURCES = (
    "provider/src",
    "provider/resources/src",
    "provider/engine/src/model",
    "provider/engine/src/reconcile",
    "provider/aws/src",
)
# In a file with such a struct, doc comments are descriptions in the schema.
DECLARES_ARGUMENTS = re.compile(r"#\[derive\([^)]*\bObject\b[^)]*\)\]")
# By convention the last thing in its file.
TESTS = re.compile(r"^#\[cfg\(test\)\]\s*mod \w+ \{.*", re.MULTILINE | re.DOTALL)
TOKENS = re.compile(
    r"""
      (?P<doc> (?: ^ [ \t]* /// (?!/) [^\n]* \n )+ )
    | (?P<comment> // [^\n]* | /\* .*? \*/ )
    | (?P<character> ' (?: \\ [^\n']* | \\' | [^\\'\n] ) ' )
    | r (?P<fence> \#* ) " (?P<raw> .*? ) " (?P=fence)
    | " (?P<text> (?: \\ . | [^\\"] )* ) "
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
BLOT = "|"


def sources() -> list[Path]:
    return sorted(
        file
        for folder in SOURCES
        for file in (ROOT / folder).rglob("*.rs")
        if "tests" not in (file.stem, *file.relative_to(ROOT / folder).parts)
    )


def blotted(source: str) -> str:
    return re.sub(r"[^\n]", BLOT, source)


def spaced(text: str, pattern: str) -> str:
    """A space for every character that the pattern finds, but line ends stay."""
    return re.sub(pattern, lambda it: re.sub(r"[^\n]", " ", it[0]), text, flags=re.DOTALL)


def people_read(source: str) -> str:
    """The source with nothing left in it but what people read, each character in its place."""
    source = TESTS.sub("", source)
    declares = DECLARES_ARGUMENTS.search(source) is not None
    parts, end = [], 0
    for token in TOKENS.finditer(source):
        parts.append(blotted(source[end : token.start()]))
        end = token.end()
        if token["text"] is not None:
            start, stop = token.span("text")
            text = spaced(token["text"], r"\\.")
        elif token["raw"] is not None:
            start, stop = token.span("raw")
            text = token["raw"]
        elif token["doc"] is not None and declares:
            start, stop = token.span("doc")
            text = re.sub(r"^[ \t]*///", lambda it: " " * len(it[0]), token["doc"], flags=re.M)
        else:
            start = stop = token.start()
            text = ""
        parts += [blotted(source[token.start() : start]), text, blotted(source[stop:end])]
    return "".join([*parts, blotted(source[end:])])
