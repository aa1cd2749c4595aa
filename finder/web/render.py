"""Cards and filters as HTML, fast: each template is rendered once, a page only fills its gaps.

The markup stands in `_card.html` and `_filters.html`; `bench/pages.py` compares with rendering them anew.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import Environment
from markupsafe import Markup

from finder.facets import FACETS
from finder.model import Clinic
from finder.search.query import Hit, Query
from finder.web import reasons, words
from finder.web.cards import capital, facts
from finder.web.course import course_for
from finder.web.results import Group, Option
from finder.web.stencil import Stencil, gap

_MOST_KEPT: Final = 5000
"""Cards of more clinics than this are not kept at once (about 6 kB each)."""
_MOST_COURSES: Final = 50
"""Lines of the whole course kept per clinic: as many distances."""
_SHOWN: Final = 5
"""Options of a group that are shown before "Show all"; one more is shown rather than hidden."""
_CHECKED: Final = Markup(" checked")


@dataclass(frozen=True)
class _Kept:
    """What stays the same of a clinic's card for a whole build."""

    card: Stencil
    state_name: str
    offered: dict[str, dict[str, Markup]]
    courses: dict[tuple[float | None, str, tuple[str, ...]], Markup]
    """The line of the whole course by distance, how it was found, and treatments asked for."""


class Cards:
    """The cards of clinics, kept per build of the index."""

    def __init__(self, jinja: Environment, state_name: Callable[[str], str]) -> None:
        module: Any = jinja.get_template("_card.html").module
        self._macro = module.card
        self._state_name = state_name
        self._far_known = Stencil(module.far_known(gap("distance"), gap("reason")))
        self._far_unknown = Stencil(module.far_unknown(gap("why")))
        self._course = Stencil(module.course_line(gap("text")))
        self._read = Stencil(module.read_line(gap("text")))
        self._reason = Stencil(module.reason(gap("text")))
        self._version = ""
        self._kept: dict[str, _Kept] = {}

    def html(self, number: str, hit: Hit, query: Query, version: str) -> Markup:
        """The card of one hit; `version` is that of the build which found it."""
        kept = self._of(hit.clinic, version)
        distance = words.distance(hit, query.place)
        why = words.why(hit, kept.state_name)
        if distance[0]:
            far = self._far_known.fill(distance=distance[0], reason=distance[1])
        else:
            far = self._far_unknown.fill(why=why)
        said = [self._reason.fill(text=text) for text in reasons.of_the_search(hit, query, distance, why)]
        said += [kept.offered[facet][code] for facet, code in reasons.matched(query, kept.offered)]
        course = self._course_line(kept, hit, query)
        if query.sort == "recent":
            course = joined([course, self._read.fill(text=capital(words.last_read(hit.clinic)))])
        return kept.card.fill(number=number, far=far, course=course, reasons=joined(said))

    def _course_line(self, kept: _Kept, hit: Hit, query: Query) -> Markup:
        spot = query.place is not None and not query.place.is_area
        key = (hit.distance_miles if spot else None, hit.via, query.facets.get("modality", ()))
        line = kept.courses.get(key)
        if line is None:
            course = course_for(hit, query)
            line = self._course.fill(text=course.line) if course else Markup()
            if len(kept.courses) < _MOST_COURSES:
                kept.courses[key] = line
        return line

    def _of(self, clinic: Clinic, version: str) -> _Kept:
        if version != self._version or len(self._kept) >= _MOST_KEPT:
            self._version, self._kept = version, {}
        kept = self._kept.get(clinic.id)
        if kept is None:
            kept = self._kept[clinic.id] = self._render(clinic)
        return kept

    def _render(self, clinic: Clinic) -> _Kept:
        name = self._state_name(clinic.address.state)
        gaps = {key: gap(key) for key in ("number", "far", "course", "reasons")}
        return _Kept(
            card=Stencil(self._macro(facts(clinic, name), **gaps)),
            state_name=name,
            offered={
                facet: {code: self._reason.fill(text=text) for code, text in codes.items()}
                for facet, codes in reasons.of_offers(clinic).items()
            },
            courses={},
        )


class Filters:
    """The filter form's options and groups; everything of the facet table is rendered at the start."""

    _module: Any

    def __init__(self, jinja: Environment) -> None:
        self._module = jinja.get_template("_filters.html").module
        self._options: dict[tuple[str, str], tuple[str, ...]] = {}
        self._count = Stencil(self._module.count(gap("number"))).pieces
        self._groups = {
            (code, is_open): self._group_stencil(code, facet.label, is_open)
            for code, facet in FACETS.items()
            for is_open in (True, False)
        }
        self._more = {
            code: Stencil(self._module.more(facet.label, gap("number"), gap("options")))
            for code, facet in FACETS.items()
        }
        self._note = Stencil(self._module.note(gap("number"), gap("verb")))

    def _group_stencil(self, code: str, label: str, is_open: bool) -> Stencil:
        macro = self._module.group if is_open else self._module.shut_group
        return Stencil(macro(code, label, gap("options"), gap("more"), gap("note")))

    def group(self, group: Group) -> Markup:
        """One facet: its first options, the others behind "Show all", and how many do not say."""
        options = [self.checkbox(option) for option in group.options]
        shown = len(options) if len(options) <= _SHOWN + 1 else _SHOWN
        more = note = Markup()
        if shown < len(options):
            rest = joined(options[shown:])
            more = self._more[group.code].fill(number=str(len(options)), options=rest)
        if group.not_stated:
            verb = "does" if group.not_stated == 1 else "do"
            note = self._note.fill(number=f"{group.not_stated:,}", verb=verb)
        stencil = self._groups[group.code, group.is_open]
        return stencil.fill(options=joined(options[:shown]), more=more, note=note)

    def checkbox(self, option: Option) -> str:
        """One value of a facet, with its count: three kept pieces, the tick and the count."""
        key = (option.name, option.value)
        pieces = self._options.get(key)
        if pieces is None:
            macro, gaps = self._module.option, (gap("state"), gap("count"))
            html = macro("checkboxes", option.name, option.value, option.text, option.title, *gaps)
            pieces = self._options[key] = Stencil(html).pieces
        before, between, after = pieces
        count = "" if option.clinics is None else f"{self._count[0]}{option.clinics:,}{self._count[1]}"
        return f"{before}{_CHECKED if option.chosen else ''}{between}{count}{after}"

    def radio(self, option: Option) -> Markup:
        """One choice of a few that are not in the facet table (radius, order)."""
        state = _CHECKED if option.chosen else Markup()
        html = self._module.option("radios", option.name, option.value, option.text, "", state, Markup())
        return Markup(html)  # noqa: S704  (rendered by an escaping template)


def joined(parts: Iterable[str]) -> Markup:
    """Pieces of HTML one after another; nothing is escaped."""
    return Markup("".join(parts))  # noqa: S704  (of rendered HTML only)
