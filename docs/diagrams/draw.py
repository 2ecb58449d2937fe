"""Draws the diagrams of the documentation from their text: docs/diagrams/*.txt to *.svg.

    draw.py [--check]

With --check nothing is written: it fails where a drawing is not what its text says.
Python's standard library is all that it needs. A text has lines of these kinds, placed on a grid
whose cells hold one box each:

    title TEXT                      what the drawing is called
    about TEXT                      what it shows, for people who do not see it; may be repeated
    area X Y WIDTH HEIGHT TEXT      a frame around cells, named in its upper left corner
    box NAME X Y LINE | LINE        a box of up to three lines; the first one stands out
    NAME -> NAME [TEXT]             an arrow from box to box, named near its head
"""

import argparse
import re
import sys
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
CELL_WIDTH, CELL_HEIGHT = 196, 96
BOX_WIDTH, BOX_HEIGHT = 146, 60
MARGIN = 16
# Read by people with either kind of screen: the browser says which.
STYLE = """
    text { font: 12px -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
    .head { font-weight: 600 }
    .paper { fill: #ffffff }
    .area { fill: #f6f8fa; stroke: #8c959f; stroke-dasharray: 4 3 }
    .box { fill: #ffffff; stroke: #57606a }
    .arrow { fill: none; stroke: #0969da; stroke-width: 1.5 }
    .tip { fill: #0969da }
    .label { paint-order: stroke; stroke: #f6f8fa; stroke-width: 4px; stroke-linejoin: round }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      .paper { fill: #0d1117 }
      .area { fill: #161b22; stroke: #6e7681 }
      .box { fill: #21262d; stroke: #8b949e }
      .arrow { stroke: #58a6ff }
      .tip { fill: #58a6ff }
      .label { stroke: #161b22 }
    }
"""


class Mistake(Exception):
    """A line of a text that means nothing."""


@dataclass
class Box:
    x: float
    y: float
    lines: list[str]

    @property
    def centre(self) -> tuple[float, float]:
        return MARGIN + (self.x + 0.5) * CELL_WIDTH, MARGIN + (self.y + 0.5) * CELL_HEIGHT


@dataclass
class Drawing:
    title: str = ""
    about: list[str] = field(default_factory=list)
    areas: list[tuple[float, float, float, float, str]] = field(default_factory=list)
    boxes: dict[str, Box] = field(default_factory=dict)
    arrows: list[tuple[str, str, str]] = field(default_factory=list)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    stale = 0
    for source in sorted(FOLDER.glob("*.txt")):
        drawn, target = svg(parse(source.read_text())), source.with_suffix(".svg")
        name = f"docs/diagrams/{target.name}"
        if not arguments.check:
            target.write_text(drawn)
            print(name)
        elif not target.exists() or target.read_text() != drawn:
            print(f"{name} is not what its text says: run `make docs`", file=sys.stderr)
            stale += 1
    return 1 if stale else 0


def parse(text: str) -> Drawing:
    drawing = Drawing()
    for number, line in enumerate(text.splitlines(), 1):
        try:
            read(line.strip(), drawing)
        except (Mistake, ValueError) as error:
            raise SystemExit(f"line {number}: {line!r}: {error}") from error
    return drawing


def read(line: str, drawing: Drawing) -> None:
    word, _, rest = line.partition(" ")
    if not line or line.startswith("#"):
        return
    if word == "title":
        drawing.title = rest
    elif word == "about":
        drawing.about.append(rest)
    elif word == "area":
        x, y, width, height, name = rest.split(maxsplit=4)
        drawing.areas.append((float(x), float(y), float(width), float(height), name))
    elif word == "box":
        name, x, y, lines = rest.split(maxsplit=3)
        drawing.boxes[name] = Box(float(x), float(y), [it.strip() for it in lines.split("|")])
    elif arrow := re.fullmatch(r"(\S+) -> (\S+)(?: (.*))?", line):
        missing = {arrow[1], arrow[2]} - drawing.boxes.keys()
        if missing:
            raise Mistake(f"no box {', '.join(sorted(missing))}")
        drawing.arrows.append((arrow[1], arrow[2], arrow[3] or ""))
    else:
        raise Mistake("not a line of a drawing")


def svg(drawing: Drawing) -> str:
    boxes = drawing.boxes.values()
    right = max([it.x + 1 for it in boxes] + [x + width for x, _, width, _, _ in drawing.areas])
    below = max([it.y + 1 for it in boxes] + [y + height for _, y, _, height, _ in drawing.areas])
    width, height = right * CELL_WIDTH + 2 * MARGIN, below * CELL_HEIGHT + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" aria-labelledby="title about">',
        f'  <title id="title">{escape(drawing.title)}</title>',
        f'  <desc id="about">{escape(" ".join(drawing.about))}</desc>',
        f"  <style>{STYLE}  </style>",
        '  <marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
        'orient="auto-start-reverse"><path class="tip" d="M0 0 10 5 0 10z"/></marker>',
        f'  <rect class="paper" width="{width:g}" height="{height:g}" rx="8"/>',
    ]
    parts += [area(*it) for it in drawing.areas]
    parts += [line(drawing.boxes[start], drawing.boxes[end]) for start, end, _ in drawing.arrows]
    parts += [box(it) for it in boxes]
    parts += [
        label(drawing.boxes[start], drawing.boxes[end], text)
        for start, end, text in drawing.arrows
        if text
    ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def area(x: float, y: float, width: float, height: float, name: str) -> str:
    left, top = MARGIN + x * CELL_WIDTH + 6, MARGIN + y * CELL_HEIGHT + 2
    return (
        f'  <rect class="area" x="{left:g}" y="{top:g}" width="{width * CELL_WIDTH - 12:g}" '
        f'height="{height * CELL_HEIGHT - 4:g}" rx="8"/>\n'
        f'  <text class="head" x="{left + 12:g}" y="{top + 20:g}">{escape(name)}</text>'
    )


def box(it: Box) -> str:
    (x, y), count = it.centre, len(it.lines)
    parts = [
        f'  <rect class="box" x="{x - BOX_WIDTH / 2:g}" y="{y - BOX_HEIGHT / 2:g}" '
        f'width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6"/>'
    ]
    for number, text in enumerate(it.lines):
        at = y + 4 + (number - (count - 1) / 2) * 16
        kind = ' class="head"' if number == 0 else ""
        parts.append(
            f'  <text{kind} x="{x:g}" y="{at:g}" text-anchor="middle">{escape(text)}</text>'
        )
    return "\n".join(parts)


def ends(start: Box, end: Box) -> tuple[float, float, float, float]:
    """From the edge of one box to the edge of the other that faces it."""
    (x1, y1), (x2, y2) = start.centre, end.centre
    if abs(x2 - x1) >= BOX_WIDTH:
        aside = BOX_WIDTH / 2 if x2 > x1 else -BOX_WIDTH / 2
        return x1 + aside, y1, x2 - aside, y2
    aside = BOX_HEIGHT / 2 if y2 > y1 else -BOX_HEIGHT / 2
    return x1, y1 + aside, x2, y2 - aside


def line(start: Box, end: Box) -> str:
    x1, y1, x2, y2 = ends(start, end)
    return f'  <path class="arrow" d="M{x1:g} {y1:g}L{x2:g} {y2:g}" marker-end="url(#tip)"/>'


def label(start: Box, end: Box, text: str) -> str:
    x1, y1, x2, y2 = ends(start, end)
    if x1 == x2:
        at, anchor = (x1 + 8, (y1 + y2) / 2 + 4), "start"
    else:
        at, anchor = (x1 + 0.5 * (x2 - x1), y1 + 0.5 * (y2 - y1) - 5), "middle"
    return (
        f'  <text class="label" x="{at[0]:g}" y="{at[1]:g}" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )


if __name__ == "__main__":
    sys.exit(main())
