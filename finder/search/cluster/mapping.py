"""Settings and mapping of an index."""

import hashlib
import json
from importlib.resources import files
from typing import Any, Final

from finder.facets import FACETS
from finder.search.query import MAX_DEPTH

SCHEMA: Final = 1
"""Raise it when `documents.document` changes what it writes while mapping.json stays as it is."""

RESULT_WINDOW: Final = 3 * MAX_DEPTH
"""How deep a request may read: pages end at MAX_DEPTH, and ties at a page's edge are read further."""


def mapping() -> dict[str, Any]:
    """The fields of a document; unknown fields are refused. `_meta.version` says what wrote them."""
    fields: dict[str, Any] = json.loads(files(__package__).joinpath("mapping.json").read_text("utf-8"))
    return {"_meta": {"version": _version_of(fields)}, **fields}


def settings(shards: int = 1, replicas: int = 0) -> dict[str, Any]:
    """The settings of a new index of so many shards, each with so many copies beside it."""
    return {
        "number_of_shards": shards,
        "number_of_replicas": replicas,
        "max_result_window": RESULT_WINDOW,
    }


def version() -> str:
    """Names what this program writes and asks: mapping, schema and facet table. An index whose `_meta`
    says another version must not be searched.
    """
    written: str = mapping()["_meta"]["version"]
    return written


def _version_of(fields: dict[str, Any]) -> str:
    table = {code: facet.offers for code, facet in FACETS.items()}
    written = json.dumps([SCHEMA, fields, table], sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]
