"""The pages that people read: their links lead somewhere, and the registry can list them."""

import re
from pathlib import Path

import pytest

from harness.installation import ROOT

PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md", ".github/**/*.md")
    for path in ROOT.glob(pattern)
)
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
LINK = re.compile(r"\]\(([^)\s]+)\)")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def prose(page: Path) -> str:
    """Without code, in which brackets mean something else."""
    return re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings, and those that are written down."""
    headings = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", text.lower()).strip() for text in headings)
    written = re.findall(r'<a id="([^"]+)"', page.read_text())
    return {text.replace(" ", "-") for text in plain} | set(written)


def broken(page: Path) -> list[str]:
    found = []
    for link in LINK.findall(prose(page)):
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        place, _, anchor = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    assert broken(page) == []


@pytest.mark.parametrize("page", GUIDES, ids=name)
def test_the_registry_can_list_a_guide(page: Path) -> None:
    front = re.match(r"---\n(.*?)\n---\n", page.read_text(), re.DOTALL)
    assert front
    keys = re.findall(r"^(\w+):", front[1], re.MULTILINE)
    assert keys == ["page_title", "subcategory", "description"]


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    """A check that cannot fail would keep nothing true."""
    page, other = tmp_path / "page.md", tmp_path / "other.md"
    other.write_text("# A heading: `code` and, more\n")
    page.write_text(
        "[a](other.md) [b](other.md#a-heading-code-and-more) [c](gone.md) [d](other.md#gone)\n"
        "```\n[e](code.md)\n```\n[f](https://example.com/)\n"
    )
    assert broken(page) == ["gone.md", "other.md#gone"]
