"""One tile as SVG: half pixels as whole numbers, relative paths, no style sheet."""

import gzip
from collections.abc import Iterable
from html import escape

from finder.mercator import TILE_PX
from tools.basemap.geometry import Line, area
from tools.basemap.labels import SIZES, Label
from tools.basemap.layers import LINES, RINGS

PAD_PX = 8
"""How far shapes reach over the edge of their tile, so that no edge shows."""
SEA, LAND, ABROAD = "#cbdfe7", "#f5f7f5", "#e5e9e6"
RIVER, COUNTY, COAST, STATE, BORDER = "#b3d0dc", "#d6ddd4", "#a9c4cf", "#97aaa1", "#758a82"
SEAM_MILES = 5.0
_WORLD_MILES = 24_901 * 0.68
"""The world's width at 47 degrees north, where most of the border is."""

STYLES = {
    "water": ("#5d8597", 'font-style="italic"'),
    "county": ("#87968f", 'font-style="italic"'),
    "country": ("#87928c", ""),
    "state": ("#6a7a73", ""),
    "abbreviation": ("#6a7a73", ""),
    "village": ("#4d5b57", ""),
    "town": ("#35443f", ""),
    "city": ("#16221f", 'font-weight="600"'),
}
"""Color and extra attributes, in the order of painting."""

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512" viewBox="0 0 1024 1024">'
    '<path fill="{ground}" d="M0 0h1024v1024H0z"/>'
)


def path(line: Line, west: float, north: float, is_closed: bool) -> str:
    """A line as relative path commands, from the corner of its tile."""
    points = [(round((x - west) * 2), round((y - north) * 2)) for x, y in line]
    steps = []
    at_x, at_y = points[0]
    for x, y in points[1:]:
        if (x, y) != (at_x, at_y):
            steps.append(_pair(x - at_x, y - at_y))
            at_x, at_y = x, y
    if len(steps) < (2 if is_closed else 1):
        return ""
    body = "".join(step if step[0] == "-" or not n else f" {step}" for n, step in enumerate(steps))
    return f"M{_pair(*points[0])}l{body}{'z' if is_closed else ''}"


def _pair(x: int, y: int) -> str:
    return f"{x}{y}" if y < 0 else f"{x} {y}"


def is_whole(rings: list[Line], side: float = TILE_PX + 2 * PAD_PX) -> bool:
    """True when a ring covers the whole tile."""
    return len(rings) == 1 and area(rings[0]) > side * side - 1


class Tile:
    """The shapes and names of one tile, collected layer by layer."""

    def __init__(self, zoom: int, column: int, row: int) -> None:
        self.zoom, self.column, self.row = zoom, column, row
        self.rings: dict[str, list[Line]] = {name: [] for name in RINGS}
        self.lines: dict[str, list[Line]] = {name: [] for name in LINES}

    def svg(self, labels: Iterable[Label]) -> str:
        """The whole picture."""
        ground, body = SEA, []
        if is_whole(self.rings["land"]):
            ground = LAND
        else:
            if is_whole(self.rings["abroad"]):
                ground = ABROAD
            else:
                body.append(self._fill("abroad", ABROAD))
            body.append(self._stroke("seam", ABROAD, self._seam_width()))
            body.append(self._fill("great_lakes", SEA))
            body.append(self._fill("land", LAND))
        body.append(self._fill("lakes", SEA))
        body.append(self._stroke("river", RIVER, 3 if self.zoom >= 6 else 2))
        body.append(self._stroke("county", COUNTY, 2))
        body.append(self._stroke("coast", COAST, 2))
        body.append(self._stroke("state", STATE, 3 if self.zoom >= 6 else 2))
        body.append(self._stroke("border", BORDER, 4 if self.zoom >= 6 else 3))
        return HEAD.format(ground=ground) + "".join(body) + self._names(labels) + "</svg>\n"

    def _seam_width(self) -> int:
        return max(4, round(SEAM_MILES / _WORLD_MILES * TILE_PX * 2 * (1 << self.zoom)))

    def _paths(self, lines: list[Line], is_closed: bool) -> str:
        west, north = self.column * TILE_PX, self.row * TILE_PX
        return "".join(path(line, west, north, is_closed) for line in lines)

    def _fill(self, layer: str, color: str) -> str:
        d = self._paths(self.rings[layer], True)
        return f'<path fill="{color}" fill-rule="evenodd" d="{d}"/>' if d else ""

    def _stroke(self, layer: str, color: str, width: int) -> str:
        d = self._paths(self.lines[layer], False)
        if not d:
            return ""
        return f'<path fill="none" stroke="{color}" stroke-width="{width}" stroke-linejoin="round" d="{d}"/>'

    def _names(self, labels: Iterable[Label]) -> str:
        labels = list(labels)
        if not labels:
            return ""
        west, north = self.column * TILE_PX, self.row * TILE_PX
        dots = "".join(
            f"M{_pair(round((label.dot[0] - west) * 2), round((label.dot[1] - north) * 2))}h0"
            for label in labels
            if label.dot is not None
        )
        body = f'<path stroke="#5d6b67" stroke-width="7" stroke-linecap="round" d="{dots}"/>' if dots else ""
        for style in STYLES:
            body += self._group(style, [label for label in labels if label.style == style])
        return (
            '<g font-family="system-ui,sans-serif" paint-order="stroke" stroke-linejoin="round">'
            + body
            + "</g>"
        )

    def _group(self, style: str, labels: list[Label]) -> str:
        if not labels:
            return ""
        color, extra = STYLES[style]
        size, spacing = SIZES[style]
        halo = SEA if style == "water" else LAND
        anchors = {label.anchor for label in labels}
        common = anchors.pop() if len(anchors) == 1 else ""
        attributes = [
            f'fill="{color}" stroke="{halo}" stroke-width="6" font-size="{size * 2:g}"',
            extra,
            f'letter-spacing="{spacing * 2:g}"' if spacing else "",
            f'text-anchor="{common}"' if common not in {"", "start"} else "",
        ]
        return f"<g {' '.join(filter(None, attributes))}>{''.join(self._text(a, common) for a in labels)}</g>"

    def _text(self, label: Label, common: str) -> str:
        x = round((label.x - self.column * TILE_PX) * 2)
        y = round((label.y - self.row * TILE_PX) * 2)
        anchor = f' text-anchor="{label.anchor}"' if not common and label.anchor != "start" else ""
        return f'<text x="{x}" y="{y}"{anchor}>{escape(label.text)}</text>'


def zipped(text: str) -> bytes:
    """Compressed for sending; the same bytes every time."""
    return gzip.compress(text.encode(), 9, mtime=0)


def plain(color: str) -> bytes:
    """A tile on which there is nothing."""
    return zipped(HEAD.format(ground=color) + "</svg>\n")
