"""What is said against: exclusions in the text, in the parameters, in the answer."""

from pathlib import Path

import pytest

from finder.errors import BadQuery
from finder.search.embedded import EmbeddedEngine
from finder.search.find import find
from finder.search.query import Query
from finder.search.request import query_params, read_request
from finder.settings import Settings
from tests.factories import make_claim, make_clinic
from tests.search.understanding import notes, understood

IV = {"modality": ("iv_infusion",)}


@pytest.mark.parametrize(
    ("typed", "without"),
    [
        ("ketamine denver not infusion", IV),
        ("kap no spravato", {"modality": ("esketamine_nasal",)}),
        ("without referral denver", {"screening": ("referral_required",)}),
        ("kap without needing a referral", {"screening": ("referral_required",)}),
        ("no infusion or spravato", {"modality": ("iv_infusion", "esketamine_nasal")}),
        ("nature but no horses", {"nature": ("nat_animal",)}),
        ("ketamina sin referido en houston", {"screening": ("referral_required",)}),
        ("no infusion no iv drip", IV),
        ("infusion or kap", {}),
    ],
)
def test_a_negated_phrase_is_an_exclusion(typed: str, without: dict[str, tuple[str, ...]]) -> None:
    assert understood(typed).understood.without == without


@pytest.mark.parametrize("typed", ["ketamine no insurance", "ptsd not depression", "ketamina sin seguro"])
def test_what_speaks_of_the_visitor_leaves_no_clinic_out(typed: str) -> None:
    found = understood(typed)
    assert not found.understood.without
    assert "leaves no clinic out" in notes(found)


def test_a_facet_that_was_negated_whole_leaves_out_all_of_it() -> None:
    found = understood("kap no nature denver").understood
    assert "nat_retreat" in found.without["nature"]
    assert "nature" not in found.facets


@pytest.mark.parametrize(
    ("typed", "facets", "without"),
    [("not infusion but then infusion", IV, {}), ("infusion, no, not infusion", {}, IV)],
)
def test_of_what_was_said_both_ways_the_last_counts_and_a_note_says_so(typed, facets, without) -> None:
    found = understood(typed)
    assert (found.understood.facets, found.understood.without) == (facets, without)
    assert "said both ways" in notes(found)


def test_a_specific_negation_narrows_a_wider_wish_without_a_quarrel() -> None:
    found = understood("nasal spray but not spravato")
    assert found.understood.facets == {"modality": ("intranasal_ketamine", "intranasal_unspecified")}
    assert found.understood.without == {"modality": ("esketamine_nasal",)}
    assert "both ways" not in notes(found)
    assert "nat_animal" not in understood("no horses, but nature").understood.facets["nature"]


def test_a_filter_that_was_sent_wins_over_a_negation_of_its_facet() -> None:
    found = understood("not infusion denver", facets=IV)
    assert found.understood.facets == IV
    assert not found.understood.without
    assert "chosen separately" in notes(found)


def test_the_parameter_is_read_back_as_it_was_written() -> None:
    query = Query(without={"modality": ("kap", "iv_infusion"), "screening": ("referral_required",)})
    params = query_params(query, Settings())
    assert params == (
        ("not", "modality:kap"),
        ("not", "modality:iv_infusion"),
        ("not", "screening:referral_required"),
    )
    request = read_request({"not": [value for _, value in params]})
    assert understood(without=request.without).query == query
    assert read_request({"not": ["modality:kap,modality:iv_infusion", ""]}).without == {
        "modality": ("kap", "iv_infusion")
    }


def test_a_whole_facet_that_is_left_out_is_one_parameter() -> None:
    request = read_request({"not": "nature:any"})
    query = understood(without=request.without).query
    assert query is not None
    assert query_params(query, Settings()) == (("not", "nature:any"),)


@pytest.mark.parametrize(
    "wrong", ["infusion", "modality:", "modality:zzz", "zzz:any", ":", "modality:nat_decor"]
)
def test_a_wrong_exclusion_is_refused_by_name(wrong: str) -> None:
    with pytest.raises(BadQuery, match="facet:code"):
        read_request({"not": wrong})


def test_clinics_that_offer_it_are_not_found_and_not_counted_unknown_ones_are(tmp_path: Path) -> None:
    def offering(id: str, *claims):
        return make_clinic(id, claims=list(claims))

    engine = EmbeddedEngine(tmp_path / "index")
    engine.rebuild(
        [
            offering("iv", make_claim("modality", "iv_infusion")),
            offering("both", make_claim("modality", "iv_infusion"), make_claim("modality", "kap")),
            offering("kap", make_claim("modality", "kap")),
            offering("denies", make_claim("modality", "iv_infusion", says="no")),
            offering("silent"),
        ]
    )
    results = engine.search(Query(without=IV))
    assert {hit.clinic.id for hit in results.hits} == {"kap", "denies", "silent"}
    assert results.total == engine.count(Query(without=IV)) == 3
    assert results.counts["modality"].offers["kap"] == 1
    assert results.counts["modality"].offers["iv_infusion"] == 0
    assert results.counts["modality"].not_stated == 1
    both = find(engine, Query(facets={"modality": ("kap",)}, without=IV))
    assert [hit.clinic.id for hit in both.results.hits] == ["kap"]
    way = next(way for way in both.ways_out if way.kind == "drop_exclusion")
    assert (way.text, way.count, way.more) == ("“IV infusion” not left out", 2, 1)
    assert way.query == Query(facets={"modality": ("kap",)})
