"""The kinds of source, and the file that lists the sources."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from finder.errors import DataError
from finder.ingest.source import Source
from finder.ingest.sources.columns import TableConfig
from finder.ingest.sources.table import Table

KINDS: Final[Mapping[str, tuple[type[BaseModel], Any]]] = {"table": (TableConfig, Table)}
"""For each kind the shape of its [[source]] and the class that reads it."""


def open_sources(data: Path) -> tuple[Source, ...]:
    """The sources of DATA/sources.toml, in its order. DataError names the source and key at fault."""
    path = data / "sources.toml"
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(str(path), str(error)) from error
    if unknown := sorted(tables.keys() - {"source"}):
        raise DataError(str(path), f"{', '.join(unknown)} is not known; only [[source]] is")
    listed = tables.get("source", [])
    if not isinstance(listed, list) or not listed:
        raise DataError(str(path), "lists no [[source]]")
    sources: dict[str, Source] = {}
    for number, table in enumerate(listed, 1):
        source = _open(table, number, path)
        if source.name in sources:
            raise DataError(str(path), f"two sources are named {source.name}")
        sources[source.name] = source
    return tuple(sources.values())


def _open(table: Any, number: int, path: Path) -> Source:
    name = table.get("name", f"number {number}") if isinstance(table, dict) else f"number {number}"
    kind = str(table.get("kind", "")) if isinstance(table, dict) else ""
    if kind not in KINDS:
        raise DataError(str(path), f"source {name}: kind {kind!r} is none of {', '.join(KINDS)}")
    config, source = KINDS[kind]
    try:
        opened: Source = source(config.model_validate(table), path.parent)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise DataError(str(path), f"source {name}: {key}: {first['msg']}") from None
    return opened
