"""Documents into an index in bounded chunks, every item checked; and what an index holds, read back."""

import hashlib
import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, NamedTuple

from finder.errors import DataError, EngineDown, EngineError
from finder.model import Clinic
from finder.search.cluster import mapping
from finder.search.cluster.documents import document
from finder.search.cluster.transport import Json, Transport, error_kind, refusal, whole

CHUNK_BYTES: Final = 4_000_000
CHUNK_DOCUMENTS: Final = 1_000
READ_AT_ONCE: Final = 10_000
SENDERS: Final = 2
"""Chunks that the server may have at once, while the next one is made here."""
_TRIES: Final = 5
_MODULUS: Final = 1 << 256

Beat = Callable[[], None]


class Row(NamedTuple):
    """One document on its way into an index."""

    id: str
    digest: str
    source: dict[str, Any]
    line: bytes
    """The source with its digest, as it is sent."""


class Holdings:
    """How many documents, and a checksum of their ids and contents that no order changes."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.count = 0
        self._sum = 0

    def add(self, digest: str) -> None:
        """One more document."""
        self.count += 1
        self._sum = (self._sum + int(digest, 16)) % _MODULUS

    @property
    def checksum(self) -> str:
        """Equal for equal documents."""
        return f"{self._sum:064x}"

    @property
    def version(self) -> str:
        """The name of a build with these documents, which another schema changes, too."""
        text = f"{mapping.version()} {self.count} {self.checksum}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Holdings) and (self.count, self._sum) == (other.count, other._sum)

    __hash__ = None  # type: ignore[assignment]


def row_of(clinic: Clinic) -> Row:
    """The document of a clinic with the digest that is kept beside it."""
    source = document(clinic)
    text = json.dumps(source, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    line = text.encode(errors="surrogatepass")
    digest = hashlib.sha256(line).hexdigest()
    return Row(clinic.id, digest, source, b'%b,"digest":"%b"}' % (line[:-1], digest.encode()))


def fields() -> dict[str, Any]:
    """The mapping of an index, with the digest of each document."""
    known = mapping.mapping()
    digest = {"digest": {"type": "keyword", "index": False}}
    return {**known, "properties": {**known["properties"], **digest}}


def put_all(transport: Transport, index: str, rows: Iterable[Row], beat: Beat) -> None:
    """Create these documents; DataError for an id that is there already."""
    chunks = ([("create", row.id, row.line) for row in chunk] for chunk in _chunks(rows))
    _send_all(transport, index, chunks, beat)


def replace_all(transport: Transport, index: str, rows: Iterable[Row], beat: Beat) -> None:
    """Put these documents in place of what has their ids."""
    chunks = ([("index", row.id, row.line) for row in chunk] for chunk in _chunks(rows))
    _send_all(transport, index, chunks, beat)


def remove_all(transport: Transport, index: str, ids: list[str], beat: Beat) -> None:
    """Delete these documents."""
    starts = range(0, len(ids), CHUNK_DOCUMENTS)
    chunks = ([("delete", id, None) for id in ids[at : at + CHUNK_DOCUMENTS]] for at in starts)
    _send_all(transport, index, chunks, beat)


_Item = tuple[str, str, bytes | None]


def _send_all(transport: Transport, index: str, chunks: Iterable[Sequence[_Item]], beat: Beat) -> None:
    """Chunks are made here while the server works on those before; when one fails, none is under way
    any more at the end.
    """
    under_way: deque[Future[None]] = deque()
    with ThreadPoolExecutor(SENDERS, thread_name_prefix="finder-bulk") as senders:
        for chunk in chunks:
            beat()
            under_way.append(senders.submit(_send, transport, index, chunk))
            if len(under_way) > SENDERS:
                under_way.popleft().result()
        for sent in under_way:
            sent.result()


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    size = 0
    for row in rows:
        chunk.append(row)
        size += len(row.line)
        if size > CHUNK_BYTES or len(chunk) == CHUNK_DOCUMENTS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _send(transport: Transport, index: str, items: Sequence[_Item]) -> None:
    """Until every item is done. A chunk whose answer was lost is sent again: then what it created is
    replaced by the same.
    """
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(0.1 * 2**attempt)
        try:
            answer = transport.perform("POST", f"/{index}/_bulk", list(_lines(items)))
        except EngineDown:
            if attempt == _TRIES - 1:
                raise
            items = [("index" if what == "create" else what, id, source) for what, id, source in items]
            continue
        items = _left_over(items, answer)
        if not items:
            return
    raise EngineDown("Elasticsearch is too busy to take documents; nothing was changed")


def _lines(items: Sequence[_Item]) -> Iterator[Json]:
    for what, id, source in items:
        yield {what: {"_id": id}}
        if source is not None:
            yield source


def _left_over(items: Sequence[_Item], answer: Json) -> list[_Item]:
    """What it was too busy for; an error for what it refused."""
    told = answer.get("items") if isinstance(answer, dict) else None
    if not isinstance(told, list) or len(told) != len(items):
        raise EngineError("Elasticsearch did not say what became of each document; nothing was changed")
    again = []
    for item, said in zip(items, told, strict=True):
        [(what, outcome)] = said.items()
        status = outcome.get("status", 500)
        if status == 429 and error_kind(outcome) != "cluster_block_exception":
            again.append(item)
        elif what == "create" and status == 409:
            raise DataError("clinics.jsonl", f"two clinics have the id {item[1]}")
        elif not 200 <= status < 300 and not (what == "delete" and status == 404):
            problem = refusal(status, outcome)
            raise EngineError(f"{item[1]}: {problem}; nothing was changed")
    return again


def read_back(transport: Transport, index: str, beat: Beat) -> Iterator[tuple[str, str]]:
    """Id and digest of every document, at one point in time."""
    point = transport.perform("POST", f"/{index}/_pit?keep_alive=2m")["id"]
    try:
        after = None
        while True:
            beat()
            body = _reading(point, after)
            hits = whole(transport.perform("POST", "/_search?allow_partial_search_results=false", body))
            found = hits["hits"]["hits"]
            if not found:
                return
            for hit in found:
                yield hit["_id"], hit["fields"]["digest"][0]
            after = found[-1]["sort"]
    finally:
        transport.perform("DELETE", "/_pit", {"id": point})


def _reading(point: str, after: Json) -> Json:
    return {
        "pit": {"id": point, "keep_alive": "2m"},
        "size": READ_AT_ONCE,
        "sort": [{"_shard_doc": "asc"}],
        "track_total_hits": False,
        "_source": False,
        "docvalue_fields": ["digest"],
        **({} if after is None else {"search_after": after}),
    }


def holdings(transport: Transport, index: str, beat: Beat) -> Holdings:
    """What the index really holds; the server's own count must agree."""
    found = Holdings()
    for _, digest in read_back(transport, index, beat):
        found.add(digest)
    counted = whole(transport.perform("GET", f"/{index}/_count"))["count"]
    if counted != found.count:
        raise EngineError(f"Elasticsearch counts {counted} documents, but {found.count} can be read")
    return found
