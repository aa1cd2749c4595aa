"""The indexes of one alias: which one answers, which one did before, and what a killed rebuild left.

clinics                              the alias that is searched; it names exactly one build
clinics-20261122-140606-1f2e3d4c     a build, never written to again once it is published
clinics-lock                         see lock.py
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from finder.errors import EngineDown, EngineError, EngineRefused, NoIndex
from finder.search.cluster import mapping
from finder.search.cluster.transport import Transport

_PUBLISHED: Final = {"index.blocks.write": True, "index.auto_expand_replicas": "0-2"}
"""Nothing writes to it any more; up to three nodes each hold all of it, so that any may fail."""


@dataclass(frozen=True)
class Build:
    """One index of clinics."""

    index: str
    meta: dict[str, Any]
    """What its mapping says about it: schema, version, clinics, built, previous."""

    @property
    def version(self) -> str:
        """A hash of what it holds."""
        return str(self.meta.get("build", ""))

    @property
    def clinics(self) -> int:
        """How many clinics it was published with."""
        return int(self.meta.get("clinics", -1))

    @property
    def built(self) -> date:
        """The day it was built."""
        return date.fromisoformat(str(self.meta["built"])[:10])


def new_name(alias: str) -> str:
    """A name that no index has."""
    return f"{alias}-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"


def live(transport: Transport, alias: str) -> Build:
    """The build that answers; NoIndex when there is none, EngineError when the alias is not one of ours."""
    try:
        found = transport.perform("GET", f"/{alias}/_mapping?filter_path=*.mappings._meta")
    except EngineRefused as refused:
        if refused.kind == "index_not_found_exception":
            raise NoIndex(f"Elasticsearch under {alias}") from None
        raise
    if not isinstance(found, dict):
        raise EngineDown("Elasticsearch sent something that is no answer")
    if len(found) > 1:
        both = ", ".join(sorted(found))
        raise EngineError(f"the alias {alias} names more than one index ({both}); leave it on one of them")
    for index, said in found.items():
        if _is_build(index, alias):
            return _understood(Build(index, said["mappings"]["_meta"]))
    raise EngineError(f'{alias} is no alias of an index that "finder index" built; choose another name')


def _understood(build: Build) -> Build:
    if build.meta.get("version") != mapping.version():
        raise EngineError(f'{build.index} was built by another version of this program; run "finder index"')
    return build


def live_or_none(transport: Transport, alias: str) -> str | None:
    """The name of the index that the alias names, whatever wrote it."""
    try:
        return live(transport, alias).index
    except NoIndex:
        return None
    except EngineRefused:
        raise
    except EngineError:
        names = list(transport.perform("GET", f"/_alias/{alias}"))
        if len(names) == 1 and _is_build(names[0], alias):
            return str(names[0])
        raise


def describe(transport: Transport, index: str, **facts: Any) -> None:
    """Write into the index what it holds."""
    meta = {**mapping.mapping()["_meta"], **facts}
    transport.perform("PUT", f"/{index}/_mapping", {"_meta": meta})


def seal(transport: Transport, index: str) -> None:
    """No more writes; as many copies as nodes, up to three, waited for up to a minute."""
    transport.perform("PUT", f"/{index}/_settings", _PUBLISHED)
    path = f"/_cluster/health/{index}?wait_for_status=green&wait_for_no_relocating_shards=true&timeout=45s"
    try:
        health = transport.perform("GET", path)
    except EngineRefused as refused:
        raise EngineError(f"the new index {index} did not get ready; the old one stays") from refused
    if health["status"] == "red":
        raise EngineError(f"the new index {index} did not get ready; the old one stays")


def publish(transport: Transport, alias: str, new: str, old: str | None, tries: int = 3) -> None:
    """One call moves the alias. EngineError, and nothing moved, when it is not on `old` any more."""
    actions: list[dict[str, Any]] = [{"add": {"index": new, "alias": alias}}]
    if old is not None:
        actions.insert(0, {"remove": {"index": old, "alias": alias, "must_exist": True}})
    try:
        transport.perform("POST", "/_aliases", {"actions": actions})
    except EngineDown:
        if live_or_none(transport, alias) == new:  # it was done, only the answer was lost
            return
        if tries == 1:
            raise
        publish(transport, alias, new, old, tries - 1)


def names(transport: Transport, alias: str) -> list[str]:
    """All builds of an alias, oldest first."""
    found = transport.perform(
        "GET", f"/{alias}-*/_settings?filter_path=*.settings.index.uuid&expand_wildcards=all"
    )
    return sorted(index for index in found if _is_build(index, alias))


def sweep(transport: Transport, alias: str) -> None:
    """Delete every build but the one that answers and the one before it."""
    current = live_or_none(transport, alias)
    kept = {current, previous(transport, current)}
    for index in names(transport, alias):
        if index not in kept:
            delete(transport, index)


def previous(transport: Transport, index: str | None) -> str | None:
    """The build that answered before this one."""
    if index is None:
        return None
    found = transport.perform("GET", f"/{index}/_mapping?filter_path=*.mappings._meta.previous")
    said = found[index]["mappings"]["_meta"].get("previous") if index in found else None
    return str(said) if said else None


def delete(transport: Transport, index: str) -> None:
    """Delete one index by its whole name; one that is gone already is no error."""
    try:
        transport.perform("DELETE", f"/{index}")
    except EngineRefused as refused:
        if refused.status != 404:
            raise


def rollback(transport: Transport, alias: str) -> Build:
    """Let the previous build answer again (and the other way round, when called twice)."""
    current = live_or_none(transport, alias)
    before = previous(transport, current)
    if current is None or before is None or before not in names(transport, alias):
        raise EngineError("there is no previous build to go back to")
    found = transport.perform("GET", f"/{before}/_mapping?filter_path=*.mappings._meta")
    meta = found[before]["mappings"]["_meta"]
    if meta.get("version") != mapping.version():
        raise EngineError(f"{before} was built by another version of this program; it cannot answer")
    transport.perform("PUT", f"/{before}/_mapping", {"_meta": {**meta, "previous": current}})
    publish(transport, alias, before, current)
    return Build(before, meta)


def _is_build(index: str, alias: str) -> bool:
    return re.fullmatch(rf"{re.escape(alias)}-\d{{8}}-\d{{6}}-[0-9a-f]{{8}}", index) is not None
