"""One-off repairs from corrections.toml, each with its reason and date. Data, not code."""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import Field, ValidationError, model_validator

from finder.errors import DataError, Rejected
from finder.facets import FACETS
from finder.ingest.normalize import mended, us_phone, web_url
from finder.ingest.report import CorrectionReport
from finder.ingest.tidy import tidied_name
from finder.model import Clinic, Fact, Listing, Provenance

_PLAIN: Final = frozenset({"name", "phone", "website", "hours", "status", "min_age"})
_ADDRESS: Final = frozenset({"street", "unit", "city", "state", "postal_code"})
OLDEST: Final = 120
"""The highest minimum age, in years, that a correction may set."""


class Drop(Fact):
    """A claim that is wrong."""

    facet: str
    value: str

    @model_validator(mode="after")
    def _is_in_the_table(self) -> "Drop":
        if self.facet not in FACETS or self.value not in FACETS[self.facet].by_code:
            raise ValueError(f"{self.facet}={self.value} is not in the facet table")
        return self


class Correction(Fact):
    """What to repair in one listing ("source|ref") or in one clinic (its id), and why."""

    listing: str = ""
    clinic: str = ""
    set: dict[str, str | int] = Field(default_factory=dict)
    drop: tuple[Drop, ...] = ()
    hide: bool = False
    reason: str
    date: date

    @model_validator(mode="after")
    def _is_one_repair(self) -> "Correction":
        if bool(self.listing) == bool(self.clinic):
            raise ValueError('name either listing = "source|ref" or clinic = "id"')
        if not (self.set or self.drop or self.hide):
            raise ValueError("it does nothing: give set, drop or hide")
        allowed = _PLAIN | (_ADDRESS if self.listing else frozenset())
        if unknown := sorted(self.set.keys() - allowed):
            raise ValueError(f"set cannot change {', '.join(unknown)}; it can {', '.join(sorted(allowed))}")
        if not self.reason.strip():
            raise ValueError("say the reason")
        return self

    @property
    def target(self) -> str:
        """What it is for."""
        return self.listing or self.clinic

    def provenance(self) -> Provenance:
        """Who says so, for the fields it sets."""
        return Provenance(source="corrections", ref=self.target, kind="correction", seen=self.date)


@dataclass
class Corrections:
    """The corrections of a run, and what each of them did."""

    entries: Sequence[Correction]
    did: dict[int, list[str]] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path) -> "Corrections":
        """The corrections of a file; none when there is no file. DataError names the one at fault."""
        if not path.exists():
            return cls(())
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DataError(str(path), str(error)) from error
        if unknown := sorted(tables.keys() - {"correction"}):
            raise DataError(str(path), f"{', '.join(unknown)} is not known; only [[correction]] is")
        listed = tables.get("correction", [])
        if not isinstance(listed, list):
            raise DataError(str(path), "correction must be a list of tables: [[correction]]")
        return cls(tuple(_read(path, number, table) for number, table in enumerate(listed, 1)))

    def to_listing(self, listing: Listing) -> Listing | None:
        """The listing after its corrections; None when one hides it."""
        key = f"{listing.provenance.source}|{listing.provenance.ref}"
        for number, entry in self._for({key}, "listing"):
            before = listing
            address = {name: value for name, value in entry.set.items() if name in _ADDRESS}
            plain: dict[str, Any] = {name: value for name, value in entry.set.items() if name in _PLAIN}
            changed = {**listing.model_dump(), **_without(listing, entry), **plain}
            changed["address"] = {**listing.address.model_dump(), **address}
            listing = _validated(Listing, changed, entry)
            self._note(number, entry, before, listing)
            if entry.hide:
                return None
        return listing

    def to_clinic(self, clinic: Clinic) -> Clinic | None:
        """The clinic after its corrections; None when one hides it. Says who corrected which field."""
        said = self._credited(clinic.provenance)
        clinic = clinic.model_copy(update={"provenance": said})
        keys = {clinic.id, *clinic.former_ids}
        for number, entry in self._for(keys, "clinic"):
            before = clinic
            changed = {**clinic.model_dump(), **_without(clinic, entry), **_tidied(entry)}
            if changed["min_age"] is None:
                said.pop("min_age", None)
            said.update(dict.fromkeys(entry.set, entry.provenance()))
            clinic = _validated(Clinic, {**changed, "provenance": said}, entry)
            self._note(number, entry, before, clinic)
            if entry.hide:
                return None
        return clinic

    def drop_again(self, listing: Listing, corrected: Listing) -> Listing:
        """A corrected listing that went through the steps again, without what its notes gave back."""
        key = f"{listing.provenance.source}|{listing.provenance.ref}"
        for _, entry in self._for({key}, "listing"):
            kept = _without(listing, entry)
            age = {} if kept["min_age"] == listing.min_age else {"min_age": corrected.min_age}
            listing = listing.model_copy(update={**kept, "min_age": listing.min_age, **age})
        return listing

    def _credited(self, said: Mapping[str, Provenance]) -> dict[str, Provenance]:
        """Who said each field of a clinic, the corrections of its listings named for what they set."""
        credited = dict(said)
        for number, entry in enumerate(self.entries):
            done = {name for name in entry.set if f"set {name}" in self.did.get(number, ())}
            fields = done - _ADDRESS | ({"address", "location"} if done & _ADDRESS else set())
            for one in fields & said.keys():
                if f"{said[one].source}|{said[one].ref}" == entry.listing:
                    credited[one] = entry.provenance()
        return credited

    def report(self) -> tuple[CorrectionReport, ...]:
        """What each correction did, in the order of the file."""
        return tuple(
            CorrectionReport(
                target=entry.target,
                reason=entry.reason,
                did=tuple(self.did.get(number, ())),
                outcome=(
                    "matched nothing"
                    if number not in self.did
                    else "applied"
                    if self.did[number]
                    else "changed nothing"
                ),
            )
            for number, entry in enumerate(self.entries)
        )

    def _for(self, keys: Set[str], kind: str) -> Iterable[tuple[int, Correction]]:
        return [(number, entry) for number, entry in enumerate(self.entries) if getattr(entry, kind) in keys]

    def _note(self, number: int, entry: Correction, before: Any, after: Any) -> None:
        did = self.did.setdefault(number, [])
        did += [f"set {name}" for name in entry.set if _value(before, name) != _value(after, name)]
        if len(after.claims) < len(before.claims):
            did.append(f"dropped {len(before.claims) - len(after.claims)} claims")
        if entry.hide:
            did.append("hidden")


def _value(noun: Any, name: str) -> Any:
    return getattr(noun.address, name) if name in _ADDRESS else getattr(noun, name)


def _without(noun: Listing | Clinic, entry: Correction) -> dict[str, Any]:
    """The claims that an entry leaves, and the minimum age, which goes with its claim unless it is set."""
    dropped = {(drop.facet, drop.value) for drop in entry.drop}
    claims = tuple(claim for claim in noun.claims if (claim.facet, claim.value) not in dropped)
    aged = ("screening", "age_minimum") not in dropped or "min_age" in entry.set
    return {"claims": claims, "min_age": noun.min_age if aged else None}


def _tidied(entry: Correction) -> dict[str, str | int]:
    """What an entry sets, as the steps would leave it; DataError when a value cannot be."""
    fields: dict[str, str | int] = {}
    for name, value in entry.set.items():
        try:
            fields[name] = _TIDY[name](value) if name in _TIDY and (value or name == "name") else value
        except (Rejected, ValueError) as error:
            reason = error.reason if isinstance(error, Rejected) else str(error)
            raise DataError("corrections.toml", f"{entry.target}: {name}: {reason}") from None
    return fields


def _phone(value: str | int) -> str:
    return us_phone(str(value)).digits or _refused(value, "is no US phone number")


def _website(value: str | int) -> str:
    return web_url(str(value)) or _refused(value, "is no web address")


def _age(value: str | int) -> int:
    age = int(value)
    return age if 0 <= age <= OLDEST else int(_refused(value, "is no age in years"))


def _refused(value: object, problem: str) -> str:
    raise ValueError(f"{value!r} {problem}")


_TIDY: Final[Mapping[str, Callable[[str | int], str | int]]] = {
    "name": lambda value: tidied_name(mended(str(value))),
    "phone": _phone,
    "website": _website,
    "hours": lambda value: mended(str(value)),
    "min_age": _age,
}


def _validated(noun: Any, fields: Mapping[str, Any], entry: Correction) -> Any:
    try:
        return noun.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise DataError("corrections.toml", f"{entry.target}: {where}: {first['msg']}") from None


def _read(path: Path, number: int, table: Any) -> Correction:
    try:
        return Correction.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        name = table.get("listing") or table.get("clinic") or number if isinstance(table, dict) else number
        raise DataError(str(path), f"correction {name}: {where} {first['msg']}") from None
