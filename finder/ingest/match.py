"""Records -> clusters: blocks, same() over their pairs, a closure that joins no contradiction."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from finder.ingest.same import Verdict, same
from finder.ingest.traits import Traits, traits_of_record

RECORD_FIELDS: Final = ("id", "name", "address", "city", "postal_code", "phone")
"""What a flat record holds; everything but the id may be null."""

_MAX_BLOCK: Final = 60
"""In a larger block each record is compared with this many neighbours in name order."""


def match_records(records: Sequence[Mapping[str, object]]) -> list[str]:
    """For each flat record the id of its cluster: the smallest record id in it (as text)."""
    traits = [traits_of_record(record) for record in records]
    ids = [str(record.get("id", index)) for index, record in enumerate(records)]
    order = sorted(range(len(ids)), key=lambda i: (ids[i], i))
    groups = cluster([traits[i] for i in order]).groups
    found = [""] * len(ids)
    for group in groups:
        for member in group:
            found[order[member]] = ids[order[group[0]]]
    return found


class Clusters(NamedTuple):
    """Groups of record indexes, and every pair that something connected."""

    groups: tuple[tuple[int, ...], ...]
    verdicts: tuple[tuple[int, int, Verdict], ...]


def cluster(traits: Sequence[Traits]) -> Clusters:
    """Join what is the same, strongest evidence first; two clusters with members that contradict
    each other are not joined. The order of `traits` is the order of ties.
    """
    verdicts = [(a, b, same(traits[a], traits[b])) for a, b in _pairs(traits)]
    verdicts = _without_ambiguous(verdicts, traits)
    home = list(range(len(traits)))
    members = {index: [index] for index in home}
    kinds = {index: {traits[index]} for index in home}
    edges = [edge for edge in verdicts if edge[2].same]
    refused: dict[tuple[int, int], Verdict] = {}
    for a, b, verdict in sorted(edges, key=lambda edge: (-edge[2].strength, edge[0], edge[1])):
        one, two = sorted((home[a], home[b]))
        if one == two:
            continue
        against = _contradiction(kinds[one], kinds[two])
        if against:
            refused[a, b] = Verdict(None, f"{verdict.reason}; but within the group: {against}")
            continue
        for index in members[two]:
            home[index] = one
        members[one] += members.pop(two)
        kinds[one] |= kinds.pop(two)
    return Clusters(
        groups=tuple(tuple(sorted(group)) for _, group in sorted(members.items())),
        verdicts=tuple((a, b, refused.get((a, b), verdict)) for a, b, verdict in verdicts if verdict.reason),
    )


def _contradiction(one: Iterable[Traits], two: Iterable[Traits]) -> str:
    for a, b in itertools.product(sorted(one), sorted(two)):
        verdict = same(a, b)
        if verdict.same is False:
            return verdict.reason or "another place"
    return ""


def _without_ambiguous(
    verdicts: list[tuple[int, int, Verdict]], traits: Sequence[Traits]
) -> list[tuple[int, int, Verdict]]:
    """A record known by state only that fits several places joins none of them."""
    fits: dict[int, set[int]] = defaultdict(set)
    for a, b, verdict in verdicts:
        if verdict.same and traits[a].place_known != traits[b].place_known:
            lone, placed = (b, a) if traits[a].place_known else (a, b)
            fits[lone].add(placed)
    torn = {
        lone
        for lone, placed in fits.items()
        if any(not same(traits[a], traits[b]).same for a, b in itertools.combinations(sorted(placed), 2))
    }
    unsure = Verdict(None, "known by state only, fits several places")
    return [
        (a, b, unsure if verdict.same and (a in torn or b in torn) and _one_placed(a, b, traits) else verdict)
        for a, b, verdict in verdicts
    ]


def _one_placed(a: int, b: int, traits: Sequence[Traits]) -> bool:
    return traits[a].place_known != traits[b].place_known


def _pairs(traits: Sequence[Traits]) -> list[tuple[int, int]]:
    """Pairs that share a phone, a street, a site or a name, each once, in order."""
    blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, record in enumerate(traits):
        for key in _block_keys(record):
            blocks[key].append(index)
    pairs: set[tuple[int, int]] = set()
    for block in blocks.values():
        if len(block) > _MAX_BLOCK:
            block.sort(key=lambda index: (traits[index].name, index))
        for position, a in enumerate(block):
            for b in block[position + 1 : position + 1 + _MAX_BLOCK]:
                pairs.add((a, b) if a < b else (b, a))
    return sorted(pairs)


def _block_keys(record: Traits) -> Iterable[tuple[str, ...]]:
    if record.phone:
        yield "phone", record.phone[-7:]
    if record.street.house and record.street.words:
        yield "street", record.state, record.street.house, record.street.words[:3]
    if record.site:
        yield "site", record.state, record.site
    if record.name:
        words = [word for word in record.name.split() if word not in record.city.split()]
        yield "name", record.state, " ".join(words)
    if record.state and record.city:
        yield "town", record.state, record.city
