"""Who gives what a page names: this practice or another, now or once, here or at home."""

import pytest

from finder.ingest.extract import extract


def offered(text):
    return {one.value for one in extract(text).statements if one.facet == "modality" and one.says == "yes"}


def nature(text):
    return {one.value for one in extract(text).statements if one.facet == "nature" and one.says == "yes"}


@pytest.mark.parametrize(
    ("text", "modalities"),
    [
        ("We give ketamine lozenges. You will not find lozenges elsewhere.", {"oral_sublingual"}),
        ("You can find ketamine lozenges elsewhere.", set()),
        ("We give IV ketamine only. If you are looking for Spravato, ask the hospital.", {"iv_infusion"}),
        ("Our clinic gives ketamine infusions. Companies that mail lozenges have grown.", {"iv_infusion"}),
        ("Many of our patients came to us after Spravato failed. We give infusions.", {"iv_infusion"}),
    ],
)
def test_what_others_give_is_not_offered_here(text, modalities):
    assert offered(text) == modalities


@pytest.mark.parametrize(
    ("text", "modalities"),
    [
        ("We give ketamine lozenges here. We do not mail lozenges to your home.", {"oral_sublingual"}),
        ("We give IV ketamine. Others take ketamine at home. We do not allow it.", {"iv_infusion"}),
        ("We give IV ketamine. Lozenges come up a lot. We do not prescribe them.", {"iv_infusion"}),
    ],
)
def test_a_refusal_reaches_what_was_named_just_before_and_of_the_home_no_more(text, modalities):
    assert offered(text) == modalities


@pytest.mark.parametrize(
    ("text", "modalities"),
    [
        ("Spravato? No.\n\nWe give ketamine infusions.", {"iv_infusion"}),
        ("What is KAP?\nOur colleagues next door are known for it.\n\nWe give infusions.", {"iv_infusion"}),
        ("IV ketamine or Spravato? Both are offered here.", {"iv_infusion", "esketamine_nasal"}),
        ("How is ketamine given at our office? By infusion. Lozenges exist.", {"iv_infusion"}),
        ("Do you do ketamine? We are often asked. No, we do not. Our infusions hold vitamins.", set()),
    ],
)  # fmt: skip
def test_a_question_says_what_its_answer_says(text, modalities):
    assert offered(text) == modalities


def test_a_text_that_names_three_routes_and_offers_none_is_a_survey():
    assert offered("Ketamine goes in by infusion, by lozenge or under the skin.") == set()
    assert offered("Ketamine infusions. Ketamine lozenges.") == {"iv_infusion", "oral_sublingual"}


def test_those_are_the_last_named_together():
    text = (
        "Approval covers the IV drug and no other; oral or nasal ketamine has none. We may prescribe those."
    )
    assert offered(text) == {"oral_sublingual", "intranasal_ketamine"}


@pytest.mark.parametrize(
    "text",
    [
        "In her free time she leads guided hikes.",
        "We suggest a guided hike the next day.",
        "We hope to build a healing garden for sessions.",
    ],
)
def test_leisure_advice_and_plans_are_no_nature_on_offer(text):
    assert nature(f"We offer ketamine lozenges. {text}") == set()
    assert nature("We offer ketamine lozenges. We lead guided hikes.") == {"nat_adventure"}
