"""The check on the visitor's own device: what can be ticked, and what each clinic publishes about it.

Everything travels with the page; nothing that is ticked is ever sent.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

from flask import current_app
from jinja2 import Environment
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from finder.facets import FACETS
from finder.model import Claim, Clinic
from finder.web.reasons import standing
from finder.web.services import Services
from finder.web.stencil import Stencil, gap

_MOST_KEPT: Final = 5000
"""Clinics whose data is kept at once (about 200 bytes each)."""


@dataclass(frozen=True)
class Tick:
    """One box: what the visitor reads beside it, and how a sentence about a clinic names it."""

    code: str
    text: str
    said: str


_AGE: Final = "age_minimum"

_PRACTICAL: Final = (
    (_AGE, "I am under 18", "a minimum age"),
    ("escort_home_required", "I have no one to take me home", "a ride home with an adult"),
    ("sitter_required", "I have no adult who can be with me at home", "a sober adult with you at home"),
    ("referral_required", "I have no referral", "a referral"),
    (
        "current_therapist_required",
        "I have no therapist or doctor of my own",
        "a therapist or doctor of your own",
    ),
    ("prior_treatment_failure", "I have not tried other treatments", "other treatments tried first"),
    ("psychiatric_evaluation", "I have had no psychiatric evaluation", "a psychiatric evaluation"),
    ("fasting_required", "I cannot fast", "fasting"),
)
"""Requirements that somebody may not meet: code of the facet "screening", box, name in a sentence."""

HEALTH_TICKS: Final = tuple(
    Tick(code, value.label, value.label[0].lower() + value.label[1:])
    for code, value in FACETS["exclusion"].by_code.items()
    if value.offer
)
PRACTICAL_TICKS: Final = tuple(Tick(*row) for row in _PRACTICAL)

_EXCLUDES: Final = {
    "": "They say they do not treat",
    "absolute": "They say they do not treat",
    "relative": "They say it depends on the case",
    "clearance": "They say only with clearance",
}
"""What a clinic says about an exclusion, by its detail."""

_DISPUTED: Final = "Their pages or sources disagree about"

PHRASES: Final = (
    *dict.fromkeys(_EXCLUDES.values()),
    "They say they do not exclude",
    "They ask for",
    "They say they do not ask for",
    _DISPUTED,
    "They do not say",
)
"""How the sentences begin, in the order in which they are shown; the last is for what no claim speaks of."""


def check(clinics: Iterable[Clinic]) -> Markup:
    """The block for a page that shows these clinics, kept in parts by the running application."""
    kept = current_app.extensions
    if "checks" not in kept:
        kept["checks"] = Checks(current_app.jinja_env)
    version = cast(Services, kept["services"]).engine.version()
    return cast(Checks, kept["checks"]).html(clinics, version)


class Checks:
    """The block as HTML: the boxes rendered once, what a clinic publishes once per build."""

    def __init__(self, jinja: Environment) -> None:
        module: Any = jinja.get_template("_ticks.html").module
        self._block = Stencil(module.check(gap("clinics")))
        self._version = ""
        self._kept: dict[str, str] = {}

    def html(self, clinics: Iterable[Clinic], version: str) -> Markup:
        """The block with the data of these clinics; `version` is the build that found them."""
        if version != self._version or len(self._kept) >= _MOST_KEPT:
            self._version, self._kept = version, {}
        rows = ",".join(self._row(clinic) for clinic in clinics)
        return self._block.fill(clinics=Markup("{" + rows + "}"))  # noqa: S704  (escaped for scripts below)

    def _row(self, clinic: Clinic) -> str:
        if clinic.id not in self._kept:
            row = htmlsafe_json_dumps(published(clinic), separators=(",", ":"))
            self._kept[clinic.id] = f'"{clinic.id}":{row}'
        return self._kept[clinic.id]


def published(clinic: Clinic) -> dict[str, int | list[int | str]]:
    """What check.js compares with: code of a box -> which of PHRASES the clinic gives for it, or that
    and other words for what is asked. A code that is absent: they do not say.
    """
    return dict(_of(clinic))


def _of(clinic: Clinic) -> Iterator[tuple[str, int | list[int | str]]]:
    for code, claim in standing(clinic, "exclusion").items():
        yield (
            code,
            PHRASES.index(_EXCLUDES[claim.detail] if claim.says == "yes" else "They say they do not exclude"),
        )
    for code in sorted(clinic.disputed("exclusion")):
        yield code, PHRASES.index(_DISPUTED)
    known, disputed = standing(clinic, "screening"), clinic.disputed("screening")
    for tick in PRACTICAL_TICKS:
        if tick.code == _AGE and clinic.min_age is not None:
            yield tick.code, [PHRASES.index("They ask for"), f"an age of {clinic.min_age} or more"]
        elif tick.code in known:
            yield tick.code, PHRASES.index(_asks(known[tick.code]))
        elif tick.code in disputed:
            yield tick.code, PHRASES.index(_DISPUTED)


def _asks(claim: Claim) -> str:
    return "They ask for" if claim.says == "yes" else "They say they do not ask for"
