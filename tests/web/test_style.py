"""The colors of the style sheet can be read, in light and in dark."""

import re
from pathlib import Path

import pytest

import finder.web

CSS = (Path(finder.web.__file__).parent / "static" / "style.css").read_text()
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))
    for block in re.findall(r":root \{(.*?)\}", CSS, re.S)[:2]
)
TEXT = [
    ("ink", "wash"),
    ("ink", "card"),
    ("ink", "notice"),
    ("ink", "tint"),
    ("soft", "wash"),
    ("soft", "card"),
    ("brand", "card"),
    ("brand", "wash"),
    ("brand", "tint"),
    ("brand", "notice"),
    ("brand-hover", "card"),
    ("on-brand", "brand"),
    ("on-brand", "brand-hover"),
    ("on-deep", "deep"),
    ("on-deep", "pin"),
]
EDGES = [("control", "card"), ("focus", "card"), ("focus", "wash"), ("brand", "wash")]


def luminance(color: str) -> float:
    digits = color[1:] if len(color) == 7 else "".join(c * 2 for c in color[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, {**LIGHT, **DARK}], ids=["light", "dark"])
def test_text_and_edges_have_enough_contrast(theme: dict[str, str]) -> None:
    low = {pair: round(contrast(theme[pair[0]], theme[pair[1]]), 2) for pair in TEXT}
    assert not {pair: ratio for pair, ratio in low.items() if ratio < 4.5}
    low = {pair: round(contrast(theme[pair[0]], theme[pair[1]]), 2) for pair in EDGES}
    assert not {pair: ratio for pair, ratio in low.items() if ratio < 3}


def test_every_color_has_a_dark_value() -> None:
    assert set(LIGHT) == set(DARK)


def test_the_style_sheet_loads_nothing() -> None:
    assert "url(" not in CSS
    assert "@import" not in CSS
