"""Every rule has an example that it finds and a counter-example that it leaves alone."""

import pytest

from finder.ingest.oddities import RULES, Oddity, oddities, price_kind
from finder.model import Clinic, Price
from tests.factories import make_claim, make_clinic, make_provenance

WHO = make_provenance()


def priced(*amounts: float, what: str = "per infusion", id: str = "prices-nc") -> Clinic:
    prices = tuple(Price(amount_usd=amount, what=what, provenance=WHO) for amount in amounts)
    return make_clinic(id, prices=prices)


def spravato(quote: str, *more: object) -> Clinic:
    claim = make_claim("modality", "esketamine_nasal", grade="confirmed", quote=quote)
    return make_clinic(claims=[claim, *more])


def named(note: str) -> Clinic:
    return make_clinic(
        name="Blue Ketamine Infusion", claims=[make_claim("modality", "iv_infusion", note=note)]
    )


KAP, NO_KAP = make_claim(), make_claim(says="no", provenance=make_provenance(url="https://other.example"))
NURSE = make_claim("staff", "rn", detail="monitors")
HOME = make_claim("modality", "at_home_telehealth")
USUAL = [400, 420, 440, 450, 460, 480, 500, 520, 540, 550]

CASES = {
    "disputed": (make_clinic(claims=[KAP, NO_KAP]), make_clinic(claims=[KAP, KAP])),
    "kap_without_therapist": (make_clinic(claims=[KAP, NURSE]), make_clinic(claims=[KAP])),
    "spravato_at_home": (
        spravato("Take Spravato at home."),
        spravato("Spravato is never taken at home.", HOME, ("modality", "iv_infusion")),
    ),
    "far_off_price": (priced(*USUAL * 3, 45_000), priced(*USUAL * 3, 600)),
    "brand_name_only": (
        named("Blue Ketamine Infusion, Denver"),
        named("Blue Ketamine Infusion gives IV drips"),
    ),
    "at_home_nowhere": (
        make_clinic(claims=[HOME]),
        make_clinic(claims=[HOME, make_claim("setting", "telehealth", states=("NC",))]),
    ),
}  # fmt: skip


def rules_of(*clinics: Clinic) -> list[str]:
    return [one.rule for one in oddities(clinics)]


@pytest.mark.parametrize("rule", [rule.code for rule in RULES])
def test_each_rule_finds_its_example_and_not_its_counter_example(rule: str) -> None:
    odd, plain = CASES[rule]
    assert rule in rules_of(odd)
    assert rule not in rules_of(plain)


def test_an_oddity_names_clinic_rule_and_words() -> None:
    assert oddities([CASES["disputed"][0]]) == (
        Oddity("example-clinic-asheville-nc", "disputed", "modality kap: https://clinic.example/ketamine, https://other.example"),
    )  # fmt: skip
    (price,) = oddities([CASES["far_off_price"][0]])
    assert price.says.startswith("$45,000 (session), +")


@pytest.mark.parametrize(
    "more",
    [
        make_claim("support", "therapist_present"),
        make_claim("staff", "lcsw"),
        make_claim("staff", "md", detail="therapist"),
        make_claim("screening", "ekg", note="asked for by the therapist"),
    ],
)
def test_a_therapist_anywhere_is_enough(more: object) -> None:
    assert "kap_without_therapist" not in rules_of(make_clinic(claims=[KAP, NURSE, more]))


def test_a_confirmed_kap_wants_a_therapist_and_a_listed_one_may_be_silent() -> None:
    said = make_claim(grade="confirmed", quote="We offer KAP.")
    with_prep = [KAP, make_claim("support", "prep_sessions")]
    assert "kap_without_therapist" in rules_of(make_clinic(claims=[said]))
    assert "kap_without_therapist" not in rules_of(make_clinic(claims=with_prep))


def test_nothing_but_spravato_and_home_is_odd() -> None:
    assert "spravato_at_home" in rules_of(spravato("We offer Spravato.", HOME))
    assert "spravato_at_home" not in rules_of(spravato("We offer Spravato."))


def test_few_prices_or_equal_prices_tell_nothing() -> None:
    assert rules_of(priced(1, 100_000)) == []
    assert rules_of(priced(*[400] * 20, 0)) == []


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("per infusion", "session"),
        ("package of 6 infusions", "course"),
        ("6 sessions", "course"),
        ("initial consultation", "consultation"),
        ("monthly", "month"),
        ("", "other"),
    ],
)
def test_the_kind_of_a_price(what: str, kind: str) -> None:
    assert price_kind(Price(amount_usd=1, what=what, provenance=WHO)) == kind
