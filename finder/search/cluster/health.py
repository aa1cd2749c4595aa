"""How the servers and the index are, in one screen; and reading at one point in time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from finder.errors import EngineError
from finder.search.cluster.asking import Ask
from finder.search.cluster.builds import Build
from finder.search.cluster.transport import Json, Transport, whole

_COLORS: Final = {
    "green": "every shard has its copies",
    "yellow": "a copy of a shard is missing: answers are whole, but the next failure may not be survived",
}


def line(transport: Transport, build: Build) -> str:
    """Server, index, build, size and shards; EngineError when a shard is missing."""
    nodes = transport.perform("GET", "/_nodes/_all/none?filter_path=nodes.*.version")["nodes"]
    versions = ", ".join(sorted({node["version"] for node in nodes.values()}))
    health = transport.perform("GET", f"/_cluster/health/{build.index}")
    color = health["status"]
    if color not in _COLORS:
        raise EngineError(f"{build.index} lacks a shard ({color}); searches would not be whole")
    shards = f"{health['active_shards']} shards on {health['number_of_data_nodes']} nodes"
    return (
        f"Elasticsearch {versions} ({len(nodes)} nodes), index {build.index}, build {build.version} "
        f"of {build.built}: {build.clinics} clinics; {color}, {shards} ({_COLORS[color]}); "
        f"a real search finds them all, and {build.meta.get('canaries', 0)} canaries agreed when it was built"
    )


@contextmanager
def point_in_time(transport: Transport, index: str) -> Iterator[Ask]:
    """Searches that all see the index as it is now, however long they take."""
    point = transport.perform("POST", f"/{index}/_pit?keep_alive=2m")["id"]

    def ask(bodies: Sequence[Json]) -> list[Json]:
        pit = {"pit": {"id": point, "keep_alive": "2m"}}
        path = "/_search?allow_partial_search_results=false"
        return [whole(transport.perform("POST", path, {**body, **pit})) for body in bodies]

    try:
        yield ask
    finally:
        transport.perform("DELETE", "/_pit", {"id": point})
