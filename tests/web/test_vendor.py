"""The committed front-end files are what the build makes, with name, version, license and hashes."""

import json
import re
from pathlib import Path

import pytest

import finder.web
from tools.vendor import build

WEB = Path(finder.web.__file__).parent
ROOT = WEB.parent.parent
MANIFESTS = sorted((WEB / "static" / "vendor").glob("*/manifest.json"))


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda file: file.parent.name)
def test_every_vendored_file_is_the_one_in_its_manifest(manifest: Path) -> None:
    says = json.loads(manifest.read_text())
    for name in ("name", "version", "licence"):
        assert says[name]
    there = {str(file.relative_to(manifest.parent)) for file in manifest.parent.rglob("*") if file.is_file()}
    assert there - {"manifest.json"} == set(says["files"])
    for name, digest in says["files"].items():
        assert build.sha256(manifest.parent / name) == digest, name


def test_every_vendored_folder_has_a_manifest() -> None:
    folders = {file for file in (WEB / "static" / "vendor").iterdir() if file.is_dir()}
    assert folders == {manifest.parent for manifest in MANIFESTS}


def test_the_kit_is_built_from_what_is_here() -> None:
    says = json.loads((build.KIT / "manifest.json").read_text())
    for name, digest in says["built_from"].items():
        assert build.sha256(ROOT / name) == digest, f"{name} was edited: run `make vendor`"
    wanted = json.loads((build.HERE / "package.json").read_text())["devDependencies"]
    assert {says["name"]: says["version"], **says["built_with"]} == wanted


def test_the_style_sheet_is_made_of_the_kit_and_our_layers() -> None:
    edited = "a layer was edited: run `python -m tools.vendor.build --style`"
    assert (WEB / "static" / "site.css").read_text() == build.style(), edited


def test_smaller_rules_mean_the_same() -> None:
    css = """
    /* why */
    .a > .b, .c::before { width: calc(100% - 4px); content: "x"; }
    @media (min-width: 900px) { .a { color: var(--ink); } }
    """
    assert build.smaller(css) == (
        '.a > .b,.c::before{width:calc(100% - 4px);content:"x"}@media (min-width:900px){.a{color:var(--ink)}}'
    )


def test_the_lock_file_names_no_registry() -> None:
    lock = (build.HERE / "package-lock.json").read_text()
    packages = json.loads(lock)["packages"]
    assert all("resolved" not in package for package in packages.values())
    assert all(package.get("integrity") for name, package in packages.items() if name)
    assert not re.search(r"regist" + "ry", lock)
