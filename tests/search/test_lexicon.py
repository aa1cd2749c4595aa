"""A broken lexicon is refused with the file and key that are wrong."""

import pytest

from finder.errors import DataError
from finder.search.lexicon import Lexicon, Phrases
from finder.settings import bundled_data

TEXT = (bundled_data() / "lexicon.toml").read_text(encoding="utf-8")


def test_the_longest_phrase_wins():
    phrases = Phrases({("nasal",): 1, ("nasal", "spray"): 2, ("spray", "nozzle"): 3})
    assert phrases.at(["nasal", "spray", "nozzle"], 0) == (2, 2)
    assert list(phrases.find(["a", "nasal", "nasal", "spray"])) == [(1, 2, 1), (2, 4, 2)]


def test_a_phrase_that_ends_somewhere_is_found_backwards():
    phrases = Phrases({("close", "to"): 1, ("to",): 2})
    assert phrases.ends_at(["clinics", "close", "to", "denver"], 3) == (2, 1)
    assert phrases.ends_at(["clinics", "close", "to", "denver"], 4) is None


def test_the_lexicon_counts_its_phrases():
    assert len(Lexicon.read(TEXT)) > 1000


def test_misspellings_never_lead_from_one_drug_to_another():
    lexicon = Lexicon.read(TEXT)
    for right in ("ketamine", "esketamine", "spravato"):
        assert lexicon.right(right) == right
    assert lexicon.right("ketemine") == "ketamine"
    assert lexicon.right("eskatamine") == "esketamine"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('facet = "modality"', 'facet = "mode"', "no facet 'mode'"),
        ('codes = ["im_injection"]', 'codes = ["im"]', "no offer 'im'"),
        ("[spelling]", "[spelling", "lexicon.toml"),
        ("[spelling]", '[spelling]\nketamin = ["ketamine"]', "both as right and as wrong"),
        ("never_last =", "never_lats =", "never_last"),
        ('negations = ["no",', 'negations = ["...",', "no letter"),
    ],
)
def test_a_wrong_key_or_code_is_named(old, new, problem):
    assert old in TEXT
    with pytest.raises(DataError) as caught:
        Lexicon.read(TEXT.replace(old, new, 1))
    assert problem in str(caught.value)


def test_a_missing_lexicon_is_reported(tmp_path):
    with pytest.raises(DataError):
        Lexicon.open(tmp_path)
