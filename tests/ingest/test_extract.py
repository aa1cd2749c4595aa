"""What notes and whole texts say, and what they do not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.ingest.extract import (
    MAX_CHARS,
    TOPIC_FACETS,
    claims_from_note,
    extract,
    extract_line,
    min_age_from_note,
    prices_from_note,
)
from finder.ingest.phrases import bundled_phrases
from tests.factories import make_provenance

SAID = make_provenance()


def note(text, topic="screening"):
    """The claims of a note as {"facet.value": says or detail}."""
    claims = claims_from_note(topic, text, SAID)
    assert all((one.note, one.grade, one.provenance) == (text, "reported", SAID) for one in claims)
    return {f"{one.facet}.{one.value}": one.detail or one.says for one in claims}


def said(text, facet):
    return {one.value for one in extract(text).statements if one.facet == facet and one.says == "yes"}


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("no referral needed", {"screening.referral_required": "no"}),
        ("a referral from a psychiatrist", {"screening.referral_required": "yes"}),
        ("referral usually not required", {}),
        ("physician referral or health assessment", {}),
        ("adult escort required", {"screening.escort_home_required": "yes"}),
        ("no driving for 24 hours", {}),
        ("companion advised", {}),
        ("two failed antidepressants", {"screening.prior_treatment_failure": "yes"}),
        ("two hours of observation", {"safety.observation_hours": "yes"}),
        ("coach stays in the room", {"safety.one_to_one_presence": "yes"}),
        ("preparation session", {"support.prep_sessions": "yes"}),
        (
            "anesthesiologist monitors every infusion",
            {"support.medical_staff_present": "yes", "staff.anesthesiologist": "monitors"},
        ),
        ("EKG during infusion, monitored", {"safety.ekg_monitoring": "yes"}),
        ("baseline EKG", {"screening.ekg": "yes"}),
        ("private pay; superbill on request", {"payment.accepts": "no", "payment.superbill": "yes"}),
        ("medical history incl. substance use and pregnancy", {"screening.medical_history_review": "yes"}),
    ],
)
def test_a_screening_note_says_what_it_says_and_no_more(text, claims):
    assert note(text) == claims


@pytest.mark.parametrize(
    "text",
    [
        "Aetna not accepted",
        "Aetna, Cigna and Humana not currently accepted",
        "not accepted: Aetna, Cigna",
        "Aetna (out of network)",
        "Aetna: not accepted",
        "Aetna, Cigna: we do not accept",
        "accepts all but Aetna",
        "formerly accepted Aetna",
        "sliding scale: no",
        "accepts insurance? no",
        "not required to fast for four hours",
        "psychiatric evaluation rarely needed",
        "vital signs checked only if requested",
        "out of network with Aetna and Cigna",
        "no Aetna, Cigna, Humana, Optum or Anthem",
        "all major insurers except Aetna, Cigna",
        "superbills not provided",
        "sliding scale not available",
        "driver not required",
        "pregnancy test not needed",
        "vital signs are not taken",
        "blood pressure is not checked",
        "consultation is optional",
        "payment plans are no longer offered",
        "EKG before treatment if needed",
        "private pay not required",
        "insurers want two failed treatments",
        "two prior antidepressant trials (insurers)",
        "adults with two visits",
        "18 years of experience",
        "must be 18 minutes early",
        "no charge for consultation or pregnancy test",
    ],
)
def test_what_a_note_denies_or_leaves_open_is_not_claimed(text):
    assert note(text, "other") == {}


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("does not take Medicare, Medicaid or Aetna", {"payment.medicare": "no", "payment.medicaid": "no"}),
        (
            "no referral needed, driver required",
            {"screening.referral_required": "no", "screening.escort_home_required": "yes"},
        ),
        (
            "driver required, referral not needed",
            {"screening.referral_required": "no", "screening.escort_home_required": "yes"},
        ),
        ("no Aetna, but Cigna accepted", {"payment.plan_cigna": "yes"}),
        ("takes no insurance, provides superbills", {"payment.accepts": "no", "payment.superbill": "yes"}),
        ("superbill for out-of-network reimbursement", {"payment.superbill": "yes"}),
        ("superbill given, not only for IV", {"payment.superbill": "yes"}),
    ],
)
def test_a_denial_ends_where_its_thought_ends(text, claims):
    assert note(text, "other") == claims


def test_a_plan_that_covers_is_not_a_plan_that_is_billed():
    assert note("Aetna covers Spravato; says most major plans cover Spravato", "payment") == {}


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("history of seizures is not a contraindication", set()),
        ("not with psychosis but pregnancy is no problem", {"psychosis_schizophrenia"}),
        ("no charge for pregnancy test", set()),
        ("not for alcohol dependence, treats cocaine use", {"active_substance_use"}),
        ("We do not treat pregnant women, but breastfeeding mothers are welcome", {"pregnancy"}),
        ("not for glaucoma: psychosis, mania", {"glaucoma", "psychosis_schizophrenia", "active_mania"}),
        ("psychosis is a contraindication, mania is not", {"psychosis_schizophrenia"}),
        ("We exclude no one, even pregnancy", set()),
        ("no past psychosis or mania", {"psychosis_schizophrenia", "active_mania"}),
    ],
)
def test_each_thought_excludes_for_itself(text, excluded):
    found = {key.removeprefix("exclusion.") for key in note(text) if "exclusion" in key}
    assert found == excluded
    assert said(f"We are a clinic. {text}.", "exclusion") == excluded


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("not with aneurysm or past brain bleed", {"aneurysm": "absolute"}),
        ("relative contraindications: glaucoma", {"glaucoma": "relative"}),
        ("medical clearance for liver failure", {"liver_disease": "clearance"}),
        ("deferred for pregnancy, breastfeeding", {"pregnancy": "relative", "breastfeeding": "relative"}),
        ("no past psychosis", {"psychosis_schizophrenia": "absolute"}),
        ("liver tests reviewed", {}),
        ("take blood-pressure medicine as usual", {}),
    ],
)
def test_an_exclusion_is_one_only_when_somebody_is_excluded(text, claims):
    found = {key.removeprefix("exclusion."): how for key, how in note(text).items() if "exclusion" in key}
    assert found == claims


@pytest.mark.parametrize(
    ("topic", "text", "claims"),
    [
        ("payment", "accepts insurance", {"payment.accepts": "yes"}),
        ("payment", "insurance may cover Spravato", {}),
        ("payment", "most insurers do not cover infusions", {}),
        (
            "payment",
            "does not take Medicare or Medicaid",
            {"payment.medicare": "no", "payment.medicaid": "no"},
        ),
        ("price", "$600 per treatment; payment plans", {"payment.payment_plan": "yes"}),
        ("price", "sliding scale in development", {}),
        ("nature", "therapeutic nature retreat", {"nature.nat_retreat": "yes"}),
        ("nature", "herb gardens were planned on site", {}),
        ("nature", "spa retreat: baths, sauna", {"nature.nat_spa_retreat": "yes"}),
        ("telehealth", "no referral needed", {}),
        ("no such topic", "no referral needed", {}),
    ],
)
def test_each_topic_speaks_of_its_own_facets(topic, text, claims):
    assert note(text, topic) == claims


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("some facts on the page are in doubt: check them by phone", {}),
        ("ask the clinic so that they can call your doctor", {}),
        ("your appointment lasts two hours", {}),
        ("the nurse calls the day after the visit", {}),
        ("referrals from other towns are read on Mondays", {}),
        ("takes no new referrals", {}),
        ("private one-to-one sessions", {}),
        ("talk therapy an hour apart", {}),
        ("counselor writes a therapeutic evaluation", {}),
        ("bring a friend to the first visit", {}),
        ("phone consultation", {"screening.consultation_required": "yes"}),
        ("the clinic consults your cardiologist", {}),
        (
            "psychiatric evaluation first",
            {"screening.psychiatric_evaluation": "yes", "screening.consultation_required": "yes"},
        ),
        (
            "40-minute medical intake",
            {"screening.medical_history_review": "yes", "screening.consultation_required": "yes"},
        ),
        ("conventional medicines have not helped", {"screening.prior_treatment_failure": "yes"}),
        ("people whose illness did not respond to pills", {"screening.prior_treatment_failure": "yes"}),
        (
            "registered nurse monitors throughout",
            {"support.medical_staff_present": "yes", "staff.rn": "monitors"},
        ),
        (
            "vital sign monitoring",
            {"screening.vital_signs_check": "yes", "safety.bp_monitoring": "yes"},
        ),
        (
            "blood-pressure and ECG monitoring",
            {
                "screening.vital_signs_check": "yes",
                "safety.bp_monitoring": "yes",
                "safety.ekg_monitoring": "yes",
            },
        ),
        (
            "psychosis and glaucoma rule it out",
            {"exclusion.psychosis_schizophrenia": "absolute"} | {"exclusion.glaucoma": "absolute"},
        ),
    ],
)
def test_everyday_words_of_a_note_claim_only_what_they_say(text, claims):
    assert note(text) == claims


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("insurance checked, or self-pay agreed", {}),
        ("infusions are cash pay; esketamine is billed to insurance", {"payment.accepts": "yes"}),
        ("esketamine and talk therapy in network", {"payment.accepts": "yes"}),
        ("cash pay only", {"payment.accepts": "no"}),
    ],
)
def test_how_a_note_says_who_pays(text, claims):
    assert note(text, "payment") == claims


def test_a_retreat_on_land_is_one_in_a_note_about_nature():
    assert note("four-day retreat at a ranch", "nature") == {"nature.nat_retreat": "yes"}
    assert note("four-day retreat downtown", "nature") == {}


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("Expecting a baby? We will wait.", {"pregnancy"}),
        ("Schizophrenia is a hard no.", {"psychosis_schizophrenia"}),
        (
            "If your blood pressure runs high and untreated, this isn't for you.",
            {"uncontrolled_hypertension"},
        ),
        ("Hearing voices? No.", {"psychosis_schizophrenia"}),
        ("Can I come with glaucoma? No, we are sorry.", {"glaucoma"}),
        ("Is glaucoma a problem? No.", set()),
        ("Will it give me seizures? No.", set()),
        ("People with epilepsy will be sent back to their neurologist.", {"seizure_disorder"}),
        ("Any past mania and our doctor will say no.", {"active_mania"}),
        ("You may not come in while on street drugs.", {"active_substance_use"}),
        (
            "You may not be a candidate if:\n- you are nursing a newborn\n- your liver is failing",
            {"breastfeeding", "liver_disease"},
        ),
        ("Glaucoma gives us pause.", {"glaucoma"}),
        ("A sober adult must not be late.", set()),
        ("Your blood pressure is monitored, and we will wait with you.", set()),
    ],
)
def test_a_clinic_says_no_in_many_ways(text, excluded):
    assert said(f"Welcome to our clinic. {text}", "exclusion") == excluded


def test_who_is_turned_away_does_not_hide_what_is_treated():
    text = "Our doctor may say no. We say no with a bad heart. For adults with depression."
    assert said(text, "condition") == {"depression"}
    assert said(text, "exclusion") == {"heart_disease"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A friend has to sign you out.", "escort_home_required"),
        ("You leave with somebody else at the wheel.", "escort_home_required"),
        ("We take a reading of your pressure when you arrive.", "vital_signs_check"),
        ("You need a recent heart tracing.", "ekg"),
        ("We ask what is in your medicine cabinet.", "medication_review"),
        ("Your own counselor must agree.", "current_therapist_required"),
        ("Two medicines have let you down.", "prior_treatment_failure"),
        ("Your doctor must fax us a referral.", "referral_required"),
        ("You sign an agreement first.", "informed_consent"),
        ("Minors are not seen.", "age_minimum"),
        ("We collect your hospital discharge papers.", "medical_history_review"),
        ("A nurse listens to your heart and lungs.", "physical_exam"),
    ],
)
def test_a_clinic_asks_in_many_ways(text, value):
    assert value in said(f"Welcome to our clinic. {text}", "screening")


@pytest.mark.parametrize(
    "text",
    [
        "You leave with a smile.",
        "Take a seat and read.",
        "On each medicine day your therapist has tea ready.",
        "Call today to schedule a free consultation.",
        "The first visit lasts an hour.",
    ],
)
def test_what_only_sounds_like_a_condition_is_none(text):
    assert said(f"Welcome to our clinic. {text}", "screening") == set()


def test_a_note_that_contradicts_itself_claims_nothing():
    assert note("referral required; no referral needed") == {}


def test_the_prices_and_the_age_of_a_note():
    assert [(one.amount_usd, one.what) for one in prices_from_note("$1,250 a series", SAID)] == [
        (1250.0, "$1,250 a series")
    ]
    assert min_age_from_note("residents aged 21 or older") == 21
    assert min_age_from_note("consultation") is None


@pytest.mark.parametrize(
    "text",
    [
        "over 20 years of experience",
        "at least 10 sessions",
        "must be over 65 kg",
        "we have 18 years of experience",
    ],
)
def test_a_number_is_not_an_age(text):
    assert min_age_from_note(text) is None
    assert note(text) == {}


@pytest.mark.parametrize(
    "text", ["you must be 21", "adults 18 and over", "age 18+", "consultation", "from age 14"]
)
def test_a_minimum_age_comes_with_its_claim(text):
    assert min_age_from_note(text) is None or "screening.age_minimum" in note(text)


CLINIC = "At our clinic we give ketamine by intravenous infusion for depression and PTSD."


def test_an_offer_and_its_conditions_are_claimed_with_the_sentence():
    found = extract(f"Welcome to us. {CLINIC} Call today.")
    assert {(one.facet, one.value) for one in found.statements if one.facet != "setting"} == {
        ("modality", "iv_infusion"),
        ("condition", "depression"),
        ("condition", "ptsd"),
    }
    assert {one.quote for one in found.statements} == {CLINIC}


@pytest.mark.parametrize(
    "text",
    [
        f"{CLINIC} Unlike clinics that hand out lozenges, we stay with you.",
        f"{CLINIC} We do not offer lozenges.",
        f"{CLINIC} Ketamine can be taken as a lozenge or a shot in the muscle.",
        f"{CLINIC} Other clinics prescribe troches.",
        f"{CLINIC} Lozenges are coming soon.",
    ],
)
def test_naming_a_way_of_giving_is_not_offering_it(text):
    assert said(text, "modality") == {"iv_infusion"}


def test_what_is_not_covered_is_given_all_the_same():
    assert said("We give ketamine infusions. Infusions are not covered by insurance.", "modality") == {
        "iv_infusion"
    }


def test_what_one_sentence_refuses_no_other_offers():
    text = f"{CLINIC} We offer lozenges at home. No home use of any kind; at home is not permitted."
    assert "at_home_telehealth" not in said(text, "modality")


def test_a_nasal_spray_is_never_taken_for_the_other_drug():
    assert said("We offer Spravato, a nasal spray.", "modality") == {"esketamine_nasal"}
    assert said("We offer a compounded ketamine nasal spray.", "modality") == {"intranasal_ketamine"}
    assert said("We offer Spravato. The nasal spray takes ten minutes.", "modality") == {"esketamine_nasal"}
    assert said("We give ketamine as a nasal spray.", "modality") == {"intranasal_ketamine"}


def test_a_general_article_offers_nothing():
    text = "This article covers ketamine infusion for depression. Ask a doctor."
    assert extract(text).statements == ()


def test_nature_on_the_wall_is_decor():
    assert said("Our rooms have a view over the lake.", "nature") == {"nat_decor"}
    assert said("We lead outdoor ketamine sessions.", "nature") == {"nat_outdoor_session"}


def test_an_exclusion_list_holds_until_it_ends():
    text = (
        "We treat depression.\nWho should not have ketamine?\n- uncontrolled hypertension\n- psychosis\n\n"
        "Our nurses check your blood pressure before dosing."
    )
    assert said(text, "exclusion") == {"uncontrolled_hypertension", "psychosis_schizophrenia"}
    assert said(text, "screening") == {"vital_signs_check"}


def test_the_answer_no_denies_what_was_asked():
    found = extract("We are a clinic. Do I need a referral? No. Just call.")
    assert [(one.value, one.says, one.quote) for one in found.statements] == [
        ("referral_required", "no", "No.")
    ]
    but = extract("We are a clinic. Do I need a referral? No, but we ask for one.")
    assert [(one.value, one.says) for one in but.statements] == [("referral_required", "yes")]


@pytest.mark.parametrize(
    ("text", "insurance"),
    [
        ("We take no insurance. You get a superbill.", "superbill"),
        ("We are private pay.", "does_not_accept"),
        ("Spravato is covered by insurance, and we are in network.", "accepts"),
        ("Do you take insurance?", "unknown"),
    ],
)
def test_how_insurance_is_taken(text, insurance):
    assert extract(text).insurance == insurance


def test_a_cancellation_fee_is_no_price():
    found = extract("An infusion is $400. Cancel in time or pay $150.")
    assert [one.amount_usd for one in found.prices] == [400.0]


def test_a_line_of_the_command():
    text = "We offer infusions to adults 18 and older. Infusions are $400. Fasting is required."
    assert extract_line({"id": 7, "text": text, "labels": {}}) == {
        "id": 7,
        "claims": [
            {"facet": "modality", "value": "iv_infusion", "says": "yes", "quote": text[:42]},
            {"facet": "screening", "value": "age_minimum", "says": "yes", "quote": text[:42]},
        ],
        "prices_usd": [400.0],
        "insurance": "unknown",
        "min_age": 18,
    }
    assert extract_line({})["claims"] == []


@pytest.mark.parametrize("text", [1, ["x"], {}, True, 0])
def test_a_text_that_is_no_text_is_refused(text):
    with pytest.raises(TypeError):
        extract_line({"id": 1, "text": text})


def test_a_text_that_is_cut_says_so(capsys):
    answer = extract_line({"id": "long", "text": "\n" * 300_001})
    assert answer["read_chars"] == 300_000
    assert "long: only the first 300,000 characters" in capsys.readouterr().err


WORDS = (
    "we our offer do not ketamine infusion iv spravato nasal spray at home who should not psychosis heart"
    " consultation $400 18+ or older no yes but ? . : ; - 1. • depression ("
)
vocabulary = st.sampled_from([*WORDS.split(), "\n\n", "\n"])


@given(st.one_of(st.text(), st.lists(vocabulary, max_size=60).map(" ".join)))
def test_any_text_is_read_and_every_quote_is_verbatim(text):
    found = extract(text)
    assert all(one.quote and text[one.start :].startswith(one.quote) for one in found.statements)
    assert found == extract(text)


@given(st.sampled_from(sorted(TOPIC_FACETS)), st.lists(vocabulary, max_size=20).map(" ".join))
def test_any_note_gives_claims_of_the_table(topic, text):
    claims = claims_from_note(topic, text, SAID)
    assert len({(one.facet, one.value) for one in claims}) == len(claims)
    assert {one.facet for one in claims} <= set(TOPIC_FACETS[topic])


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "$",
        "$1,",
        "no, ",
        ". ",
        "ketamine? ",
        "not with heart ",
        "18 years or ",
        "review a b c ",
        "- iv\n",
    ],
)
def test_four_times_the_text_costs_about_four_times_the_time(piece):
    bundled_phrases()

    def cpu_seconds(chars):
        text = piece * (chars // len(piece))
        spent = []
        for _ in range(2):
            began = time.process_time()
            extract(text)
            spent.append(time.process_time() - began)
        return min(spent)

    assert cpu_seconds(200_000) < 8 * max(cpu_seconds(50_000), 0.05)


@pytest.mark.slow
def test_a_text_of_nearly_the_limit_is_read_to_its_end_and_a_longer_one_is_cut_with_a_note():
    line, last = "- not with heart disease, no driver, $1,\n", "We offer infusions."
    text = line * ((MAX_CHARS - len(last)) // len(line)) + last
    assert MAX_CHARS - len(line) < len(text) <= MAX_CHARS
    found = extract(text)
    assert found.statements[-1].quote == last
    assert found.notes == ()
    cut = extract(line * (MAX_CHARS // len(line) + 1) + last)
    assert last not in {one.quote for one in cut.statements}
    assert cut.notes == (f"cut at {MAX_CHARS:,} characters",)
