"""The facet table is complete and consistent, and adding to it is enough."""

import pytest

from finder.errors import DataError
from finder.facets import ANY, FACETS, load, value
from finder.text import fold

DESIGN_CODES = {
    "modality": "iv_infusion kap esketamine_nasal im_injection oral_sublingual intranasal_ketamine"
    " at_home_telehealth sc_injection intranasal_unspecified",
    "support": "therapist_present medical_staff_present prep_sessions integration_sessions group_sessions"
    " therapy_included",
    "nature": "nat_outdoor_session nat_integration nat_retreat nat_forest_bathing nat_walk_talk"
    " nat_adventure nat_garden_space nat_animal",
    "screening": "consultation_required medical_history_review psychiatric_evaluation vital_signs_check"
    " escort_home_required prior_treatment_failure medication_review informed_consent referral_required"
    " current_therapist_required age_minimum physical_exam ekg lab_work drug_screen fasting_required"
    " pregnancy_test rems_enrollment sitter_required",
    "exclusion": "heart_disease uncontrolled_hypertension psychosis_schizophrenia active_mania"
    " active_substance_use pregnancy breastfeeding liver_disease thyroid seizure_disorder"
    " interstitial_cystitis raised_intracranial_pressure glaucoma ketamine_allergy aneurysm",
    "condition": "depression ptsd anxiety treatment_resistant_depression chronic_pain suicidality ocd bipolar"
    " substance_use crps fibromyalgia postpartum_depression migraine end_of_life eating_disorder",
    "payment": "accepts superbill medicare medicaid tricare_va sliding_scale payment_plan hsa_fsa",
    "staff": "md do np pa crna rn psychologist lcsw lmft lpc pmhnp anesthesiologist psychiatrist",
    "safety": "bp_monitoring pulse_oximetry ekg_monitoring acls_on_site one_to_one_presence infusion_pump"
    " emergency_plan observation_hours group_session",
    "setting": "clinic office retreat home telehealth",
}


@pytest.mark.parametrize("facet", sorted(DESIGN_CODES))
def test_every_code_of_the_design_is_an_offer_of_its_facet(facet: str) -> None:
    assert set(DESIGN_CODES[facet].split()) <= set(FACETS[facet].offers)


def test_the_design_has_no_other_facets() -> None:
    assert set(FACETS) == set(DESIGN_CODES)


def test_decor_is_kept_but_is_not_an_offer() -> None:
    for code in ("nat_decor", "nat_spa_retreat"):
        assert code in FACETS["nature"].by_code
        assert code not in FACETS["nature"].offers


@pytest.mark.parametrize("facet", FACETS.values(), ids=lambda facet: facet.code)
def test_every_value_has_label_definition_and_source(facet) -> None:  # type: ignore[no-untyped-def]
    assert facet.label and facet.question.endswith("?") and facet.unstated.endswith(".")
    for row in facet.values:
        assert row.label and row.means.endswith(".") and row.source, row.code
        assert row.tag
        assert row.code != ANY


def test_the_words_people_type_point_to_one_value_each() -> None:
    seen: dict[str, str] = {}
    for facet in FACETS.values():
        for code, words in [(ANY, facet.any_words), *((row.code, row.words) for row in facet.values)]:
            for phrase in words:
                owner = f"{facet.code}={code}"
                assert fold(phrase), f"{owner} has an empty phrase"
                assert seen.setdefault(fold(phrase), owner) == owner, (
                    f"{phrase!r}: {seen[fold(phrase)]} and {owner}"
                )


def test_a_row_is_all_it_takes_to_add_a_value() -> None:
    table = load(
        '[modality]\nlabel = "T"\nquestion = "Q?"\nunstated = "U."\n'
        '[modality.values.rectal]\nlabel = "Rectal"\nmeans = "M."\nsource = "S"\nwords = ["rectal"]\n'
    )
    assert table["modality"].offers == ("rectal",)


@pytest.mark.parametrize(
    "text, names",
    [
        ("not toml [", "facets.toml"),
        ('[modality]\nlabel = "T"', "modality"),
        ('[modality]\nlabel="T"\nquestion="Q?"\nunstated="U."\n[modality.values.x]\nlable="typo"', "lable"),
    ],
)
def test_a_broken_table_is_named(text: str, names: str) -> None:
    with pytest.raises(DataError, match=names):
        load(text)


def test_looking_up_a_value() -> None:
    assert value("modality", "kap").tag == "KAP"
    with pytest.raises(KeyError):
        value("modality", "nothing")
