"""What the docs say is what the code does."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from finder.cli import cli
from finder.facets import FACETS
from finder.model import Clinic, Listing
from finder.search.request import Request
from finder.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
DATA_FORMAT = (ROOT / "docs/data-format.md").read_text()
MARKDOWN = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_is_in_the_readme_and_has_help_with_examples(name: str) -> None:
    command = cli.commands[name]
    assert f"`finder {name}`" in README
    help_text = command.get_help(click.Context(command, info_name=name))
    assert f"Examples:\n  finder {name}" in help_text or "Examples:\n  cat" in help_text
    assert command.help


def test_the_readme_names_no_other_commands() -> None:
    named = set(re.findall(r"^\| `finder ([a-z]+)` \|", README, re.MULTILINE))
    assert named == set(cli.commands)


def test_every_setting_is_in_the_readme_and_no_other() -> None:
    named = set(re.findall(r"^\| `(FINDER_[A-Z_]+)` \|", README, re.MULTILINE))
    assert named == {f"FINDER_{field.upper()}" for field in Settings.model_fields}


@pytest.mark.parametrize("facet", sorted(FACETS))
def test_every_facet_and_code_is_in_the_data_format(facet: str) -> None:
    assert f"`{facet}`" in DATA_FORMAT
    missing = [code for code in FACETS[facet].by_code if f"`{code}`" not in DATA_FORMAT]
    assert not missing


@pytest.mark.parametrize("noun", [Clinic, Listing])
def test_every_field_of_the_nouns_is_in_the_data_format(noun: type[Clinic] | type[Listing]) -> None:
    missing = [field for field in noun.model_fields if f"`{field}`" not in DATA_FORMAT]
    assert not missing


def test_every_parameter_of_a_search_is_in_the_api_page() -> None:
    api = (ROOT / "docs/api.md").read_text()
    parameters = {
        "q",
        "near",
        "lat",
        "lng",
        "radius",
        "box",
        "not",
        "include_unstated",
        "town",
        "sort",
        "page",
        "size",
    }
    assert parameters - {"town", "not"} == set(Request.model_fields) - {"facets", "town_unstated", "without"}
    missing = [name for name in sorted(parameters | set(FACETS)) if f"`{name}`" not in api]
    assert not missing


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_our_files_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_the_make_targets_of_the_docs_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        name
        for page in MARKDOWN
        for name in re.findall(r"(?:`|^|\s)make ([a-z-]+)(?=[\s`,])", page.read_text())
    }
    assert named - {"sure", "it", "the", "a"} <= targets


def test_decisions_are_at_most_40_lines() -> None:
    pages = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert pages
    assert all(page.read_text().count("\n") <= 40 for page in pages)


@pytest.mark.slow
def test_the_commands_of_the_readme_run(tmp_path: Path) -> None:
    lines = re.findall(r"^\.venv/bin/(finder .+)$", README, re.MULTILINE)
    assert len(lines) >= 3
    env = {**os.environ, "FINDER_BUILD": str(tmp_path)}
    finder = [sys.executable, "-m", "finder"]
    for command in ("ingest", "index"):
        subprocess.run([*finder, command], env=env, check=True, capture_output=True)
    for line in lines:
        words = re.findall(r'"([^"]*)"|(\S+)', line.removeprefix("finder "))
        done = subprocess.run(
            [*finder, *(quoted or plain for quoted, plain in words)],
            env=env,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip()
        if "--json" in line:
            assert json.loads(done.stdout)["items"]


def test_the_lock_files_hold_names_versions_and_hashes_only() -> None:
    for file in sorted(ROOT.glob("requirements*.txt")):
        for line in file.read_text().splitlines():
            assert re.fullmatch(
                r"[a-z0-9._-]+==[^ ]+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line
            ), line


def test_everything_that_is_depended_on_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = (ROOT / "requirements.txt").read_text()
    for requirement in project["dependencies"]:
        assert re.search(rf"^{re.split('[<>=]', requirement)[0]}==", locked, re.MULTILINE), requirement
