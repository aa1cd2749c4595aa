from datetime import date

from finder.facets import FACETS
from finder.model import Price, Remark
from finder.search.query import Hit, Query
from finder.web.cards import facts, kap_strip, main_source, price, standing, tags
from finder.web.clinic import contacts, place_doubt, prices, sections
from tests.factories import SEEN, make_claim, make_clinic, make_location, make_place, make_provenance
from tests.web import sample
from tests.web.plain import card


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
    shown = facts(make_clinic(claims=[]), "North Carolina")
    assert shown.lines == ()
    assert shown.strip == ()
    assert shown.unstated == "Who is in the room, what they ask first, nature, price. Ask the clinic."


def test_a_remark_that_became_a_fact_elsewhere_is_not_repeated() -> None:
    remark = Remark(topic="screening", text="accepts Aetna", provenance=make_provenance())
    claim = make_claim("payment", "plan_aetna", note="accepts Aetna")
    assert "ask first" in facts(make_clinic(claims=[claim], remarks=(remark,)), "").unstated


def test_a_card_says_what_kap_means_here() -> None:
    shown = facts(sample.woods(), "North Carolina")
    assert [(answer.label, answer.text, answer.is_known) for answer in shown.strip] == [
        ("In the room", "Ask them", False),
        ("Before", "Preparation", True),
        ("After", "Ask them", False),
        ("In the price", "Ask them", False),
    ]
    assert not shown.strip_is_blank
    assert facts(sample.state_level(), "North Carolina").strip_is_blank
    assert facts(sample.drip(), "North Carolina").strip == ()


def test_the_strip_tells_no_from_unknown_and_names_all_who_are_there() -> None:
    clinic = make_clinic(
        claims=[
            ("modality", "kap"),
            ("support", "therapist_present"),
            ("support", "medical_staff_present"),
            ("support", "group_sessions"),
            make_claim("support", "therapy_included", says="no"),
        ]
    )
    by_label = {answer.label: answer.text for answer in kap_strip(clinic)}
    assert by_label["In the room"] == "Therapist and medical staff"
    assert by_label["In the price"] == "Therapy too: they say no"
    assert by_label["After"] == "Ask them"
    assert facts(clinic, "").strip_note == "Also in groups."


def test_a_card_shows_what_is_asked_and_what_is_not_stated() -> None:
    labels = {line.label: line.text for line in facts(sample.woods(), "").lines}
    assert facts(sample.woods(), "").unstated == "Price. Ask the clinic."
    assert labels["They ask first for"] == "Medical history · Fit consultation first"
    assert labels["Nature"] == "16 wooded acres used for sessions · Forest views"


def test_a_card_names_its_best_source_and_counts_the_others() -> None:
    shown = facts(sample.retreat(), "North Carolina")
    assert shown.source.text == "Read on its own site, Nov 22, 2026"
    assert shown.more_sources == 1
    assert main_source(sample.retreat()).kind == "clinic_page"


def test_a_source_that_is_no_web_address_is_no_link() -> None:
    clinic = make_clinic(sources=(make_provenance(url="javascript:alert(1)"),))
    assert facts(clinic, "").source.url == ""
    assert facts(make_clinic(website="javascript:alert(1)"), "").website is None
    shown = facts(sample.woods(), "").website
    assert shown is not None
    assert (shown.text, shown.url) == ("woods.example", "https://www.woods.example")


def test_a_card_says_why_it_is_there_and_payment_is_never_a_reason() -> None:
    query = Query(facets={"modality": ("kap", "iv_infusion")}, words=("example",), sort="match")
    hit = Hit(
        clinic=sample.woods(),
        distance_miles=None,
        via="everywhere",
        unstated=("nature",),
        matched_words=("example",),
    )
    assert card(1, hit, query, lambda code: "North Carolina").reasons == (
        "No place was asked for.",
        "Matches: example.",
        "Nature immersion: not stated.",
        "Treatment: KAP, in its own words.",
        "Facts last read Nov 22, 2026.",
        "Payment plays no part.",
    )


def test_the_distance_is_a_reason_with_how_it_was_measured() -> None:
    query = Query(place=make_place(), radius_miles=50)
    hit = Hit(clinic=sample.retreat(), distance_miles=13.2, via="distance")
    reason = card(1, hit, query, lambda code: "North Carolina").reasons[0]
    assert reason == "About 10–16 mi from Asheville, NC, measured in a straight line from ZIP code."


def test_a_clinic_without_a_distance_says_why_it_is_there() -> None:
    near = Query(place=make_place(), radius_miles=50)
    state = Query(place=make_place(kind="state", name="North Carolina", label="North Carolina"))
    for via, query, reason in (
        ("telehealth", near, "Treats at home by telehealth; no distance."),
        ("area", state, "In North Carolina."),
    ):
        hit = Hit(clinic=sample.woods(), distance_miles=None, via=via)
        assert card(1, hit, query, lambda code: "North Carolina").reasons[0] == reason


def test_telehealth_states_are_shown() -> None:
    assert {line.label: line.text for line in facts(sample.at_home(), "").lines}["Telehealth in"] == "CO, NC"


def test_prices_are_read_as_dollars() -> None:
    assert price(Price(amount_usd=1250, what="a course", provenance=make_provenance())) == "$1,250 a course"
    assert [note.text for note in prices(sample.retreat(), SEEN)] == ["$750 a day"]


def test_every_facet_has_a_section() -> None:
    shown = sections(sample.woods(), SEEN)
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
    by_code = {s.code: s for s in sections(make_clinic(claims=[claim], remarks=(remark,)), SEEN)}
    assert by_code["screening"].notes == ()


def test_all_sources_of_one_value_are_kept() -> None:
    confirmed = make_claim(grade="confirmed", quote="We offer KAP.")
    clinic = make_clinic(claims=[make_claim(note="lists it"), confirmed, make_claim(says="no")])
    row = sections(clinic, SEEN)[0].rows[0]
    assert [said.grade for said in row.said] == ["Clinic’s own words", "Reported", "Reported"]
    assert row.said[0].quote == "We offer KAP."
    assert {said.says for said in row.said} == {"", "They say: no."}


def test_the_strength_of_an_exclusion_is_shown() -> None:
    by_code = {section.code: section for section in sections(sample.woods(), SEEN)}
    assert by_code["exclusion"].rows[0].said[0].says == "never"


def test_contacts_that_are_not_stated_are_empty() -> None:
    by_label = {row.label: row.text for row in contacts(sample.state_level(), SEEN)}
    assert by_label == {"Phone": "", "Address": "", "Website": "", "Hours": "", "Age": ""}
    by_label = {row.label: row.text for row in contacts(sample.drip(), SEEN)}
    assert by_label["Address"] == "12 Haywood St, Asheville, NC 28801"
    assert by_label["Phone"] == "(828) 555-0199"
    assert by_label["Age"] == "From 18 years"


def test_how_well_the_place_is_known_is_said() -> None:
    assert place_doubt(sample.state_level(), "North Carolina") == "Where in North Carolina is not stated."
    assert place_doubt(sample.woods(), "North Carolina").startswith("The street is not stated")
    assert place_doubt(sample.drip(), "North Carolina") == ""
    by_zip = sample.drip().model_copy(update={"location": make_location(precision="zip")})
    assert "middle of its ZIP code" in place_doubt(by_zip, "North Carolina")


def test_a_sum_is_said_once() -> None:
    amounts = [(480, "about $480 per infusion"), (390, "$390 first consultation"), (750, "a day")]
    prices = tuple(Price(amount_usd=usd, what=what, provenance=make_provenance()) for usd, what in amounts)
    assert [price(one) for one in prices] == [
        "about $480 per infusion",
        "$390 first consultation",
        "$750 a day",
    ]
    shown = {line.label: line.text for line in facts(make_clinic(prices=prices[:2]), "").lines}
    assert shown["Price"] == "About $480 per infusion · $390 first consultation"


def test_every_status_that_matters_stands_on_the_card() -> None:
    said = {
        status: facts(make_clinic(status=status), "").status
        for status in ("closed", "temporarily_closed", "moved", "coming_soon", "unknown")
    }
    assert said == {
        "closed": "Reported as closed",
        "temporarily_closed": "Reported as closed for now",
        "moved": "Reported to have moved",
        "coming_soon": "Reported as not open yet",
        "unknown": "",
    }


def test_a_sponsored_article_makes_no_clinic_look_newer() -> None:
    page = make_provenance(seen=date(2026, 8, 1))
    paid = make_provenance(source="paid", kind="sponsored", seen=date(2026, 11, 1))
    assert facts(make_clinic(sources=(page, paid)), "").read == "Facts last read Aug 1, 2026"
    assert facts(make_clinic(sources=(paid,)), "").read == (
        "Named only in a sponsored article, read Nov 1, 2026"
    )
