"""The suggestions of the embedded engine: what is on disk, damage to it, and long lists."""

from pathlib import Path
from random import Random

import numpy as np
import pytest

from finder.errors import CorruptIndex, EngineError
from finder.search.embedded import EmbeddedEngine, snapshot
from finder.search.embedded.suggest import LETTERS
from finder.search.starts import MAX_START_CHARS
from finder.text import fold
from tests.factories import make_clinic
from tests.search.brute_force import BruteForce
from tests.search.test_snapshot import current, forty, replace_file

TYPED = ("r", "river", "rivre", "asheville", "mountian", "zzz")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "index"
    EmbeddedEngine(path).rebuild(forty())
    return path


def test_starts_are_kept_in_order_and_as_wide_as_they_count(folder: Path) -> None:
    whole, later, rank = (
        np.load(current(folder) / f"start_{name}.npy") for name in ("whole", "later", "rank")
    )
    names = sorted((fold(clinic.name), clinic.id) for clinic in forty())
    assert whole.tolist() == [name[:MAX_START_CHARS].encode() for name, _ in names]
    assert later.tolist() == sorted(later.tolist())
    for start, number in zip(later.tolist(), rank.tolist(), strict=True):
        assert f" {start.decode()}" in names[number][0]
    assert whole.dtype == later.dtype == f"|S{MAX_START_CHARS}"


def test_what_is_shown_can_be_read_with_any_tool(folder: Path) -> None:
    lines = (current(folder) / "named.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 40
    assert all(line.startswith('["clinic-') for line in lines)


def test_a_clinic_without_a_letter_in_its_name_takes_no_line(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "index")
    engine.rebuild([make_clinic("a", name="東京"), make_clinic("b", name="Blue")])
    assert len((current(tmp_path / "index") / "named.jsonl").read_text().splitlines()) == 1
    assert [found.id for found in engine.suggest("b", 8)] == ["b"]
    assert engine.check()


@pytest.mark.parametrize("line", ["no json", "{}", '["a", "b"]', "[1, 2, 3, 4]", "7", "null"])
def test_a_line_that_cannot_be_read_is_damage_and_named(folder: Path, line: str) -> None:
    lines = (current(folder) / "named.jsonl").read_bytes().splitlines(keepends=True)
    bad = b"".join(line.encode().ljust(len(each) - 1)[: len(each) - 1] + b"\n" for each in lines)
    replace_file(folder, "named.jsonl", bad)
    with pytest.raises(CorruptIndex, match=r"named.jsonl is damaged \(line \d+ cannot be read\)"):
        EmbeddedEngine(folder).suggest("r", 8)


@pytest.mark.parametrize("name", ["start_rank", "named_at"])
def test_columns_that_do_not_fit_the_starts_are_refused(folder: Path, name: str) -> None:
    path = current(folder) / f"{name}.npy"
    np.save(path, np.load(path)[:-1])
    replace_file(folder, path.name, path.read_bytes())
    with pytest.raises(CorruptIndex, match=rf"{name}.npy is damaged \(it has another length\)"):
        EmbeddedEngine(folder).suggest("river", 8)


@pytest.mark.slow
def test_flipped_bytes_in_a_large_index_never_give_a_strange_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "VERIFIED_BYTES", 0)
    random = Random(8)
    for path in sorted(current(folder).glob("*")):
        if not path.name.startswith(("start_", "named")):
            continue
        data = path.read_bytes()
        for at in (random.randrange(len(data)) for _ in range(30)):
            path.unlink()
            path.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
            for typed in TYPED:
                try:
                    EmbeddedEngine(folder).suggest(typed, 8)
                except EngineError as error:
                    assert "damaged" in str(error)
        path.write_bytes(data)
    assert EmbeddedEngine(folder).check()


def test_every_character_of_a_folded_text_may_be_the_missing_one(tmp_path: Path) -> None:
    clinics = [
        make_clinic(f"clinic-{n}", name=f"ab{letter}cd") for n, letter in enumerate(LETTERS.decode().strip())
    ]
    engine = EmbeddedEngine(tmp_path / "index")
    engine.rebuild(clinics)
    assert len(engine.suggest("abcd", 100)) == len(clinics)
    assert set(fold("".join(map(chr, range(0x250))))) <= set(LETTERS.decode())


def test_a_few_names_said_often_do_not_hide_the_others(tmp_path: Path) -> None:
    """The smallest of a long list are looked for in parts: a name that repeats a word fills one alone."""
    clinics = [make_clinic("clinic-0", name="A " + "mind " * 400)]
    clinics += [make_clinic(f"clinic-{number}", name="Z mind") for number in range(1, 20)]
    engine, reference = EmbeddedEngine(tmp_path / "index"), BruteForce(clinics)
    engine.rebuild(clinics)
    for limit in (1, 2, 8, 100):
        assert engine.suggest("mind", limit) == reference.suggest("mind", limit)
        assert engine.suggest("midn", limit) == reference.suggest("midn", limit)
