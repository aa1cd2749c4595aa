"""Clinics -> the arrays and blobs of one build. Equal clinics, in any order, give equal bytes."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from finder.errors import DataError
from finder.facets import FACETS
from finder.model import Clinic
from finder.search.embedded.bits import Bits, pack
from finder.search.embedded.strings import Offsets, joined
from finder.search.price import session_price_usd
from finder.search.starts import MAX_START_CHARS, name_starts
from finder.search.words import last_checked, listing_key, word_weights
from finder.text import fold

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Starts = npt.NDArray[np.bytes_]

STRIPS: Final = 361
"""Strips of half a degree of latitude from the south pole; clinics without a point follow them."""

OFFERS: Final = tuple((code, offer) for code, facet in FACETS.items() for offer in facet.offers)
"""The rows of `offers`: what is asked by facet and code."""


@dataclass(frozen=True, eq=False)
class Columns:
    """Clinics stand in one order everywhere: by strip, then longitude; without a point, last."""

    lat: Floats
    """Degrees; NaN without a point."""
    lng: Floats
    strip_at: Offsets
    """Where each strip begins: strip s holds the clinics strip_at[s] to strip_at[s + 1]."""
    county: Ints
    """FIPS code as a number; -1 when not known."""
    id_rank: Ints
    listing_rank: Ints
    """Place in the order of `words.listing_key`."""
    checked: Ints
    """The day of `words.last_checked`, counted from year 1."""
    price: Floats
    """Dollars of `price.session_price_usd`; infinite when none is published."""
    offers: Bits
    """One row per OFFERS: the clinics that offer it."""
    stated: Bits
    """One row per facet: the clinics that state something about it."""
    in_state: Bits
    """One row per state of the manifest: the clinics in it."""
    serves: Bits
    """One row per state: the clinics that serve it by telehealth."""
    state_level: Bits
    """One row: the clinics known by state only."""
    record_at: Offsets
    word_at: Offsets
    posting_at: Offsets
    """Word w stands in the clinics posting_doc[posting_at[w]:posting_at[w + 1]], ascending."""
    posting_doc: Ints
    posting_weight: npt.NDArray[np.uint8]
    """The weight of the best field it stands in."""
    key_at: Offsets
    key_doc: Ints
    """The clinic of each id, present or former."""
    start_whole: Starts
    """Names by `starts.name_starts`, in the order of folded name and id: clinics by rank."""
    start_later: Starts
    """The starts at later words of the names, in order."""
    start_rank: Ints
    """The clinic of each start at a later word, by rank."""
    named_at: Offsets
    """What is shown of each clinic, by rank."""


DTYPES: Final = {
    **dict.fromkeys(("lat", "lng", "price"), "<f8"),
    **dict.fromkeys(
        ("county", "id_rank", "listing_rank", "checked", "posting_doc", "key_doc", "start_rank"), "<i4"
    ),
    **dict.fromkeys(("strip_at", "record_at", "word_at", "posting_at", "key_at", "named_at"), "<i8"),
    **dict.fromkeys(("offers", "stated", "in_state", "serves", "state_level"), "<u8"),
    "posting_weight": "|u1",
    **dict.fromkeys(("start_whole", "start_later"), f"|S{MAX_START_CHARS}"),
}
"""Every column, as it is on disk."""
BLOB_NAMES: Final = {
    "records": "clinics.jsonl",
    "words": "words.txt",
    "keys": "keys.txt",
    "named": "named.jsonl",
}


@dataclass(frozen=True)
class Build:
    """Everything of a build that is written to files."""

    states: tuple[str, ...]
    columns: Columns
    blobs: dict[str, bytes]
    """By the names of BLOB_NAMES."""


def build(clinics: Sequence[Clinic]) -> Build:
    """The build of these clinics; DataError when two have one id."""
    times = Counter(clinic.id for clinic in clinics)
    twice = sorted(id for id, count in times.items() if count > 1)
    if twice:
        raise DataError("clinics", f"two clinics have the id {twice[0]}; nothing was changed")
    ordered = sorted(clinics, key=_stands_at)
    states = tuple(sorted({code for clinic in ordered for code in _states(clinic)}))
    records, record_at = joined(f"{clinic.model_dump_json()}\n".encode() for clinic in ordered)
    words, keys, starts = _word_columns(ordered), _key_columns(ordered), _start_columns(ordered)
    columns = Columns(
        **_place_columns(ordered),
        **_order_columns(ordered),
        **_sets(ordered, states),
        **words[1],
        **keys[1],
        **starts[1],
        record_at=record_at,
    )
    blobs = {"records": records, "words": words[0], "keys": keys[0], "named": starts[0]}
    return Build(states, columns, blobs)


def _stands_at(clinic: Clinic) -> tuple[int, float, str]:
    point = clinic.location.point
    if point is None:
        return (STRIPS, 0.0, clinic.id)
    return (int((point.lat + 90) * 2), point.lng, clinic.id)


def _states(clinic: Clinic) -> set[str]:
    return {clinic.address.state, *clinic.telehealth_states}


def _place_columns(clinics: Sequence[Clinic]) -> dict[str, Any]:
    points = [clinic.location.point for clinic in clinics]
    strips = [_stands_at(clinic)[0] for clinic in clinics]
    return {
        "lat": np.array([np.nan if point is None else point.lat for point in points], dtype="<f8"),
        "lng": np.array([np.nan if point is None else point.lng for point in points], dtype="<f8"),
        "strip_at": np.searchsorted(strips, np.arange(STRIPS + 2)).astype("<i8"),
        "county": np.array([int(clinic.location.county or -1) for clinic in clinics], dtype="<i4"),
    }


def _order_columns(clinics: Sequence[Clinic]) -> dict[str, Any]:
    prices = [session_price_usd(clinic) for clinic in clinics]
    return {
        "id_rank": _ranks([clinic.id for clinic in clinics]),
        "listing_rank": _ranks([listing_key(clinic) for clinic in clinics]),
        "checked": np.array([last_checked(clinic).toordinal() for clinic in clinics], dtype="<i4"),
        "price": np.array([np.inf if price is None else price for price in prices], dtype="<f8"),
    }


def _sets(clinics: Sequence[Clinic], states: tuple[str, ...]) -> dict[str, Any]:
    offers = [{code: clinic.offers(code) for code in FACETS} for clinic in clinics]
    served = [clinic.telehealth_states for clinic in clinics]
    return {
        "offers": _rows([[code in offer[facet] for offer in offers] for facet, code in OFFERS], clinics),
        "stated": _rows([[clinic.states_something(f) for clinic in clinics] for f in FACETS], clinics),
        "in_state": _rows([[clinic.address.state == s for clinic in clinics] for s in states], clinics),
        "serves": _rows([[state in codes for codes in served] for state in states], clinics),
        "state_level": _rows([[clinic.location.precision == "state" for clinic in clinics]], clinics),
    }


def _rows(rows: list[list[bool]], clinics: Sequence[Clinic]) -> Bits:
    return pack(np.array(rows, dtype=np.bool_).reshape(len(rows), len(clinics)))


def _ranks(keys: Sequence[str] | Sequence[tuple[str, str, str]]) -> Ints:
    ranks = np.empty(len(keys), dtype="<i4")
    ranks[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
    return ranks


def _word_columns(clinics: Sequence[Clinic]) -> tuple[bytes, dict[str, Any]]:
    postings: dict[str, list[tuple[int, int]]] = {}
    for doc, clinic in enumerate(clinics):
        for word, weight in word_weights(clinic).items():
            postings.setdefault(word, []).append((doc, weight))
    vocabulary = sorted(postings)
    blob, word_at = joined(word.encode() for word in vocabulary)
    flat = [entry for word in vocabulary for entry in postings[word]]
    starts = np.cumsum([0, *(len(postings[word]) for word in vocabulary)])
    return blob, {
        "word_at": word_at,
        "posting_at": starts.astype("<i8"),
        "posting_doc": np.array([doc for doc, _ in flat], dtype="<i4"),
        "posting_weight": np.array([weight for _, weight in flat], dtype="u1"),
    }


def _key_columns(clinics: Sequence[Clinic]) -> tuple[bytes, dict[str, Any]]:
    numbers: dict[str, int] = {}
    by_id = sorted(range(len(clinics)), key=lambda doc: clinics[doc].id)
    for doc in by_id:
        numbers[clinics[doc].id] = doc
    for doc in by_id:
        for former in clinics[doc].former_ids:
            numbers.setdefault(former, doc)
    blob, key_at = joined(key.encode() for key in sorted(numbers))
    docs = np.array([numbers[key] for key in sorted(numbers)], dtype="<i4")
    return blob, {"key_at": key_at, "key_doc": docs}


def _start_columns(clinics: Sequence[Clinic]) -> tuple[bytes, dict[str, Any]]:
    named = [clinic for clinic in clinics if fold(clinic.name)]
    named.sort(key=lambda clinic: (fold(clinic.name), clinic.id))
    starts = [name_starts(clinic.name) for clinic in named]
    later = sorted((start, rank) for rank, (_, *others) in enumerate(starts) for start in others)
    blob, named_at = joined(f"{json.dumps(_shown(clinic))}\n".encode() for clinic in named)
    text = DTYPES["start_whole"]
    return blob, {
        "start_whole": np.array([whole for whole, *_ in starts], dtype=text),
        "start_later": np.array([start for start, _ in later], dtype=text),
        "start_rank": np.array([rank for _, rank in later], dtype="<i4"),
        "named_at": named_at,
    }


def _shown(clinic: Clinic) -> tuple[str, str, str, str]:
    """What is shown of a clinic while its name is typed."""
    return (clinic.id, clinic.name, clinic.address.city, clinic.address.state)
