"""HTML as it comes -> HTML that any parser reads in linear time: few attributes, bounded depth and size.

Parsers that follow the standard need quadratic time for deep nesting, for thousands of attributes and for
unclosed formatting tags. Here those are cut before the parser sees them, in one pass.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

from finder.ingest.htmltags import END_MAY_BE_LEFT_OUT, FORMATTING, RAW, VOID

MAX_TAGS: Final = 30_000
"""After so many tags the rest of a page is left out; ordinary pages have fewer than 6,000."""
MAX_DEPTH: Final = 200
"""Deeper tags are left out, their text is kept; ordinary pages stay within 40."""
_MAX_VALUE_CHARS: Final = 200
_MAX_TAG_CHARS: Final = 2_000
"""What follows in one tag is not read: no attribute that matters stands behind so much."""

_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})")
_PLAIN_TAG = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})([^<>\"']*(?:\"[^<>\"]*\"[^<>\"']*|'[^<>']*'[^<>\"']*)*)>"
)
"""A whole tag, when no angle stands inside its quotes: most are such."""
_ATTRIBUTE = re.compile(
    r"(?:^|[\s\"'/])(hidden|aria-hidden|aria-controls|style|class|id|role)"
    r"(?:[\s/]|$|\s{0,5}=\s{0,5}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]*)))",
    re.IGNORECASE,
)
_QUOTE_OR_END = re.compile(r"[\"'>]")


class Tamed(NamedTuple):
    """Markup that is safe to parse."""

    html: str
    notes: tuple[str, ...]
    controlled: frozenset[str]
    """Ids of what a button of the page opens: hidden at first, but there for visitors."""


class _Tag(NamedTuple):
    closes: bool
    name: str
    inside: str


def tame(html: str) -> Tamed:
    """The same page with only the attributes that say whether it is shown; never raises."""
    pieces: list[str] = []
    open_tags, notes = _OpenTags(), []
    controlled: set[str] = set()
    known: dict[str, dict[str, str]] = {"": {}}
    for count, part in enumerate(_parts(html)):
        if count > 2 * MAX_TAGS:
            notes.append(f"cut at {MAX_TAGS:,} tags")
            break
        if isinstance(part, str):
            pieces.append(part.replace("<", "&lt;"))
            continue
        inside = "" if part.closes else part.inside
        if inside not in known:
            known[inside] = _attributes(inside)
            controlled.update(known[inside].pop("aria-controls", "").split())
        name = "span" if part.name in FORMATTING else part.name
        if open_tags.takes(name, part.closes):
            shown = "".join([f' {key}="{text}"' for key, text in known[inside].items()])
            pieces.append(f"</{name}>" if part.closes else f"<{name}{shown}>")
    if open_tags.too_deep:
        notes.append(f"tags nested deeper than {MAX_DEPTH} left out")
    return Tamed("".join(pieces), tuple(notes), frozenset(controlled))


class _OpenTags:
    """Which tags are open, as far as that matters for how deep the tree gets."""

    def __init__(self) -> None:
        self.stack: list[str] = []
        self.skipped: Counter[str] = Counter()
        self.too_deep = False

    def takes(self, name: str, closes: bool) -> bool:
        """False for a tag that is to be left out."""
        if name in VOID or name in END_MAY_BE_LEFT_OUT:
            return not (closes and name in VOID)
        if not closes:
            if len(self.stack) < MAX_DEPTH:
                self.stack.append(name)
                return True
            self.too_deep = True
            self.skipped[name] += 1
            return False
        if self.skipped[name]:
            self.skipped[name] -= 1
            return False
        if name not in self.stack:
            return False
        while self.stack.pop() != name:
            pass
        return True


def _parts(html: str) -> Iterator[str | _Tag]:
    """Text and tags in turn; comments, declarations and what is never read are left out."""
    at = 0
    while at < len(html):
        start = html.find("<", at)
        if start < 0:
            yield html[at:]
            return
        if start > at:
            yield html[at:start]
        if found := _PLAIN_TAG.match(html, start):
            closes, name, inside = found.groups()
            at = found.end()
        elif found := _NAME.match(html, start):
            closes, name = found.groups()
            at = _tag_end(html, found.end()) + 1
            inside = html[found.end() : at - 1]
        else:
            at = _after_oddity(html, start)
            if at == start + 1:
                yield "<"
            continue
        name = name.lower()
        if name not in RAW:
            yield _Tag(bool(closes), name, inside[:_MAX_TAG_CHARS])
        elif not closes:
            at = _after_raw(html, at, name)


def _after_oddity(html: str, start: int) -> int:
    """Behind a comment or declaration; a bare "<" is text."""
    if html.startswith("<!--", start):
        end = html.find("-->", start + 4)
        return len(html) if end < 0 else end + 3
    if html.startswith(("<!", "<?", "</"), start):
        end = html.find(">", start)
        return len(html) if end < 0 else end + 1
    return start + 1


def _after_raw(html: str, at: int, name: str) -> int:
    """Behind the end of a script or the like; none: behind everything, as browsers read it."""
    found = re.compile(f"</{name}", re.IGNORECASE).search(html, at)
    return len(html) if found is None else _tag_end(html, found.end()) + 1


def _tag_end(html: str, at: int) -> int:
    """Where the ">" of a tag stands; the length of the page when it has none."""
    while found := _QUOTE_OR_END.search(html, at):
        if found.group() == ">":
            return found.start()
        at = found.end()
        if html[max(0, found.start() - 8) : found.start()].rstrip().endswith("="):
            at = html.find(found.group(), at) + 1
            if not at:
                break
    return len(html)


def _attributes(inside: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(inside):
        value = match.group(2) or match.group(3) or match.group(4) or ""
        found.setdefault(match.group(1).lower(), re.sub(r'["<>&]', " ", value[:_MAX_VALUE_CHARS]))
    return found
