"""Listings -> Clinics: who is one place (see match.py), what is believed (merge.py), and stable ids."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from finder.ingest.match import cluster
from finder.ingest.merge import listing_order, merged, ref
from finder.ingest.same import Verdict
from finder.ingest.traits import traits_of_listing
from finder.model import Address, Clinic, Fact, Listing
from finder.text import fold

MAX_SLUG_CHARS: Final = 110
"""Leaves room for "-2" within the 120 characters of an id."""


class Decision(Fact):
    """What was decided about two listings ("source|ref"), and why."""

    a: str
    b: str
    verdict: Literal["same", "different", "review"]
    reason: str


class Merged(Fact):
    """All clinics by id, and every decision about a pair that something connected."""

    clinics: tuple[Clinic, ...]
    decisions: tuple[Decision, ...]


def merge_listings(
    listings: Sequence[Listing],
    previous_ids: Mapping[str, str],
    former_ids: Mapping[str, Sequence[str]] | None = None,
) -> Merged:
    """One clinic for each place; the order of the listings changes nothing.

    `previous_ids` maps "source|ref" to the clinic id of the previous build, `former_ids` a clinic
    id to the ids that redirected to it there. A clinic keeps the id that any of its sources had.
    """
    rows = sorted(listings, key=listing_order)
    clusters = cluster([traits_of_listing(row) for row in rows])
    home = {index: number for number, group in enumerate(clusters.groups) for index in group}
    reasons: dict[int, list[str]] = defaultdict(list)
    for a, b, verdict in clusters.verdicts:
        if verdict.same and home[a] == home[b]:
            reasons[home[a]].append(
                f"{ref(rows[a].provenance)} and {ref(rows[b].provenance)}: {verdict.reason}"
            )
    drafts = [
        merged([rows[index] for index in group], "draft", reasons[number])
        for number, group in enumerate(clusters.groups)
    ]
    return Merged(
        clinics=_with_ids(drafts, previous_ids, former_ids or {}),
        decisions=tuple(_decision(rows[a], rows[b], verdict) for a, b, verdict in clusters.verdicts),
    )


def slug(name: str, address: Address) -> str:
    """The id a place would get: "example-clinic-asheville-nc" (ASCII; the town is not repeated)."""
    words = fold(name).replace(" ", "-") or "clinic"
    town = fold(address.city).replace(" ", "-")
    if words == town or words.endswith(f"-{town}"):
        town = ""
    tail = "-".join(filter(None, (town, address.state.lower())))[-MAX_SLUG_CHARS // 2 :].strip("-")
    return f"{words[: MAX_SLUG_CHARS - len(tail) - 1].strip('-')}-{tail}"


def _decision(a: Listing, b: Listing, verdict: Verdict) -> Decision:
    word: Literal["same", "different", "review"]
    word = "review" if verdict.same is None else "same" if verdict.same else "different"
    return Decision(a=ref(a.provenance), b=ref(b.provenance), verdict=word, reason=verdict.reason)


def _with_ids(
    drafts: Sequence[Clinic], previous_ids: Mapping[str, str], former_ids: Mapping[str, Sequence[str]]
) -> tuple[Clinic, ...]:
    """The clinics under their ids, each with the ids that shall redirect to it."""
    votes = [
        Counter(previous_ids[key] for source in clinic.sources if (key := ref(source)) in previous_ids)
        for clinic in drafts
    ]
    ids = _kept_ids(votes)
    held = {old for counter in votes for old in counter}
    held |= {former for old in held for former in former_ids.get(old, ())}
    for number, clinic in enumerate(drafts):
        if number not in ids:
            ids[number] = _free(slug(clinic.name, clinic.address), held)
            held.add(ids[number])
    given = set(ids.values())
    clinics = []
    for number, clinic in enumerate(drafts):
        olds = {*votes[number], ids[number]}
        former = olds.union(*(former_ids.get(old, ()) for old in olds)) - given
        given |= former
        update = {"id": ids[number], "former_ids": tuple(sorted(former))}
        clinics.append(clinic.model_copy(update=update))
    return tuple(sorted(clinics, key=lambda clinic: clinic.id))


def _kept_ids(votes: Sequence[Mapping[str, int]]) -> dict[int, str]:
    """For each clinic (by number) the id it keeps: the one that most of its sources had; an id that
    two clinics claim goes to the one with more of its sources, then to the first.
    """
    claims = sorted(
        (-count, number, old) for number, counter in enumerate(votes) for old, count in counter.items()
    )
    kept: dict[int, str] = {}
    taken: set[str] = set()
    for _, number, old in claims:
        if number not in kept and old not in taken:
            kept[number] = old
            taken.add(old)
    return kept


def _free(wanted: str, held: set[str]) -> str:
    number, found = 2, wanted
    while found in held:
        number, found = number + 1, f"{wanted}-{number}"
    return found
