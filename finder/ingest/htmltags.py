"""What the elements of HTML mean for a reader."""

from typing import Final


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEVER_READ: Final = _names(
    "head script style template noscript svg math iframe object embed canvas audio video nav select input "
    "textarea datalist dialog map area link meta"
)
HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
LISTS: Final = _names("ul ol menu dir")
INLINE: Final = _names(
    "a abbr acronym bdi bdo big br cite data del dfn img ins kbd label q ruby rb rt samp span sub sup time "
    "var wbr strong em b i u small font output meter progress"
)
MENU_ROLES: Final = _names("navigation menu menubar search dialog alertdialog toolbar")
PAGE_PARTS: Final = _names("html body main article")
"""These hold the page itself, whatever their class says."""
LAYOUT: Final = "table,h1,h2,h3,h4,h5,h6,ul,ol,dl,section,article"
"""A table row that holds one of these is layout, not data."""

RAW: Final = _names("script style textarea title noscript iframe noembed noframes xmp plaintext")
"""What stands in these is no markup and not for reading."""
FORMATTING: Final = _names("b i u s em strong small big font tt code nobr strike mark")
VOID: Final = _names(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr"
)
END_MAY_BE_LEFT_OUT: Final = _names(
    "p li dt dd tr td th tbody thead tfoot colgroup option optgroup rp rt html head body"
)
