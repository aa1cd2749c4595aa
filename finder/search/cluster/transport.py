"""What is asked of the server, seen from here: one narrow protocol, and which answers are whole."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

from finder.errors import EngineDown, EngineError, EngineRefused

Json = Any

_OVERLOADED: Final = frozenset({408, 429, 500, 502, 503, 504})
_SENTENCES: Final[dict[str, str]] = {
    "security_exception": "Elasticsearch refuses these credentials; check FINDER_ELASTIC_API_KEY and role",
    "index_not_found_exception": 'Elasticsearch has no such index; run "finder index"',
    "cluster_block_exception": "Elasticsearch takes no writes now (a full disk makes it read-only); "
    "free space there and try again",
    "strict_dynamic_mapping_exception": "Elasticsearch refuses a document that its mapping does not know",
    "document_parsing_exception": "Elasticsearch refuses a document that does not fit its mapping",
}


class Transport(Protocol):
    """One call to the server."""

    def perform(self, method: str, path: str, body: Json = None) -> Json:
        """The JSON of the answer; a list as body is sent as lines. EngineRefused when the server says
        no, EngineDown when it says nothing in time or something that is no answer.
        """
        ...


def refusal(status: int, body: object) -> EngineError:
    """The error for an answer that is no success: EngineDown when another try may do."""
    kind = error_kind(body)
    if status in {401, 403} and kind != "cluster_block_exception":
        kind = "security_exception"
    if status in _OVERLOADED and kind not in _SENTENCES:
        return EngineDown(f"Elasticsearch is too busy or not ready ({status} {kind})".rstrip())
    sentence = _SENTENCES.get(kind) or f"Elasticsearch refused ({status} {kind})"
    return EngineRefused(status, kind, sentence)


def error_kind(body: object) -> str:
    """The server's own name for an error, of a whole answer or of one item; "" when it has none."""
    error = body.get("error") if isinstance(body, Mapping) else None
    if isinstance(error, Mapping):
        causes = error.get("root_cause")
        first = causes[0] if isinstance(causes, list) and causes else error
        kind = first.get("type") if isinstance(first, Mapping) else None
        return str(kind or error.get("type") or "")
    return ""


def whole(answer: Json) -> Json:
    """The answer of a search or a count, when all of the index took part in time; EngineDown otherwise.

    For `_msearch`, every one of its answers.
    """
    for part in _parts(answer):
        if "error" in part:
            status = part.get("status")
            raise refusal(status if isinstance(status, int) else 500, part)
        shards = part.get("_shards")
        if not isinstance(shards, Mapping) or not isinstance(shards.get("total"), int):
            raise EngineDown("Elasticsearch sent something that is no answer to a search")
        if part.get("timed_out") or part.get("terminated_early"):
            raise EngineDown("Elasticsearch did not finish the search in time")
        missing = shards["total"] - shards.get("successful", 0)
        if shards.get("failed") or missing or not shards["total"]:
            raise EngineDown("only a part of the Elasticsearch index answered")
    return answer


def _parts(answer: Json) -> Iterator[Mapping[str, Any]]:
    parts = answer.get("responses", [answer]) if isinstance(answer, Mapping) else [answer]
    if not isinstance(parts, list) or not parts:
        raise EngineDown("Elasticsearch sent something that is no answer to a search")
    for part in parts:
        if not isinstance(part, Mapping):
            raise EngineDown("Elasticsearch sent something that is no answer to a search")
        yield part
