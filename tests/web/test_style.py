"""The colors of the style sheet can be read, in light and in dark."""

import gzip
import re
from pathlib import Path

import pytest

import finder.web

WEB = Path(finder.web.__file__).parent
SERVED = (WEB / "static" / "site.css").read_text()
OURS = "".join(file.read_text() for file in sorted((WEB / "styles").glob("*.css")))
TOKENS = (WEB / "styles" / "1-tokens.css").read_text()
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))
    for block in re.findall(r":root \{(.*?)\}", TOKENS, re.S)[:2]
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
    ("soft", "tint"),
    ("ink", "line"),
    ("error", "card"),
    ("error", "wash"),
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


def test_every_color_of_the_kit_is_ours() -> None:
    kit = set(re.findall(r"(--govuk-[a-z-]+-colour):", (WEB / "static/vendor/govuk/govuk.css").read_text()))
    ours = dict(re.findall(r"(--govuk-[a-z-]+): var\(--([a-z-]+)\);", TOKENS))
    assert kit - {"--govuk-print-text-colour"} == set(ours)
    assert set(ours.values()) <= set(LIGHT)


def test_the_style_sheet_loads_nothing() -> None:
    for css in (SERVED, OURS):
        assert "url(" not in css
        assert "@import" not in css
        assert "@font-face" not in css


def test_the_look_is_our_own() -> None:
    assert "GDS Transport" not in SERVED
    assert "crown" not in SERVED.lower()
    for color in ("#1d70b8", "#ffdd00", "#fd0"):
        assert color not in SERVED


def test_the_style_sheet_is_light() -> None:
    assert len(gzip.compress(SERVED.encode(), 9)) <= 15_000


def test_what_is_hidden_stays_hidden_whatever_its_class_says() -> None:
    assert "[hidden]{display:none!important}" in SERVED.replace(" ", "")
