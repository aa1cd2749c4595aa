"""From a visitor's report to an entry of corrections.toml: made, tried on the clinic, written down."""

import json
import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import Field, ValidationError

from finder.errors import DataError, FinderError, Misuse
from finder.inbox import KINDS, Report
from finder.ingest.corrections import Correction, Corrections
from finder.ingest.normalize import us_phone, web_url
from finder.model import Address, Clinic, Fact

_BY_KIND: Final[Mapping[str, dict[str, str]]] = {"closed": {"status": "closed"}, "moved": {"status": "moved"}}
"""What a report of this kind comes to when nothing else is said."""
_ADDRESS: Final = frozenset(Address.model_fields)


class Changes(Fact):
    """What the operator wants changed."""

    set: dict[str, str] = Field(default_factory=dict)
    drop: tuple[tuple[str, str], ...] = ()
    """(facet, value) pairs."""
    hide: bool = False
    reason: str = ""
    on: date
    """The day of the decision."""


def correction(report: Report, clinic: Clinic, changes: Changes) -> Correction:
    """The entry that repairs a clinic as asked, or as the kind of the report suggests. Misuse when
    nothing is asked, a value is wrong, or it would change nothing.
    """
    fields = dict(changes.set)
    drop = changes.drop
    if not (fields or drop or changes.hide):
        fields = dict(_BY_KIND.get(report.kind, {}))
        drop = (("modality", report.about),) if report.kind == "offer" and report.about else ()
    if not (fields or drop or changes.hide):
        raise Misuse("say what is right: --set phone=..., --drop modality=kap, or --hide")
    label = KINDS.get(report.kind, KINDS["other"])
    entry = _entry(
        {
            **_target(clinic, fields),
            "set": {name: _tidy(name, value) for name, value in fields.items()},
            "drop": [{"facet": facet, "value": value} for facet, value in drop],
            "hide": changes.hide,
            "reason": changes.reason or f"A visitor reported on {report.sent}: {label.lower()}.",
            "date": changes.on,
        }
    )
    _try(entry, clinic)
    return entry


def _target(clinic: Clinic, fields: Mapping[str, str]) -> dict[str, str]:
    """The clinic; for a part of its address the one listing it comes from, so that it is located anew."""
    if not fields.keys() & _ADDRESS:
        return {"clinic": clinic.id}
    listings = sorted({f"{source.source}|{source.ref}" for source in clinic.sources})
    if len(listings) > 1:
        raise Misuse(f"{clinic.id} comes from {', '.join(listings)}; write the entry for one of them by hand")
    return {"listing": listings[0]}


def _tidy(name: str, value: str) -> str | int:
    """A value as the clinic's file holds it."""
    if name == "phone" and value:
        return us_phone(value).digits or _wrong(name, "use ten digits")
    if name == "website" and value:
        return web_url(value) or _wrong(name, "use an http or https address")
    if name == "min_age":
        return int(value) if value.isascii() and value.isdigit() else _wrong(name, "use a whole number")
    return value.strip()


def _wrong(name: str, problem: str) -> str:
    raise Misuse(f"{name}: {problem}")


def _entry(fields: dict[str, Any]) -> Correction:
    try:
        return Correction.model_validate(fields)
    except ValidationError as error:
        raise Misuse(error.errors()[0]["msg"]) from None


def _try(entry: Correction, clinic: Clinic) -> None:
    """Misuse when the entry would break the clinic or leave it as it is."""
    if entry.listing:
        return
    trial = Corrections((entry,))
    try:
        trial.to_clinic(clinic)
    except DataError as error:
        raise Misuse(error.problem) from None
    if trial.report()[0].outcome != "applied":
        raise Misuse(f"{clinic.id} says so already; nothing would change")


def as_toml(entry: Correction) -> str:
    """The entry as a table of corrections.toml; read back it is equal."""
    key = "listing" if entry.listing else "clinic"
    lines = ["[[correction]]", f"{key} = {_quoted(entry.target)}"]
    if entry.set:
        pairs = (f"{name} = {_quoted(value)}" for name, value in entry.set.items())
        lines.append(f"set = {{ {', '.join(pairs)} }}")
    if entry.drop:
        rows = (f"{{ facet = {_quoted(d.facet)}, value = {_quoted(d.value)} }}" for d in entry.drop)
        lines.append(f"drop = [{', '.join(rows)}]")
    if entry.hide:
        lines.append("hide = true")
    lines += [f"reason = {_quoted(entry.reason)}", f"date = {entry.date.isoformat()}"]
    return "\n".join(lines) + "\n"


def _quoted(value: str | int) -> str:
    """A TOML value: JSON's strings are TOML's, but for the delete character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def append(path: Path, entries: Sequence[Correction]) -> None:
    """Add entries at the end of corrections.toml, all or none: a kill leaves the old file or the new one.
    DataError when the file that would result cannot be read; FinderError when it cannot be written.
    """
    Corrections.open(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        gap = "" if not before else "\n" if before.endswith("\n") else "\n\n"
        with draft.open("w", encoding="utf-8") as stream:
            stream.write(before + gap + "\n".join(map(as_toml, entries)))
            stream.flush()
            os.fsync(stream.fileno())
        Corrections.open(draft)
        draft.replace(path)
    except OSError as error:
        raise FinderError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        draft.unlink(missing_ok=True)
