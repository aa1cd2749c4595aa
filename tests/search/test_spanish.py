"""The same searches in Spanish, from the same tables."""

import pytest

from tests.search.understanding import label, understood


@pytest.mark.parametrize(
    ("typed", "place", "facets"),
    [
        ("clínica de ketamina en Miami para depresión", "Miami, FL", {"condition": ("depression",)}),
        ("ketamina para la ansiedad en los angeles", "Los Angeles, CA", {"condition": ("anxiety",)}),
        ("dolor crónico el paso", "El Paso, TX", {"condition": ("chronic_pain",)}),
        ("clínicas cerca de chicago con seguro", "Chicago, IL", {"payment": ("accepts",)}),
        ("infusión de ketamina en houston", "Houston, TX", {"modality": ("iv_infusion",)}),
        ("psicoterapia asistida con ketamina en denver", "Denver, CO", {"modality": ("kap",)}),
        ("ketamina en casa, california", "California", {"modality": ("at_home_telehealth",)}),
        ("ketamina para veteranos en san antonio", "San Antonio, TX", {"payment": ("tricare_va",)}),
        ("consulta gratis en miami", "Miami, FL", {"screening": ("consultation_required",)}),
    ],
)
def test_a_search_in_spanish_is_understood(typed: str, place: str, facets) -> None:
    found = understood(typed)
    assert label(found) == place
    assert found.understood.facets == facets
    assert not found.understood.words


def test_a_nasal_spray_in_spanish_is_the_same_as_in_english() -> None:
    assert understood("aerosol nasal").understood == understood("nasal spray").understood


@pytest.mark.parametrize("typed", ["terapia con ketamina cerca de mí", "ketamina en mi ciudad"])
def test_near_me_in_spanish_asks(typed: str) -> None:
    found = understood(typed)
    assert (found.asks, label(found)) == ("place", "")
    assert not found.understood.words


def test_a_crisis_in_spanish_is_heard() -> None:
    assert understood("no quiero vivir").crisis
