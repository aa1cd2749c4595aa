from datetime import date

from finder.facets import FACETS
from finder.model import Clinic, Price, Remark
from finder.search.query import Hit, Query
from finder.web.cards import card, main_source, price, standing, tags
from finder.web.clinic import contacts, place_doubt, prices, sections
from tests.factories import make_claim, make_clinic, make_location, make_provenance
from tests.web import sample


def carded(clinic: Clinic, **hit: object) -> object:
    found = Hit.model_validate({"clinic": clinic, "distance_miles": None, "via": "everywhere", **hit})
    return card(1, found, Query(), lambda code: "North Carolina")


def test_confirmed_reported_and_denied_look_and_read_differently() -> None:
    shown = {tag.text: tag.look for tag in tags(sample.woods())}
    assert shown == {
        "KAP": "confirmed",
        "IV infusion: they say no": "denied",
        "Garden or land (listed)": "reported",
    }


def test_a_clinic_that_states_no_treatment_says_so() -> None:
    assert [(tag.text, tag.look) for tag in tags(make_clinic(claims=[]))] == [
        ("Treatment not stated", "unstated")
    ]


def test_the_claim_that_stands_is_the_confirmed_one() -> None:
    old = make_claim(grade="confirmed", quote="KAP", provenance=make_provenance(seen=date(2020, 1, 1)))
    new = make_claim(note="lists KAP")
    assert standing(make_clinic(claims=[new, old]), "modality") == {"kap": old}
    assert standing(make_clinic(claims=[new, make_claim(says="no")]), "modality") == {"kap": new}


def test_unknown_is_never_no() -> None:
    shown = carded(make_clinic(claims=[]))
    assert shown.lines == ()
    assert shown.unstated == "Who is in the room, what they ask first, nature, price. Ask the clinic."


def test_a_remark_that_became_a_fact_elsewhere_is_not_repeated() -> None:
    remark = Remark(topic="screening", text="accepts Aetna", provenance=make_provenance())
    claim = make_claim("payment", "plan_aetna", note="accepts Aetna")
    assert "ask first" in carded(make_clinic(claims=[claim], remarks=(remark,))).unstated


def test_a_card_says_what_kap_means_here() -> None:
    labels = {line.label: line.text for line in carded(sample.woods()).lines}
    assert labels["KAP here means"] == "Preparation sessions"
    assert carded(sample.woods()).unstated == "Price. Ask the clinic."
    assert labels["They ask first for"] == "Medical history · Fit consultation first"
    assert labels["Nature"] == "16 wooded acres used for sessions · Forest views"
    assert "KAP here means" not in {line.label for line in carded(sample.drip()).lines}


def test_a_card_names_its_best_source_and_counts_the_others() -> None:
    shown = carded(sample.retreat())
    assert shown.source.text == "Read on its own site, Nov 22, 2026"
    assert shown.more_sources == 1
    assert main_source(sample.retreat()).kind == "clinic_page"


def test_a_source_that_is_no_web_address_is_no_link() -> None:
    clinic = make_clinic(sources=(make_provenance(url="javascript:alert(1)"),))
    assert carded(clinic).source.url == ""


def test_a_card_says_what_it_does_not_state_and_which_words_it_matches() -> None:
    shown = carded(make_clinic(), unstated=("nature",), matched_words=("example",))
    assert shown.notes == ("Nature immersion: not stated", "Matches: example")


def test_telehealth_states_are_shown() -> None:
    assert {line.label: line.text for line in carded(sample.at_home()).lines}["Telehealth in"] == "CO, NC"


def test_prices_are_read_as_dollars() -> None:
    assert price(Price(amount_usd=1250, what="a course", provenance=make_provenance())) == "$1,250 a course"
    assert [note.text for note in prices(sample.retreat())] == ["$750 a day"]


def test_every_facet_has_a_section() -> None:
    shown = sections(sample.woods())
    assert [section.code for section in shown] == list(FACETS)
    assert {section.code for section in shown if not section.rows} == {
        "condition",
        "payment",
        "staff",
        "safety",
        "setting",
    }


def test_a_remark_that_repeats_a_claim_is_shown_once() -> None:
    remark = Remark(topic="screening", text="asks for records", provenance=make_provenance())
    claim = make_claim("screening", "medical_history_review", note="asks for records")
    by_code = {s.code: s for s in sections(make_clinic(claims=[claim], remarks=(remark,)))}
    assert by_code["screening"].notes == ()


def test_all_sources_of_one_value_are_kept() -> None:
    confirmed = make_claim(grade="confirmed", quote="We offer KAP.")
    clinic = make_clinic(claims=[make_claim(note="lists it"), confirmed, make_claim(says="no")])
    row = sections(clinic)[0].rows[0]
    assert [said.grade for said in row.said] == ["Clinic’s own words", "Reported", "Reported"]
    assert row.said[0].quote == "We offer KAP."
    assert {said.says for said in row.said} == {"", "They say: no."}


def test_the_strength_of_an_exclusion_is_shown() -> None:
    by_code = {section.code: section for section in sections(sample.woods())}
    assert by_code["exclusion"].rows[0].said[0].says == "never"


def test_contacts_that_are_not_stated_are_empty() -> None:
    by_label = {row.label: row.text for row in contacts(sample.state_level())}
    assert by_label == {"Phone": "", "Address": "", "Website": "", "Hours": "", "Age": ""}
    by_label = {row.label: row.text for row in contacts(sample.drip())}
    assert by_label["Address"] == "12 Haywood St, Asheville, NC 28801"
    assert by_label["Phone"] == "(828) 555-0199"
    assert by_label["Age"] == "From 18 years"


def test_how_well_the_place_is_known_is_said() -> None:
    assert place_doubt(sample.state_level(), "North Carolina") == "Where in North Carolina is not stated."
    assert place_doubt(sample.woods(), "North Carolina").startswith("The street is not stated")
    assert place_doubt(sample.drip(), "North Carolina") == ""
    by_zip = sample.drip().model_copy(update={"location": make_location(precision="zip")})
    assert "middle of its ZIP code" in place_doubt(by_zip, "North Carolina")
