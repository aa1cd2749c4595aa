"""HTML that is rendered once from a template and afterwards only filled in: cards and filters.

A template is rendered with marks where each page puts its own words; what lies between the marks
never changes and is kept. Everything that goes into a gap is markup already, or is escaped here.
"""

import re
import secrets
from typing import Final

from markupsafe import Markup, escape

_MARK: Final = f"gap-{secrets.token_hex(8)}-"
"""Nobody outside this process can write it, so no text of a source is ever taken for a gap."""
_GAP: Final = re.compile(f"{_MARK}([a-z]+);")


def gap(name: str) -> Markup:
    """The mark of a gap, to be passed to a template in place of a value."""
    return Markup(f"{_MARK}{name};")  # noqa: S704  (names are ours)


class Stencil:
    """A piece of HTML with named gaps."""

    def __init__(self, html: str) -> None:
        parts = [str(part) for part in _GAP.split(html)]
        self._pieces = parts
        self._gaps = [(at, parts[at]) for at in range(1, len(parts), 2)]

    @property
    def pieces(self) -> tuple[str, ...]:
        """The HTML between the gaps, for a caller that joins them itself."""
        return tuple(self._pieces[::2])

    def fill(self, **values: str) -> Markup:
        """The HTML with these values in its gaps; plain text is escaped, a missing value is empty."""
        pieces = self._pieces.copy()
        for at, name in self._gaps:
            value = values.get(name, "")
            pieces[at] = value if type(value) is Markup else escape(value)
        return Markup("".join(pieces))  # noqa: S704  (rendered by an escaping template)
