"""same(): are two records one clinic? A table of rules, first match decides, each with its reason."""

from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from rapidfuzz import fuzz

from finder.ingest.traits import Traits

SAME_NAME: Final = 85.0
"""Names this close (0 to 100) count as the same name."""
RELATED_NAME: Final = 45.0
"""With the same street and phone, names may be this far apart (a department, a former name)."""

Relation = Literal["same", "different", "unknown"]


class Verdict(NamedTuple):
    """True: one clinic. False: two clinics. None: cannot be told; `reason` is empty when nothing
    connects them, and otherwise says what somebody should look at.
    """

    same: bool | None
    reason: str = ""
    strength: int = 0
    """The stronger evidence joins first."""


class Evidence(NamedTuple):
    """What two records share and where they contradict each other."""

    name: float
    equal_name: bool
    """The same words, but for those of the town."""
    exact_name: bool
    parted_names: bool
    """Each name has a word of its own: "Ember Health Chelsea", "Ember Health Brooklyn Heights"."""
    street: Relation
    unit: Relation
    town: Relation
    phone: Relation
    site: Relation
    only_state: bool
    """At least one of them is known by its state only."""


class Rule(NamedTuple):
    """One row of the table: the first whose test holds decides."""

    same: bool | None
    reason: str
    holds: Callable[[Evidence], bool]


RULES: Final = (
    Rule(
        False,
        "same street, but another suite and another phone",
        lambda e: (e.street, e.unit, e.phone) == ("same", "different", "different"),
    ),
    Rule(
        True,
        "same street and phone, related name",
        lambda e: e.street == e.phone == "same" and e.name >= RELATED_NAME,
    ),
    Rule(None, "same street and phone, unlike names", lambda e: e.street == e.phone == "same"),
    Rule(
        True,
        "same street and name",
        lambda e: e.street == "same" and e.name >= SAME_NAME,
    ),
    Rule(
        True,
        "same street and website",
        lambda e: e.street == e.site == "same" and e.unit != "different" and e.name >= RELATED_NAME,
    ),
    Rule(None, "same street, unlike names", lambda e: e.street == "same"),
    Rule(
        False,
        "sibling location: same name, another address",
        lambda e: e.street == "different" and e.name >= SAME_NAME,
    ),
    Rule(
        False,
        "sibling location: same website, another address",
        lambda e: e.street == "different" and e.site == "same",
    ),
    Rule(False, "", lambda e: e.street == "different"),
    Rule(
        False,
        "sibling location: same website, another town",
        lambda e: e.town == "different" and e.site == "same",
    ),
    Rule(
        False,
        "same name, another town",
        lambda e: e.town == "different" and e.name >= SAME_NAME,
    ),
    Rule(False, "", lambda e: e.town == "different"),
    Rule(
        True,
        "known by state only, same website and same name",
        lambda e: e.only_state and e.site == "same" and e.exact_name,
    ),
    Rule(
        None,
        "known by state only, same website",
        lambda e: e.only_state and e.site == "same",
    ),
    Rule(None, "known by state only, same name", lambda e: e.only_state and e.equal_name),
    Rule(None, "known by state only, same phone", lambda e: e.only_state and e.phone == "same"),
    Rule(None, "", lambda e: e.only_state),
    Rule(
        False,
        "same website, but each name has a word of its own",
        lambda e: e.parted_names and e.site == "same" and e.phone != "same",
    ),
    Rule(
        True,
        "same phone and name, no other address",
        lambda e: e.phone == "same" and e.name >= SAME_NAME and not e.parted_names,
    ),
    Rule(
        True,
        "same website, town and name",
        lambda e: e.site == e.town == "same" and e.equal_name,
    ),
    Rule(
        True,
        "same name and town, nothing against it",
        lambda e: e.equal_name and e.town == "same" and "different" not in (e.site, e.phone),
    ),
    Rule(None, "same name and town, but another phone or website", lambda e: e.equal_name),
    Rule(
        None,
        "alike names in one town",
        lambda e: e.town == "same" and e.name >= SAME_NAME and not e.parted_names,
    ),
    Rule(None, "same website and town, other names", lambda e: e.site == e.town == "same"),
    Rule(None, "same phone, unlike names", lambda e: e.phone == "same" and e.town == "same"),
)


def same(a: Traits, b: Traits) -> Verdict:
    """Whether two records are one clinic, by the first rule that holds, and why."""
    if a.state and b.state and a.state != b.state:
        return Verdict(False, "another state" if a.name == b.name else "")
    found = evidence(a, b)
    for rank, rule in enumerate(RULES):
        if rule.holds(found):
            return Verdict(rule.same, rule.reason, len(RULES) - rank)
    return Verdict(None)


def evidence(a: Traits, b: Traits) -> Evidence:
    """What two records share and where they contradict each other."""
    words_a, words_b = set(a.name.split()), set(b.name.split())
    towns = set(f"{a.city} {b.city}".split())
    own_a, own_b = words_a - words_b - towns, words_b - words_a - towns
    return Evidence(
        name=name_likeness(a.name, b.name),
        equal_name=bool(words_a & words_b) and not own_a and not own_b,
        exact_name=bool(a.name) and a.name == b.name,
        parted_names=bool(words_a - words_b) and bool(words_b - words_a),
        street=_streets(a, b),
        unit=_compare(a.street.unit, b.street.unit),
        town=_towns(a, b),
        phone=_phones(a.phone, b.phone),
        site=_compare(a.site, b.site),
        only_state=not (a.place_known and b.place_known),
    )


def name_likeness(a: str, b: str) -> float:
    """How alike two folded names are, 0 to 100: shared words, or nearly the same letters."""
    return max(fuzz.token_set_ratio(a, b), fuzz.ratio(a.replace(" ", ""), b.replace(" ", "")))


def _compare(a: str, b: str) -> Relation:
    if not a or not b:
        return "unknown"
    return "same" if a == b else "different"


def _phones(a: str, b: str) -> Relation:
    if min(len(a), len(b)) == 7:
        return _compare(a[-7:], b[-7:])
    return _compare(a, b)


def _towns(a: Traits, b: Traits) -> Relation:
    town = _compare(a.city, b.city)
    return town if town != "unknown" else _compare(a.postal_code, b.postal_code)


def _streets(a: Traits, b: Traits) -> Relation:
    one, two = a.street, b.street
    if not one.house or not two.house:
        return "unknown"
    if one.house != two.house or not _like_words(one.words, two.words):
        return "different"
    if one.direction and two.direction and one.direction != two.direction:
        return "different"
    far = _compare(a.postal_code, b.postal_code) == "different" and _compare(a.city, b.city) != "same"
    return "different" if far else "same"


def _like_words(a: str, b: str) -> bool:
    shorter, longer = sorted((a.split(), b.split()), key=len)
    return longer[: len(shorter)] == shorter or fuzz.ratio(a, b) >= 80
