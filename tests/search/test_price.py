"""The price of a session: told from every other amount that clinics publish."""

from pathlib import Path

import pytest

from finder.model import Clinic, Price
from finder.search.price import is_session_price, session_price, session_price_usd
from tests.factories import make_clinic, make_provenance


def price(amount: float, what: str, **source) -> Price:
    return Price(amount_usd=amount, what=what, provenance=make_provenance(**source))


@pytest.mark.parametrize(
    ("amount", "what"),
    [
        (200, "$200 per session stated"),
        (690, "$690 per infusion"),
        (425, "425 dollars per infusion, six over two to three weeks"),
        (850, "$850 per two-hour session, two-session minimum"),
        (500, "listed $500 per IV infusion; $400 promotional price"),
        (600, "$600 per treatment; payment plans"),
        (750, "one-session drop-in day retreat $750 (2026)"),
        (1250, "$1,250 per session including preparation and integration"),
        (400, "between $400 and $600 per infusion"),
        (475.5, "Each injection is $475.50."),
    ],
)
def test_an_amount_for_one_session_is_a_session_price(amount: float, what: str) -> None:
    assert is_session_price(price(amount, what))


@pytest.mark.parametrize(
    ("amount", "what"),
    [
        (390, "$390 first consultation"),
        (300, "about $300 physician intake"),
        (150, "late cancellation charge $150 for 40-minute infusion"),
        (180, "$180 prep and integration sessions"),
        (2000, "$2,000 for five sessions"),
        (2750, "$2,750 for five sessions with therapy"),
        (2400, "series of infusions $2,400"),
        (400, "listed $500 per IV infusion; $400 promotional price"),
        (250, "$250 booster infusion"),
        (40, "$40 copay per treatment"),
        (100, "$100 deposit, then $500 per session"),
        (99, "$99"),
        (1, "$1 per session"),
    ],
)
def test_other_amounts_are_not(amount: float, what: str) -> None:
    assert not is_session_price(price(amount, what))


def test_the_lowest_counts_and_a_sponsored_article_never() -> None:
    prices = (price(500, "$500 per session"), price(450, "$450 per session"), price(50, "$50 consultation"))
    sponsored = price(30, "$30 per session", kind="sponsored")
    clinic = make_clinic(prices=(*prices, sponsored))
    assert session_price(clinic) == prices[1]
    assert session_price_usd(clinic) == 450
    assert session_price_usd(make_clinic(prices=(sponsored,))) is None
    assert session_price_usd(make_clinic()) is None


def test_every_published_price_of_the_real_clinics_is_read_as_a_person_would(real_build: Path) -> None:
    lines = (real_build / "clinics.jsonl").read_text(encoding="utf-8").splitlines()
    clinics = [Clinic.model_validate_json(line) for line in lines]
    read = {clinic.id: session_price_usd(clinic) for clinic in clinics if clinic.prices}
    known = {
        "ascent-mental-health-orem-ut": 200,
        "boulder-mind-care-boulder-co": 690,
        "evansville-ketamine-evansville-in": None,
        "genesys-infusion-center-east-peoria-il": 425,
        "growing-home-counseling-ca": None,
        "kensho-wellbeing-truckee-ca": 425,
        "qc-medispa-charlotte-nc": 500,
        "soft-reboot-wellness-menlo-park-ca": 850,
        "the-vail-clinic-co": 600,
    }
    assert {id: read.get(id, "absent") for id in known} == known
    assert sorted(amount for amount in read.values() if amount is not None) == [
        *(200, 200, 425, 425, 480, 500, 550, 600, 690, 750, 850),
    ]
