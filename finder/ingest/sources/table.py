"""The table source: a csv, tsv, jsonl or xlsx file, with a map of its columns in sources.toml."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final, get_args

from pydantic import ValidationError

from finder.errors import Rejected, SourceFailed
from finder.facets import FACETS
from finder.geo import Point
from finder.ingest.extract import claims_from_note
from finder.ingest.locate import RADIUS_MILES
from finder.ingest.normalize import Parts, parse_address, zip_code
from finder.ingest.source import Entry, Row
from finder.ingest.sources.columns import TableConfig
from finder.ingest.sources.files import BadFile, Cells, read_table
from finder.ingest.sources.refs import refs_of
from finder.model import (
    Address,
    Claim,
    Listing,
    Location,
    Provenance,
    RawRecord,
    Remark,
    SourceKind,
    Status,
)
from finder.text import fold

_STATUSES: Final[Mapping[str, Status]] = {
    **{fold(status): status for status in get_args(Status)},
    "operational": "open",
    "closed permanently": "closed",
    "permanently closed": "closed",
    "closed temporarily": "temporarily_closed",
}


class Table:
    """Rows of one file as listings. Made by `open_sources`; see `Source` in source.py."""

    def __init__(self, config: TableConfig, data: Path) -> None:
        self.config = config
        self.path = data / config.file
        self.name, self.where, self.licence = config.name, config.file, config.licence
        self.minimum: int = config.minimum
        self.ignored: Mapping[str, str] = config.ignored

    def entries(self) -> Iterator[Entry]:
        """Every row of the file. SourceFailed when it is absent, empty or has another header."""
        rows = self._rows()
        for cells, (ref, problem) in zip(rows, refs_of(rows, self.config), strict=True):
            raw = RawRecord(source=self.name, ref=ref, fetched=self.config.fetched, fields=cells.fields)
            problems = (*cells.problems, problem) if problem else cells.problems
            yield Entry(cells.row, raw, cells.broken, problems)

    def listing(self, row: Row) -> Listing:
        """One row in our words; Rejected when it names no state."""
        column = self.config.columns
        provenance = self._provenance(row)
        offered = {note.offered: row.truth(note.offered) for note in self.config.notes if note.offered}
        claims, remarks = self._coded(row, provenance), self._flags(row, provenance)
        for note in self.config.notes:
            for text in row.texts(note.column, self.config.separator):
                remarks.append(Remark(topic=note.topic, text=text, provenance=provenance))
                if note.offered:
                    found = claims_from_note(note.topic, text, provenance, row.desk.phrases)
                    claims += _offered(found, offered[note.offered])
        return Listing(
            provenance=provenance,
            name=row.text(column.name),
            address=self._address(row),
            location=self._point(row),
            phone=row.text(column.phone),
            website=row.text(column.website),
            hours="; ".join(row.texts(column.hours, "\n")),
            status=_status(row, column.status),
            min_age=_age(row, column.min_age),
            claims=tuple(claims),
            remarks=tuple(remarks),
        )

    def _rows(self) -> list[Cells]:
        """All rows at once: which refs are shared is known only after the last one."""
        seen: set[str] = set()
        rows = []
        try:
            for cells in read_table(self.path, self.config.delimiter):
                rows.append(cells)
                if not cells.broken:
                    seen.update(cells.fields)
                    if self.path.suffix.lower() not in {".jsonl", ".ndjson"}:
                        self._require_columns(seen)
        except BadFile as error:
            raise SourceFailed(self.name, f"{self.where} {error}") from error
        if seen:
            self._require_columns(seen)
        return rows

    def _require_columns(self, seen: set[str]) -> None:
        missing = sorted(self.config.wanted() - seen)
        if missing:
            has = ", ".join(sorted(seen)[:60])
            raise SourceFailed(
                self.name, f"{self.where} has no column {', '.join(missing)}; its columns are {has}"
            )

    def _provenance(self, row: Row) -> Provenance:
        column = self.config.columns
        kind, seen = row.text(column.source_kind), row.text(column.read_on)[:10]
        if kind and kind not in get_args(SourceKind):
            row.desk.problem(column.source_kind, kind, f"is none of {', '.join(get_args(SourceKind))}")
            kind = ""
        try:
            day = date.fromisoformat(seen) if seen else row.raw.fetched
        except ValueError:
            row.desk.problem(column.read_on, seen, "is no date like 2026-11-22; the date of the file stands")
            day = row.raw.fetched
        if day > row.raw.fetched:
            row.desk.problem(column.read_on, seen, "is after the date of the file, which stands instead")
            day = row.raw.fetched
        return Provenance.model_validate(
            {
                "source": self.name,
                "ref": row.raw.ref,
                "url": row.text(column.source_url),
                "kind": kind or self.config.source_kind,
                "seen": day,
            }
        )

    def _address(self, row: Row) -> Address:
        column, places = self.config.columns, row.desk.places
        line = row.text(column.address)
        whole = parse_address(line) if line else Parts()
        state, postal = row.text(column.state) or whole.state, row.text(column.postal_code)
        code = zip_code(postal)
        if postal and not code:
            row.desk.problem(column.postal_code, postal, "is no US ZIP")
        code = code or whole.postal_code
        found = places.state(state) if state else places.zip(code)
        if found is None:
            reason = f"{state!r} is no US state or territory" if state else "no state, and no ZIP to tell it"
            raise Rejected(column.state or column.address or "state", reason)
        return Address(
            street=row.text(column.street) or whole.street,
            unit=row.text(column.unit) or whole.unit,
            city=row.text(column.city) or whole.city,
            state=found.state,
            postal_code=code,
        )

    def _point(self, row: Row) -> Location | None:
        column, precision = self.config.columns, self.config.point_precision
        lat, lng = row.number(column.lat), row.number(column.lng)
        if lat is None or lng is None:
            return None
        try:
            point = Point(lat=lat, lng=lng)
        except ValidationError:
            row.desk.problem(f"{column.lat}, {column.lng}", f"{lat}, {lng}", "is no point on Earth")
            return None
        return Location(
            point=point, precision=precision, radius_miles=RADIUS_MILES[precision], method="source"
        )

    def _coded(self, row: Row, provenance: Provenance) -> list[Claim]:
        claims = []
        for coded in self.config.coded:
            words = {fold(word): code for word, code in coded.codes.items()}
            for text in row.texts(coded.column, self.config.separator):
                code = words.get(fold(text), text)
                if code in FACETS[coded.facet].by_code:
                    claims.append(
                        Claim(facet=coded.facet, value=code, says=coded.says, provenance=provenance)
                    )
                else:
                    row.desk.problem(coded.column, text, f"is no code of {coded.facet}")
        states = _states(row, self.config.columns.telehealth_states, self.config.separator)
        if states:
            claims.append(Claim(facet="setting", value="telehealth", states=states, provenance=provenance))
        return claims

    def _flags(self, row: Row, provenance: Provenance) -> list[Remark]:
        values = {flag.column: row.text(flag.column) for flag in self.config.flags}
        return [
            Remark(topic=flag.topic, text=flag.text, provenance=provenance)
            for flag in self.config.flags
            if fold(values[flag.column]) == fold(flag.when)
        ]


def _offered(claims: Iterable[Claim], offered: bool | None) -> list[Claim]:
    """What is not an offer (decor, spa) stays a yes, whether or not the facet is offered."""
    if offered is None:
        return []
    if offered:
        return list(claims)
    return [
        claim.model_copy(update={"says": "no"}) if FACETS[claim.facet].by_code[claim.value].offer else claim
        for claim in claims
    ]


def _states(row: Row, column: str, separator: str) -> tuple[str, ...]:
    codes = set()
    for text in row.texts(column, separator):
        place = row.desk.places.state(text)
        if place is None:
            row.desk.problem(column, text, "is no US state or territory")
        else:
            codes.add(place.state)
    return tuple(sorted(codes))


def _status(row: Row, column: str) -> Status:
    text = row.text(column)
    if text and fold(text) not in _STATUSES:
        row.desk.problem(column, text, "is no operating status that we know")
    return _STATUSES.get(fold(text), "unknown")


def _age(row: Row, column: str) -> int | None:
    age = row.number(column)
    if age is not None and not (0 <= age <= 120 and age.is_integer()):
        row.desk.problem(column, age, "is no age in years")
        return None
    return None if age is None else int(age)
