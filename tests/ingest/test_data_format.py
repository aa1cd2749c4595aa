"""docs/data-format.md and data/README.md say what the code does."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from finder.ingest.corrections import Correction
from finder.ingest.pipeline import STEPS
from finder.ingest.report import Reject, Report, SourceReport
from finder.ingest.sources.columns import Coded, Columns, Flag, Noted, TableConfig
from finder.model import Claim, Location, Provenance
from finder.settings import bundled_data

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs/data-format.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "noun",
    [
        *(TableConfig, Columns, Coded, Noted, Flag, Correction),
        *(Reject, Report, SourceReport, Claim, Location, Provenance),
    ],
    ids=lambda noun: noun.__name__,
)
def test_every_key_is_explained(noun: type[BaseModel]) -> None:
    unsaid = (
        {"version", "point", "rows", "listings", "rejected", "name"} if noun is SourceReport else {"version"}
    )
    named = set(re.findall(r"`([a-z_]+)`", PAGE)) | set(re.findall(r"^([a-z]+) = ", PAGE, re.MULTILINE))
    assert set(noun.model_fields) - unsaid <= named


def test_the_examples_are_valid() -> None:
    blocks = [tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)]
    assert [list(block) for block in blocks] == [["source"], ["correction"]]
    assert TableConfig.model_validate(blocks[0]["source"][0]).ref == ("License No",)
    assert Correction.model_validate(blocks[1]["correction"][0]).hide


def test_every_file_of_the_data_folder_has_its_origin() -> None:
    page = (bundled_data() / "README.md").read_text(encoding="utf-8")
    for path in bundled_data().rglob("*"):
        name = path.relative_to(bundled_data()).as_posix()
        by_kind = f"`{path.parent.name}/*{path.suffix}`"
        assert path.is_dir() or name == "README.md" or f"`{name}`" in page or by_kind in page, name


def test_a_step_says_what_it_does() -> None:
    assert all(step.__doc__ for step in STEPS)
