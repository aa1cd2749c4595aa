"""One build as a folder: columns as .npy files, blobs, MANIFEST.json. Written once, then only read."""

import hashlib
import json
import mmap
import os
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from finder.errors import CorruptIndex
from finder.facets import FACETS
from finder.model import Clinic
from finder.search.embedded.columns import BLOB_NAMES, DTYPES, STRIPS, Build, Columns
from finder.search.embedded.strings import part, position

SCHEMA: Final = 3
"""Raise it with every change of what the files mean: an index of another number is refused."""
MANIFEST: Final = "MANIFEST.json"
_PER_CLINIC: Final = ("lat", "lng", "county", "id_rank", "listing_rank", "checked", "price")
"""Columns with one figure for each clinic."""
VERIFIED_BYTES: Final = 64_000_000
"""A build up to this size is read whole when it is opened: about a tenth of a second."""
KEPT_CLINICS: Final = 1024
"""Clinics kept parsed per opened build, so that a popular page is not parsed again."""


class File(BaseModel):
    """What a file was when it was written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bytes: int
    sha256: str


class Manifest(BaseModel):
    """What the folder holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_number: int
    clinics: int
    states: tuple[str, ...]
    facets: dict[str, tuple[str, ...]]
    """The facet table of the build: rows of `offers` and `stated` follow it."""
    files: dict[str, File]


def facet_table() -> dict[str, tuple[str, ...]]:
    """The facets and offers of this program, in table order."""
    return {code: facet.offers for code, facet in FACETS.items()}


def write(build: Build, folder: Path) -> str:
    """Write a build into an empty folder, every file synced; the build's version.

    The version is a hash of the manifest, which holds the hashes of everything else.
    """
    contents = {name: build.blobs[key] for key, name in BLOB_NAMES.items()}
    for name, dtype in DTYPES.items():
        buffer = BytesIO()
        np.save(buffer, getattr(build.columns, name).astype(dtype, copy=False), allow_pickle=False)
        contents[f"{name}.npy"] = buffer.getvalue()
    manifest = Manifest(
        schema_number=SCHEMA,
        clinics=len(build.columns.lat),
        states=build.states,
        facets=facet_table(),
        files={
            name: File(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
            for name, data in sorted(contents.items())
        },
    )
    contents[MANIFEST] = manifest.model_dump_json(indent=1).encode()
    for name, data in contents.items():
        write_synced(folder / name, data)
    return _version(contents[MANIFEST])


def write_synced(path: Path, data: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _version(manifest: bytes) -> str:
    return hashlib.sha256(manifest).hexdigest()[:16]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """An opened build; safe to share between threads and after a fork."""

    folder: Path
    version: str
    manifest: Manifest
    columns: Columns
    blobs: dict[str, bytes | mmap.mmap]
    kept: dict[int, Clinic] = field(default_factory=dict)
    """Clinics already parsed, at most KEPT_CLINICS."""

    @classmethod
    def open(cls, folder: Path, version: str) -> "Snapshot":
        """Map the files of a folder. Sizes and manifest are verified, and the contents up to
        VERIFIED_BYTES; those of a larger build by `verify()`. CorruptIndex names the file that is
        wrong; FileNotFoundError when there is no such folder.
        """
        manifest = _read_manifest(folder, version)
        for name, file in manifest.files.items():
            size = _size(folder / name)
            if size != file.bytes:
                raise CorruptIndex(str(folder / name), f"{size} bytes instead of {file.bytes}")
        arrays = {name: _map_column(folder / f"{name}.npy") for name in DTYPES}
        blobs = {key: _map_blob(folder / name) for key, name in BLOB_NAMES.items()}
        snapshot = cls(folder, version, manifest, Columns(**arrays), blobs)
        snapshot._check_shapes()
        if snapshot.bytes <= VERIFIED_BYTES:
            snapshot.verify()
        return snapshot

    @property
    def size(self) -> int:
        """How many clinics it holds; their numbers are 0 to size - 1."""
        return self.manifest.clinics

    @property
    def bytes(self) -> int:
        """How large its files are together."""
        return sum(file.bytes for file in self.manifest.files.values())

    def clinic(self, doc: int) -> Clinic:
        """The clinic with this number; CorruptIndex when its record cannot be read."""
        kept = self.kept.get(doc)
        if kept is not None:
            return kept
        record = part(self.blobs["records"], self.columns.record_at, doc)
        try:
            clinic = Clinic.model_validate_json(record)
        except ValidationError as error:
            where = str(self.folder / BLOB_NAMES["records"])
            raise CorruptIndex(where, f"record {doc + 1} cannot be read") from error
        if len(self.kept) >= KEPT_CLINICS:
            self.kept.clear()
        self.kept[doc] = clinic
        return clinic

    def word(self, word: str) -> tuple[Any, Any]:
        """The clinics in which a word stands, ascending, and its weight in each."""
        columns = self.columns
        number = position(self.blobs["words"], columns.word_at, word)
        if number is None:
            return columns.posting_doc[:0], columns.posting_weight[:0]
        span = slice(int(columns.posting_at[number]), int(columns.posting_at[number + 1]))
        return columns.posting_doc[span], columns.posting_weight[span]

    def doc_of(self, clinic_id: str) -> int | None:
        """The number of the clinic with this present or former id."""
        number = position(self.blobs["keys"], self.columns.key_at, clinic_id)
        return None if number is None else int(self.columns.key_doc[number])

    def verify(self) -> None:
        """Read every byte; CorruptIndex names the first file that is not what was written."""
        for name, file in self.manifest.files.items():
            with (self.folder / name).open("rb") as data:
                if hashlib.file_digest(data, "sha256").hexdigest() != file.sha256:
                    raise CorruptIndex(str(self.folder / name), "its content has changed")

    def _check_shapes(self) -> None:
        for name, dtype in DTYPES.items():
            column, shape = getattr(self.columns, name), self._shape(name)
            if column.dtype != dtype or (shape is not None and column.shape != shape):
                raise CorruptIndex(str(self.folder / f"{name}.npy"), "it has another shape")
        columns = self.columns
        for name, left, right in (
            ("posting_weight", columns.posting_weight, columns.posting_doc),
            ("posting_at", columns.posting_at, columns.word_at),
            ("key_at", columns.key_at[1:], columns.key_doc),
            ("start_rank", columns.start_rank, columns.start_later),
            ("named_at", columns.named_at[1:], columns.start_whole),
        ):
            if len(left) != len(right):
                raise CorruptIndex(str(self.folder / f"{name}.npy"), "it has another length")

    def _shape(self, name: str) -> tuple[int, ...] | None:
        """What the manifest says of a column's shape; None when it says nothing."""
        rows = {
            "offers": sum(map(len, self.manifest.facets.values())),
            "stated": len(self.manifest.facets),
            "in_state": len(self.manifest.states),
            "serves": len(self.manifest.states),
            "state_level": 1,
        }
        if name in rows:
            return (rows[name], -(-self.size // 64))
        lengths = {"strip_at": STRIPS + 2, "record_at": self.size + 1}
        lengths |= dict.fromkeys(_PER_CLINIC, self.size)
        return (lengths[name],) if name in lengths else None


def _read_manifest(folder: Path, version: str) -> Manifest:
    path = folder / MANIFEST
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        if folder.exists():
            raise CorruptIndex(str(path), "it is missing") from None
        raise
    try:
        raw = json.loads(data)
        schema = raw["schema_number"]
    except (ValueError, LookupError, TypeError) as error:
        raise CorruptIndex(str(path), "it cannot be read") from error
    if schema != SCHEMA:
        raise CorruptIndex(str(path), f"its schema is {str(schema)[:20]}, this program reads {SCHEMA}")
    if _version(data) != version:
        raise CorruptIndex(str(path), "its content has changed")
    try:
        manifest = Manifest.model_validate(raw)
    except ValidationError as error:
        raise CorruptIndex(str(path), "it cannot be read") from error
    if manifest.facets != facet_table() or list(manifest.facets) != list(FACETS):
        raise CorruptIndex(str(path), "it was built with another facet table")
    return manifest


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        raise CorruptIndex(str(path), "it is missing") from None


def _map_column(path: Path) -> Any:
    try:
        mapped = np.load(path, mmap_mode="r", allow_pickle=False)
    except Exception as error:  # numpy raises anything at all over a damaged header
        raise CorruptIndex(str(path), "it cannot be read") from error
    return np.asarray(mapped)


def _map_blob(path: Path) -> bytes | mmap.mmap:
    with path.open("rb") as file:
        try:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:
            return b""  # an empty file cannot be mapped
