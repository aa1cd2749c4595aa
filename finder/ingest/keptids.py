"""Which clinic id of the build before each listing still stands for: ids follow clinics, not row numbers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from finder.ingest.same import SAME_NAME, Evidence, evidence
from finder.ingest.traits import Traits, traits_of_listing
from finder.model import Listing

SHOWN = 10


class Kept(NamedTuple):
    """The ids that go on, by "source|ref", and what people should know about the others."""

    ids: Mapping[str, str]
    notes: tuple[str, ...]


def kept_ids(listings: Sequence[Listing], before: Iterable[Listing], previous_ids: Mapping[str, str]) -> Kept:
    """The previous id of each listing: of the one in its source that says the same of name, place and
    contact; else of the one under its ref when the two are alike. A ref of another clinic keeps nothing.
    """
    known = {_key(old): traits_of_listing(old) for old in before}
    twins: dict[tuple[str, Traits], list[str]] = defaultdict(list)
    for key, traits in known.items():
        if key in previous_ids:
            twins[key.partition("|")[0], traits].append(key)
    now = {_key(listing): traits_of_listing(listing) for listing in listings}
    same = {key: twins.get((key.partition("|")[0], traits), []) for key, traits in now.items()}
    ids: dict[str, str] = {}
    gone_on: set[str] = set()
    for key, keys in same.items():
        chosen = key if key in keys else keys[0] if len({previous_ids[one] for one in keys}) == 1 else ""
        if chosen:
            ids[key] = previous_ids[chosen]
            gone_on.update(keys)
    others: list[str] = []
    for key in sorted(now.keys() & previous_ids.keys() - ids.keys()):
        if key not in known or (key not in gone_on and _alike(key, known[key], now[key])):
            ids[key] = previous_ids[key]
        else:
            others.append(
                f"{key} is another clinic than before; the id {previous_ids[key]} is not passed on to it"
            )
    more = (f"and {len(others) - SHOWN} more rows are another clinic than before",) if others[SHOWN:] else ()
    return Kept(ids, (*others[:SHOWN], *more))


def _key(listing: Listing) -> str:
    return f"{listing.provenance.source}|{listing.provenance.ref}"


def _alike(key: str, old: Traits, new: Traits) -> bool:
    """By street, phone or name. A ref made of columns may also carry a new name, as long as nothing
    else speaks against it; a row number may not.
    """
    found: Evidence = evidence(old, new)
    if "same" in (found.street, found.phone):
        return True
    if found.name >= SAME_NAME and (found.town != "different" or found.exact_name):
        return True
    numbered = key.partition("|")[2].startswith("row-")
    return not numbered and "different" not in (found.street, found.phone, found.town)
